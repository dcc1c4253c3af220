"""Lab: an Image GPT learns digits pixel by pixel; its layers are read for classes, halves completed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from sklearn.svm import SVC
from torch import Tensor

from engine.autoregressive.image_gpt import ImageGPT, read, ridge, write
from engine.autoregressive.measures import histogram_bits
from engine.core.claims import Claim, check, ends, last
from engine.core.inputs import Answer, Inputs, whole
from engine.core.judges import recogniser
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data.digits import SIDE, digits

PAPERS = ("chen2020igpt",)
BATCH, MOMENTS, LEVELS, WIDTH, HEADS = 32, 10, 9, 32, 4
HALF, SHOWN = SIDE * SIDE // 2, 8
JUDGED = 200  # of the kept digits complete halves; the judge learns from the rest of them


@dataclass(frozen=True)
class ImageGPTSpec(Spec):
    layers: int = param(4, "Layers", "Blocks of attention and a small net.", low=1, high=6)
    lr: float = param(6e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(300, "Training steps", "Batches of 32 digits.", low=10, high=2000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def palette(x: np.ndarray) -> np.ndarray:
    """17 grey levels to 9, as the paper's palette does to colours. x (N, 8, 8) -> (N, 64) int64."""
    return ((x.astype(np.int64) * (LEVELS - 1) + 8) // 16).reshape(len(x), -1)


def split(spec: ImageGPTSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on: as they are, in 17 levels."""
    return digits().train_x, digits().test_x


def restore(spec: ImageGPTSpec, weights: State | None) -> ImageGPT:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: ImageGPT(LEVELS, SIDE * SIDE, WIDTH, HEADS, spec.layers))


@cache
def _judge() -> SVC:
    """Of classes; it has seen no digit that the net learned from, and none that is completed."""
    return recogniser(palette(digits().test_x[JUDGED:]), digits().test_y[JUDGED:])


def agrees(x: np.ndarray) -> float:
    """The share of completed digits (JUDGED, 64) that the judge takes for what they were."""
    return float((_judge().predict(x) == digits().test_y[:JUDGED]).mean())


@cache
def around() -> dict[str, float]:
    """What to hold it against: raw, the probe on the pixels themselves; other, nearest: upper halves
    over the lower half of some learned digit, and of that whose upper half is nearest; real, whole digits."""
    x, kept = (palette(one) for one in (digits().train_x, digits().test_x))
    y = torch.from_numpy(digits().train_y.copy())
    probe = ridge(torch.from_numpy(x).float(), y)
    raw = read(torch.from_numpy(kept).float(), probe).numpy() == digits().test_y
    some = kept[:JUDGED]
    mine, theirs = (torch.from_numpy(one[:, :HALF]).float() for one in (some, x))
    far = torch.cdist(mine, theirs).numpy()
    lower = {"other": np.random.default_rng(0).integers(len(x), size=JUDGED), "nearest": far.argmin(1)}
    mixed = {name: np.concatenate([some[:, :HALF], x[at, HALF:]], 1) for name, at in lower.items()}
    return {
        "raw": float(raw.mean()),
        **{name: agrees(one) for name, one in mixed.items()},
        "real": agrees(some),
    }


def run(spec: ImageGPTSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment scores, reads classes at each layer, completes halves. `given["start"]` makes a
    fork. The learning rate rises over the first 20 steps."""
    rng = torch.Generator().manual_seed(spec.seed)
    x, kept = (torch.from_numpy(palette(one)).to(device) for one in split(spec))
    y, kept_y = (torch.from_numpy(one.copy()).to(device) for one in (digits().train_y, digits().test_y))
    alone = histogram_bits(palette(digits().train_x), palette(digits().test_x), LEVELS)
    dice = torch.rand(JUDGED, HALF, generator=rng).to(device)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr, fused=True)
    moments = Moments(spec.steps, MOMENTS)

    @torch.no_grad()
    def look() -> dict[str, Arrays]:
        pairs = zip(net.features(x), net.features(kept), strict=True)
        read_ = [(read(b, ridge(a, y)) == kept_y).float().mean().item() for a, b in pairs]
        done = write(net, kept[:JUDGED, :HALF], dice).cpu().numpy()
        figures = {"test": net.loss(kept).item(), "alone": alone, "agrees": agrees(done), **around()}
        return {
            "probe": {"layer": np.array(read_, np.float32)},
            "halves": {"x": done[:SHOWN].reshape(-1, SIDE, SIDE).astype(np.uint8)},
            "score": {name: np.array(value, np.float32) for name, value in figures.items()},
        }

    yield from shots(0, 0, look(), net, half=True)
    for step in range(1, spec.steps + 1):
        for group in adam.param_groups:
            group["lr"] = spec.lr * min(1.0, step / 20)
        loss = net.loss(x[torch.randint(len(x), (BATCH,), generator=rng)])
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            found = look()
            figures = {name: float(found["score"][name]) for name in ("test", "agrees")}
            best = float(found["probe"]["layer"].max())
            yield Step(step, spec.steps, {"loss": loss.item(), "read": best, **figures})
            yield from shots(moment, step, found, net, half=True)


@torch.no_grad()
def complete(net: ImageGPT, inputs: Inputs) -> Answer:
    """{"digit": which kept one, "rows": given, 0 to 7, "seed"} -> x (8, 8, 8): eight completions."""
    number, rows = whole(inputs, "digit", 0, len(digits().test_x) - 1), whole(inputs, "rows", 0, SIDE - 1)
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 2**31 - 1))
    given: Tensor = torch.from_numpy(palette(digits().test_x[[number]]))[:, : rows * SIDE].expand(SHOWN, -1)
    x = write(net, given, torch.rand(SHOWN, SIDE * (SIDE - rows), generator=rng))
    return {"x": x.view(-1, SIDE, SIDE).numpy().astype(np.uint8)}


SPEC = ImageGPTSpec
PROBES = {"complete": complete}
CLAIMS = (
    Claim(
        "Guessing pixels teaches classes: at its best layer a linear map reads at least 15 in a hundred "
        "more kept digits rightly than at the best layer of the same net untrained.",
        check(lambda before, now, _: now >= before + 0.15,
              "{1:.1%}, untrained {0:.1%}; from the pixels themselves {2:.1%}", "15 in 100 more",
              ends("probe", "layer", of=np.max), last("score", "raw")),
        "Less than 15 in a hundred more.",
    ),
    Claim(
        "Completed from their upper half, at least 20 in a hundred more digits are taken for what they were "
        "than with another learned digit's lower half.",
        check(lambda done, other, *_: done >= other + 0.2, "{:.1%}; another's lower half {:.1%}, the "
              "nearest's {:.1%}", "20 in 100 more", last("score", "agrees", "other", "nearest")),
        "Less than 20 in a hundred more.",
    ),
)  # fmt: skip
RECORDED = (ImageGPTSpec(),)
