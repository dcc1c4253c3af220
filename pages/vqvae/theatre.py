"""Figures of the codebook in the plane: arrays in, panels and sentences out."""

from collections.abc import Sequence

import numpy as np

from app.figures.captions import Caption
from app.figures.films import Film, header_of
from app.figures.panels import Panel, bars
from engine.core.trace import Trace
from pages.vqvae.cells import points

REACH = 4.0
JUMP = 2.0  # further than that in one step is a restart, not a way


def stage(trace: Trace, code: int) -> Sequence[Panel]:
    """The plane with its cells, and the running count of each code; one code stands out."""
    cloud = trace.at("points", 0)["z_e"]
    high = max(float(trace.at("step", m)["N_after"].max()) for m in range(len(trace.moments)))
    return [
        points(
            "codes.e",
            [("Codes", "code"), (" walk to the ", None), ("points", "past"), (" they win; grey: none", None)],
            (-REACH, REACH),
            (-REACH * 0.8, REACH * 0.8),
            cloud=cloud.tolist(),
            usage="codes.usage",
            jump=JUMP,
            mark=code,
            width=1.25,
        ),
        bars(
            "step.N_after",
            [("N", "code"), (", the running count of each code", None)],
            unit="points a step",
            mark=code,
            x="code",
            high=float(np.ceil(high)),
            width=1,
        ),
    ]


def film(trace: Trace) -> Film:
    """Header and arrays of the film, without the points: those stand still, and travel with the panel."""
    n = len(trace.moments)
    named = (("codes", "e"), ("codes", "usage"), ("step", "N_after"))
    arrays = {f"{s}.{a}": np.stack([trace.at(s, m)[a] for m in range(n)]) for s, a in named}
    return header_of(trace), arrays


def told(K: int) -> Caption:
    """What the codes have come to, at the moment shown."""
    own = f"{{used}} of {K} codes are nearest to some points and follow them; grey ones follow none"
    far = "Mean square distance to the code: {error:.2f}."
    return Caption(
        f"{K} codes lie where chance, or the points, put them. A cell is the ground where a code is nearest.",
        f"After {{step}} updates {own}. {far}",
        f"At the end {own}. {far}",
    )


def one_step(trace: Trace, moment: int, code: int, gamma: float) -> list[str]:
    """Eqs. 6 to 8 in numbers for one code, at the step that led to a moment: lines of LaTeX."""
    s = trace.at("step", moment)
    n, rest = int(s["n"][code]), f"{1 - gamma:.2g}"
    N, m, e = ((s[f"{name}_before"][code], s[f"{name}_after"][code]) for name in ("N", "m", "e"))
    before, after, sums = _pair(m[0]), _pair(m[1]), _pair(s["sums"][code])
    return [
        rf"N_{{{code}}} \leftarrow {gamma:g} \cdot {float(N[0]):.2f} + {rest} \cdot {n} = {float(N[1]):.2f}",
        rf"m_{{{code}}} \leftarrow {gamma:g} {before} + {rest} {sums} = {after}",
        rf"e_{{{code}}} = m_{{{code}}} / N_{{{code}}} = {_pair(e[1])}, \text{{ was }} {_pair(e[0])}",
    ]


def _pair(v: np.ndarray) -> str:
    digits = 1 if np.abs(v).max() >= 10 else 2
    return rf"\tbinom{{{float(v[0]):.{digits}f}}}{{{float(v[1]):.{digits}f}}}"


def said(trace: Trace, moment: int, code: int) -> str:
    """The same in words."""
    n = int(trace.at("step", moment)["n"][code])
    at = f"Step {trace.moments[moment]}: code {code} "
    if moment == 0:
        return f"{at}has not seen a point yet."
    if n == 0:
        return (
            f"{at}is nearest to no point, so N and m shrink alike and their quotient stays: it does not move."
        )
    return f"{at}is nearest to {n} point{'s' if n > 1 else ''} of this batch, and moves towards their mean."
