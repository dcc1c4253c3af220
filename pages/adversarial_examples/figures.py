"""Figures of a digit under attack and of nets in training: arrays in, panels, films and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel, Title, images
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot, stack
from engine.adversarial.fgsm_lab import FINE, GRID, MOST, NOTHING, shown
from engine.core.trace import Trace
from engine.data.digits import digits

Found = Mapping[str, np.ndarray]
CLASSES = [str(i) for i in range(10)]
PERCENT: dict[float, str] = {0.0: "0", 50.0: "50", 100.0: "100"}
READ = Axis("read right, %", low=0, high=100, ticks=PERCENT)
EPSILON = Axis("ε", low=0, high=MOST, ticks={0.0: "0", 0.1: "0.1", 0.2: "0.2", 0.3: "0.3"})
SIX = [str(digits().test_y[i]) for i in shown()]
SHOWN = 58  # the kept digit that the page opens on: a clear 2
PICTURED = shown()[5]  # the kept digit of the pipeline, whose signs a training keeps
EQUATION = (
    r"\tilde x = x + \underbrace{\epsilon\, \mathrm{sign}\big(\nabla_x J(\theta, x, y)\big)}_{\text{"
    r"each pixel by } \epsilon \text{, the worse way}}"
)
PLAIN = (
    ("Why small steps add up: a weighted sum moves by ε in each of its n terms, all one way. Goodfellow and "
     "others (section 3) count ε m n, with m the mean size of a weight.",
     r"w^\top \big(x + \epsilon\, \mathrm{sign}(w)\big) = w^\top x + \epsilon \lVert w \rVert_1, "
     r"\qquad \lVert w \rVert_1 = m\, n"),
    ("Random signs s move it by nothing on average; one standard deviation grows with the root of n alone.",
     r"\text{sd}(\epsilon w^\top s) = \epsilon \lVert w \rVert_2 \le \epsilon \lVert w \rVert_1"),
    ("Training against it (their section 6): half of the loss is of digits as they are, half of the same "
     "digits as the net would now be fooled.",
     r"\tilde J(\theta, x, y) = \alpha J(\theta, x, y) + (1 - \alpha) J(\theta, \tilde x, y)"),
    ("Logistic regression (their section 5): the attacked loss can be written without a gradient. y is 1 or "
     "-1, and the worse way makes the sum smaller for 1, larger for -1.",
     r"\zeta\big(\epsilon \lVert w \rVert_1 - y (w^\top x + b)\big), \qquad \zeta(z) = \log(1 + \exp z)"),
)  # fmt: skip


def chances(array: str, label: int, hue: str, title: Title = ()) -> Panel:
    """What the net gives each class; green is the digit's own."""
    worn = ["truth" if i == label else hue for i in range(10)]
    bars = marks.bars(array, worn, gap=0.12, names=CLASSES, say="{name}: {value:0}%")
    return plot(
        [bars], title, Axis(names=CLASSES), Axis("%", low=0, high=100, ticks=PERCENT, room=34),
    )  # fmt: skip


def attack(found: Found, trace: Trace, own: bool) -> tuple[Sequence[Panel], Film, list[str]]:
    """A digit, two maps of signs and the sums, at each epsilon; what is read; how many digits are left."""
    label, sizes = int(found["label"][0]), [round(float(e), 2) for e in FINE]
    grown = 100 * FINE[:, None, None]
    digit = np.broadcast_to(100 * found["sign_x"][0], found["sign_x"].shape)
    rows = [
        image
        for way in ("sign", "random")
        for image in (digit, 50 + grown * found[way], 100 * found[f"{way}_x"])
    ]
    arrays: dict[str, Any] = {"now.x": np.stack(rows, 1).round().astype(np.uint8)}
    arrays |= {f"now.{way}": (100 * found[f"{way}_p"]).astype(np.float32) for way in ("sign", "random")}
    curve, at = trace.last("curve"), [round(float(e), 2) for e in GRID]
    scalars = {name: {"step": at, "value": curve[name].tolist()} for name in ("fgsm", "noise")}
    sure = [round(float(v), 1) for v in arrays["now.sign"][:, label]]
    film = header(sizes, scalars | {"sure": {"step": sizes, "value": sure}})
    mine = "your digit" if own else f"a kept {label}"
    names = [mine, "gradient's sign × ε", "sum", "the same", "random signs × ε", "sum"]
    left = [
        marks.line(over(), over("noise"), "past", label="random signs", width=2.4),
        marks.line(over(), over("fgsm"), "blind", label="gradient's sign", width=2.4),
        marks.rules(10.0, "soft", label="guessing", must=True, dash=(2, 3)),
        marks.rules(over(), "line", axis="x"),
    ]
    bars = [
        chances("now.sign", label, "blind"),
        chances("now.random", label, "past"),
    ]
    panels = [
        images(
            "now.x",
            [("Digit + ε · ", None), ("signs", "blind"), (" (ink: +)", None)],
            3,
            0,
            100,
            names,
            width=1.15,
        ),
        stack(bars, [("The net reads ", None), ("this", "truth"), (", or another", None)], width=1.0),
        plot(left, [("All 397 kept digits", None)], EPSILON, READ, width=0.95),
    ]
    return panels, (film, arrays), [_attacked(i, found, scalars, own) for i in range(len(sizes))]


def _attacked(i: int, found: Found, scalars: Mapping[str, Any], own: bool) -> str:
    """One epsilon in words."""
    label = int(found["label"][0])
    read = [(int(p.argmax()), float(p.max())) for p in (found["sign_p"][i], found["random_p"][i])]
    (one, sure), (other, as_sure) = read
    many = [np.interp(FINE[i], scalars[k]["step"], scalars[k]["value"]) for k in ("fgsm", "noise")]
    what = f"your digit, which the net reads as {label}," if own else f"this kept {label}"
    if i == 0:
        return f"ε = 0: {what} is as it was, and read as {one} with {sure:.0%}. Drag the timeline: ε grows."
    return (
        f"Each pixel of {what} has moved by ε = {FINE[i]:.2f}. Along the sign of its gradient it is read as "
        f"{one} with {sure:.0%}; along random signs as {other} with {as_sure:.0%}. Of 397 kept digits about "
        f"{many[0]:.0f}% are read right along their own signs, {many[1]:.0f}% along random ones."
    )


def training(spec: Any) -> Sequence[Panel]:
    """Kept digits read, clean and under four disturbances; by size; and six of them as they are attacked."""
    drawn = [
        marks.line(over(), over("clean"), "truth", label="clean"),
        marks.line(over(), over("noise"), "past", label="random signs"),
        marks.line(over(), over("stranger"), "code", label="another net's"),
        marks.line(over(), over("fgsm"), "blind", label="gradient's sign", width=2.6),
        marks.line(over(), over("small"), "blind", label="small steps", dash=(2, 3)),
        marks.rules(over(), "line", axis="x"),
    ]
    by_size = [
        marks.line(GRID, "curve.noise", "past", label="random signs", width=2.4, dots=3),
        marks.line(GRID, "curve.fgsm", "blind", label="gradient's sign", width=2.4, dots=3),
        marks.rules(spec.epsilon, "soft", axis="x", dash=(2, 3)),
    ]
    return [
        plot(drawn, [(f"Kept digits moved by ε = {spec.epsilon:g}", None)], Axis("step"), READ, width=1.3),
        plot(by_size, [("By size", None)], EPSILON, READ, width=0.9),
        images("attacked.x", [("Kept digits, ", None), ("attacked", "blind")], 3, 0, 100, SIX, width=0.8),
    ]


def trained(spec: Any) -> Caption:
    """What a training has come to."""
    now = (
        "{clean:.0f}% of kept digits are read as they are, {noise:.0f}% with random signs, {fgsm:.0f}% "
        "attacked by FGSM, {small:.0f}% by ten small steps, {stranger:.0f}% as they were made against "
        f"another net. ε is {spec.epsilon:g} for all of them"
    )
    return Caption(
        "Untrained, the net guesses: about one digit in ten is right, attacked or not.",
        f"After {{step}} steps {now}.",
        f"At the end {now}.",
    )


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a digit to what is read once it was moved."""
    x, label = digits().test_x[PICTURED], digits().test_y[PICTURED]
    there = bool(trace.moments)
    moved = trace.last("attacked") if there else None
    sign = 1 - moved["sign"][5] / 2 if moved is not None else None
    attacked = 1 - moved["x"][5] / 100 if moved is not None else None
    read = f"{trace.latest('fgsm'):.0f}% right" if "fgsm" in trace.scalars else "not trained yet"
    kind = {"convolutions": "2 convolutions", "hidden layers": "2 hidden layers"}.get(
        spec.net, "no hidden layer"
    )
    learn = "" if spec.against == NOTHING else f" Here half of the loss is on digits moved by {spec.against}."
    return (
        Box("digit", "A handwritten digit goes in, grey levels from paper (0) to ink (1).", "x",
            "8 x 8", 1 - x / 16),
        Box("net", f"A net says how likely each class is.{learn}", "θ", "10 chances", text=kind, hue="model"),
        Box("cost", "J is high where the right class is unlikely.", "J(θ, x, y)", "1 number",
            text=f"right: {label}", hue="truth"),
        Box("sign", "Back through the net: in which direction of each pixel J rises; only the sign is kept.",
            "sign(∇J)", "8 x 8, +1 or -1", sign, hue="blind"),
        Box("sum", "Each pixel moves by ε that way, and is cut to [0, 1].", "x + ε sign", "8 x 8", attacked),
        Box("read again", "The same net reads the sum.", "", "kept digits", text=read, hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any, line: Trace) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here. line: the trace of logistic regression."""
    score = f"{trace.latest('fgsm'):.0f}% still read" if "fgsm" in trace.scalars else "not trained yet"
    falls = line.scalars["falls"][1][2]
    return (
        ("x, y", "a digit, and its class (in section 5: 1 or -1)", "64 numbers in [0, 1]"),
        (r"\tilde x", "the digit after it was moved", score),
        (r"\epsilon", "how far each pixel moves", f"{spec.epsilon:g}"),
        (r"\theta", "the weights of the net", spec.net),
        (r"J, \nabla_x J", "the cost: minus the log of the right chance; its slopes", "64 slopes"),
        (r"\mathrm{sign}", "1 where a number is above 0, -1 below", "64 signs"),
        (r"\tilde J, \alpha", "the cost of training against it; its clean share", f"α = {spec.alpha:g}"),
        ("w, b", "weights of a line between two digits, and its offset", "64 and 1 numbers"),
        (r"\lVert w \rVert_1, \lVert w \rVert_2", "sum of the weights' sizes; root of the sum of squares",
         f"ε‖w‖₁ = {falls:.1f} at 64 pixels"),
        ("n, m", "how many pixels; the mean size of a weight", "4 to 256"),
        ("s", "random signs, by the throw of a coin", "1 or -1"),
        (r"\text{sd}", "standard deviation, over throws", "-"),
        (r"\zeta, z", "a loss: near 0 for z far below 0, about z far above", "above 0"),
    )  # fmt: skip


def cover() -> Panel:
    """For the page's card."""
    return images("attacked.x", (), 3, 0, 100)


def levels(number: int) -> np.ndarray:
    """A kept digit: (8, 8) of 0..16."""
    return digits().test_x[number]
