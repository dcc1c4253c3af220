"""Figures of a question that scales and shifts maps: arrays in, panels, films and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks, panels
from app.figures.captions import Caption, minus
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel, Title
from app.figures.plot import Axis, plot
from engine.plumbing.film_lab import DIAL
from engine.plumbing.film_scenes import ANSWERS, PAIRS, QUESTIONS, SHAPES

SHORT = (*(f"colour, {shape}" for shape in SHAPES), *(f"side, {shape}" for shape in SHAPES))
PERCENT: dict[float, str] = {0: "0", 50: "50", 100: "100"}
TURNED = {"": "γ and β", "γ": "β", "β": "γ"}  # what a question turns, by what is held at its mean
SPAN = 3.0  # of gamma around 1 and of beta around 0, as drawn
LIT = 8.0  # of a map, as drawn
WAYS = {"scale and shift": "scaled and shifted", "shift alone": "shifted", "scale alone": "scaled"}
PLAIN = (
    ("FiLM (eq. 2): each map c is scaled by γ and shifted by β, as the question q says. Both depend on q "
     "alone: the same number at every place of a map.",
     r"\gamma_c(q)\, F_c + \beta_c(q)"),
    ("A 1 x 1 convolution of the maps with the question beside them, the same at every place, is a shift: "
     "what the question brings in is added, whatever the picture. It scales nothing.",
     r"[A \; B] \, [F; q] = A F + B q \qquad \beta(q) = B q"),
)  # fmt: skip


def learned(spec: Any) -> Caption:
    """What the film of a training says."""
    ways = WAYS[spec.way] + (", with a ReLU behind it" if spec.relu else ", with nothing behind it")
    new = " {pairs:.0f}% about pictures with a " + " or ".join(PAIRS) + ", which it never learned from."
    told = (
        "{right:.0f}% of the questions about 300 new pictures are answered right; one of the two objects by "
        "chance: 50%."
    )
    return Caption(
        "Before training γ is near 1 and β near 0 for every question: all are answered alike.",
        f"Each map {ways}. After {{step}} steps {told}" + new * spec.kept,
        f"Each map {ways}. At the end {told}" + new * spec.kept,
    )


def learning(spec: Any) -> Sequence[Panel]:
    """A net in training: what it answers, and what each question does to each map."""
    right = [marks.line(over(), over("right"), "model", label="new pictures")]
    if spec.kept:
        right.append(marks.line(over(), over("pairs"), "blind", label="pairs never learned"))
    right += [
        marks.rules(50, "soft", label="one of two by chance", must=True, below=True, dash=(2, 3)),
        marks.rules(over(), "line", axis="x"),
    ]
    return [
        plot(right, [("Questions answered right", None)], Axis("step"),
             Axis("right, %", low=0, high=108, ticks=PERCENT)),
        *(_table(name, sign, middle, spec.channels) for name, sign, middle in
          (("told.gamma", "γ", 1.0), ("told.beta", "β", 0.0))),
    ]  # fmt: skip


def _table(array: str, sign: str, middle: float, channels: int) -> Panel:
    """One of the two numbers of each map, a row a question."""
    low, high = middle - SPAN, middle + SPAN
    title: Title = [(f"{sign} ", None), (f"up to {high:g}", "model"), (f", {middle:g} grey, ", None),
                    (f"down to {minus(low, 'g')}", "past")]  # fmt: skip
    shades = marks.heat(array, (0, channels), (0, len(QUESTIONS)), low=low, high=high, scale="signed")
    rows = {len(SHORT) - i - 0.5: words for i, words in enumerate(SHORT)}
    y = Axis("", low=0, high=len(SHORT), ticks=rows, room=100)
    x = Axis("map", low=0, high=channels, ticks={0.5: "1", channels - 0.5: str(channels)})
    return plot([shades], title, x, y)


def asked(
    found: Mapping[str, np.ndarray], question: int, mean: str = ""
) -> tuple[Sequence[Panel], Film, list[str]]:
    """One question about one picture, as gamma and beta are turned from nothing to what it says.

    The first two panels answer a click: its place counts maps. mean: which of the two is at its mean.
    """
    gamma, beta, p = found["gamma"] - 1, found["beta"], 100 * found["p"]
    right, names = int(found["answer"].item()), [str(i + 1) for i in range(gamma.shape[1])]
    both = np.concatenate([gamma, beta])
    ends: dict[str, Any] = {"low": min(-4, np.floor(both.min())), "high": max(6, np.ceil(both.max()))}
    ends["ticks"] = {-3: "−3", 0: "0", 3: "3"}
    drawn = [
        plot([marks.bars(array, ["model" if one >= 0 else "past" for one in rows[-1]], gap=0.1, names=names,
                         say=f"map {{name}}: {said} {{value:+}}")],
             [(title, None)], Axis("map", names=names), Axis(said, **ends), touch="click")
        for array, rows, said, title in (("dial.gamma", gamma, "γ − 1", "How far each map is scaled"),
                                         ("dial.beta", beta, "β", "How far it is shifted"))
    ]  # fmt: skip
    bent = found["maps"].min() >= 0
    drawn += [
        panels.heat("dial.maps", [(f"The maps, 1 to {len(names)}", None)],
                    "unsigned" if bent else "signed", 0 if bent else -LIT, LIT, columns=6),
        plot([marks.bars("dial.p", ["truth" if i == right else "model" for i in range(len(ANSWERS))], gap=0.2,
                         sideways=True, names=ANSWERS, say="{name}: {value:0}%")],
             [("Its ", None), ("answer", "model"), (", ", None), ("if right", "truth")],
             Axis("%", low=0, high=100, ticks=PERCENT), Axis(names=ANSWERS, room=50)),
    ]  # fmt: skip
    steps = [round(100 * one) for one in DIAL]
    sure = p[:, right] if right >= 0 else p.max(1)
    film = header(steps, {"sure": {"step": steps, "value": sure.round(1).tolist()}})
    arrays = {"dial.gamma": gamma, "dial.beta": beta, "dial.maps": found["maps"], "dial.p": p}
    said = [_told(step, row, question, right, mean) for step, row in zip(steps, p, strict=True)]
    return drawn, (film, {name: one.astype(np.float32) for name, one in arrays.items()}), said


def _told(step: int, p: np.ndarray, question: int, right: int, mean: str) -> str:
    """The answer at one place of the dial."""
    best = int(p.argmax())
    judged = "no answer is right: the picture has no such shape"
    if right >= 0:
        judged = "right" if best == right else f"wrong: it is {ANSWERS[right]}"
    if step == 0:
        return (
            f"With γ = 1 and β = 0 for every map it cannot know what was asked. It says {ANSWERS[best]} "
            f"({p[best]:.0f}%); to “{QUESTIONS[question]}” that is {judged}."
        )
    part = "all the way" if step == 100 else f"{step}% of the way"
    return (
        f"{TURNED[mean]} turned {part} to what the question says{', the other to its mean' * bool(mean)}: "
        f"“{QUESTIONS[question]}” {ANSWERS[best]} "
        f"({p[best]:.0f}%), {judged}."
    )


def symbols(spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of FiLM's equations, with their values here."""
    return (
        (r"\gamma_c, \beta_c", "what map c is multiplied by, and what is added to it", "1 number each"),
        ("F_c, F", "map c before FiLM, and all of them", f"6 x 6, and {spec.channels} maps"),
        ("q", "the question", f"1 of {len(QUESTIONS)}"),
        ("A, B", "weights of a 1 x 1 convolution: for the maps, and for the question", "-"),
    )


def counted(right: float, whole: float, off: Sequence[int], mean: str) -> str:
    """How many questions are answered with the reader's changes. off: maps from 0."""
    named = ", ".join(str(i + 1) for i in off)
    changes = [f"maps {named} left as they are" if len(off) > 1 else f"map {named} left as it is"] * bool(off)
    changes += [f"{mean} of every map at its mean over the six questions"] * bool(mean)
    told = f"With {' and '.join(changes)}: {right:.0f}%." if changes else "Click a bar, or choose maps."
    return f"Of all questions about 300 new pictures {whole:.0f}% are answered right as trained. {told}"
