"""What grades a bet or a challenge on discrete codes: traces in, whether it is met and its figure out."""

from engine.core.trace import Trace


def alive(trace: Trace) -> int | None:
    """How many codes are in use at the end; None before it."""
    return int(trace.last("score")["used"]) if trace.finished else None


def all_used(trace: Trace, least: int, within: int) -> tuple[bool, str]:
    """Every code of a book of some size in use at some moment of the first `within` steps."""
    K = len(trace.last("codes")["usage"])
    used = max(int(trace.at("score", m)["used"]) for m, step in enumerate(trace.moments) if step <= within)
    return least <= K and used == K, f"{used} of {K} in use"


def small_loss(trace: Trace, most: float, codes: int) -> tuple[bool, str]:
    """An error below `most` with at most so many codes in the book."""
    K, mse = len(trace.last("codes")["usage"]), float(trace.last("score")["mse"])
    return codes >= K and mse < most, f"{mse:.4f} with {K} codes"


def none_dead(trace: Trace) -> tuple[bool, str]:
    """In the plane: no dead code at the end, without a restart."""
    dead, restarted = int((trace.last("codes")["usage"] == 0).sum()), any(trace.scalars["restarted"][1])
    return dead == 0 and not restarted, f"{dead} dead{' with restarts' if restarted else ''}"
