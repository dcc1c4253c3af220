"""Figures of a room: a ladder with error bars, who met whom, what the room is like, in words."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures.panels import Panel, heat, lines
from engine.core.trace import Trace
from engine.reward.rooms import Camps, Reading

PAST, MODEL, CODE, SOFT = "#2b6cb0", "#d17a1f", "#7657bd", "#8a9099"
REACH = 5.0  # utilities that the ladder has room for


def ladder(
    u: np.ndarray,
    se: np.ndarray,
    images: Sequence[str] = (),
    true: np.ndarray | None = None,
    camps: np.ndarray | None = None,
    height: int = 330,
    said: Sequence[str] = (),
) -> dict[str, Any]:
    """Things from the least to the most preferred, at their utility, with error bars: Plotly's data.

    images: a data URL each; said: or words, below each thing. true: what a simulation knows. camps:
    (2, n), where two orders are drawn too.
    """
    order = np.argsort(u, kind="stable")
    x = list(range(len(u)))
    data: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "markers", "x": x, "y": u[order].round(3).tolist(), "name": "the room",
            "marker": {"color": PAST, "size": 9},
            "error_y": {"type": "data", "array": se[order].round(3).tolist(), "color": PAST, "width": 4},
            "hovertemplate": "%{y:.2f} ± %{error_y.array:.2f}<extra></extra>",
        }
    ]  # fmt: skip
    others = [("truth", "#2a9272", "line-ew", true)] if true is not None else []
    if camps is not None:
        others += [
            ("one camp", MODEL, "triangle-up", camps[0]),
            ("the other", CODE, "triangle-down", camps[1]),
        ]
    for name, colour, symbol, values in others:
        marker = {"color": colour, "size": 13 if symbol == "line-ew" else 9, "symbol": symbol}
        marker["line"] = {"color": colour, "width": 2 if symbol == "line-ew" else 0}
        y = values[order].round(3).tolist()
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": x,
                "y": y,
                "name": name,
                "marker": marker,
                "hoverinfo": "y+name",
            }
        )
    pictures = [
        {"source": images[i], "xref": "x", "yref": "paper", "x": at, "y": -0.02, "sizex": 0.86, "sizey": 0.2,
         "xanchor": "center", "yanchor": "top", "sizing": "contain", "layer": "above"}
        for at, i in enumerate(order) if images
    ]  # fmt: skip
    layout = {
        "height": height,
        "margin": {"l": 52, "r": 8, "t": 26, "b": 150 if said else 74 if images else 40},
        "images": pictures,
        "showlegend": len(data) > 1,
        "legend": {"orientation": "h", "y": 1.13},
        "xaxis": {
            "range": [-0.6, len(u) - 0.4], "showgrid": False, "zeroline": False, "showticklabels": not images,
            **({"tickvals": x, "ticktext": [said[i] for i in order], "tickangle": -42} if said else {}),
            "title": {"text": "" if images or said else "things, from the least to the most preferred"},
        },
        "yaxis": {"range": [-REACH, REACH], "title": {"text": "utility u, ± one standard error"}},
        "uirevision": "ladder",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }  # fmt: skip
    return {"data": data, "layout": layout}


def simulated() -> Sequence[Panel]:
    """The film of a simulated room."""
    return [
        heat(
            "met.wins",
            [("Who ", None), ("beat", "past"), (" whom, best first", None)],
            high=4,
            unit="votes for the row",
        ),
        lines(
            {"rho": ("with the truth", "truth"), "agree": ("two voters agree", "model")},
            [("The order ", None), ("comes right", "truth")],
            unit="rank correlation, share",
            x="votes",
            low=0,
            high=1,
            width=1.1,
        ),
        lines(
            {"cycles": ("circles", "blind")},
            [("Circles", "blind"), (": A over B over C over A", None)],
            unit="triples",
            x="votes",
        ),
    ]  # fmt: skip


def simulated_sentence(trace: Trace) -> str:
    """What a simulated room has come to."""
    agree = (
        f" Two voters agree on a pair {trace.latest('agree'):.0%} of the time."
        if "agree" in trace.scalars
        else ""
    )
    placed = ""
    if trace.latest("shrunk") < 0.999:
        placed = (
            f" Its mean worth is {trace.latest('shrunk'):.2f} of a united room's, and two camps place "
            f"{trace.latest('placed'):.0%} of the voters right."
        )
    return (
        f"{trace.moments[-1]} votes: rank correlation {trace.latest('rho'):.2f} with the truth, "
        f"{int(trace.latest('cycles'))} circles of three.{agree}{placed}"
    )


def facts(reading: Reading, votes: int, left_out: int, voters: int) -> str:
    """A real room in one line of Markdown: counts, agreement, circles."""
    agree = "no two voters met on a pair yet"
    if not math.isnan(reading.agree):
        agree = f"two voters agree **{reading.agree:.0%}** of the time ({reading.couples} meetings)"
    circles = len(reading.cycles)
    said = "no circle" if not circles else f":red[**{circles}** circle{'s' if circles > 1 else ''}]"
    passed = f", {left_out} equal or no answer" if left_out else ""
    return f"**{votes}** votes of **{voters}** voters{passed} · {agree} · {said}"


def verdict_on_camps(camps: Camps | None, voters: int) -> str:
    """Is the room split?"""
    if camps is None:
        return "Too few votes to tell camps from slips: six a voter, and four voters, are the least."
    size = int((camps.belongs > 0.5).sum())
    if not camps.split:
        return (
            f"**Not split, as far as votes can tell.** Two orders explain them {camps.gain:.0f} nats better; "
            f"noise gives up to {camps.price:.0f}."
        )
    return (
        f":red[**The room is split, {max(size, voters - size)} to {min(size, voters - size)}.**] "
        f"Two orders explain the votes {camps.gain:.0f} nats better than one; noise would give "
        f"{camps.price:.0f}. The mean order pleases neither."
    )
