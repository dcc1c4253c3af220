"""Figures of two levels of codes in training: arrays in, panels and sentences out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.films import Film, header_of
from app.figures.marks import over
from app.figures.panels import Panel, Title, images
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.codes.kept_apart import WAYS
from engine.codes.two_levels_lab import INK
from engine.core.trace import Trace
from engine.data.striped_shapes import SIDE

STEP = SIDE + 2  # from one picture of the table to the next
LOST = {0.0: "0", 0.05: "0.05", 0.1: "0.1"}
SHARE = {0.0: "0", 50.0: "50%", 100.0: "100%"}
NAMES = {
    "both": "its own", "other_bottom": "another's bottom", "mean_bottom": "no bottom",
    "other_top": "another's top", "mean_top": "no top", "another": "another picture",
}  # fmt: skip
JOINS = {"top": "bottom", "bottom": "top"}  # who is heard alone at first -> who joins
HUES = ("past", "code", "code", "model", "model", "truth")
EQUATION = r"""\begin{aligned} e_t &= Q(h_t), \quad h_t = E_t(h_b), \quad h_b = E_b(x) \\
e_b &= Q(h_b'), \quad h_b' = \operatorname{conv}[h_b, D_t(e_t)] \\
\hat x &= D(\operatorname{up}(e_t), e_b) \end{aligned}"""
PLAIN = (
    ("What training makes small: the error, and how far outputs lie from their codes (sg: nothing is learned "
     "through it).", r"\|x - \hat x\|^2 + \beta \|h_t - \operatorname{sg}[e_t]\|^2 + \beta \|h_b' - "
     r"\operatorname{sg}[e_b]\|^2"),
    ("The two priors: each code given those before it, and a bottom code also given all top codes.",
     r"p(k_t)\, p(k_b | k_t) = \prod_i p(k_{t,i} | k_{t,<i}) \prod_j p(k_{b,j} | k_{b,<j}, k_t)"),
)  # fmt: skip


def asked(trace: Trace) -> str:
    """The bet, with the figures that it starts from."""
    left, chance = (
        f"{float(trace.last('silhouette')[way]):.0f}%" if trace.moments else "most"
        for way in ("other_bottom", "another")
    )
    return (
        "The decoder heard the top alone for its first 150 steps. In the end a picture drawn with another's "
        f"bottom codes keeps {left} of its silhouette (violet line; another picture has {chance}). Let it "
        "hear the bottom alone for these steps instead: how much will be left then?"
    )


def table(array: str) -> Panel:
    """Every top with every bottom: pictures at the heads, and what is drawn in between."""
    title: Title = [("Rows", "code"), (": top; ", None), ("columns", "model"), (": bottom", None)]
    return images(array, title, 1, 0, INK)


def learning(figure: str, title: str, spec: Any, bet: float | None) -> Panel:
    """What is left of kept pictures when one level, or both, are their own, over the training."""
    drawn = [
        marks.line(over(), over(f"{figure}.both"), "past", label="its own codes", dash=(4, 3)),
        marks.line(over(), over(f"{figure}.other_bottom"), "code", label="another's bottom codes", width=2.4),
        marks.line(over(), over(f"{figure}.other_top"), "model", label="another's top codes", width=2.4),
        marks.line(over(), over(f"{figure}.another"), "truth", label="another picture", dash=(2, 3)),
    ]
    if spec.alone in JOINS and 0 < spec.head < spec.steps:
        joins = f"{JOINS[spec.alone]} joins"
        drawn.append(marks.rules(spec.head, "line", axis="x", label=joins, dash=(2, 3)))
    if bet is not None:
        drawn.append(marks.rules(bet, "blind", label=f"you said {bet:.0f}%", must=True, dash=(6, 3)))
    drawn.append(marks.rules(over(), "line", axis="x"))
    return plot(drawn, [(title, None)], Axis("step"), Axis("percent", low=-5, high=105, ticks=SHARE))


def hero(spec: Any, bet: float | None) -> Sequence[Panel]:
    """The table of exchanged codes; silhouettes and stripes over the training."""
    shape = learning("silhouette", "Silhouette: overlap with its own", spec, bet)
    return [table("seen.table"), shape, learning("stripes", "Stripes: share left", spec, None)]


def hero_said(spec: Any) -> Caption:
    """What the exchange does at the moment shown."""
    kept = (
        "with another's bottom codes a kept picture keeps {silhouette.other_bottom:.0f}% of its silhouette "
        "and {stripes.other_bottom:.0f}% of its stripes; with another's top codes, "
        "{silhouette.other_top:.0f}% and {stripes.other_top:.0f}% (two different pictures: "
        "{silhouette.another:.0f}% and {stripes.another:.0f}%)"
    )
    alone = f" In its first {spec.head} steps the decoder hears the {spec.alone} alone."
    alone = alone if spec.alone in JOINS and spec.head else ""
    none = f"Nothing is learned yet: all that is drawn is alike.{alone}"
    squares = "Each square has the top codes of its row and the bottom codes of its column."
    return Caption(none, f"After {{step}} steps, {kept}.{alone}", f"{squares} At the end, {kept}.")


def apart(trace: Trace) -> Film:
    """Of every moment: one kept picture in all ways, and the figures of them all."""
    n = len(trace.moments)
    arrays: dict[str, Any] = {"apart.x": np.stack([trace.at("seen", m)["ways"] for m in range(n)])}
    for figure in ("lost", "silhouette", "stripes"):
        rows = [[float(trace.at(figure, m)[way]) for way in WAYS] for m in range(n)]
        arrays[f"apart.{figure}"] = np.array(rows, np.float32)
        arrays |= {f"{figure}.{way}": arrays[f"apart.{figure}"][:, i] for i, way in enumerate(WAYS)}
    return header_of(trace), arrays


def taken_apart(trace: Trace) -> Sequence[Panel]:
    """Pictures with a level exchanged or taken away, and what is left of them."""
    names = [NAMES[way] for way in WAYS]
    lost = max(float(trace.at("lost", m)[way]) for m in range(len(trace.moments)) for way in WAYS)
    paid = Axis("mean square", low=0, high=1.05 * lost, ticks=LOST)

    def bars(figure: str, title: str, axis: Axis, say: str = "{name}: {value:0}%") -> Panel:
        drawn = [marks.bars(f"apart.{figure}", HUES, sideways=True, names=names, gap=0.2, say=say)]
        return plot(drawn, [(title, None)], axis, Axis(names=names, room=86))

    return [
        images("apart.x", [("A kept picture", None)], 2, 0, INK, names, width=0.8),
        bars("silhouette", "Silhouette left", Axis("overlap", low=0, high=105, ticks=SHARE)),
        bars("stripes", "Stripes left", Axis("share", low=0, high=105, ticks=SHARE)),
        bars("lost", "Lost: less is better", paid, "{name}: {value:4}"),
    ]


WITHOUT = (
    "with no bottom codes (their mean in each cell) {silhouette.mean_bottom:.0f}% of the silhouette and "
    "{stripes.mean_bottom:.0f}% of the stripes are left; with no top, {silhouette.mean_top:.0f}% and "
    "{stripes.mean_top:.0f}%; two different pictures have {silhouette.another:.0f}% and "
    "{stripes.another:.0f}% in common."
)
APART = Caption("Nothing is learned yet.", f"After {{step}} steps, {WITHOUT}", f"At the end, {WITHOUT}")


def first(trace: Trace, row: int, column: int) -> np.ndarray | None:
    """A cell of the table at the end, white paper; None before there is one."""
    if not trace.moments:
        return None
    r, c = row * STEP, column * STEP
    return 1 - trace.last("seen")["table"][0, r : r + SIDE, c : c + SIDE] / INK


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a kept picture to the same, redrawn."""
    return (
        Box("picture", "A picture goes in.", "x", "32 x 32", first(trace, 1, 0), hue="past"),
        Box("encoders", "Two encoders, one upon the other, look at it coarsely and finely.", "h_t, h_b",
            "4 x 4 x 16, 8 x 8 x 8"),
        Box("top codes", f"In each of 4 x 4 cells the nearest of {spec.K_t} codes is taken.", "e_t",
            "4 x 4 codes", text="4 x 4", hue="code"),
        Box("bottom codes", f"In each of 8 x 8 cells the nearest of {spec.K_b} codes is taken, once "
            "the top codes are known.", "e_b", "8 x 8 codes", text="8 x 8", hue="model"),
        Box("decoder", "The decoder draws from both grids.", "D", "32 x 32"),
        Box("redrawn", "Training makes it like the picture that went in.", "x̂", "32 x 32",
            first(trace, 1, 1)),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    done = bool(trace.moments)
    lost = f"{float(trace.last('lost')['both']):.4f} lost" if done else "not trained yet"
    used = "{top:.0f} in use, {bottom:.0f} in use".format(**trace.last("used")) if done else lost
    return (
        ("x", "a picture", "32 x 32"),
        (r"\hat x", "what is drawn from its codes", lost),
        ("E_b, E_t", "the encoders, the top's standing on the bottom's", "32 → 8 → 4 cells a side"),
        ("h_b, h_t", "what they put out", "8 x 8 x 16, 4 x 4 x 16"),
        ("Q", "the nearest code in place of each vector; gradients pass as if it were not there, and each "
         "code is the running mean of what chose it", "as in the VQ-VAE"),
        ("e_t, e_b", "the codes taken, top and bottom", used),
        ("D_t", "a small decoder, which tells the bottom what the top has", "4 → 8 cells a side"),
        (r"\operatorname{conv}", "joins that with what the bottom's encoder saw", "32 numbers → 8"),
        ("h_b'", "what it puts out; the bottom codes are chosen by it", "8 x 8 x 8"),
        (r"\operatorname{up}", "twice as many cells a side", "4 → 8"),
        ("D", "the decoder", "8 → 32 pixels a side"),
        (r"\beta", "how strongly outputs are held to their codes", f"{spec.beta:g}"),
        (r"\operatorname{sg}", "stop gradient: a value through which nothing is learned", "no gradient"),
        ("k_t, k_b", "numbers of the codes", f"below {spec.K_t}, below {spec.K_b}"),
        ("p", "how likely the priors find codes", "stage two"),
        ("i, j", "places in a grid, row after row; those before are < i, < j", "16 and 64"),
    )  # fmt: skip


def cover() -> Panel:
    """For the page's card."""
    return images("seen.ways", (), 3, 0, INK)
