"""What grades the bets and challenges of the Transformer's page: runs in, and what was found out."""

from typing import Any

from engine.attention.dot_product_lab import WIDTHS
from engine.core.trace import Trace

BETS = {"1 %": 0.01, "15 %": 0.15, "50 %": 0.5, "90 %": 0.9}
Found = tuple[bool, str] | None


def kept_without(trace: Trace) -> str:
    """The bet that comes nearest to the share of entropy kept at d_k = 64 without a divisor."""
    kept = float(trace.last("widths")["kept"][WIDTHS.index(64), 0])
    return min(BETS, key=lambda one: abs(BETS[one] - kept))


def one_head(run: Any) -> Found:
    """Every word right, with one head in each sub-layer. run: has a spec and a trace, here and below."""
    exact = float(run.trace.last("score")["exact"])
    return (exact == 1, f"{exact:.1%} of words") if run.spec.heads == 1 else None


def one_layer(run: Any) -> Found:
    """An induction score of 0.75 with one layer."""
    best = float(run.trace.last("score")["induction"].max())
    return (best >= 0.75, f"score {best:.2f}") if run.spec.layers == 1 else None


def sorts(run: Any) -> Found:
    """Nine of ten words sorted without a mistake."""
    exact = float(run.trace.last("score")["exact"])
    return (exact >= 0.9, f"{exact:.1%} of words") if run.spec.task == "sort" else None
