"""Figures of nets in training and of completed halves; equations, pipeline, symbols."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header
from app.figures.marks import over
from app.figures.panels import Panel, images
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.autoregressive.image_gpt_lab import LEVELS, SHOWN, WIDTH
from engine.core.trace import Trace
from engine.data.digits import digits

DARK = LEVELS - 1
EQUATION = r"p(x) = \prod_{i=1}^{n^2} p(x_i \mid x_1, \dots, x_{i-1})"
PLAIN = (
    ("Row LSTM and Diagonal BiLSTM: four gates from what is here and from the states before.",
     r"[o_i, f_i, i_i, g_i] = \sigma(K^{ss} \circledast h_{i-1} + K^{is} \circledast x_i)"),
    ("What is kept, and what is shown of it.",
     r"c_i = f_i \odot c_{i-1} + i_i \odot g_i, \qquad h_i = o_i \odot \tanh(c_i)"),
    ("Image GPT: each layer adds attention over the past, then a small net.",
     r"n^l = \text{norm}(h^l), \quad a^l = h^l + \text{attention}(n^l), \quad "
     r"h^{l+1} = a^l + \text{mlp}(\text{norm}(a^l))"),
    ("A layer is read by the mean over all pixels, and a linear map to ten classes.",
     r"f^l = \langle n^l_i \rangle_i, \qquad \hat y = \arg\max W f^l"),
)  # fmt: skip


def recurrent() -> Sequence[Panel]:
    """Drawn digits, and what a pixel costs."""
    cost = [
        marks.rules("score.alone", "soft", label="each pixel by itself", must=True, below=False, dash=(2, 3)),
        marks.line(over(), over("loss"), "past", label="learned", width=1.2, alpha=0.6),
        marks.line(over(), over("test"), "model", label="kept digits", width=2.4),
        marks.rules(over(), "line", axis="x"),
    ]
    return [
        images("samples.x", [("Drawn by the net, one pixel at a time", "model")], 4, 0, 16, width=1.1),
        plot(cost, [("What a pixel costs: lower is better", None)], Axis("step"),
             Axis("bits a pixel of 17 levels", low=1.5, high=4.2)),
    ]  # fmt: skip


RECURRENT = Caption(
    "Untrained, the net finds all 17 grey levels about as likely: {test:.2f} bits a pixel of kept digits.",
    "After {step} steps a pixel of kept digits costs {test:.2f} bits.",
    "At the end a pixel of kept digits costs {test:.2f} bits.",
)


def reading(spec: Any, untrained: np.ndarray, raw: float) -> Sequence[Panel]:
    """Completed halves; in which layer a class can be read; what a pixel costs."""
    layers = list(range(spec.layers + 1))
    curve = [
        marks.rules(raw, "truth", label="the pixels themselves", must=True, dash=(2, 3)),
        marks.line(layers, untrained, "soft", label="untrained", dots=3, width=1.4, dash=(4, 3)),
        marks.line(layers, "probe.layer", "model", label="this net", dots=4, width=2.4,
                   say="layer {x:0}: {y:%} of kept digits"),
    ]  # fmt: skip
    said = [
        marks.rules("score.real", "truth", label="whole digits", must=True, below=True, dash=(2, 3)),
        marks.rules(
            "score.nearest", "past", label="nearest digit's half", must=True, below=True, dash=(2, 3)
        ),
        marks.rules("score.other", "soft", label="another's half", must=True, below=True, dash=(2, 3)),
        marks.line(over(), over("agrees"), "model", width=2.4),
        marks.rules(over(), "line", axis="x"),
    ]
    share = {0: "0", 0.5: "50%", 1: "100%"}
    return [
        images("halves.x", [("Upper half given, ", None), ("lower written", "model")], 4, 0, DARK),
        plot(curve, [("Classes that a ", None), ("layer", "model"), (" tells a linear map", None)],
             Axis("layer", ticks={float(i): str(i) for i in layers}, low=-0.2, high=spec.layers + 0.2),
             Axis("of kept digits", low=0, high=1.05, ticks=share)),
        plot(said, [("Halves completed to what they were", None)], Axis("step"),
             Axis("says a judge", low=0, high=1.05, ticks=share)),
    ]  # fmt: skip


def read_said(trace: Trace) -> list[str]:
    """Best layer and completions, moment by moment."""
    said = []
    for moment in range(len(trace.moments)):
        layer, score = trace.at("probe", moment)["layer"], trace.at("score", moment)
        when = f"After {trace.moments[moment]} steps" if moment else "Untrained,"
        raw, agrees, near, other = (float(score[one]) for one in ("raw", "agrees", "nearest", "other"))
        said.append(
            f"{when} a linear map reads {layer.max():.0%} of kept digits at layer {int(layer.argmax())}, "
            f"its best, and {layer[-1]:.0%} at the last; from the pixels themselves {raw:.0%}. Of completed "
            f"halves a judge takes {agrees:.0%} for what they were; with the lower half of the nearest "
            f"learned digit {near:.0%}, of any other {other:.0%}."
        )
    return said


def completed(
    found: dict[str, np.ndarray], real: np.ndarray, rows: int
) -> tuple[Sequence[Panel], Film, list[str]]:
    """Eight ways to go on, row by row. found: x (8, 8, 8); real (8, 8), the digit; rows of it are given."""
    steps, down = list(range(rows, 9)), np.arange(8)[:, None]
    grey = np.full((8, 8), 0.35 * DARK)
    ways = np.stack([np.where(down < step, found["x"], grey) for step in steps])
    given = np.stack([np.where(down < rows, real, grey), real])
    arrays: dict[str, Any] = {"given.x": np.stack([given] * len(steps)), "ways.x": ways}
    panels = [
        images("given.x", [("Given", None), (", ", None), ("truth", "truth")], 2, 0, DARK,
               ["grey: to write", "the truth"], width=0.6),
        images("ways.x", [("Eight ways to go on", "model")], 8, 0, DARK, width=1.9),
    ]  # fmt: skip
    alike = [100 * float((found["x"][:, rows:step] == real[rows:step]).mean()) for step in steps[1:]]
    film = header(steps, {"alike": {"step": steps[1:], "value": alike}})
    said = [f"{rows} of 8 rows are given; grey is not written yet."] + [
        f"{rows} of 8 rows are given, {step - rows} written in {SHOWN} ways: {share:.0f}% of the pixels have "
        "the level that they have in the truth."
        for step, share in zip(steps[1:], alike, strict=True)
    ]
    return panels, (film, {name: one.round().astype(np.uint8) for name, one in arrays.items()}), said


def pipeline(seen: Trace, layers: int, drawn: Trace) -> tuple[Box, ...]:
    """From a digit to guesses, by way of what they may hear of, and to a drawn digit."""
    field = seen.last("sight")["kind2"].astype(float)
    made = 1 - drawn.last("samples")["x"][0] / 16 if drawn.moments else None
    return (
        Box("digit", "An image goes in, read row by row.", "x", "8 x 8", 1 - digits().test_x[0] / 16),
        Box("first layer", "The first layer is masked: a pixel sees neither itself nor what comes after it.",
            "", "3 x 3", text="past only", hue="past"),
        Box("layers", "Further layers hand on what was heard: to neighbours, down the rows, along diagonals, "
            "to all.", "h, c", f"{layers} layers", text="states", hue="model"),
        Box("heard of", "So the guess of a pixel hangs on these: here by Diagonal BiLSTM, on 11 x 11.",
            "", "", 1 - 0.7 * field, hue="past"),
        Box("guess", "For each pixel comes out how likely each grey level is.", "p(x_i|...)", "17 levels",
            text="17 chances", hue="truth"),
        Box("draw", "To draw an image, each pixel in turn is drawn with its chances.", "x", "8 x 8", made),
    )  # fmt: skip


def symbols(spec: Any, rnn: Any, gpt: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    return (
        ("x, x_i", "an image, and its i-th pixel; in the gates, what the layer gets at row or diagonal i",
         "8 x 8 digits; 11 x 11 in the grid"),
        ("p", "how likely", "0 to 1"),
        ("n", "rows, and columns", "8; 11 in the grid"),
        ("K^{is}, K^{ss}", "convolutions of the input, and of the states before", "learned"),
        ("o_i, f_i, i_i, g_i", "show, keep, let in, and what comes in; g has a tanh in place of the σ",
         "0 to 1; g: −1 to 1"),
        ("h_i, c_i", "what a state shows, and what it keeps", f"{rnn.kind}, {rnn.layers} layer"),
        (r"\circledast, \odot", "a convolution; number by number", "no weights"),
        (r"\sigma", "squeezes any number into 0 to 1", "0 to 1"),
        ("h^l, n^l, a^l", "what layer l of Image GPT hands on; scaled; after attention", f"64 x {WIDTH}"),
        ("l", "which layer", f"0 to {gpt.layers}"),
        ("f^l, W", "the mean over pixels; the linear map that reads it", f"{WIDTH}; {WIDTH + 1} x 10"),
        (r"\hat y", "the class that is read", "0 to 9"),
    )  # fmt: skip


def cover() -> Panel:
    """For the page's card."""
    return images("halves.x", (), 4, 0, DARK)
