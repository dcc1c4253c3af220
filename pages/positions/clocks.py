"""Figures of the hands: what a sinusoid adds, what rotary turns, and the match of a pair that walks on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.marks import at, over
from app.figures.panels import Panel, Title
from app.figures.plot import Axis, plot, stack
from engine.attention.rotary import theta
from engine.core.trace import Trace

ROUND = np.linspace(0, 2 * np.pi, 49)
MATCH = {-1.0: "−1", 0.0: "0", 1.0: "1"}


def faces(trace: Trace, spec: Any) -> Panel:
    """Two rows of clocks: the hands of both places, and the pairs of q and k, turned by them."""
    n = spec.d // 2
    reach = [float(np.linalg.norm(trace.last("hands")[one], axis=1).max()) for one in ("q", "k")]
    rows = []
    for (query, key), scale, low in ((("at_m", "at_n"), 0.44, 0.55), (("q", "k"), 0.44 / max(reach), 0.85)):
        centres, zero = np.arange(n) + 0.5, np.zeros(n)
        drawn = [marks.line(c + 0.45 * np.cos(ROUND), 0.45 * np.sin(ROUND), "line", width=1) for c in centres]
        for hand, hue in ((key, "past"), (query, "model")):
            dx, dy = (at(f"hands.{hand}", column=axis, scale=scale) for axis in (0, 1))
            drawn.append(marks.arrows(centres, zero, dx, dy, hue, 1.8))
        if query == "q":
            rounds = [f"{2 * np.pi / t:,.0f}".replace(",", " ") for t in theta(spec.d, spec.base).tolist()]
            drawn.append(marks.words(rounds, centres, np.full(n, -0.68), "soft", align="center", size=11))
            drawn.append(marks.words(["places for one round:"], [0], [-0.84], "soft", size=11))
        name = "sinusoid: the hands" if query == "at_m" else "rotary: pairs of q, k"
        x, y = Axis(low=0, high=n, ticks={}), Axis(name, low=-low, high=0.5, ticks={})
        rows.append(plot(drawn, (), x, y, square=True))
    title: Title = [
        ("Hands at the ", None),
        ("query's", "model"),
        (" place and at the ", None),
        ("key's", "past"),
    ]
    return stack(rows, title, tall=260, width=1.3)


def walking(trace: Trace, spec: Any) -> Sequence[Panel]:
    """The clocks, the match as both walk on, and the match by distance."""
    walk = [
        marks.line(over(), over("added"), "soft", label="sinusoids added"),
        marks.line(over(), over("turned"), "model", label="turned", width=2.4),
        marks.rules(over(), "line", axis="x"),
    ]
    far = np.arange(len(trace.last("curve")["these"]))
    ways = [
        marks.line(far, "curve.equal", "truth", label="two equal vectors"),
        marks.line(far, "curve.these", "model", label="this q and k"),
        marks.dots([spec.distance], [float(trace.last("curve")["these"][spec.distance])], "model", size=5,
                   ring=True, say="distance {x}: {y:+2}"),
    ]  # fmt: skip
    match = Axis("match", low=-1.1, high=1.1, ticks=MATCH)
    return [
        faces(trace, spec),
        plot(walk, [("Both walk on: the ", None), ("turned", "model"), (" match stays", None)],
             Axis("place of the key", low=1, high=trace.total), match),
        plot(ways, [("Turned: the match by distance", None)],
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
