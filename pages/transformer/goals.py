"""What grades the bets and challenges of the Transformer's page: traces and specs in, verdicts out."""

from typing import Any, Protocol

from engine.attention.dot_product_lab import WIDTHS
from engine.core.claims import Verdict
from engine.core.trace import Trace

BETS = {"1 %": 0.01, "15 %": 0.15, "50 %": 0.5, "90 %": 0.9}


class Shown(Protocol):
    """A run as the page shows it."""

    @property
    def spec(self) -> Any: ...

    @property
    def trace(self) -> Trace: ...


def kept_without(trace: Trace) -> str:
    """The bet that comes nearest to the share of entropy kept at d_k = 64 without a divisor."""
    kept = float(trace.last("widths")["kept"][WIDTHS.index(64), 0])
    return min(BETS, key=lambda one: abs(BETS[one] - kept))


def all_with_one_head(run: Shown) -> Verdict:
    """Every word right, with one head in each sub-layer."""
    wanted = "one head, every one of 200 words"
    if getattr(run.spec, "heads", 0) != 1 or "score" not in run.trace.names:
        return Verdict(None, "", wanted)
    exact = float(run.trace.last("score").get("exact", 0))
    return Verdict(exact == 1, f"{exact:.1%} of words", wanted)


def head_in_one_layer(run: Shown) -> Verdict:
    """An induction score of 0.75 with one layer."""
    wanted = "one layer, a score of 0.75"
    if run.spec.layers != 1 or not run.trace.moments:
        return Verdict(None, "", wanted)
    best = float(run.trace.last("score")["induction"].max())
    return Verdict(best >= 0.75, f"score {best:.2f}", wanted)


def sorts(run: Shown) -> Verdict:
    """Nine of ten words sorted without a mistake."""
    wanted = "task sort, 90% of words"
    if run.spec.task != "sort" or not run.trace.moments:
        return Verdict(None, "", wanted)
    exact = float(run.trace.last("score")["exact"])
    return Verdict(exact >= 0.9, f"{exact:.1%} of words", wanted)
