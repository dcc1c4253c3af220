"""The ladder of a room: things in their order with error bars, and what the room is like, in words. Pure."""

import math
from collections.abc import Sequence

import numpy as np

from app.figures import charts
from app.figures.charts import Axis, Chart, Series
from engine.reward.rooms import Camps, Reading

CAMPS = ("one camp", "the other"), ("model", "code"), ("up", "down")
REACH = 5.0  # utilities that the ladder has room for


def ladder(
    u: np.ndarray,
    se: np.ndarray,
    below: Sequence[str] = (),
    true: np.ndarray | None = None,
    camps: np.ndarray | None = None,
    height: int = 330,
    truth: str = "truth",
) -> Chart:
    """Things from the least to the most preferred, at their utility, with error bars.

    below: a picture (a data URL) or words of each thing. true: what a simulation knows, called `truth`.
    camps: (2, n), where two orders are drawn too.
    """
    order = np.argsort(u, kind="stable")
    places, u, se = [f"{i}" for i in range(len(u))], u[order], se[order]
    series = [Series("the room", places, u, "past", u - se, u + se, [f"the room, ± {e:.2f}" for e in se])]
    if true is not None:
        series.append(Series(truth, places, true[order], "truth", shape="dash", size=260))
    for name, concept, shape, values in zip(*CAMPS, camps if camps is not None else (), strict=False):
        series.append(Series(name, places, values[order], concept, shape=shape))
    said = "" if below else "things, from the least to the most preferred"
    x, y = Axis(said, words=places, bare=bool(below)), Axis("utility u, ± one standard error", -REACH, REACH)
    return charts.interval(
        series, x, y, height, beside=False, below=[below[int(i)] for i in order] if below else ()
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
