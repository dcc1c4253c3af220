"""What grades the bet and the challenges of the page: traces in, whether they are met and the figure out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.page.predict import nearest
from engine.core.trace import Trace
from engine.plumbing.resnet_lab import end_loss

BETS = (0.15, 0.6, 1.0, 1.5)  # train loss at the end


def added(trace: Trace) -> tuple[str, str] | None:
    """The bet that comes nearest to the loss at the end, and the loss; None before it."""
    if not trace.finished:
        return None
    found = end_loss(trace)
    return f"{nearest(BETS, found):g}", f"{found:.2f}"


def plain_learns(trace: Trace, spec: Any, loss: float) -> tuple[bool, str] | None:
    """A plain net of 15 blocks or more below this loss."""
    if spec.kind != "plain" or spec.blocks < 15:
        return None
    return end_loss(trace) <= loss, f"{end_loss(trace):.2f}"


def few_maps(told: tuple[float, Sequence[int]] | None, maps: int, percent: float) -> tuple[bool, str] | None:
    """So many percent of questions, with so many maps at least left as they are. told: percent, the maps."""
    if told is None or len(told[1]) < maps:
        return None
    return told[0] >= percent, f"{told[0]:.0f}% without {len(told[1])}"


def still_reads(
    found: Mapping[str, np.ndarray] | None, off: Sequence[int], percent: float
) -> tuple[bool, str] | None:
    """So many percent of new digits without three blocks or more."""
    if found is None or len(off) < 3:
        return None
    return found["asked"].item() >= percent, f"{found['asked'].item():.0f}% without {len(off)}"
