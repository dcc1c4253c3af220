"""Figures of the labs that translate dates: arrays in, panels, charts and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import charts, marks
from app.figures.captions import Caption
from app.figures.charts import Chart, Series
from app.figures.panels import Panel, Title, attention
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.data.dates import END, FIELDS, ROWS, WRITES, Sentence

PLACE_OF = ("year",) * 4 + ("dash",) + ("month",) * 2 + ("dash",) + ("day",) * 2
PLACES = [*(f"year {i}" for i in (1, 2, 3, 4)), "-", "month 1", "month 2", "-", "day 1", "day 2"]
PERCENT = {0: "0", 0.5: "50%", 1: "100%"}
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
    """Two linked pictures of one example: arcs for one output character, and the whole matrix; without a
    look back, in its place, which characters of new dates come out wrong."""
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
        ("; framed: its own field", "truth"),
    ]
    if not asks:
        arcs = [("One ", None), ("vector", "code"), (" is all it has: nobody is asked", None)]
        lost: Title = [("What is lost: characters ", None), ("wrong", "blind"), (" in new dates", None)]
        share = [marks.bars("score.wrong", "blind", names=PLACES, say="{name}: {value:%} wrong", gap=0.12)]
        bars = plot(
            share,
            lost,
            Axis("output: year-month-day", names=list("yyyy-mm-dd")),
            Axis("wrong", low=0, high=1, ticks=PERCENT),
        )
        return [attention(f"{name}.alpha", arcs, view="arcs", width=1.15, **shared), bars]
    return [
        attention(f"{name}.alpha", arcs, view="arcs", width=1.15, **shared),
        attention(f"{name}.alpha", matrix, view="matrix", outline=field_cells(one), **shared),
    ]


def asks(trace: Trace) -> bool:
    """Whether the net of this run looks back at its source."""
    return not trace.moments or float(trace.last("look")["sum"][1]) > 0


def alignment_sentence(trace: Trace, text: str) -> Caption:
    """How the net does on dates that it never saw, and how to read its picture."""
    if not asks(trace):
        then = "{exact:.0f}% of new dates come out exactly right: all that is written comes from one vector."
        start = "Before training the net writes nonsense. It reads the text once, into one vector."
        return Caption(start, f"After {{step}} steps {then}", f"At the end {then}")
    read = (
        f"A row: where the net looked in “{text}” to write one character; framed: its own field. "
        "A letter's vector knows its neighbours, so one letter can stand for a word."
    )
    then = f"{{exact:.0f}}% of new dates come out exactly right. {read}"
    return Caption(
        f"Before training each row looks everywhere alike, and nonsense is written. {read}",
        f"After {{step}} steps {then}",
        f"At the end {then}",
    )


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
    x = charts.Axis("dates in the text", 0.75, most + 0.35, ticks=range(1, most + 1), format=".0f")
    return charts.lines(arms, x, charts.Axis("exact, %", 0, 112, ticks=(0, 50, 100)), 240, numbers=True)


def growth_sentence(traces: Mapping[str, Trace]) -> str:
    """The same in words."""
    parts = []
    for memory, trace in traces.items():
        shares = [f"{100 * float(v):.0f}%" for v in trace.last("score")["right"]]
        parts.append(f"{memory} {', '.join(shares)}")
    return (
        f"Exact dates in texts of one, two and three: {'; '.join(parts)}. "
        "These two nets are not those above: they learned from texts of one and two dates. "
        "Three is more than they have met."
    )


def wiped(trace: Trace, memory: str) -> Chart:
    """Wrong characters by the input field that was wiped out: three by three."""
    wrong = 100 * trace.last("blank")["wrong"].astype(float).round(2)
    rows, columns = charts.Axis("wiped out", words=FIELDS), charts.Axis("what is written", words=FIELDS)
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


EQUATION = r"c_i = \sum_{j} \alpha_{ij} h_j, \qquad \alpha_{ij} = \frac{\exp e_{ij}}{\sum_k \exp e_{ik}}"
PLAIN = (
    r"\text{additive: } \; e_{ij} = v_a^{\top} \tanh(W_a s_{i-1} + U_a h_j)",
    r"\text{dot: } e_{ij} = s_i^{\top} h_j \qquad \text{general: } e_{ij} = s_i^{\top} W_a h_j",
    r"\text{concat: } e_{ij} = v_a^{\top} \tanh(W_a [s_i; h_j])",
)


def pipeline(trace: Trace, spec: Any, example: int, one: Sentence) -> tuple[Box, ...]:
    """From a text to the date that the run at hand makes of it."""
    done, n, d = bool(trace.moments), len(one.text), spec.hidden
    face = 1 - trace.last(f"e{example}")["alpha"] / 255 if done else None
    made = "".join(said(trace.last(f"e{example}")["codes"])) if done else "not trained yet"
    looks = asks(trace)
    found = " Where to look it has to find out." if looks else ""
    both = hasattr(spec, "dates")
    way, knows = ("from both ends", "around it") if both else ("from the left", "up to there")
    middle = (
        Box("weights", "For each character that is to be written, every input character gets a weight: how "
            "much it matters now.", "α_ij", f"10 × {n}", face, hue="past"),
        Box("average", "The vectors are averaged with these weights.", "c_i", f"{d} numbers"),
    ) if looks else (
        Box("one vector", "One vector is all that is kept of the text.", "c", f"{d} numbers", hue="code"),
    )  # fmt: skip
    return (
        Box("text", "A date goes in, as people write it.", "", f"{n} characters", text=one.text, hue="past"),
        Box("encoder", f"The encoder reads it {way}, and leaves a vector at each character: what it has read "
            f"{knows}.", "h_j", f"{n} × {d}", hue="past"),
        *middle,
        Box("decoder", "From that and from what it has written the decoder writes the next character.", "s_i",
            f"{d} numbers", hue="model"),
        Box("date", f"In training its characters are marked right or wrong, and nothing else.{found}", "",
            "10 characters", text=made, hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any, one: Sentence) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here: for the month's first digit."""
    shape, most, d = "not trained yet", "not trained yet", spec.hidden
    if trace.moments:
        row = trace.last("e0")["alpha"][MONTH] / 255
        j = int(row.argmax())
        shape = f"{len(PLACE_OF)} × {len(row)}"
        most = f"{row[j]:.2f} on “{one.text[j]}”" if row.any() else "none: one vector"
    return (
        ("i", "number of the output character", "1 to 10"),
        ("j, k", "numbers of input characters", f"1 to {len(one.text)}"),
        ("h_j", "annotation: what the encoder knows at input character j", f"{d} numbers"),
        ("s_{i-1}, s_i", "decoder's state before output character i, and at it: it asks", f"{d} numbers"),
        ("e_{ij}", "score: how well input j fits what output i asks for", shape),
        (r"\alpha_{ij}", "weights, one row an output character: the softmax of its scores", shape),
        ("c_i", "context: the average of h with the weights of row i", f"{d} numbers"),
        ("W_a, U_a, v_a", "learned: they make a score of the two vectors", f"{d} × {d}, {d} × {d}, {d}"),
        (r"\tanh, [\,;\,]", "squeezes numbers into -1 to 1; puts two vectors end to end", "number by number"),
        (r"\max_j \alpha_{6j}", "the month's first digit looks most", most),
        (r"-\sum_j \alpha_{ij} \log_2 \alpha_{ij}", "blur of a row, sharpest to blurriest", blur(trace)),
    )


def cover() -> Panel:
    """For the page's card."""
    return attention("e0.alpha", (), list("1998-03-05"), list("March␣5,␣1998"), high=255)
