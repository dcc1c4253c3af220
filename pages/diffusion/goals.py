"""What grades a bet or a challenge of the diffusion page: traces in, whether it is met and its figure out."""

from typing import Any

from engine.core.trace import Trace

PLACES = ("in a clump", "in the middle", "far outside")


def first_guess(trace: Trace) -> str | None:
    """Where a net's guesses of x_0 lie that are made of pure noise; None before the end of its training."""
    if not trace.finished:
        return None
    far = float(trace.last("start")["far"][0])  # from the data's mean; the clumps lie 2 from it
    return PLACES[1] if far < 0.5 else PLACES[0] if far < 2.5 else PLACES[2]


def own_drawing(run: Any, near: float) -> tuple[bool, str] | None:
    """A drawing that is not the one that comes with the page, learned well: an MMD² of less than `near` times
    that between data and data."""
    if getattr(run.spec, "data", "") != "drawn" or run.spec.drawing == type(run.spec)().drawing:
        return None
    far, floor = (float(run.trace.last("samples")[name]) for name in ("mmd", "floor"))
    return far < near * floor, f"{far / floor:.1f} times"


def short_chain(run: Any, most: int, missed: float, near: float) -> tuple[bool, str] | None:
    """All eight modes in few levels: each with more than a share of the samples, which lie near the data."""
    if getattr(run.spec, "data", "") != "eight Gaussians":
        return None
    samples = run.trace.last("samples")
    least, times = float(samples["shares"].min()), float(samples["mmd"]) / float(samples["floor"])
    said = f"T = {run.spec.T}, smallest share {least:.0%}, {times:.1f} times"
    return most >= run.spec.T and least > missed and times < near, said


def good_digits(run: Any, wanted: float) -> tuple[bool, str]:
    """Most samples are digits."""
    share = float(run.trace.last("judged")["digits"][0])
    return share >= wanted, f"{share:.0%}"
