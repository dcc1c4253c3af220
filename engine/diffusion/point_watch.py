"""What is looked at, at each moment of a training on points: always the same noise, places and levels."""

import numpy as np
import torch
from torch import Tensor

from engine.core.judges import mmd
from engine.core.trace import Arrays
from engine.diffusion import ddim, exact
from engine.diffusion.ddpm import DDPM, ancestral
from engine.diffusion.mixture import Mixture

FRAMES, SHOWN = 12, 90  # pictures of one flow (and the noise), particles in it
MANY = 600  # samples that figures are taken of
BINS = 20  # of the loss by t
FORKS = (1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05)  # of T
FORKED = 100
FAR = 8.0  # guesses of x_0 are drawn this far out at most
FEW = 10  # steps of the short DDIM
WIDTHS = (0.1, 0.3, 1.0)  # of the kernels of the MMD


def regions(train: Tensor, data: str) -> Tensor:
    """Eight centres (8, 2): the Gaussians', else training points, each the farthest from those before."""
    if data == exact.KNOWN:
        return exact.mixture(data, train).means
    chosen = [train[0]]
    while len(chosen) < 8:
        chosen.append(train[int(torch.cdist(train, torch.stack(chosen)).amin(1).argmax())])
    return torch.stack(chosen)


@torch.no_grad()
def futures(model: DDPM, path: Tensor, levels: list[int], n: int, rng: torch.Generator) -> list[Tensor]:
    """The first n particles of `path` (T + 1, B, D), sent on anew from each level -> x_0 of each."""
    x = path[0, :0]
    for t in range(model.T, 0, -1):
        x = torch.cat([x, *[path[model.T - t, :n] for level in levels if level == t]])
        if len(x):
            x = model.p_sample(x, t, torch.randn(x.shape, generator=rng))
    return list(x.split(n))


def frames(T: int) -> list[int]:
    """The levels of the pictures of a flow, from T to 0."""
    return ddim.levels(T, min(T, FRAMES))


def bins(T: int) -> list[int]:
    """The levels at which the loss is looked at, from little noise to much."""
    return [max(1, round((i + 0.5) * T / BINS + 0.5)) for i in range(BINS)]


def forks(T: int) -> list[int]:
    """The levels from which particles are sent on twice."""
    return [max(1, round(share * T)) for share in FORKS]


def small(values: Tensor, reach: float) -> np.ndarray:
    """int8 in which 127 stands for `reach`; what lies beyond is cut."""
    return (values / reach * 127).round().clamp(-127, 127).to(torch.int8).numpy()


def light(values: list[float]) -> np.ndarray:
    """float16 of three decimals."""
    return np.asarray(values, np.float64).round(3).astype(np.float16)


class Watch:
    """Call it with a model: snapshots by name."""

    def __init__(self, data: str, drawing: str, seed: int, T: int, alpha_bar: Tensor):
        self.T, self.rng = T, torch.Generator().manual_seed(seed + 10_000)
        self.train = exact.training_set(data, drawing, seed)
        self.known: Mixture = exact.mixture(data, self.train)
        held = exact.training_set(data, drawing, seed + 10_000)  # never trained on
        self.held, self.other = held[:MANY], held[MANY : 2 * MANY]
        self.floor = mmd(self.other, self.held, WIDTHS)
        self.noise = torch.randn(MANY, 2, generator=self.rng)
        self.centres = regions(self.train, data)
        self.truth = self._shares(self.train)
        x, y = exact.grid(exact.ROWS, exact.COLUMNS)
        self.places = torch.stack(torch.meshgrid(x, y, indexing="xy"), 2).view(-1, 2)
        self.bins = bins(T)
        self.asked = []  # (t, x_t, eps, E[eps | x_t]) for each bin
        for t in self.bins:
            ab = alpha_bar[t].float()
            eps = torch.randn(MANY, 2, generator=self.rng)
            xt = ab.sqrt() * self.held + (1 - ab).sqrt() * eps
            self.asked.append((t, xt, eps, self.known.at(float(ab.sqrt()), float((1 - ab).sqrt())).eps(xt)))
        self.seeds = [int(s) for s in torch.randint(2**31, (3,), generator=self.rng)]

    @torch.no_grad()
    def __call__(self, model: DDPM) -> dict[str, Arrays]:
        first, second, third = (torch.Generator().manual_seed(s) for s in self.seeds)
        path = ancestral(model, self.noise, first)
        smooth = ddim.sample(model, self.noise, self.T, 0, second)[-1]
        few = ddim.sample(model, self.noise, min(FEW, self.T), 0, second)[-1]
        end, at = self._region(path[-1]), frames(self.T)
        shown = torch.stack([path[self.T - t, :SHOWN] for t in at])
        guesses = [model.guess(x, self._t(t, x))[0] for t, x in zip(at[:-1], shown, strict=False)]
        again = futures(model, path, forks(self.T), FORKED, third)
        arrows = [-model.guess(self.places, self._t(max(t, 1), self.places))[1] for t in at]
        start = model.guess(self.noise, self._t(self.T, self.noise))[0]
        return {
            "flow": {
                "t": np.asarray(at, np.uint8),
                "x": small(shown, exact.REACH),
                "x0": small(torch.stack([*guesses, shown[-1]]), FAR),
            },
            "field": {"eps": small(torch.stack(arrows).view(-1, exact.ROWS, exact.COLUMNS, 2), FAR)},
            "score": self._against_exact(model),
            "samples": {
                "mmd": np.asarray(mmd(path[-1], self.held, WIDTHS), np.float32),
                "floor": np.asarray(self.floor, np.float32),
                "shares": light(self._shares(path[-1])),
                "truth": light(self.truth),
            },
            "same": {
                "fork": light([float((self._region(x) == end[:FORKED]).float().mean()) for x in again]),
                "few": light([float((self._region(few) == self._region(smooth)).float().mean())]),
                "chance": light([sum(p * p for p in self.truth)]),
            },
            "start": {  # how far from the data's mean the guesses of x_0 lie that are made of pure noise
                "far": light([min(float((start - self.train.mean(0)).square().sum(1).mean().sqrt()), 999.0)])
            },
        }

    def _against_exact(self, model: DDPM) -> Arrays:
        """By bins of t: the squared error of eps, the least that any net can have, and the mean cosine."""
        loss, least, cosine = [], [], []
        for t, xt, eps, best in self.asked:
            said = model.guess(xt, self._t(t, xt))[1]
            loss.append(min(float((said - eps).square().mean()), 99.0))
            least.append(float((best - eps).square().mean()))
            cosine.append(float(torch.cosine_similarity(said, best).mean()))
        return {
            "loss": light(loss), "least": light(least), "cosine": light(cosine),
            "t": np.asarray(self.bins, np.uint8), "known": np.array([self.known.variance > 0]),
        }  # fmt: skip

    def _region(self, x: Tensor) -> Tensor:
        return torch.cdist(x, self.centres).argmin(1)

    def _shares(self, x: Tensor) -> list[float]:
        return (torch.bincount(self._region(x), minlength=len(self.centres)) / len(x)).tolist()

    def _t(self, t: int, like: Tensor) -> Tensor:
        return torch.full((len(like),), t)
