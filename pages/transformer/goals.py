"""What grades the bets and challenges of the Transformer's page: runs in, and what was found out."""

from collections.abc import Mapping
from typing import Any

Found = tuple[bool, str] | None


def spared(found: Mapping[str, Any]) -> int:
    """How many letters of a word are written right; `found` is what the probe `read` gives."""
    return int((found["wrong"][:-1] == 0).sum())  # the last is the sign that ends it


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
