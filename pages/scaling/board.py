"""Figures of the published laws: the board of size, data and compute, and the line that bends."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.films import Film, header
from app.figures.panels import Panel, Title
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.scaling.chinchilla import LAWS, MODELS
from engine.scaling.chinchilla_lab import GRID
from engine.scaling.kaplan import L_N, L_ND, bend, optimum
from pages.scaling.figures import number, power

ENDS = {"N": (0.01, 1e4), "D": (0.1, 1e6)}  # billions: of the board's axes, and of what the lab takes
B = 1e-9
UNITS = {0.01: "10M", 1: "1B", 100: "100B", 1e4: "10T"}
SIZE = Axis("parameters N", low=ENDS["N"][0], high=ENDS["N"][1], log=True, ticks=UNITS)
TOKENS = {1: "1B", 100: "100B", 1e4: "10T"}
DATA = Axis("tokens D", low=ENDS["D"][0], high=ENDS["D"][1], log=True, ticks=TOKENS)
SIZES = Axis(
    "parameters N", low=1e7, high=1e13, log=True, ticks={1e9 * at: said for at, said in UNITS.items()}
)
BUDGETS = np.geomspace(1e18, 1e26, 33)  # FLOPs, of Kaplan's line
CONTOURS = (3.0, 2.6, 2.3, 2.1, 1.95)
KAPLAN_N = np.geomspace(1e5, 1e12, 57)
DATA_LEFT = np.geomspace(1e13, 1e8, 31)  # tokens, moment by moment


def board(spec: Any) -> Panel:
    """Size across, data up: lines of equal loss, the line of equal compute, what is best on it, and yours."""
    law, drawn = LAWS[spec.constants], []
    N = np.geomspace(1e7, 1e13, 121)
    for level in CONTOURS:
        D = B * law.tokens(level, N)
        inside = (ENDS["D"][0] <= D) & (ENDS["D"][1] >= D)
        drawn.append(marks.line((B * N[inside]).tolist(), D[inside].tolist(), "soft", width=1, say=""))
        if inside.any():
            first = np.argmax(inside)
            drawn.append(
                marks.words([f"{level:g}"], [B * N[first]], [D[first]], "soft", size=11, align="right",
                            shift=-5)
            )  # fmt: skip
    advised = optimum(BUDGETS)
    drawn += [
        marks.line((B * advised).tolist(), (B * BUDGETS / 6 / advised).tolist(), "truth", dash=(4, 3),
                   label="Kaplan's best sizes", say=""),
        marks.line((B * GRID).tolist(), marks.at("iso.D", scale=B), "past", label="this compute", width=2,
                   say=""),
        marks.dots([B * n for n, _ in MODELS.values()], [B * d for _, d in MODELS.values()], "ink", size=3.5,
                   names=list(MODELS), say="{name}"),
        marks.words(["Chinchilla", "GPT-3"], [70, 175], [1400, 300], "ink", shift=-9, align="right", size=11),
        marks.words(["MT-NLG"], [530], [270], "ink", shift=8, size=11),
        marks.words(["Gopher"], [280], [120], "ink", align="center", size=11),
        marks.dots(marks.at("here.N", scale=B), marks.at("here.D", scale=B), "past", size=7, ring=True,
                   say="best for this compute", trail=30),
        marks.dots(marks.at("yours.N", scale=B), marks.at("yours.D", scale=B), "model", size=7, ring=True,
                   say="yours: drag it"),
    ]  # fmt: skip
    title: Title = [("Drag ", None), ("yours", "model"), ("; grey lines: equal loss, nats", None)]
    return plot(drawn, title, SIZE, DATA, tall=320, touch="drag", width=1.2)


def placed(spot: Sequence[float]) -> dict[str, float]:
    """A place of the board that was dragged to -> N and D in billions, to three digits."""
    ends = zip(ENDS.items(), spot, strict=True)
    return {name: float(f"{min(max(v, low), high):.3g}") for (name, (low, high)), v in ends}


def hammock(spec: Any) -> Panel:
    """Every size at the compute of the moment; the ball lies at the bottom."""
    law = LAWS[spec.constants]
    loss = [float(law.loss(n, d)) for n, d in MODELS.values()]
    drawn = [
        marks.line(GRID.tolist(), "iso.loss", "past", label="this compute", width=2, say="{x}: {y:3} nats"),
        marks.rules([law.E], "truth", label=f"E = {law.E:g}", must=True, below=True),
        marks.dots([n for n, _ in MODELS.values()], loss, "ink", size=3.5, names=list(MODELS),
                   say="{name}: {y:3} nats a token, predicted"),
        marks.dots("here.N", "here.loss", "past", size=7, ring=True, say="best size: {y:3} nats", trail=30),
        marks.dots("yours.N", "yours.loss", "model", size=7, ring=True, say="yours: {y:3} nats"),
    ]  # fmt: skip
    title: Title = [("The ", None), ("ball", "past"), (" rolls to the best size; dots as on the board", None)]
    return plot(drawn, title, SIZES, Axis("predicted loss", "nats a token", low=1.5, high=4), tall=320)


def said(trace: Trace, spec: Any) -> list[str]:
    """The advice of the three sets at each budget, and the loss of the reader's own model."""
    texts, yours, (n, d) = [], trace.last("yours"), spec.yours
    who = (" as printed (Hoffmann et al.)", " unrounded", " refitted (Besiroglu et al.)")
    for moment, C in enumerate(trace.scalars["flops"][1]):
        sizes = trace.at("best", moment)["N"]
        advice = ", ".join(number(size) + said for size, said in zip(sizes, who, strict=True))
        here = trace.at("here", moment)
        texts.append(
            f"{power(C)} FLOPs. Advised parameters: {advice}, {number(float(optimum(C)))} by Kaplan's rule. "
            f"The ring, {spec.constants}: "
            f"{number(here['D'][0])} tokens, {here['D'][0] / here['N'][0]:.0f} for each parameter, predicted "
            f"loss {here['loss'][0]:.3f}. Yours: {number(n)} parameters, {number(d)} tokens, "
            f"{power(6 * n * d)} FLOPs, loss {yours['loss'][0]:.3f}."
        )
    return texts


def bending() -> tuple[Sequence[Panel], Film, list[str]]:
    """Kaplan's L(N), with fewer and fewer tokens to learn from."""
    loss = np.array([L_ND(KAPLAN_N, D) for D in DATA_LEFT])
    corner = bend(DATA_LEFT)
    drawn = [
        marks.line(KAPLAN_N.tolist(), L_N(KAPLAN_N).tolist(), "truth", dash=(4, 3), label="data without end",
                   say=""),
        marks.line(KAPLAN_N.tolist(), "line.loss", "model", label="this many tokens", width=2.4,
                   say="{x} parameters: {y:3} nats"),
        marks.dots("bend.N", "bend.loss", "model", size=6, ring=True, say="from here on data hold it up"),
    ]  # fmt: skip
    ticks = {1e5: "100k", 1e7: "10M", 1e9: "1B", 1e11: "100B"}
    x = Axis("parameters N", low=1e5, high=1e12, log=True, ticks=ticks)
    y = Axis(
        "loss", "nats a token", low=1.4, high=6, log=True, ticks={1.5: "1.5", 2: "2", 3: "3", 4: "4", 6: "6"}
    )
    panel = plot(drawn, [("With fewer tokens the line ", None), ("bends", "model")], x, y, tall=260)
    arrays = {"line.loss": loss, "bend.N": corner[:, None], "bend.loss": L_ND(corner, DATA_LEFT)[:, None]}
    moments = list(range(len(DATA_LEFT)))
    film = header(moments, {"loss": {"step": moments, "value": loss[:, -1].tolist()}})
    texts = [
        f"{number(D)} tokens to learn from: up to about {number(n)} parameters (ring) size is what "
        f"is missing; beyond, more of it hardly helps: a trillion are predicted to lose {row[-1]:.2f} nats."
        for D, n, row in zip(DATA_LEFT, corner, loss, strict=True)
    ]
    return [panel], (film, arrays), texts
