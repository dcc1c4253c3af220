"""Figures of texts that go through one vector: arrays in, panels, films, charts and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel, Title, attention, heat
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot, stack
from engine.attention import seq2seq, seq2seq_lab
from engine.attention.seq2seq_lab import EXAMPLE, GUESSED, SCORED
from engine.core.trace import Trace
from engine.data.dates import WRITES
from engine.data.letters import LETTERS

SIGNS = [*LETTERS, "end"]  # of what the LSTM writes
PERCENT = {0: "0", 0.5: "50%", 1: "100%"}
PLACES = [*(f"year {i}" for i in (1, 2, 3, 4)), "-", "month 1", "month 2", "-", "day 1", "day 2", "end"]
DATE = list("yyyy-mm-dd")
ROWS = [*DATE, "end"]  # of the maps of three decoders
AHEAD = np.triu(np.ones((len(ROWS), len(ROWS)), int)).tolist()  # an output's own place, and all after it
LEARNS = {"RNN": len(ROWS), "CNN": 3, "Transformer": 2}  # steps or layers of one pass, one after another
WRITES_IN = {"RNN": 1, "CNN": 3, "Transformer": 2}  # of one character
TOP, BOTTOM = 0.68, 0.32  # of the pipe
EQUATION = r"p(y_1, \ldots, y_T \mid x) = \prod_{t=1}^{T} p(y_t \mid v, y_1, \ldots, y_{t-1})"
PLAIN = (
    ("The LSTM's step: forget a part of the memory, let something new in, show a part.",
     r"c' = \sigma(f) \odot c + \sigma(i) \odot \tanh(g), \qquad h' = \sigma(o) \odot \tanh(c')"),
    ("The GRU's step: one vector, two gates.",
     r"h' = z \odot h + (1 - z) \odot \tilde h, \qquad \tilde h = \tanh(W x + r \odot (U h))"),
    ("Convolution, and attention behind a mask: what place t of a decoder is made of.",
     r"\text{CNN: } y_{t-k}, \ldots, y_{t-1} \text{ in each layer} \qquad "
     r"\text{Transformer: } \sum_{s<t} \alpha_{ts} y_s"),
)  # fmt: skip


def letters(codes: np.ndarray) -> str:
    """What the LSTM wrote, up to its end mark."""
    return "".join(LETTERS[c] for c in codes if c < len(LETTERS))


def date(codes: np.ndarray) -> str:
    """What a decoder of dates wrote, up to its end mark."""
    return "".join(WRITES[c] for c in codes if c < len(WRITES) - 1)


def hourglass(n: int, pipe: int, backwards: bool) -> Panel:
    """The text, the pipe, and which letters came out."""
    x, text = (np.arange(n) + 0.5) / n, list(EXAMPLE[:n])
    columns = seq2seq_lab.face(pipe)[1]
    half = 0.012 * (1 + columns)
    ways = [np.stack([x, np.full(n, 0.5)], 1).ravel(), np.tile([0.0, 1.0], n)]  # down to the pipe and back
    drawn = [
        marks.line(ways[0], 0.87 - (0.87 - TOP) * ways[1], "past", width=1, alpha=0.5),
        marks.line(ways[0], 0.17 + (BOTTOM - 0.17) * ways[1], "model", width=1, alpha=0.5),
        marks.heat(f"t{n}.v", (0.5 - half, 0.5 + half), (BOTTOM, TOP), low=-1, high=1, scale="signed",
                   say="one number of v: {value:+2}"),
        marks.words(text, x, np.full(n, 0.93), "past", align="center", size=15, mono=True),
        marks.words(text, x, np.full(n, 0.12), "soft", align="center", size=15, mono=True),
        marks.dots(x, np.full(n, 0.03), "truth", size=5, alive=f"t{n}.right", names=text,
                   say="{name}, place {x}"),
        marks.words([f"v: {pipe} numbers"], [0.5], [0.5], "soft", shift=10 + 300 * half),
        marks.words(["read from its end" if backwards else "read from its start"], [0.01], [0.6], "soft"),
        marks.words(["wanted, below:"], [0.01], [0.49], "soft"),
        marks.words(["● came out, ○ lost"], [0.01], [0.39], "soft"),
    ]  # fmt: skip
    title: Title = [("The whole ", None), ("text", "past"), (" in one ", None), ("vector", "code")]
    hidden = Axis(low=0, high=1, ticks={})
    return plot(drawn, title, hidden, hidden, tall=250, aspect=0.75, width=1.15)


def heard(n: int) -> Panel:
    """What each output hears of each input, through the pipe."""
    title: Title = [("What each ", None), ("output", "model"), (" owes to each ", None), ("input", "past")]
    return attention(
        f"t{n}.hears", title, {"array": f"t{n}.codes", "alphabet": SIGNS}, list(EXAMPLE[:n]), "matrix",
        high=255, wrong=f"t{n}.wrong",
    )  # fmt: skip


def lost(n: int) -> Panel:
    """Which letters of new texts are lost, by their place; a line for each length."""
    drawn = [
        marks.line(
            range(1, m + 1), f"lost.n{m}", "model" if m == n else "soft", label=f"{m}", place="last",
            width=2.6 if m == n else 1.2, dots=2.5 if m == n else 0,
        )
        for m in SCORED
    ]  # fmt: skip
    drawn.append(marks.rules(GUESSED / 100, "soft", label="chance", must=True, dash=(2, 3)))
    title: Title = [("Letters lost at each place, by length", None)]
    y = Axis("lost", low=0, high=1.08, ticks=PERCENT)
    x = Axis("place in the text", low=1, high=21, ticks={m: str(m) for m in SCORED})
    return plot(drawn, title, x, y, tall=250, aspect=0.75)


def hero(n: int, spec: Any) -> Sequence[Panel]:
    """One text through the pipe, and what is lost of many."""
    return [hourglass(n, spec.pipe, spec.backwards), heard(n), lost(n)]


def hero_said(trace: Trace, n: int) -> list[str]:
    """What came out, moment by moment."""
    said = []
    for moment, step in enumerate(trace.moments):
        one, share = trace.at(f"t{n}", moment), trace.at("score", moment)["right"].item()
        when = f"After {step} steps" if step else "Before training"
        if step and step == trace.total:
            when = "At the end"
        kept = int(one["right"].sum())
        wrote = letters(one["codes"]) or "nothing"
        said.append(
            f"{when} “{EXAMPLE[:n]}” comes out as “{wrote}”: {kept} of {n} "
            f"letter{'s' * (n > 1)} in place. Over new texts of 2, 4, 8 and 12 letters {100 * share:.0f}% "
            f"come out right, by chance {100 - GUESSED:.0f}%. A row of the map: how much one output's "
            "probability changes with each input, in shares."
        )
    return said or ["Not trained yet."]


def pipeline(trace: Trace, spec: Any, n: int) -> tuple[Box, ...]:
    """From a text to what the run at hand makes of it."""
    done = bool(trace.moments)
    v = trace.last(f"t{n}")["v"] if done else None
    wrote = (letters(trace.last(f"t{n}")["codes"]) or "nothing") if done else "not trained yet"
    way = "last letter to its first" if spec.backwards else "first letter to its last"
    return (
        Box("text", "A text of random letters goes in.", "x", f"{n} letters", text=EXAMPLE[:n], hue="past"),
        Box("encoder", f"An LSTM reads it from its {way}; after each letter it has a new state.", "h, c",
            f"2 × {spec.hidden} numbers", hue="past"),
        Box("vector", "Its last state is squeezed into a few numbers, and nothing else is passed on.", "v",
            f"{spec.pipe} numbers", None if v is None else (v + 1) / 2, hue="code"),
        Box("decoder", "Another LSTM starts from them and writes, a letter at a time; each time it reads the "
            "letter that it has just written.", "p(y_t | …)", f"{seq2seq.V + 1} probabilities", hue="model"),
        Box("what is written", "In training the right letter is made likelier at each place, the true ones "
            "before it being given.", "y", "", text=wrote, hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any, n: int, dates: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    v = trace.last(f"t{n}")["v"] if trace.moments else None
    seen = "not trained yet" if v is None else f"{spec.pipe} numbers, {v.min():.2f} to {v.max():.2f}"
    return (
        ("p", "probability, as the decoder gives it", f"of {seq2seq.V + 1} signs"),
        ("x", "the text that is read", f"“{EXAMPLE[:n]}”"),
        ("y_t", "the letter (or end mark) that is written at place t", f"one of {seq2seq.V + 1}"),
        ("T", "places that are written, the end mark's included", f"{n + 1}"),
        ("v", "the vector: all that the decoder is told of x", seen),
        ("h, c", "the LSTM's state: what it shows, and its memory (a prime: after the step)",
         f"{spec.hidden} numbers each"),
        ("i, f, o, g", "gates for letting in, keeping and showing, before σ; what is new", "from x, h"),
        ("z, r", "the GRU's gates: how much is kept (1 − z: written anew); how much of the old is heard",
         f"{dates.hidden} each"),
        (r"\tilde h", "what the GRU would write", f"{dates.hidden} numbers"),
        ("W, U", "learned: what the GRU makes of x and of h", f"{dates.hidden} rows"),
        ("k", "characters that a convolution spans; three in a row reach 1 + 3(k − 1)", f"{dates.kernel}"),
        (r"\alpha_{ts}", "how much place t looks at place s; 0 for all s from t on", "rows of sum 1"),
        (r"\sigma, \tanh, \odot", "squeeze to 0…1, to −1…1; multiply number by number", "-"),
    )  # fmt: skip


def learning(trace: Trace, name: str) -> Sequence[Panel]:
    """A decoder of dates in training: what each place sees, where it goes wrong, how many are exact."""
    sees: Title = [("What each ", None), ("output", "model"), (" sees of those before it", None)]
    lost = [marks.bars("score.wrong", "blind", names=PLACES, say="{name}: {value:%} wrong", gap=0.12)]
    way = [marks.line(over(), over("exact"), "model"), marks.rules(over(), "line", axis="x")]
    places = Axis("output: year-month-day, end", names=[*DATE, "end"])
    exact = Axis("exact, %", low=0, high=100, ticks={0: "0", 50: "50", 100: "100"})
    return [
        attention("grid.sees", sees, ROWS, ROWS, "matrix", high=255, forbidden=AHEAD,
                  key_title="output before"),
        plot(lost, [("Characters ", None), ("wrong", "blind"), (" in new dates", None)], places,
             Axis("wrong", low=0, high=1, ticks=PERCENT)),
        plot(way, [(f"{name}: new dates without a mistake", None)], Axis("step"), exact),
    ]  # fmt: skip


LEARNING = Caption(
    "Before training it writes nonsense, and the map is a matter of chance.",
    "After {step} steps {exact:.0f}% of 200 new dates are right to the last digit.",
    "“5 March 1998” goes in, 1998-03-05 comes out: of 200 new dates {exact:.0f}% to the last digit. A row of "
    "the map: how much one output's logit changes with each character before it, in shares of the row, mean "
    "of 16 dates. What is ahead counts exactly nothing.",
)


def reading(found: Mapping[str, np.ndarray], text: str, iso: str) -> tuple[Sequence[Panel], Film, list[str]]:
    """A date, read character by character: the gates, the vector so far, and what it would write then."""
    S, n = found["c"].shape
    names = [c.replace(" ", "␣") for c in text]
    strips = [
        plot([marks.bars(found[key], hue, names=names, lit="now.at", dim=0.4, gap=0.1, say=say)], (),
             Axis(names=names), Axis(axis, low=0, high=1, ticks={0: "0", 1: "1"}))
        for key, hue, axis, say in (
            ("anew", "model", "written anew", "“{name}”: {value:%} of the state is written anew"),
            ("heard", "past", "old heard", "“{name}”: {value:%} of the old is heard"),
        )
    ]  # fmt: skip
    wrote = [date(row) for row in found["codes"]]
    right = np.array([[int(a == b) for a, b in zip(f"{one:10}", iso, strict=False)] for one in wrote])
    sure = [
        marks.bars("out.p", "model", names=DATE, say="{name}: {value:%} sure", gap=0.12),
        marks.dots(range(10), np.full(10, 1.1), "truth", size=4.5, alive="out.right", say=""),
    ]
    gates: Title = [("Gates", "model"), (" at each character, mean of all units", None)]
    vector: Title = [("The ", None), ("vector", "code"), (" so far", None)]
    out: Title = [("If it ended here: how sure, ● right", None)]
    panels = [
        stack(strips, gates, tall=240, width=1.3),
        heat("out.c", vector, "signed", -1, 1, columns=1, width=0.6),
        plot(sure, out, Axis("year-month-day", names=DATE), Axis("sure", low=0, high=1.18, ticks=PERCENT)),
    ]
    face = (8, n // 8) if n % 8 == 0 else (n, 1)
    arrays = {"now.at": np.arange(S), "out.c": found["c"].reshape(S, 1, *face), "out.p": found["p"][:, :10],
              "out.right": right.astype(np.uint8)}  # fmt: skip
    said = [
        f"Read so far: “{text[: s + 1]}”. At “{text[s]}” {100 * found['anew'][s]:.0f}% of the state is "
        f"written anew. If it ended here, “{wrote[s]}” would be written: {right[s].sum()} of 10 right."
        for s in range(S)
    ]
    read = list(range(1, S + 1))
    scalars = {"right": {"step": read, "value": right.sum(1).tolist()}}
    return panels, (header(read, scalars), arrays), said


def writing(traces: Mapping[str, Trace], kernel: int) -> tuple[Sequence[Panel], Film, list[str]]:
    """Three decoders: learning sees all places in one pass, writing takes a pass a place."""
    T, names = len(ROWS), list(traces)
    maps = np.stack([trace.last("grid")["sees"] for trace in traces.values()])  # (3, T, T)
    there = np.arange(T)[None] < np.arange(T + 1)[:, None]  # (moments, rows): written so far
    there[0] = True
    rows = [f"{one} {way}" for one in names for way in ("learns", "writes")]
    steps = [[n for one in names for n in (LEARNS[one], t * WRITES_IN[one])] for t in range(T + 1)]
    count = [
        marks.bars("count.steps", ["past", "model"] * 3, sideways=True, names=rows, gap=0.15,
                   say="{name}: {value:0} one after another"),
        marks.words(value="count.steps", form="{value:0}", column=True, align="right"),
    ]  # fmt: skip
    seen: Title = [("Rows are ", None), ("outputs", "model"), (", columns those before, as yyyy-mm-dd", None)]
    panels = [
        attention("grid.sees", seen, ROWS, ROWS, "grid", names, 3, forbidden=AHEAD, high=255,
                  key_title="output before", width=2.1),
        plot(count, [("Steps that wait for each other", None)], Axis("so far", low=0, high=36, room=30),
             Axis(names=rows, room=128)),
    ]  # fmt: skip
    moments = list(range(T + 1))
    film = header(moments, {"passes": {"step": moments, "value": [1, *moments[1:]]}})
    arrays = {"grid.sees": maps[None] * there[:, None, :, None], "count.steps": np.array(steps, float)}
    said = [
        "Learning: the true date is known, so all 11 rows are reckoned in one pass of the decoder. Steps "
        "are what has to wait within it: the RNN goes from place to place, 11 steps; the CNN takes its 3 "
        "layers, the Transformer its 2."
    ]
    return panels, (film, arrays), said + [_written(t, 1 + LEARNS["CNN"] * (kernel - 1)) for t in moments[1:]]


def _written(t: int, reach: int) -> str:
    """What it took to write t characters."""
    sees = f"sees {t - 1} before it" if t > 1 else "sees the vector alone"
    near = f", with convolutions the last {reach}" if t - 1 > reach else ""
    return (
        f"Writing: {t} pass{'es' * (t > 1)} for {t} character{'s' * (t > 1)}, whatever the decoder, for each "
        f"waits for the one before. Row {t}, “{ROWS[t - 1]}”, {sees}{near}."
    )


def cover() -> Panel:
    """For the page's card."""
    return hourglass(8, 32, False) | {"title": []}
