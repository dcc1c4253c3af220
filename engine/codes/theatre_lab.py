"""Lab: codes in the plane follow points that stand still. Quick enough to be drawn anew at every touch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.codes import measures, theatre
from engine.codes.vqvae import Codebook
from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots

PAPERS = ("oord2017vqvae",)
DEAD = 0.5


@dataclass(frozen=True)
class TheatreSpec(Spec):
    K: int = param(16, "Codes K", "How many codes there are.", low=2, high=32)
    gamma: float = param(0.9, "Memory gamma", "Near 1: codes follow slowly.", low=0.5, high=0.99)
    batch: int = param(32, "Points a step", "What the codes see at once.", low=1, high=128)
    points: str = param(
        "islands", "Points", "What the encoder puts out.", choices=("islands", "ring", "spiral")
    )
    init: str = param(
        "random", "Codes start", "As N(0, 1), or each on a point.", choices=("random", "on data")
    )
    restart: bool = param(False, "Restart dead codes", "Not in the paper.")
    updates: int = param(90, "Updates", "How many batches pass.", low=10, high=300)
    seed: int = param(0, "Seed", "Of the points, the codes and the batches.", low=0, high=9999)


def restore(spec: TheatreSpec, weights: State | None) -> Codebook:
    """The codes as they start, or with these weights."""
    book = restored(spec.seed, weights, lambda: Codebook(spec.K, 2))
    if weights is None and spec.init == "on data":
        rng = torch.Generator().manual_seed(spec.seed)
        book.start_from(theatre.points(spec.points, spec.seed), rng)
    return book


def run(spec: TheatreSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """About 60 moments of the codes' way; on the CPU whatever the device: a few milliseconds."""
    z_e, rng = theatre.points(spec.points, spec.seed), torch.Generator().manual_seed(spec.seed)
    book, moments = restore(spec, None), Moments(spec.updates)
    N, m, e = book.N.clone(), book.m.clone(), book.e.detach().clone()
    rest = theatre.OneStep(torch.zeros(spec.K), torch.zeros(spec.K, 2), (N, N), (m, m), (e, e), 0)
    yield from shots(0, 0, look(book, z_e, rest))
    steps = theatre.follow(
        book, z_e, spec.batch, spec.updates, spec.gamma, DEAD if spec.restart else 0.0, rng
    )
    for step, one in enumerate(steps, start=1):
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.updates, {"restarted": float(one.restarted)})
            continue
        seen = look(book, z_e, one)
        scalars = {"used": float((seen["codes"]["usage"] > 0).sum()), "error": float(seen["codes"]["error"])}
        yield Step(step, spec.updates, {"restarted": float(one.restarted), **scalars})
        yield from shots(moment, step, seen)


def look(book: Codebook, z_e: torch.Tensor, one: theatre.OneStep) -> dict[str, Arrays]:
    """Where codes stand, whom they own, how far the points are, and the step that brought them here."""
    k = book.nearest(z_e)
    e = book.e.detach()
    counts, error = measures.usage(k, len(e)), (z_e - e[k]).square().sum(1).mean()
    sums = torch.zeros_like(e).index_add_(0, k, z_e)
    mean = torch.where(counts[:, None] > 0, sums / counts.clamp(min=1)[:, None], e)
    pairs = {"N": one.N, "m": one.m, "e": one.e}
    return {
        "codes": {
            "e": _small(e),
            "usage": counts.numpy().astype(np.uint16),
            "mean": _small(mean),
            "error": _small(error),
        },
        "points": {"z_e": _small(z_e)},
        "step": {
            "n": one.n.numpy().astype(np.uint8),
            "sums": _small(one.sums),
            **{
                f"{name}_{when}": _small(a)
                for name, two in pairs.items()
                for when, a in zip(("before", "after"), two, strict=True)
            },
        },
    }


def _small(x: torch.Tensor) -> np.ndarray:
    return np.asarray(x.numpy().round(3), np.float32)


def _codes_are_means(traces: Mapping[str, Trace]) -> Verdict:
    trace = traces["this"]
    codes = trace.last("codes")
    live = codes["usage"] > 0
    off = np.linalg.norm(codes["e"] - codes["mean"], axis=1)[live]
    spread = float(np.sqrt(codes["error"]))
    if trace.moments[-1] < 60 or not live.any():
        return Verdict(None, "too few updates", "60 updates or more")
    typical = float(np.median(off))
    return Verdict(
        typical < 0.5 * spread,
        f"median distance {typical:.2f}, points lie {spread:.2f} from their code",
        "less than half of that",
    )


def _unused_codes_stand_still(traces: Mapping[str, Trace]) -> Verdict:
    trace = traces["this"]
    if any(trace.scalars["restarted"][1]):
        return Verdict(None, "codes are restarted", "no restarts")
    steps = [trace.at("step", moment) for moment in range(1, len(trace.moments))]
    moved = [np.abs(s["e_after"] - s["e_before"])[s["n"] == 0] for s in steps]
    far = max((float(m.max()) for m in moved if m.size), default=0.0)
    count = sum(len(m) for m in moved)
    return Verdict(far <= 0.002, f"{count} times a code won no point; it moved {far:.3f}", "at most 0.002")


SPEC = TheatreSpec
split = None  # its points are all there are: what is shown is how codes move
CLAIMS = (
    Claim(
        "A code that wins no point does not move: no average can bring it back.",
        _unused_codes_stand_still,
        "A code that moves in a step in which no point was nearest to it.",
    ),
    Claim(
        "Codes that are used come to stand at the mean of what they own.",
        _codes_are_means,
        "Codes as far from that mean as the points are from their code.",
    ),
)
RECORDED = (TheatreSpec(),)
