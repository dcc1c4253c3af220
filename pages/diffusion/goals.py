"""What grades a bet or a challenge of the diffusion page: traces in, verdicts out."""

from typing import Any

from engine.core.claims import Verdict
from engine.core.trace import Trace
from pages.diffusion.figures import half

LEVELS = (80, 50, 20, 5)  # of T = 100
NEAR = 3  # an MMD² of so many times that between data and data
MISSED = 0.03  # of an eighth: a mode that gets less is missed


def chosen_at(trace: Trace, spec: Any) -> int | None:
    """The level from which on half of the futures of a particle agree; None for other questions."""
    if not trace.moments or "samples" not in trace.names or "floor" not in trace.last("samples"):
        return None
    if "same" not in trace.names or getattr(spec, "data", "") != "eight Gaussians" or spec.T != 100:
        return None
    return round(half(trace.last("same")["fork"]) * spec.T)


def own_drawing(run: Any) -> Verdict:
    """A drawing that is not the one that comes with the page, learned well."""
    wanted = f"your own drawing, MMD² below {NEAR} times data against data"
    fresh = getattr(run.spec, "data", "") == "drawn" and run.spec.drawing != type(run.spec)().drawing
    if not fresh or not run.trace.moments:
        return Verdict(None, "", wanted)
    far, floor = (float(run.trace.last("samples")[name]) for name in ("mmd", "floor"))
    return Verdict(far < NEAR * floor, f"{far / floor:.1f} times", wanted)


def short_chain(run: Any) -> Verdict:
    """All eight modes in few levels."""
    wanted = f"T at most 20, each mode more than {MISSED:.0%} of samples, MMD² below {NEAR} times the floor"
    if getattr(run.spec, "data", "") != "eight Gaussians" or not run.trace.moments:
        return Verdict(None, "", wanted)
    samples = run.trace.last("samples")
    least, times = float(samples["shares"].min()), float(samples["mmd"]) / float(samples["floor"])
    return Verdict(
        run.spec.T <= 20 and least > MISSED and times < NEAR,
        f"T = {run.spec.T}, smallest share {least:.0%}, {times:.1f} times",
        wanted,
    )


def good_digits(run: Any) -> Verdict:
    """Most samples are digits."""
    wanted = "at least 90%"
    if not run.trace.moments or "judged" not in run.trace.names:
        return Verdict(None, "", wanted)
    share = float(run.trace.last("judged")["digits"][0])
    return Verdict(share >= 0.9, f"{share:.0%}", wanted)
