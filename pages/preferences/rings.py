"""Figures of who agrees with whom and what beat what: a matrix of voters, a ring of things. For Plotly."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.reward.meetings import Meetings

BLUE, ORANGE, SOFT = "43,108,176", "209,122,31", "138,144,153"
MIDDLE = {False: "#dedbd3", True: "#3a4048"}  # a coin's agreement, on light and on dark
PAST, BLIND = {False: BLUE, True: "111,176,238"}, {False: "192,61,119", True: "240,127,176"}
WIDE = 0.05  # of a wedge for the pair with most votes; the ring's radius is 1
NODE = 0.13  # radius of a thing on the ring
CLEAR = (0.55, 0.75)  # shares of votes from which a lead is drawn darker
SHADES = (0.14, 0.32, 0.62)
SQUARE: dict[str, Any] = {
    "showgrid": False, "zeroline": False, "showticklabels": False, "fixedrange": True, "ticks": "",
    "title": {"text": ""},
}  # fmt: skip


def matrix(found: Meetings, dark: bool = False, height: int = 350) -> dict[str, Any]:
    """Share of shared pairs on which two voters agree, from never (blue) to always (orange); gaps where they
    never met. A line parts the blocks."""
    n = len(found.voters)
    z = np.round(100 * found.agree).astype(np.float32)  # as an array: a list of 40,000 takes 10 times as long
    ends = [[0, f"rgb({BLUE})"], [0.5, MIDDLE[dark]], [1, f"rgb({ORANGE})"]]
    data = [
        {
            "type": "heatmap", "z": z, "zmin": 0, "zmax": 100, "colorscale": ends, "hoverongaps": False,
            "xgap": 1 if n <= 40 else 0, "ygap": 1 if n <= 40 else 0,
            "hovertemplate": "%{z} % alike<extra></extra>",
            "colorbar": {
                "thickness": 10, "outlinewidth": 0, "tickvals": [0, 50, 100],
                "ticktext": ["never", "as coins", "always"],
            },
        }
    ]  # fmt: skip
    cut, shapes = found.first - 0.5, []
    if 0 < found.first < n:
        for one, other in (("x", "y"), ("y", "x")):
            ends_at = {f"{one}0": cut, f"{one}1": cut, f"{other}0": -0.5, f"{other}1": n - 0.5}
            shapes.append({"type": "line", "line": {"color": f"rgb({SOFT})", "width": 2}, **ends_at})
    named = {"title": {"text": f"{n} voters, block by block" if shapes else f"{n} voters, as they came"}}
    layout = _square(height) | {
        "xaxis": {**SQUARE, "range": [-0.5, n - 0.5], "constrain": "domain", **named},
        "yaxis": {
            **SQUARE,
            "range": [n - 0.5, -0.5],
            "constrain": "domain",
            "constraintoward": "top",
            "scaleanchor": "x",
        },
        "shapes": shapes,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 34},
    }
    return {"data": data, "layout": layout}


def ring(n: int) -> np.ndarray:
    """Places of n things on a circle, clockwise from the top: they never move. (n, 2)"""
    angle = np.pi / 2 - 2 * np.pi * np.arange(n) / max(n, 1)
    return np.stack([np.cos(angle), np.sin(angle)], 1)


def graph(
    n: int,
    pairs: Sequence[tuple[int, int, int, int]],
    cycles: Sequence[tuple[int, int, int]] = (),
    clearest: tuple[int, int, int] | None = None,
    said: Sequence[str] = (),
    images: Sequence[str] = (),
    dark: bool = False,
    height: int = 380,
) -> dict[str, Any]:
    """Things on a ring, and a wedge for each pair: wide at who leads, like the sign >, and tied where even.

    pairs: (leader, other, votes for, votes against). Wider: more votes; darker: a clearer lead. Pairs of a
    circle are red, those of the clearest one most. said: names. images: a data URL each.
    """
    at, most = ring(n), max((f + a for *_, f, a in pairs), default=1)
    names = list(said) or [str(i + 1) for i in range(n)]
    around = {e for c in cycles for e in edges(c)}
    bold = set(edges(clearest)) if clearest else set()
    drawn: dict[str, tuple[list, list]] = {}
    for leader, other, votes, against in pairs:
        edge = (leader, other)
        level = sum(votes / (votes + against) > share for share in CLEAR)
        key = f"rgba({PAST[dark] if votes > against else SOFT},{SHADES[level]})"
        if edge in around:
            key = f"rgba({BLIND[dark]},{0.9 if edge in bold else 0.28})"
        corners = wedge(at[leader], at[other], WIDE * (votes + against) / most, votes > against)
        x, y = drawn.setdefault(key, ([], []))
        x += [round(float(c), 3) for c in corners[:, 0]] + [None]
        y += [round(float(c), 3) for c in corners[:, 1]] + [None]
    order = sorted(drawn, key=lambda key: (BLIND[dark] in key, float(key.split(",")[-1][:-1])))
    data: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": key, "hoverinfo": "skip",
            "line": {"width": 0}, "x": drawn[key][0], "y": drawn[key][1],
        }
        for key in order
    ]  # fmt: skip
    third = np.array([at[a] + (at[b] - at[a]) / 3 for a, b, *_ in pairs]).reshape(-1, 2).round(3)
    told = [f"{names[a]} {'over' if f > g else 'even with'} {names[b]}, {f} to {g}" for a, b, f, g in pairs]
    data.append(_marks(third, told, "rgba(0,0,0,0)", 12))
    data.append(_marks(at.round(3), names, f"rgb({SOFT})", 5 if images else 24, not images))
    pictures = [
        {"source": images[i], "xref": "x", "yref": "y", "x": x, "y": y, "sizex": 2 * NODE, "sizey": 2 * NODE,
         "xanchor": "center", "yanchor": "middle", "sizing": "contain", "layer": "above"}
        for i, (x, y) in enumerate(at.round(3).tolist()) if images
    ]  # fmt: skip
    edge = 1 + 1.25 * NODE
    layout = _square(height) | {
        "xaxis": {**SQUARE, "range": [-edge, edge], "constrain": "domain"},
        "yaxis": {
            **SQUARE,
            "range": [-edge, edge],
            "constrain": "domain",
            "constraintoward": "top",
            "scaleanchor": "x",
        },
        "images": pictures,
        "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
    }
    return {"data": data, "layout": layout}


def wedge(leader: np.ndarray, other: np.ndarray, wide: float, leads: bool) -> np.ndarray:
    """Corners of a wedge, wide at the leader and a point at the other; an even band where nobody leads."""
    along = (other - leader) / np.linalg.norm(other - leader)
    across = np.array([-along[1], along[0]]) * wide / 2
    a, b = leader + NODE * along, other - NODE * along
    far = [b, b] if leads else [b - across / 3, b + across / 3]
    near = across if leads else across / 3
    return np.array([a + near, a - near, *far, a + near])


def edges(circle: tuple[int, int, int]) -> list[tuple[int, int]]:
    """Its three pairs, the leader of each first."""
    a, b, c = circle
    return [(a, b), (b, c), (c, a)]


def _marks(
    at: np.ndarray, text: Sequence[str], colour: str, size: int, written: bool = False
) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers+text" if written else "markers", "x": at[:, 0].tolist(),
        "y": at[:, 1].tolist(), "text": list(text), "marker": {"color": colour, "size": size},
        "textfont": {"color": "#ffffff"}, "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def _square(height: int) -> dict[str, Any]:
    return {
        "height": height,
        "showlegend": False,
        "uirevision": "meetings",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }


def matrix_said(found: Meetings, voters: int, fitted: bool) -> str:
    """What the matrix shows, in Markdown. voters: how many there are; fitted: ordered by fitted camps."""
    n, k = len(found.voters), found.first
    couples = n * (n - 1) // 2
    empty = (int((found.met == 0).sum()) - n) // 2
    if not n or empty == couples:
        return "No two voters met on a pair yet: every cell is empty."
    lines = [
        "Row and column: a voter each. **:orange[Orange]**: alike on every pair that both judged; "
        "**:blue[blue]**: on none."
    ]
    if empty:
        lines.append(f"Empty: {empty:,} of {couples:,} couples, who never met on a pair, and the diagonal.")
    if n < voters:
        lines.append(f"Of {voters} voters, the {n} who voted most.")
    if 0 < k < n:
        within, across = (_share(found, same) for same in (True, False))
        how = (
            "Ordered by the camps that were fitted"
            if fitted
            else "Ordered so that those alike stand together"
        )
        lines.append(
            f"{how}: **{k}** and **{n - k}**. Two of one block agree **{within}**, two of different blocks "
            f"**{across}** of the time. {'' if fitted else 'Slips alone make blocks too.'}"
        )
    else:
        lines.append("One block: nobody stands against the others.")
    return "\n\n".join(lines)


def _share(found: Meetings, same: bool) -> str:
    """How often two agree, of one block or of different ones."""
    first = np.arange(len(found.voters)) < found.first
    met = np.where((first[:, None] == first[None, :]) == same, found.met, 0)
    return f"{np.nansum(found.agree * met) / met.sum():.0%}" if met.sum() else "–"


def graph_said(
    circles: int, by_slips: float, clearest: Sequence[tuple[int, int, int, int]], said: Sequence[str]
) -> str:
    """What the graph shows, in Markdown. clearest: the three pairs of the clearest circle."""
    lines = [
        "A wedge is wide at the one that leads, as in A > B. Wider: more votes. Stronger: a clearer lead. "
        "Grey: even."
    ]
    if not circles:
        return "\n\n".join([*lines, "No circle: an order pleases every majority."])
    many = f"{circles} circle{'s' if circles > 1 else ''}"
    lines.append(
        f":red[**{many}**]: A over B over C over A. Slips alone would make about **{by_slips:.0f}**, "
        "if this ladder were the truth."
    )
    told = ", ".join(f"*{said[a]}* over *{said[b]}* ({f} to {g})" for a, b, f, g in clearest)
    return "\n\n".join([*lines, f"The clearest: {told}."])
