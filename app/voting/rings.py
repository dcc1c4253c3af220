"""Who agrees with whom and what beat what in a room: a matrix of voters, a ring of things. Pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import charts, encodings
from app.figures.charts import Axis, Chart
from engine.reward.meetings import Meetings

GREY = "#69707a"  # white reads on it, in both themes
AGREE = {0: "never", 50: "as coins", 100: "always"}
WIDE = 0.05  # of a wedge for the pair with most votes; the ring's radius is 1
NODE = 0.13  # radius of a thing on the ring
EDGE = 1 + 1.25 * NODE
CLEAR = (0.55, 0.75)  # shares of votes from which a lead is drawn darker
SHADES = (0.14, 0.32, 0.62)
CIRCLES = (0.28, 0.9)  # the pairs of circles, and those of the clearest one


def matrix(found: Meetings, height: int = 390) -> Chart:
    """Share of shared pairs on which two voters agree, from never (blue) to always (orange); gaps where they
    never met. A line parts the blocks."""
    n = len(found.voters)
    cut = found.first if 0 < found.first < n else None
    voters = [str(i) for i in range(n)]
    columns = Axis(
        f"{n} voters, {'as they came' if cut is None else 'block by block'}", words=voters, bare=True
    )
    rows, agree = Axis(words=voters, bare=True), np.round(100 * found.agree)
    look: dict[str, Any] = {"height": height, "told": AGREE, "cut": cut, "square": True}
    return charts.heat(agree, rows, columns, "alike, %", 0, 100, None, **look)


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
    height: int = 380,
) -> Chart:
    """Things on a ring, and a wedge for each pair: wide at who leads, like the sign >, and tied where even.

    pairs: (leader, other, votes for, votes against). Wider: more votes; darker: a clearer lead. Pairs of a
    circle are red, those of the clearest one most. said: names. images: a data URL each.
    """
    names = list(said) or [str(i + 1) for i in range(n)]
    things = [
        {"x": x, "y": y, "name": name, **({"image": images[i]} if images else {})}
        for i, (name, (x, y)) in enumerate(zip(names, ring(n).round(3).tolist(), strict=True))
    ]
    rows = wedges(n, pairs, cycles, clearest, names) + things
    return _drawn(rows, bool(images), height)


def wedges(
    n: int,
    pairs: Sequence[tuple[int, int, int, int]],
    cycles: Sequence[tuple[int, int, int]],
    clearest: tuple[int, int, int] | None,
    names: Sequence[str],
) -> list[dict[str, Any]]:
    """Both ends of each pair's wedge, as rows; who leads first, the clearest circle last: it is on top."""
    at, most = ring(n), max((f + a for *_, f, a in pairs), default=1)
    around, bold = {e for c in cycles for e in edges(c)}, set(edges(clearest)) if clearest else set()
    rows = []
    for a, b, votes, against in pairs:
        leads, level = votes > against, sum(votes / (votes + against) > share for share in CLEAR)
        look = {"concept": "past" if leads else "soft", "shade": SHADES[level]}
        if (a, b) in around:
            look = {"concept": "blind", "shade": CIRCLES[(a, b) in bold]}
        look["said"] = f"{names[a]} {'over' if leads else 'even with'} {names[b]}, {votes} to {against}"
        for x, y, wide in wedge(at[a], at[b], WIDE * (votes + against) / most, leads):
            rows.append({"pair": f"{a}-{b}", "x": x, "y": y, "wide": wide, **look})
        x, y = (at[a] + (at[b] - at[a]) / 3).round(3).tolist()
        rows.append({"third": True, "x": x, "y": y, **look})
    return sorted(rows, key=lambda row: (row["concept"] == "blind", row["shade"]))


def wedge(
    leader: np.ndarray, other: np.ndarray, wide: float, leads: bool
) -> list[tuple[float, float, float]]:
    """(x, y, width) of a wedge's ends: wide at the leader, a point at the other; even where nobody leads."""
    along = NODE * (other - leader) / np.linalg.norm(other - leader)
    ends = zip((leader + along, other - along), (wide, 0) if leads else (wide / 3, wide / 3), strict=True)
    return [(round(float(x), 3), round(float(y), 3), round(float(w), 4)) for (x, y), w in ends]


def edges(circle: tuple[int, int, int]) -> list[tuple[int, int]]:
    """Its three pairs, the leader of each first."""
    a, b, c = circle
    return [(a, b), (b, c), (c, a)]


def _drawn(rows: list[dict[str, Any]], pictures: bool, height: int) -> Chart:
    """Wedges as trails, above them a place for the pointer each, and the things: in a square."""
    place = {
        channel: {"field": channel, "type": "quantitative", "axis": None,
                  "scale": {"domain": [-EDGE, EDGE], "range": encodings.SQUARE[channel]}}
        for channel in ("x", "y")
    }  # fmt: skip
    across = {"domain": [0, 2 * EDGE], "range": [0, {"expr": encodings.LEAST}]}
    hues = {"domain": list(encodings.HUES), "range": list(encodings.HUES.values())}
    told, named = ({"field": field, "type": "nominal"} for field in ("said", "name"))
    trails = {
        **place, "tooltip": told,
        "size": {"field": "wide", "type": "quantitative", "scale": across, "legend": None},
        "detail": {"field": "pair", "type": "nominal"},
        "color": {"field": "concept", "type": "nominal", "scale": hues, "legend": None},
        "opacity": {"field": "shade", "type": "quantitative", "scale": None, "legend": None},
    }  # fmt: skip
    layers = [
        encodings.layer("trail", trails, "isValid(datum.wide)"),
        encodings.layer("point", {**place, "tooltip": told}, "datum.third", opacity=0, size=260),
    ]
    things, only = {**place, "tooltip": named, "color": {"value": GREY}}, "isValid(datum.name)"
    if pictures:
        side = {"expr": f"{encodings.LEAST} * {NODE / EDGE}"}
        image = {**place, "tooltip": named, "url": {"field": "image"}}
        layers.append(encodings.layer("image", image, only, width=side, height=side))
    else:
        layers.append(encodings.layer("point", things, only, filled=True, size=480, opacity=1))
        words = {**place, "text": named, "color": {"value": "white"}}
        layers.append(encodings.layer("text", words, only, fontSize=12))
    return encodings.framed(rows, layers, height, "who leads in each pair, things on a ring")


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
