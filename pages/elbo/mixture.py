"""Figures of twelve starts on a mixture of Gaussians: coloured groups, climbing rings, where each ends."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import minus
from app.figures.marks import at
from app.figures.panels import Panel, Title
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.latent.gaussian_mixture_lab import NAT, STARTS, restore

HUES = ("past", "truth", "code", "blind", "soft")  # one a group; q's rings are the model's
DEEP = 400.0  # nats below the best end, as far as they are drawn


def climbs(trace: Trace, spec: Any) -> Sequence[Panel]:
    """Points by their group under q's rings; the bounds of all starts; the share each puts right."""
    world, mine = restore(spec, None), spec.which - 1
    reach = float(np.ceil(np.abs(world.x).max() + 1))
    groups = [world.x[world.c == k] for k in range(spec.K)]
    cloud = [
        marks.dots(x[:, 0], x[:, 1], HUES[k], size=2.2, alpha=0.6, say=f"group {k + 1}")
        for k, x in enumerate(groups)
        if len(x)
    ]
    rings = [
        marks.line(at(f"q.ring{k}", column=0), at(f"q.ring{k}", column=1), "model", width=2.4, say="")
        for k in range(spec.K)
    ]
    centres = marks.dots(
        at("q.m", column=0), at("q.m", column=1), "model", size=4, ring=True, trail=80, say="a centre of q"
    )
    nats = np.array([trace.at("ends", moment)["nats"] for moment in range(len(trace.moments))])  # (T, 12)
    below = np.maximum(nats - nats[-1].max(), -DEEP)
    halves = list(range(len(below)))
    others = [
        marks.line(halves, below[:, i], "soft", width=1, alpha=0.6, say="")
        for i in range(STARTS)
        if i != mine
    ]
    climb = [
        *others,
        marks.line(
            halves, below[:, mine], "model", width=2.4, follows=True, say=f"start {spec.which}: {{y:1}} nats"
        ),
        marks.rules(0.0, "truth", label="highest of the twelve", must=True, below=True, dash=(4, 3)),
        marks.rules("ends.half", "line", axis="x"),
    ]
    share = [
        marks.bars("ends.right", "past", names=[str(i + 1) for i in range(STARTS)], gap=0.15,
                   lit=[float(mine)], dim=0.4, say="start {name}: {value:%} right"),
        marks.rules(world.known(), "truth", label="true centres known", must=True, dash=(4, 3)),
    ]  # fmt: skip
    look: Title = [("Rings of ", None), ("q", "model"), (f" look for {spec.K} groups", None)]
    up: Title = [("Up, from every start, but ", None), ("not to one end", "model")]
    across = Axis("x₁", low=-reach, high=reach)
    names = tuple(str(i + 1) for i in range(STARTS))
    return [
        plot([*cloud, *rings, centres], look, across, Axis("x₂", low=-reach, high=reach), square=True),
        plot(climb, up, Axis("half sweeps", low=0, high=max(1, len(below) - 1)),
             Axis("bound − highest end", "nats", low=-DEEP, high=0.12 * DEEP), width=0.9),
        plot(share, [("Points put with their own group", None)], Axis("start", names=names),
             Axis("share", low=0, high=1.05, ticks={0: "0", 0.5: "50%", 1: "100%"}), width=0.9),
    ]  # fmt: skip


def climbs_said(trace: Trace, spec: Any) -> list[str]:
    """Where the start that is shown stands, and at the end where all of them do."""
    said, last = [], len(trace.moments) - 1
    for half in range(last + 1):
        nats, right = (trace.at("ends", half)[name] for name in ("nats", "right"))
        mine, which = spec.which - 1, "centres moved" if half % 2 else "points were shared out"
        text = f"Start {spec.which}, {half} half sweeps: "
        text += f"the {which}. " if half else f"{spec.K} of the points are the centres. "
        text += (
            f"Bound {minus(float(nats[mine]))} nats; {right[mine]:.0%} of the points with their own group."
        )
        if half == last:
            behind, others = nats.max() - nats[mine], int((nats < nats.max() - NAT).sum())
            text += " It ends highest" if behind < NAT else f" It ends {behind:.1f} nats below the highest"
            text += f"; of the twelve {others} end more than a nat below that."
        said.append(text)
    return said
