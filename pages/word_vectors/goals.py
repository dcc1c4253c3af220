"""What grades a bet or a challenge on word vectors: traces in, and what was found out."""

from typing import Any

from engine.core.trace import Trace

Found = tuple[bool, str] | None


def solved(trace: Trace) -> str | None:
    """The share of the analogies that a finished run solves; None before."""
    return f"{float(trace.last('score')['solved']):.0%}" if trace.finished else None


def small(run: Any, d: int = 8, wanted: float = 0.9) -> Found:
    """So many analogies answered with at most d dimensions. run: has a spec and a trace, here and below."""
    share = float(run.trace.last("score")["solved"])
    good = share >= wanted and run.spec.d <= d
    return (good, f"{share:.0%} with {run.spec.d}") if run.trace.finished else None


def no_lean(run: Any) -> Found:
    """No profession that leans by more than 0.1 in the vectors."""
    most = float(abs(run.trace.last("bias")["leans"]).max())
    return (most <= 0.1, f"the strongest leans by {most:.2f}") if run.trace.finished else None


def hard(run: Any) -> Found:
    """GloVe on hard templates, answering more than half."""
    share = float(run.trace.last("score")["solved"])
    there = run.trace.finished and run.spec.corpus == "hard"
    return (share > 0.5, f"{share:.0%}") if there else None
