"""Lab: G and D grow from 4 to 16 pixels while they learn nine kinds of bright shapes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.adversarial.gan import NON_SATURATING, V, loss_G
from engine.adversarial.progressive import Discriminator, Generator, faded, half, twice
from engine.core.claims import Claim, at_least, late
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, restored, shots
from engine.data.bright_shapes import KINDS, bright_shapes, judged

PAPERS = ("karras2017", "mescheder2018")
BATCH, MOMENTS, DRAWN, SHOWN, LEVEL = 32, 16, 300, 12, 2
SHARES = (0.1, 0.25, 0.65)  # of the steps: at 4, 8 and 16 pixels
EVERY, GAMMA = 8, 1.0  # R1: how often, and its weight
CHANNELS = (28, 20, 14)


@dataclass(frozen=True)
class ProgressiveSpec(Spec):
    fade: float = param(
        0.5, "Fade-in", "The share of a level's steps in which alpha goes from 0 to 1.", low=0.0, high=1.0
    )
    d: int = param(16, "Numbers in z", "How many random numbers G starts from.", low=2, high=100)
    lr: float = param(2e-3, "Learning rate", "Step size of both players.", low=1e-5, high=0.1, log=True)
    steps: int = param(
        1000, "Training steps", "Each is one of D and one of G, 32 pictures.", low=20, high=6000
    )
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


class Pair(nn.Module):
    """Both players, grown up: what is not yet in use is there and waits."""

    def __init__(self, spec: ProgressiveSpec):
        super().__init__()
        self.G, self.D = Generator(spec.d, CHANNELS), Discriminator(CHANNELS)


def restore(spec: ProgressiveSpec, weights: State | None) -> Pair:
    """Both players with these weights, or as they start from the seed."""
    pair = restored(spec.seed, weights, lambda: Pair(spec))
    return pair.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


split = None  # scored on new draws of z by a judge that learned nothing: nothing has to be held back


def schedule(step: int, spec: ProgressiveSpec) -> tuple[int, float]:
    """Which level a step (from 1) trains, and how far its fade-in has come: alpha."""
    begins = np.round(np.cumsum((0, *SHARES)) * spec.steps)
    level = int(np.searchsorted(begins[1:-1], step - 1, side="right"))
    long = spec.fade * (begins[level + 1] - begins[level])
    return level, 1.0 if level == 0 or not long else min(1.0, (step - 1 - begins[level]) / long)


def run(spec: ProgressiveSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment draws the same 300 z and asks the judge. `given["start"]` makes a fork, which
    grows again from 4 x 4."""
    rng, fixed = (torch.Generator().manual_seed(spec.seed + more) for more in (0, 10_000))
    x = 2 * torch.from_numpy(bright_shapes()[0].copy()).permute(0, 3, 1, 2).to(device) - 1
    real_at = (half(half(x)), half(x), x)
    z_shown = torch.randn(DRAWN, spec.d, generator=fixed).to(device)
    pair = restore(spec, given.get("start")).to(device)
    G, D = pair.G, pair.D
    adam_g, adam_d = (
        torch.optim.Adam(one.parameters(), lr=spec.lr, betas=(0.0, 0.99), fused=True) for one in (G, D)
    )
    moments, then = Moments(spec.steps, MOMENTS), first_layers(G)

    yield from shots(0, 0, look(G, z_shown, 0, 1.0)[1], pair, half=True)
    for step in range(1, spec.steps + 1):
        level, alpha = schedule(step, spec)
        real = faded(real_at[level][torch.randint(len(x), (BATCH,), generator=rng).to(device)], alpha)
        fake = G(torch.randn(BATCH, spec.d, generator=rng).to(device), level, alpha)
        steep = step % EVERY == 0
        real.requires_grad_(steep)
        says_real, says_fake = D(real, level, alpha), D(fake.detach(), level, alpha)
        loss_d = -V(says_real, says_fake)
        if steep:  # R1: D's slope at real pictures is to be small
            (slope,) = torch.autograd.grad(says_real.sum(), real, create_graph=True)
            loss_d = loss_d + EVERY * GAMMA / 2 * slope.square().flatten(1).sum(1).mean()
        adam_d.zero_grad()
        loss_d.backward()
        adam_d.step()
        D.requires_grad_(False)
        loss_g = loss_G(D(fake, level, alpha), NON_SATURATING).mean()
        adam_g.zero_grad()
        loss_g.backward()
        adam_g.step()
        D.requires_grad_(True)
        if level == 0:
            then = first_layers(G)  # what they are when 4 x 4 pixels have been learned
        figures = {"alpha": round(float(alpha), 3), "side": 4.0 * 2**level}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            scores, seen = look(G, z_shown, level, alpha)
            scores["moved"] = round(100 * float((first_layers(G) - then).norm() / then.norm()), 3)
            yield Step(step, spec.steps, figures | scores)
            yield from shots(moment, step, seen, pair, half=True)


def first_layers(G: Generator) -> Tensor:
    """All weights that draw 4 x 4 pixels, but for toRGB: a copy, in one row."""
    parts = (p for one in (G.project, G.first) for p in one.parameters())
    return torch.cat([p.detach().flatten() for p in parts])


@torch.no_grad()
def look(G: nn.Module, z: Tensor, level: int, alpha: float) -> tuple[dict[str, float], dict]:
    """Percent that are a bright shape, how many of nine kinds: small ones enlarged. And some of them."""
    made = pictures(G(z, level, alpha))
    seen = judged(made)
    count = np.bincount(seen.kind[seen.sure], minlength=len(KINDS))
    x = ((made[:SHOWN] * 15).round() * 17).astype(np.uint8)  # 16 levels a colour: smaller to ship
    scores = {"share": round(100 * float(seen.sure.mean()), 3), "kinds": float((count >= 3).sum())}
    film = {"x": x, "sure": seen.sure[:SHOWN].astype(np.uint8)}
    return scores, {"samples": film, "kinds": {"n": count}}


def pictures(x: Tensor) -> np.ndarray:
    """(N, 3, S, S) around [-1, 1] -> (N, 16, 16, 3) in [0, 1], each pixel of a small one drawn large."""
    while x.shape[-1] < 16:
        x = twice(x)
    return (x.clamp(-1, 1).permute(0, 2, 3, 1).cpu().numpy() + 1) / 2


@torch.no_grad()
def fade(pair: Pair, inputs: Inputs) -> Answer:
    """{"level", "seed"} -> of six z both paths of a fade, doubled to 16 pixels, before they are cut to what
    can be shown: old, new (6, 16, 16, 3), around -1..1."""
    level, rng = (
        whole(inputs, "level", 1, LEVEL),
        torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999)),
    )
    z = torch.randn(6, pair.G.project.weight.shape[1], generator=rng)
    old, new = pair.G.paths(z, level)
    assert old is not None
    while new.shape[-1] < 16:
        old, new = twice(old), twice(new)
    return {name: x.permute(0, 2, 3, 1).numpy() for name, x in (("old", old), ("new", new))}


SPEC = ProgressiveSpec
PROBES = {"fade": fade}
CLAIMS = (
    Claim(
        "Nothing is frozen: the layers that drew 4 x 4 pixels change by a fifth and more while it grows on.",
        at_least(
            20,
            "at the end their weights are {0:.0f}% of their size away from what they were at 4 x 4 pixels",
            "20% at least",
            late("moved"),
        ),
        "First layers that move by less than a fifth of their size once they have larger pictures to draw.",
    ),
)
RECORDED = (ProgressiveSpec(),)
