"""Lab: the same VQ-VAE with 2, 4, 8, ... 256 codes, one after the other: what do more codes buy?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from engine.codes import measures
from engine.codes.images import DEFAULT, SETS, images
from engine.codes.rate import LADDER, rates
from engine.codes.vqvae import VQVAE
from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots

PAPERS = ("oord2017vqvae",)
BATCH, BETA, GAMMA, DEAD, RATE = 64, 0.25, 0.99, 0.5, 3e-3  # as the page's stage one has them


@dataclass(frozen=True)
class RateSpec(Spec):
    data: str = param(DEFAULT, "Pictures", "16 x 16: sprites, factor images, or digits.", choices=SETS)
    steps: int = param(2400, "Training steps", "Shared among eight codebooks.", low=80, high=8000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: RateSpec, weights: State | None) -> list[VQVAE]:
    """The eight nets as they start: encoders and decoders alike, codebooks of different sizes."""
    return [restored(spec.seed, None, lambda K=K: VQVAE(K, 16, channels=16)) for K in LADDER]


def run(spec: RateSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains one codebook after the other, with restarts; each moment shows the whole curve so far."""
    train, test = (part.to(device) for part in images(spec.data))
    nets, moments = [net.to(device) for net in restore(spec, None)], Moments(spec.steps)
    curve = np.array([score(net, test) for net in nets], np.float32)  # (8, 4)
    turns = np.linspace(0, spec.steps, len(LADDER) + 1).round().astype(int)
    yield from shots(0, 0, look(curve, 0))
    step = 0
    for which, (net, until) in enumerate(zip(nets, turns[1:], strict=True)):
        rng = torch.Generator().manual_seed(spec.seed)  # the same batches for each
        adam = torch.optim.Adam(net.parameters(), lr=RATE)
        while step < until:
            step += 1
            p = net(train[torch.randint(len(train), (BATCH,), generator=rng)])
            reconstruction = p.reconstruction()
            adam.zero_grad()
            (reconstruction + BETA * p.commitment()).backward()
            adam.step()
            z_e = p.z_e.detach().flatten(0, 2)
            net.codebook.follow(z_e, p.k, GAMMA)
            net.codebook.restart(z_e, DEAD, rng)
            moment = moments.at(step)
            if moment is not None or step == until:
                curve[which] = score(net, test)
            scalars = {"loss": reconstruction.item()}
            if moment is None:
                yield Step(step, spec.steps, scalars)
            else:
                yield Step(step, spec.steps, scalars | {"mse": float(curve[which, 0])})
                yield from shots(moment, step, look(curve, which + (step == until)))


def split(spec: RateSpec) -> tuple[torch.Tensor, torch.Tensor]:
    """The pictures that it learns from, and those that it is scored on."""
    return images(spec.data)


@torch.no_grad()
def score(net: VQVAE, test: torch.Tensor) -> tuple[float, float, float, float]:
    """(error, codes used, log2 K, log2 perplexity) on test images (M, 16, 16)."""
    k = net.indices(test)
    counts = measures.usage(k, len(net.codebook.e))
    return measures.error(net, test, k), float((counts > 0).sum()), *rates(counts)


def look(curve: np.ndarray, done: int) -> dict[str, Arrays]:
    """The curve (8, 4) as it stands; `done` of its points are final."""
    names = ("mse", "used", "most", "bits")
    arrays: dict[str, Any] = {name: curve[:, i].copy() for i, name in enumerate(names)}
    return {"curve": {**arrays, "done": np.asarray(done, np.uint8)}}


def _more_codes_lose_less(traces: Mapping[str, Trace]) -> Verdict:
    mse = traces["this"].last("curve")["mse"]
    few, some, many = float(mse[0]), float(mse[3]), float(mse[7])
    return Verdict(
        many < some < few,
        f"{few:.4f}, {some:.4f}, {many:.4f} with {LADDER[0]}, {LADDER[3]}, {LADDER[7]} codes",
        "less with each",
    )


def _bits_fall_behind(traces: Mapping[str, Trace]) -> Verdict:
    curve = traces["this"].last("curve")
    gap = curve["most"] - curve["bits"]
    return Verdict(
        bool((gap >= -1e-6).all() and gap[-1] >= 0.5),
        f"{curve['bits'][-1]:.2f} of {curve['most'][-1]:.0f} bits with {LADDER[-1]} codes",
        "at least half a bit short with the most codes",
    )


SPEC = RateSpec
CLAIMS = (
    Claim(
        "More codes lose less of the picture.",
        _more_codes_lose_less,
        "16 codes that reconstruct as well as 256, or 2 as well as 16.",
    ),
    Claim(
        "256 codes are not 8 bits a cell: some are used far more than others.",
        _bits_fall_behind,
        "A perplexity within half a bit of the number of codes.",
    ),
)
RECORDED = (RateSpec(),)
