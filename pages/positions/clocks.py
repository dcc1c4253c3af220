"""Figures of the hands: what a sinusoid adds, what rotary turns, and the match of a pair that walks on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.marks import at, over
from app.figures.panels import Panel, Title
from app.figures.plot import Axis, plot
from engine.attention.rotary import theta
from engine.core.trace import Trace

ROUND = np.linspace(0, 2 * np.pi, 49)
MATCH = {-1.0: "−1", 0.0: "0", 1.0: "1"}


def faces(trace: Trace, spec: Any) -> Panel:
    """Two rows of clocks: the hands of both places, and the pairs of q and k, turned by them."""
    n = spec.d // 2
    reach = max(float(np.linalg.norm(trace.last("hands")[one], axis=1).max()) for one in ("q", "k"))
    centres, drawn = np.arange(n) + 0.5, []
    for y, query, key, scale, name in (
        (2.2, "at_m", "at_n", 0.44, "sinusoids: the hands, added to the letters"),
        (0.8, "q", "k", 0.44 / reach, "rotary: pairs of q and k, turned by the hands"),
    ):
        drawn += [
            marks.line(c + 0.46 * np.cos(ROUND), y + 0.46 * np.sin(ROUND), "line", width=1) for c in centres
        ]
        for hand, hue in ((key, "past"), (query, "model")):
            dx, dy = (at(f"hands.{hand}", column=axis, scale=scale) for axis in (0, 1))
            drawn.append(marks.arrows(centres, np.full(n, y), dx, dy, hue, 1.8))
        drawn.append(marks.words([name], [0], [y + 0.62], "soft", size=11))
    rounds = [f"{2 * np.pi / t:,.0f}".replace(",", " ") for t in theta(spec.d, spec.base).tolist()]
    drawn += [
        marks.words(rounds, centres, np.full(n, 0.16), "soft", align="center", size=11),
        marks.words(["a hand goes round in so many places"], [0], [-0.12], "soft", size=11),
    ]
    title: Title = [("At the ", None), ("query's", "model"), (" place and at the ", None), ("key's", "past")]
    return plot(drawn, title, Axis(low=0, high=n, ticks={}), Axis(low=-0.25, high=3, ticks={}), square=True,
                tall=260, width=1.7)  # fmt: skip


def walking(trace: Trace, spec: Any) -> Sequence[Panel]:
    """The clocks, the match as both walk on, and the match by distance."""
    walk = [
        marks.line(over(), over("added"), "soft", label="added"),
        marks.line(over(), over("turned"), "model", label="turned", width=2.4),
        marks.rules(over(), "line", axis="x"),
    ]
    far = np.arange(len(trace.last("curve")["these"]))
    ways = [
        marks.line(far, "curve.equal", "truth"),
        marks.line(far, "curve.these", "model"),
        marks.dots([spec.distance], [float(trace.last("curve")["these"][spec.distance])], "model", size=5,
                   ring=True, say="distance {x}: {y:+2}"),
    ]  # fmt: skip
    match = Axis("match", low=-1.1, high=1.1, ticks=MATCH)
    return [
        faces(trace, spec),
        plot(walk, [("Both walk on: the ", None), ("turned", "model"), (" match stays", None)],
             Axis("key at", low=1, high=trace.total), match),
        plot(ways, [("Turned: ", None), ("equal vectors", "truth"), (" and ", None), ("q, k", "model")],
             Axis("distance", low=0, high=len(far) - 1), match),
    ]  # fmt: skip


def said(trace: Trace, spec: Any) -> list[str]:
    """The two matches, place by place."""
    turned, added = (trace.scalars[name][1] for name in ("turned", "added"))
    return [
        f"Key at place {n}, query at place {n + spec.distance}. Turned by their places, they match by "
        f"{turned[n - 1]:+.3f}, as at every place: both hands of a clock move on by the same angle. With the "
        f"sinusoids added instead, they match by {added[n - 1]:+.2f} here."
        for n in range(1, len(turned) + 1)
    ]
