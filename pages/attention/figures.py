"""Figures of the labs that translate dates: arrays in, panels, charts and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import charts
from app.figures.charts import Axis, Chart, Series
from app.figures.panels import Panel, Title, attention
from engine.core.trace import Trace
from engine.data.dates import END, FIELDS, ROWS, WRITES, Sentence

PLACES = ("year", "dash", "month", "day")
PLACE_OF = ("year",) * 4 + ("dash",) + ("month",) * 2 + ("dash",) + ("day",) * 2
DASHES = [4, 7]
MONTH = 5  # the row that is lit: the month's first digit
INK = {"attention": "past", "one vector": "model"}


def seen(text: str) -> list[str]:
    """A text as labels, one a character: a space has a sign of its own."""
    return [character.replace(" ", "␣") for character in text]


def said(codes: np.ndarray) -> list[str]:
    """What was written, as labels; the end mark as a word."""
    return ["end" if c == END else seen(WRITES[c])[0] if c < len(WRITES) else "" for c in codes]


def field_cells(one: Sentence) -> list[list[int]]:
    """Where each row of "1998-03-05" should look: the span of its field, 0/1 of (10, characters)."""
    cells = np.zeros((len(PLACE_OF), len(one.text)), int)
    for (low, high), (first, last) in zip(ROWS, one.spans[0], strict=True):
        cells[low:high, first:last] = 1
    return cells.tolist()


def alignment(example: int, one: Sentence, asks: bool) -> Sequence[Panel]:
    """Two linked pictures of one example: arcs for one output character, and the whole matrix."""
    name = f"e{example}"
    shared: dict[str, Any] = {
        "queries": {"array": f"{name}.codes", "alphabet": said(np.arange(len(WRITES)))},
        "keys": seen(one.text),
        "query": MONTH,
        "high": 255,
        "wrong": f"{name}.wrong",
    }
    arcs: Title = [
        ("Each ", None),
        ("output", "model"),
        (" asks every ", None),
        ("input", "past"),
        (" character", None),
    ]
    matrix: Title = [
        ("Rows are ", None),
        ("outputs", "model"),
        (", columns ", None),
        ("inputs", "past"),
        ("; framed: its field", "truth"),
    ]
    if not asks:
        arcs = [("One ", None), ("vector", "code"), (" is all it has: nobody is asked", None)]
        matrix = [("No row looks anywhere", None)]
    return [
        attention(f"{name}.alpha", arcs, view="arcs", width=1.15, **shared),
        attention(f"{name}.alpha", matrix, view="matrix", outline=field_cells(one), **shared),
    ]


def asks(trace: Trace) -> bool:
    """Whether the net of this run looks back at its source."""
    return not trace.moments or float(trace.last("look")["sum"][1]) > 0


def alignment_sentence(trace: Trace, example: int, one: Sentence) -> str:
    """What the net writes for this example, and how it does on dates it never saw."""
    if not trace.moments:
        return "The net is untrained: it looks everywhere at once, and writes nonsense."
    codes, wrong = trace.last(f"e{example}")["codes"], trace.last(f"e{example}")["wrong"]
    text = "".join(WRITES[c] if c < END else "·" for c in codes)
    bad = int(wrong.sum())
    judged = "every character right" if not bad else f"{bad} of {len(wrong)} characters wrong"
    right = 100 * float(trace.last("score")["right"][0])
    return (
        f"After {trace.moments[-1]} steps “{one.text}” becomes {text}, {judged}. "
        f"Of days it never saw, {right:.0f}% come out exact."
    )


def blurriest(trace: Trace) -> str | None:
    """Which kind of output character has the row of the highest entropy; None where no row looks."""
    if not trace.moments or not asks(trace):
        return None
    return PLACE_OF[int(trace.last("look")["blur"].argmax())]


def blur(trace: Trace) -> str:
    """The blurriest and the sharpest row, in words."""
    if not trace.moments or not asks(trace):
        return "not measured"
    bits = trace.last("look")["blur"]
    low, high = int(bits.argmin()), int(bits.argmax())
    return f"{bits[low]:.1f} bits ({PLACE_OF[low]}) to {bits[high]:.1f} ({PLACE_OF[high]})"


def growth(traces: Mapping[str, Trace]) -> Chart:
    """Exact dates against the number of dates in a text, one line a memory."""
    shares = {memory: 100 * trace.last("score")["right"].astype(float) for memory, trace in traces.items()}
    most = max(map(len, shares.values()))
    arms = [
        Series(memory, range(1, len(right) + 1), right.round(1), INK[memory], dots=True)
        for memory, right in shares.items()
    ]
    x = Axis("dates in the text", 0.75, most + 0.35, ticks=range(1, most + 1), format=".0f")
    return charts.lines(arms, x, Axis("exact, %", 0, 112, ticks=(0, 50, 100)), 240, numbers=True)


def growth_sentence(traces: Mapping[str, Trace]) -> str:
    """The same in words."""
    parts = []
    for memory, trace in traces.items():
        shares = [f"{100 * float(v):.0f}%" for v in trace.last("score")["right"]]
        parts.append(f"{memory} {', '.join(shares)}")
    return (
        f"Exact dates in texts of one, two and three: {'; '.join(parts)}. "
        "Both were trained on texts of one and two; three is more than they have met."
    )


def wiped(trace: Trace, memory: str) -> Chart:
    """Wrong characters by the input field that was wiped out: three by three."""
    wrong = 100 * trace.last("blank")["wrong"].astype(float).round(2)
    rows, columns = Axis("wiped out", words=FIELDS), Axis("what is written", words=FIELDS)
    chart = charts.heat(wrong, rows, columns, "wrong, %", 0, 100, "blind", 200, numbers=True)
    return chart | {"title": {"text": f"With {memory}", "fontSize": 13, "offset": 6}}


def wiped_sentence(traces: Mapping[str, Trace]) -> str:
    """The same in words: how much fails beside the field that was wiped out."""
    shares = []
    for memory, trace in traces.items():
        wrong = trace.last("blank")["wrong"]
        others = 100 * float(wrong[~np.eye(len(wrong), dtype=bool)].mean())
        before = 100 * float(np.delete(trace.last("score")["wrong"], DASHES).mean())
        shares.append(f"{others:.0f}% with {memory} (without a blank {before:.0f}%)")
    return f"A blank stands in the field's place. Of the other fields' digits fail {' and '.join(shares)}."


def differing(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, bool]]:
    """The characters of a written text, and whether each differs from `before`; the end mark is left out."""
    marked = [(label, not (i < len(before) and before[i] == label)) for i, label in enumerate(after)]
    return [(label, differs) for label, differs in marked if label != "end"]


def symbols(trace: Trace, one: Sentence) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here: for the month's first digit."""
    shape, most = "not trained yet", "not trained yet"
    if trace.moments:
        row = trace.last("e0")["alpha"][MONTH] / 255
        j = int(row.argmax())
        shape = f"{len(PLACE_OF)} × {len(row)}"
        most = f"{row[j]:.2f} on “{one.text[j]}”" if row.any() else "none: one vector"
    return (
        ("h_j", "annotation: what the encoder knows at input character j", f"j = 1 … {len(one.text)}"),
        ("s_{i-1}", "decoder's state before output character i", "it asks"),
        (r"\alpha_{ij}", "weights, one row an output character", shape),
        (r"\max_j \alpha_{6j}", "the month's first digit looks most", most),
        (r"-\sum_j \alpha_{ij} \log_2 \alpha_{ij}", "blur of a row, sharpest to blurriest", blur(trace)),
        ("c_i", "context: the average that alpha takes of h", "one vector an output character"),
    )


def cover() -> Panel:
    """For the page's card."""
    return attention("e0.alpha", (), list("1998-03-05"), list("March␣5,␣1998"), high=255)
