"""What is looked at, at each moment of a training on digits: always the same noise and the same levels."""

import numpy as np
import torch

from engine.core import judges
from engine.core.trace import Arrays
from engine.data.digits import digits
from engine.diffusion import ddim
from engine.diffusion.ddpm import DDPM, ancestral
from engine.diffusion.ddpm_digits import SIDE, levels, scaled
from engine.diffusion.point_watch import bins, forks, futures, light

MANY = 300  # samples that figures are taken of
SHOWN = 16
ROWS, FRAMES = 4, 6  # digits whose way is shown, and levels on it
FORKED = 50
CLASSES = 10


def frames(T: int) -> list[int]:
    """The levels of the pictures of a digit's way, from T to 0."""
    return ddim.levels(T, min(T, FRAMES))


class Watch:
    """Call it with a model: snapshots by name."""

    def __init__(self, seed: int, T: int, alpha_bar: torch.Tensor):
        self.T, rng = T, torch.Generator().manual_seed(seed + 10_000)
        self.train, self.test = (torch.from_numpy(x.copy()) for x in (digits().train_x, digits().test_x))
        self.noise = torch.randn(MANY, SIDE * SIDE, generator=rng)
        self.bins = bins(T)
        held = scaled(self.test)
        self.asked = [(t, held, torch.randn(held.shape, generator=rng)) for t in self.bins]
        self.seeds = [int(s) for s in torch.randint(2**31, (3,), generator=rng)]
        self.apart = float(judges.nearest(held, scaled(self.train))[1].median())

    @torch.no_grad()
    def __call__(self, model: DDPM) -> dict[str, Arrays]:
        first, second, third = (torch.Generator().manual_seed(s) for s in self.seeds)
        path = ancestral(model, self.noise, first)
        few = ddim.sample(model, self.noise, min(10, self.T), 0, second)[-1]
        at = frames(self.T)
        ways = torch.stack([path[self.T - t, :ROWS] for t in at])
        guesses = [self._guess(model, x, t) for x, t in zip(ways[:-1], at, strict=False)]
        ends = levels(path[-1]).numpy()
        said = judges.which_digit(ends)
        which, far = judges.nearest(scaled(torch.from_numpy(ends)), scaled(self.train))
        again = [judges.which_digit(levels(x).numpy()) for x in
                 futures(model, path, forks(self.T), FORKED, third)]  # fmt: skip
        return {
            "way": {
                "t": np.asarray(at, np.uint8),
                "x": _rows(levels(ways)),
                "x0": _rows(levels(torch.stack([*guesses, ways[-1]]))),
            },
            "samples": {"x": ends[:SHOWN], "nearest": self.train[which[:SHOWN]].numpy()},
            "judged": {
                "digits": light([float((said != judges.NONE).mean())]),
                "few": light([float((judges.which_digit(levels(few).numpy()) != judges.NONE).mean())]),
                "ceiling": light([judges.ceiling()]),
                "classes": light((np.bincount(said, minlength=CLASSES + 1)[:CLASSES] / MANY).tolist()),
                "near": light([float(far.median())]),
                "apart": light([self.apart]),
            },
            "same": {"fork": light([float((v == said[:FORKED]).mean()) for v in again])},
            "score": {"loss": light(self._losses(model)), "t": np.asarray(self.bins, np.uint8)},
            "start": {"x0": levels(self._guess(model, self.noise[:ROWS], self.T)).numpy()},
        }

    def _losses(self, model: DDPM) -> list[float]:
        """The squared error of what the net says, on test digits, a mean for each of the bins."""
        return [
            min(float(model.losses(x0, torch.full((len(x0),), t), eps).mean()), 99.0)
            for t, x0, eps in self.asked
        ]

    def _guess(self, model: DDPM, x: torch.Tensor, t: int) -> torch.Tensor:
        return model.guess(x, torch.full((len(x),), t))[0]


def _rows(images: torch.Tensor) -> np.ndarray:
    """(frames, digits, 8, 8) -> a row a digit, from noise to data: (digits frames, 8, 8)."""
    return images.transpose(0, 1).flatten(0, 1).numpy()
