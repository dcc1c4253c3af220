"""Figures of the hero: what four ways see of one pixel's past, and the wave in which each computes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.films import Film, header
from app.figures.panels import Panel, Title
from app.figures.plot import Axis, plot
from engine.autoregressive.sight import ALL, LONGEST, SIDE, STEPS, turn
from engine.core.trace import Trace

DONE = 3  # the shade of a heard pixel once its states are computed; before, 1
NAMES = ("Convolution", "Row LSTM", "Diagonal BiLSTM", "Transformer")


def _stand(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where pixels (n, 2), row and column, have their middle in the plane."""
    return cells[:, 1] + 0.5, SIDE - 0.5 - cells[:, 0]


def four(trace: Trace, spec: Any) -> Sequence[Panel]:
    """One grid a way: heard pixels in blue, once they are computed; unheard ones of the past as dots."""
    across = Axis(low=0, high=SIDE, ticks={})
    rows, columns = np.indices((SIDE, SIDE))
    before = rows * SIDE + columns < spec.row * SIDE + spec.col
    left, low = spec.col, SIDE - 1 - spec.row
    frame = [left, left + 1, left + 1, left, left], [low, low, low + 1, low + 1, low]
    panels = []
    for i, name in enumerate(NAMES):
        seen = trace.last("sight")[f"kind{i}"].astype(bool)
        blind, leak = (np.argwhere(one) for one in (before & ~seen, seen & ~before))
        drawn = [
            marks.heat(f"sight.kind{i}", (0, SIDE), (0, SIDE), low=0, high=5, say=""),
            marks.dots(*_stand(blind), "blind", size=2.6, say="before the framed pixel, and never heard of"),
            marks.dots(*_stand(leak), "blind", size=5, ring=True, say="a leak: this pixel comes later"),
            marks.dots(f"wave.x{i}", f"wave.y{i}", "ink", size=3.6, say="computed at this step"),
            marks.line(*frame, "model", width=3.5, say="the pixel that is guessed"),
        ]
        title: Title = [(f"{name}: ", None), (f"{(seen & before).sum()}", "past")]
        panels.append(plot(drawn, title, across, across, square=True, touch="click"))
    return panels


def waves(trace: Trace) -> Film:
    """The film: the fields, which stand still, and the states that each way computes at each step."""
    steps = list(range(LONGEST + 1))
    rows, columns = np.indices((SIDE, SIDE)).reshape(2, -1)
    arrays: dict[str, Any] = {}
    for i, kind in enumerate(ALL):
        when = turn(kind)
        now = when.reshape(-1) == np.array(steps)[:, None]  # (steps, SIDE * SIDE)
        heard = trace.last("sight")[f"kind{i}"]
        done = when <= np.array(steps)[:, None, None]
        arrays[f"sight.kind{i}"] = np.where(done, DONE * heard, heard).astype(np.uint8)
        arrays[f"wave.x{i}"] = np.where(now, columns + 0.5, np.nan).astype(np.float32)
        arrays[f"wave.y{i}"] = np.where(now, SIDE - 0.5 - rows, np.nan).astype(np.float32)
    done = [100 * float(np.mean([(turn(kind) <= step).mean() for kind in ALL])) for step in steps]
    return header(steps, {"done": {"step": steps, "value": done}}), arrays


def four_said(trace: Trace, spec: Any) -> list[str]:
    """How far each way has come at a step, and what the guess hears of."""
    count = trace.last("count")
    seen, leak, past = count["seen"].tolist(), count["leak"].tolist(), int(count["past"][0])
    where = f"row {spec.row}, column {spec.col}, from 0"
    heard = (
        f"Of the {past} pixels before the framed one ({where}) its guess hears of {seen[0]} by masked "
        f"convolution, {seen[1]} by Row LSTM, {seen[2]} by Diagonal BiLSTM, {seen[3]} by Transformer."
        if past
        else f"The framed pixel ({where}) is the first: there is nothing to hear of."
    )
    if sum(leak):
        own = int(trace.last("sight")["kind2"][spec.row, spec.col])
        heard += f" The Diagonal BiLSTM also hears of {'itself and ' * own}{leak[2] - own} later: a leak."
    row, diagonal = STEPS[ALL[1]], STEPS[ALL[2]]
    said = ["No step is done yet; a pixel turns strong blue when it is computed. " + heard]
    for step in range(1, len(trace.moments)):
        first = "Convolution and Transformer compute all pixels in step 1." if step == 1 else (
            "Convolution and Transformer are done."
        )  # fmt: skip
        rows = f"row {step} of {row}" if step <= row else "done"
        slant = f"diagonal {step} of {diagonal}"
        said.append(f"Step {step} of one pass. {first} Row LSTM: {rows}; Diagonal BiLSTM: {slant}. {heard}")
    return said


def missed(trace: Trace) -> int:
    """How many pixels of the past the Diagonal BiLSTM never hears of."""
    count = trace.last("count")
    return int(count["past"][0] - count["seen"][2])
