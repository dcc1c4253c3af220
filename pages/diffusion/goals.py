"""What grades a bet or a challenge of the diffusion page: traces in, whether it is met and its figure out."""

from typing import Any

from engine.core.trace import Trace
from pages.diffusion.figures import half

LEVELS = (80, 50, 20, 5)  # of T = 100


def chosen_at(trace: Trace, spec: Any) -> int | None:
    """The level from which on half of the futures of a particle agree; None for other questions."""
    if not trace.moments or "samples" not in trace.names or "floor" not in trace.last("samples"):
        return None
    if "same" not in trace.names or getattr(spec, "data", "") != "eight Gaussians" or spec.T != 100:
        return None
    return round(half(trace.last("same")["fork"]) * spec.T)


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
