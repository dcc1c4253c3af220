"""Figures of places: where heads look, how far a net finds its letter; arrays in, panels and texts out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.marks import at, over
from app.figures.panels import Panel, Title
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.attention.positions import ENCODINGS, V
from engine.attention.positions_lab import BLOCKS, GUESS, TIMES, percent
from engine.core.trace import Trace

PERCENT = {0: "0", 0.5: "50%", 1: "100%"}
SHARE = Axis("right", low=0, high=1.06, ticks={GUESS / 100: "chance", 0.5: "50%", 1: "100%"}, room=50)
NAMES = tuple(ENCODINGS)
WHY = {
    "none": "Without places the letters before are a heap: the net guesses among those that came.",
    "learned": "Below the dashed line stand places whose vectors were never learned.",
    "sinusoidal": "Below the dashed line the sums of letter and hands are new to the net.",
    "relative": "The vector of an offset is the same below the dashed line as above it.",
    "rotary": "What stands at the far lower left is farther away than any letter was in learning.",
}
TELLS = {
    "none": "Nothing tells where a letter stands.",
    "learned": "A learned vector for each place is added to the letter's own.",
    "sinusoidal": "The hands of 24 clocks, their sines and cosines, are added to the letter's own vector.",
    "relative": "To each key a learned vector is added for its offset from the query, and for nothing else.",
    "rotary": "Queries and keys are turned by their places, pair by pair, like the hands of clocks.",
}
EQUATION = (
    r"e_{ij} = \frac{q_i^\top (k_j + a^K_{ij})}{\sqrt d}, \qquad z_i = \sum_j \alpha_{ij} (v_j + a^V_{ij})"
)
PLAIN = (
    ("Above: relative places, a learned vector for each offset, clipped at k, for the match and for what is "
     "read. What is looked at is the softmax of e. Rotary: turned queries and keys match in its place.",
     r"e_{ij} = \frac{(R_i q_i)^\top (R_j k_j)}{\sqrt d} = \frac{q_i^\top R_{j-i}\, k_j}{\sqrt d}"),
    ("R turns each pair of numbers by a hand's angle, so only the difference of places is left.",
     r"R_p = \begin{pmatrix} \cos p\theta & -\sin p\theta \\ \sin p\theta & \cos p\theta \end{pmatrix} "
     r"\text{ for each hand}, \qquad \theta = b^{-2i/d}"),
    ("Sinusoidal: what is added to a letter's vector at place p. Learned: any vector instead.",
     r"PE(p, 2i) = \sin p\theta, \qquad PE(p, 2i+1) = \cos p\theta"),
)  # fmt: skip


def letters(codes: np.ndarray) -> str:
    """Letters a to p."""
    return "".join(chr(97 + int(c)) for c in codes)


def looks(L: int) -> Panel:
    """Where the heads look, in texts of twice the learned length."""
    drawn = [
        marks.heat("map.looks", low=0, high=60, say="{value:0}% of its attention"),
        marks.rules(L, "past", dash=(4, 3)),
        marks.words(["learned ↑"], [2 * L - 0.5], [L * 1.09], "past", align="right", size=11),
    ]
    title: Title = [("Where each ", None), ("output", "model"), (" looks", None)]
    x = Axis("place that is read", low=0, high=2 * L, ticks={0: "0", L: str(L), 2 * L: str(2 * L)})
    y = Axis("place of the output", low=0, high=2 * L, ticks={0: str(2 * L), L: str(L), 2 * L: "0"})
    return plot(drawn, title, x, y, tall=280, aspect=1, square=True, width=0.9)


def by_place(L: int, bet: int | None) -> Panel:
    """Share right, place by place; and what was bet on four times the length."""
    far = TIMES[-1] * L
    centres = (np.arange(BLOCKS) + 0.5) * far / BLOCKS
    drawn = [
        marks.band([0, L], [0, 0], [1.06, 1.06], "past", alpha=0.14),
        marks.rules(GUESS / 100, "soft", dash=(2, 3)),
        marks.line(centres, "blocks.right", "model", width=2.4, dots=2.5),
    ]
    if bet is not None:
        said = [f"you said {bet}%"]
        drawn.append(marks.dots([4 * L], [bet / 100], "blind", size=5, ring=True, names=said, written=True))
    title: Title = [("Right", "model"), (", by place; ", None), ("shaded", "past"), (": learned", None)]
    return plot(drawn, title, Axis("place", low=0, high=far, ticks={t * L: str(t * L) for t in TIMES}), SHARE)


def table(name: str, others: Mapping[str, Trace | None], L: int, covered: str) -> Panel:
    """All five ways at four lengths: this run as the film goes, the others at their ends, one covered."""
    drawn: list[marks.Mark] = []
    columns = np.arange(4) + 0.5
    for row, one in enumerate(reversed(NAMES)):
        where = {"x": columns, "y": np.full(4, row + 0.5)}
        trace = others.get(one)
        if one == name:
            drawn += [
                marks.heat("table.right", (0, 4), (row, row + 1), low=0, high=2.6, say="{value:%} right"),
                marks.words(
                    value=at("table.right", row=0, scale=100), form="{value:0}%", align="center", **where
                ),
            ]
        elif one == covered or trace is None:
            drawn.append(
                marks.words(["?" if one == covered else "–"] * 4, concept="soft", align="center", **where)
            )
        else:
            cells = trace.last("table")["right"]
            drawn += [
                marks.heat(cells, (0, 4), (row, row + 1), low=0, high=2.6, say="{value:%} right"),
                marks.words([f"{100 * c:.0f}%" for c in cells[0]], concept="ink", align="center", **where),
            ]
    named = {row + 0.5: f"▸ {one}" if one == name else one for row, one in enumerate(reversed(NAMES))}
    title: Title = [("Right", "model"), (", by length of text", None)]
    x = Axis("length of the text", low=0, high=4, ticks={i + 0.5: str(t * L) for i, t in enumerate(TIMES)})
    return plot(drawn, title, x, Axis(low=0, high=5, ticks=named, room=96))


def hero(spec: Any, others: Mapping[str, Trace | None], covered: str, bet: int | None) -> Sequence[Panel]:
    """Where it looks, how far it finds its letter, and all five ways."""
    L = spec.length
    return [looks(L), by_place(L, bet), table(spec.encoding, others, L, covered)]


def hero_said(spec: Any) -> Caption:
    """What the run has come to."""
    L, back = spec.length, spec.back
    figures = (
        f"{{x1:.0f}}% right at the end of texts of {L}, {{x2:.0f}}% of {2 * L}, {{x4:.0f}}% of {4 * L}, "
    )
    figures += f"{{x8:.0f}}% of {8 * L}; by chance {GUESS:.0f}%"
    return Caption(
        "Before training outputs look anywhere before them, and are right by chance. A row of the map is an "
        "output.",
        f"After {{step}} steps the letter {back} back is {figures}.",
        f"At the end of learning the letter {back} back is {figures}. A row of the map: an output's "
        f"attention, mean of four heads and 16 texts. {WHY[spec.encoding]}",
    )


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a text to what the run at hand makes of it."""
    there = bool(trace.moments)
    text = letters(trace.last("text")["read"][:8]) + " …" if there else "letters"
    out = "···" + letters(trace.last("text")["out"][3:8]) + " …" if there else "not trained yet"
    face = 1 - trace.last("map")["looks"][: spec.length, : spec.length] / 100 if there else None
    return (
        Box("text", "Letters go in, drawn by chance, each a vector.", "x", f"{spec.length} letters",
            text=text, hue="past"),
        Box("places", TELLS[spec.encoding], "p", spec.encoding, text=spec.encoding, hue="code"),
        Box("attention", "Each output compares its query with the keys of all letters up to its own, and "
            "reads most where they match best.", "e, α", "4 heads", face),
        Box("output", f"At each place it puts out a letter: it should be the one {spec.back} back. Training "
            "makes the right one likelier.", "z", f"{V} probabilities a place", text=out, hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    right = f"{percent(trace, 1):.0f}% right" if trace.moments else "not trained yet"
    return (
        ("e_{ij}", "how well the query at place i matches the key at place j", "j up to i"),
        ("q_i, k_j, v_j", "query at place i; key and value at place j", "12 numbers a head"),
        ("R_p, R_i, R_j, R_{j-i}", "turns pairs of numbers by a place, or by a difference of places",
         "6 hands"),
        (r"\theta, b", "how far a hand turns from one place to the next; the base", f"b = {spec.base:g}"),
        ("i", "in θ and PE: the number of the hand, from 0", "0 to 5"),
        ("d", "numbers in a query (in PE: in a letter's vector)", "12 (48)"),
        (r"a^K_{ij}, a^V_{ij}", "learned vectors of the offset j − i, clipped", f"{2 * spec.clip + 1} each"),
        ("k", "clipped there: farther offsets share one vector", f"{spec.clip}"),
        (r"\alpha_{ij}", "softmax over j: what is looked at", "rows of sum 1"),
        ("z_i", "what is read at place i; the output is made of it", right),
        ("PE, p", "what is added to a letter's vector at place p", "48 numbers"),
    )  # fmt: skip


def striped(clip: int, found: Mapping[str, np.ndarray] | None) -> tuple[Sequence[Panel], Film, list[str]]:
    """Which pairs share a vector, stripe by stripe; and, of a trained net, what each adds to a score."""
    T, offsets = 16, np.arange(-clip, 1)
    apart = np.arange(T)[None] - np.arange(T)[:, None]  # (T, T): j - i
    shade = np.where(apart > 0, 0.0, 0.12 + 0.5 * (1 + np.maximum(apart, -clip) / (clip + 1)))
    lit = [np.where(np.maximum(apart, -clip) == r, 1.0, shade) for r in offsets]
    title: Title = [("One ", None), ("vector", "code"), (" a stripe", None)]
    ends = {0: "0", T / 2: str(T // 2), T: str(T)}
    panels = [
        plot([marks.heat("cells.lit", low=0, high=1, scale="second", say="")], title,
             Axis("place that is read", low=0, high=T, ticks=ends),
             Axis("place of the output", low=0, high=T, ticks={T - v: k for v, k in ends.items()}),
             square=True, tall=260, aspect=1, width=0.8)
    ]  # fmt: skip
    arrays: dict[str, Any] = {"cells.lit": np.stack(lit).astype(np.float32), "now.at": np.arange(clip + 1)}
    if found is not None:
        score, names = found["score"], [f"{r}" for r in offsets]
        mean = score.mean(0)
        ends_y = float(min(0, score.min())) - 0.3, float(max(0, score.max())) + 0.3
        own = [
            marks.bars(mean, "code", lit="now.at", dim=0.45, names=names, gap=0.12,
                       say="offset {name}: {value:+2}"),
            *(marks.dots(None, one, "ink", size=2, alpha=0.6, say=f"head {h + 1}: {{y:+2}}")
              for h, one in enumerate(score)),
        ]  # fmt: skip
        drawn: Title = [("What each ", None), ("vector", "code"), (" adds to a match", None)]
        x = Axis("offset: place read − place of the output", names=names)
        y = Axis("bar: mean, dot: one head", low=ends_y[0], high=ends_y[1])
        panels.append(plot(own, drawn, x, y, width=1.3))
    said = []
    for n, r in enumerate(offsets.tolist()):
        who = f"{-r} place{'s' * (r != -1)} back" if r else "the output's own place"
        if n == 0:
            who = f"{clip} places back or any farther"
        adds = (
            "" if found is None else f" It adds {found['score'].mean(0)[n]:+.2f} to a match, mean of heads."
        )
        said.append(
            f"The dark stripe: {who}. All its pairs share one vector, offset {r}.{adds}".replace("-", "−")
        )
    stripes = list(range(1, clip + 2))
    count = [int((one == 1).sum()) for one in lit]
    return panels, (header(stripes, {"pairs": {"step": stripes, "value": count}}), arrays), said


def pressing(
    found: Mapping[str, np.ndarray], L: int, times: int, back: int
) -> tuple[Sequence[Panel], Film, list[str]]:
    """Places divided by more and more: which letter comes out, and how often."""
    factors, right = found["factors"], found["right"]  # (F,), (F, R)
    moved = back + np.arange(len(factors))
    names = [str(b) for b in range(right.shape[1])]
    came = [
        marks.bars("out.right", "model", lit="out.moved", dim=0.45, names=names, gap=0.12,
                   say="{name} back: {value:%} of the outputs"),
        marks.rules(GUESS / 100, "soft", label="chance", dash=(2, 3), must=True),
    ]  # fmt: skip
    way = [
        marks.line(over(), over("asked"), "truth", label=f"{back} back", dots=2.5),
        marks.line(over(), over("moved"), "model", label=f"{back} back × divisor", dots=2.5),
        marks.rules(over(), "line", axis="x"),
    ]
    which: Title = [("Which letter comes ", None), ("out", "model")]
    outputs = Axis("outputs", low=0, high=1.06, ticks=PERCENT)
    panels = [
        plot(came, which, Axis("places back", names=names), outputs, width=1.4),
        plot(way, [("As the places are pressed", None)], Axis("divided by", low=1, high=times),
             Axis("outputs", low=0, high=106, ticks={0: "0", 50: "50%", 100: "100%"})),
    ]  # fmt: skip
    steps = [round(float(f), 2) for f in factors]
    asked, there = 100 * right[:, back], 100 * right[np.arange(len(factors)), moved]
    scalars = {
        n: {"step": steps, "value": v.round(1).tolist()} for n, v in (("asked", asked), ("moved", there))
    }
    arrays = {"out.right": right.astype(np.float32), "out.moved": moved}
    said = [
        f"Texts of {times * L}, places divided by {f:g}: the last letter stands on place "
        f"{(times * L - 1) / f:.3g}, {'beyond' if (times * L - 1) / f > L else 'within'} what was learned. "
        f"{a:.0f}% of the outputs are the letter {back} back"
        + (f", {b:.0f}% the letter {m} back." if m != back else ".")
        for f, a, b, m in zip(steps, asked, there, moved.tolist(), strict=True)
    ]
    return panels, (header(steps, scalars), arrays), said


def cover() -> Panel:
    """For the page's card."""
    return looks(32) | {"title": []}
