"""Figures of a code of dice: digits in and out, chances, throws, the bound; arrays in, panels out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption, minus
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel, Title, images
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.data.black_digits import independent
from engine.latent.categorical_lab import INK, SHOWN, end

GIVEN = {
    "Gumbel-softmax": "softened throws",
    "straight-through": "thrown faces; the gradient goes back as if they were softened",
    "REINFORCE": "thrown faces; no gradient goes back through them",
}
EQUATION = r"y_k = \frac{\exp((\log \pi_k + g_k) / \tau)}{\sum_j \exp((\log \pi_j + g_j) / \tau)}"
PLAIN = (
    ("Thrown: the face whose sum is the largest. It is face k with probability π of k.",
     r"z = \operatorname{onehot}(\arg\max_k\, (\log \pi_k + g_k))"),
    ("Straight-through: z goes forward, the gradient of y goes back (sg: nothing goes back through it).",
     r"z + y - \operatorname{sg}(y)"),
    ("REINFORCE: what the encoder learns by; what came better than usual is made likelier.",
     r"(\log p(x|z) - b)\, \nabla \log q(z|x)"),
    ("The bound: what training makes large, and, with thrown dice, what is told of every run.",
     r"\log p(x|z) - D, \qquad D = \sum_k \pi_k \log (K \pi_k) \text{, added up over the dice}"),
)  # fmt: skip


def faces(array: str, name: str, hue: str, spec: Any) -> Panel:
    """A row for each die, a cell for each face."""
    n, k = spec.dice, spec.faces
    up = {n - i - 0.5: str(i + 1) for i in range(n)} if n <= 8 else {n - 0.5: "1", 0.5: str(n)}
    across = {i + 0.5: str(i + 1) for i in range(k)} if k <= 8 else {0.5: "1", k - 0.5: str(k)}
    drawn = [marks.heat(array, (0, k), (0, n), low=0, high=1, say="{value:%}")]
    x, y = Axis("face; full hue: 100%", low=0, high=k, ticks=across), Axis("die", low=0, high=n, ticks=up)
    return plot(drawn, [(name, hue)], x, y, tall=240, aspect=1)


def hero(spec: Any, bet: float | None) -> Sequence[Panel]:
    """Kept digits and what comes out; the dice of the first; the bound."""
    labels = [f"in {i + 1}" for i in range(SHOWN)] + [f"out {i + 1}" for i in range(SHOWN)]
    known, soft = independent(), spec.estimator == "Gumbel-softmax"
    drawn = [
        marks.rules(known, "truth", label="independent pixels", below=True, must=True, dash=(2, 3)),
        marks.line(over(), over("score.bound"), "model", label="thrown dice", width=2.4),
    ]
    if soft:
        name = "softened: no bound"
        drawn.append(marks.line(over(), over("score.training"), "past", label=name, dash=(4, 3)))
    if bet is not None:
        said = f"you said {minus(bet, '.0f')}"
        drawn.append(marks.rules(bet, "blind", label=said, must=True, dash=(6, 3)))
    drawn.append(marks.rules(over(), "line", axis="x"))
    title: Title = [("Bound", "model"), (": higher is better", None)]
    ticks = {-45.0: "−45", -35.0: "−35", -25.0: "−25", -15.0: "−15"}
    return [
        images(
            "seen.both",
            [("Kept digits in", "past"), (", and ", None), ("out", "model")],
            SHOWN,
            0,
            INK,
            labels,
        ),
        faces("dice.pi", "Digit 1: chances", "code", spec),
        faces("dice.given", "Softened throw" if soft else "Throw", "code", spec),
        plot(drawn, title, Axis("step"), Axis("nats", low=-46, high=-15, ticks=ticks), width=1.1),
    ]


def hero_said(spec: Any) -> Caption:
    """What the run has come to."""
    what = f"In training the decoder is given {GIVEN[spec.estimator]}"
    if spec.estimator != "REINFORCE":
        what += ", at temperature {score.temperature:.2f} here"
    got = "with thrown dice the bound on kept digits is {score.bound:.1f} nats"
    if spec.estimator == "Gumbel-softmax":
        got += " ({score.training:.1f} with softened ones, which is no bound)"
    base = f"independent pixels: {independent():.1f}"
    return Caption(
        f"Before training each face of a die is about as likely as any. {what}.",
        f"After {{step}} steps {got}; {base}. {what}.",
        f"At the end {got}; {base}. {what}.",
    )


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a digit to a digit."""
    there = bool(trace.moments)
    seen = 1 - trace.last("seen")["both"] / INK if there else None
    pi = trace.last("dice")["pi"] if there else None
    thrown = " ".join(str(k + 1) for k in pi.argmax(1)[:8]) if pi is not None else "not trained yet"
    return (
        Box("digit", "A digit in black and white goes in.", "x", "8 x 8",
            seen[0] if seen is not None else None, hue="past"),
        Box("encoder", "The encoder gives every face of every die a chance.", "π",
            f"{spec.dice} x {spec.faces}", 1 - pi if pi is not None else None, hue="code"),
        Box("dice", "The dice are thrown: noise is added to the logarithms of the chances, and the "
            "largest wins. In training the throw may be softened.", "z, y", f"{spec.dice} faces", text=thrown,
            hue="code"),
        Box("decoder", "The decoder draws from the faces alone.", "p(x|z)", "64 chances"),
        Box("redrawn", "Training makes the digit that went in likely, and holds the dice near fair ones.", "",
            "8 x 8", seen[SHOWN] if seen is not None else None, hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    there = bool(trace.moments)
    bound = f"{end(trace):.1f} nats" if there else "not trained yet"
    cost = f"{trace.last('score')['kl']:.1f} nats" if there else "not trained yet"
    tau = f"{trace.last('score')['temperature']:.2f} at the end" if there else f"{spec.temperature:g}"
    return (
        ("y_k, y", "a softened throw: a number for each face, of sum 1", f"{spec.dice} x {spec.faces}"),
        (r"\pi_k, \pi_j", "the chance of a face, from the encoder", f"{spec.dice} x {spec.faces}"),
        ("g_k, g_j", "Gumbel noise, a number for each face of each throw", "−log of an exponential one"),
        (r"\tau", "the temperature", tau),
        ("k, j, K", "faces of a die, and how many there are", f"{spec.faces}"),
        ("z", "a throw: 1 for the face that came, 0 for the others", f"{spec.dice} faces"),
        ("x", "a digit", "64 pixels"),
        ("p(x|z)", "how likely the decoder finds the digit, given the throw", f"bound {bound}"),
        ("q(z|x)", "how likely the encoder found the throw", "product of π over the dice"),
        ("b", "the baseline: a running mean of log p(x|z)", "REINFORCE alone"),
        ("D", "what the dice cost: how far they are from fair (KL)", cost),
    )  # fmt: skip


def turning(found: Mapping[str, np.ndarray]) -> tuple[Sequence[Panel], Film, list[str]]:
    """One die after the other, turned to each of its faces. found: as the probe tells it."""
    out, face, pi = found["out"], found["face"], found["pi"]
    n, k = pi.shape
    own = np.stack([out[i, face[i]] for i in range(n)])  # all the same: the likeliest throw
    moved = np.abs(out - own[:, None]).sum((2, 3))  # (N, K)
    both = np.stack([np.broadcast_to(found["digit"], own.shape), own], 1)
    arrays: dict[str, Any] = {
        "turn.both": (INK * both).round().astype(np.uint8),
        "turn.out": (INK * out).round().astype(np.uint8),
        "turn.pi": pi.astype(np.float32),
        "turn.face": face.astype(np.float32),
    }
    names = [f"face {i + 1}" for i in range(k)]
    numbers = [str(i + 1) for i in range(k)]
    chance = [marks.bars("turn.pi", "code", lit="turn.face", dim=0.5, names=numbers, gap=0.1,
                         say="face {name}: {value:%}")]  # fmt: skip
    ticks = {0: "0", 0.5: "50%", 1: "100%"}
    turned: Title = [("This ", None), ("die", "code"), (" on each face", None)]
    ends: Title = [("In", "past"), (", and ", None), ("out", "model")]
    panels = [
        images("turn.out", turned, 4, 0, INK, names, width=1.5),
        images("turn.both", ends, 1, 0, INK, ["in", "out"], width=0.6),
        plot(chance, [("Its ", None), ("chances", "code")], Axis("face", names=numbers),
             Axis("chance", low=0, high=1.05, ticks=ticks)),
    ]  # fmt: skip
    dice = list(range(1, n + 1))
    most = moved.max(1)
    said = [
        f"Die {i + 1} of {n} turned to each of its {k} faces, the others left as they fell. The likeliest "
        f"(orange) is face {face[i] + 1}; on face {moved[i].argmax() + 1} the picture changes most, by the "
        f"ink of {most[i]:.1f} pixels."
        for i in range(n)
    ]
    return panels, (header(dice, {"moved": {"step": dice, "value": most.round(2).tolist()}}), arrays), said


def cover() -> Panel:
    """For the page's card."""
    return images("seen.both", (), SHOWN, 0, INK)
