"""Figures of nets in training, the equations and their symbols: arrays in, panels and sentences out."""

from collections.abc import Sequence
from typing import Any

from app.figures import marks
from app.figures.captions import Caption
from app.figures.marks import over
from app.figures.panels import Panel, images
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.autoregressive.chain_watch import INK
from engine.core.trace import Trace
from engine.data.black_digits import black_digits

SHOWN = 184  # the kept digit that the page opens on
WAYS = {"rows": "row by row", "columns": "column by column", "random": "shuffled once", "any": "any"}
EQUATION = r"p(x) = \prod_{d=1}^{D} p(x_{o_d} \mid x_{o_1}, \dots, x_{o_{d-1}})"
PLAIN = (
    ("What a pixel costs: nothing where it was certain, 1 bit where it was a coin's throw.",
     r"-\log_2 p(x_{o_d} \mid \dots)"),
    ("MADE: a connection is kept where the unit that reads may know as much; to a guess, where it may know "
     "more.", r"M^{W}_{k'k} = 1 \text{ if } m(k') \ge m(k), \qquad M^{V}_{dk} = 1 \text{ if } m(d) > m(k)"),
    ("Likewise for the weights A that lead from pixel to guess directly.", 
     r"M^A_{dd'} = 1 \text{ if } m(d) > m(d')"),
    ("All guesses in one pass. U sees ones in place of pixels: in a net of any order they tell which are "
     "shown.",
     r"h = g(b + (W \odot M^W) x + (U \odot M^W) 1), \quad "
     r"\ell = c + (V \odot M^V) h + (A \odot M^A) x"),
    ("NADE: one sum is carried from pixel to pixel.",
     r"a_1 = c, \quad a_{d+1} = a_d + W_{:,o_d} x_{o_d}, \quad "
     r"p(x_{o_d} = 1 \mid \dots) = \sigma(b_{o_d} + V_{o_d} \, \sigma(a_d))"),
)  # fmt: skip


def training() -> Sequence[Panel]:
    """Samples, what a digit costs, how far samples lie from learned digits."""
    now = marks.rules(over(), "line", axis="x")
    itself: dict[str, Any] = {"label": "each pixel by itself", "must": True, "dash": (2, 3)}
    cost = [
        marks.rules("score.alone", "soft", below=False, **itself),
        marks.line(over(), over("learned"), "past", label="learned digits"),
        marks.line(over(), over("kept"), "model", label="kept digits", width=2.4),
        now,
    ]
    far = [
        marks.rules("score.far_alone", "soft", **itself),
        marks.rules("score.far_real", "truth", label="real kept digits", must=True, below=True, dash=(2, 3)),
        marks.line(over(), over("far"), "model", label="drawn by the net", width=2.4),
        now,
    ]
    said = "pixels to a learned digit"
    return [
        images("samples.x", [("Drawn by the net", "model")], 4, 0, INK, width=0.8),
        plot(
            cost, [("What a digit costs: lower is better", None)], Axis("step"), Axis("bits", low=0, high=64)
        ),
        plot(far, [("How unlike digits: lower is better", None)], Axis("step"), Axis(said, low=0, high=16)),
    ]


def trained(leaks: bool) -> Caption:
    """What a training has come to."""
    got = (
        "a kept digit costs {kept:.1f} bits, a learned one {learned:.1f}. What the net draws lies {far:.1f} "
        "pixels from the nearest learned digit"
    )
    why = ". With >= each pixel helps to guess itself; when it is drawn, there is nothing to copy" * leaks
    return Caption(
        "Untrained, a kept digit costs {kept:.1f} bits (64 coins: 64), and what is drawn is noise.",
        f"After {{step}} steps {got}{why}.",
        f"At the end {got}{why}.",
    )


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From an order to a probability, and to a drawn digit."""
    drawn = 1 - trace.last("samples")["x"] / INK if trace.moments else (None, None)
    kept, leaks = black_digits().kept[SHOWN].numpy(), spec.mask != ">"
    cost = f"{float(trace.last('score')['kept']):.1f} bits" if trace.moments else "bits"
    return (
        Box("digit", "A digit of 64 inked and blank pixels goes in.", "x", "8 x 8", 1 - kept.reshape(8, 8)),
        Box("order", "An order says which pixels come before which.", "o", "64 places",
            text=WAYS[spec.order], hue="past"),
        Box("masked net", "Connections that would lead from a pixel to its own guess, or to an earlier one, "
            "are cut: their weights are multiplied by 0.", "W, V, A", f"{spec.layers} x {spec.hidden} units",
            text=f"m(d) {spec.mask} m(k)", hue="model"),
        Box("64 guesses", "One pass gives 64 chances, each of one pixel given those before it.",
            "p(x_d|...)", "64 chances", text="0 to 1", hue="model"),
        Box("product", "Multiplied they are the probability of the picture; their bits add up.",
            "p(x)", "1 number", text="no chance" if leaks else cost, hue="truth"),
        Box("draw", "To draw a digit takes 64 passes: each pixel is drawn with its chance, and then known.",
            "x", "8 x 8", drawn[1]),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any, hidden: int) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here. hidden: units of NADE."""
    cost = (
        f"{float(trace.last('score')['kept']):.1f} bits a kept digit" if trace.moments else "not trained yet"
    )
    units = f"{spec.layers} x {spec.hidden} units"
    return (
        ("x, x_{o_d}", "a digit, and its pixel that is d-th in the order", "64 pixels, 0 or 1"),
        ("o, o_d", "the order, and its d-th pixel", WAYS[spec.order]),
        ("D, d, d'", "how many pixels, and which place; another", "64"),
        ("p(x)", "how likely the net finds the digit", cost),
        ("m(d), m(k)", "a pixel's place; a unit's degree: up to where it may know", "1 to 64; 1 to 63"),
        ("k, k'", "a unit, and one of the layer after it", f"1 to {spec.hidden}"),
        ("M^W, M^V, M^A", "masks of 0 and 1 over the weights", f"here m(d) {spec.mask} m(k)"),
        ("W, V, A, U", "weights; A leads from pixels to guesses directly", units),
        ("h", "what the hidden units say", f"{spec.hidden} numbers"),
        (
            "b, c, b_{o_d}, V_{o_d}",
            "what is added without input (in NADE c is the hidden layer's, b a pixel's)",
            "learned",
        ),
        ("g", "sets what is below 0 to 0 (a ReLU)", "number by number"),
        (r"\ell", "the guesses before they are squeezed into chances", "64 numbers"),
        ("1", "a picture of ones", "64 ones"),
        ("a_d, a_1", "NADE's sum before pixel d", f"{hidden} numbers"),
        (r"\sigma", "squeezes any number into a chance", "0 to 1"),
    )


def cover() -> Panel:
    """For the page's card."""
    return images("samples.x", (), 4, 0, INK)
