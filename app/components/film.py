"""The film: whatever follows a training's time, drawn, scrubbed and played in the browser (DESIGN 5).

What it draws is said by panels (app/figures/panels.py), with what numbers by a source.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.components.messages import finite, mounted, nothing
from app.figures.panels import Panel

Source = dict[str, Any]

_component = mounted("film")


@dataclass(frozen=True)
class FilmState:
    """The moment that the viewer let go at (None until they do), and whether a live film just ended."""

    moment: int | None
    done: bool


def inline(block: bytes, stamp: str, label: str = "this run") -> Source:
    """A source that travels in the page's message. stamp: names the run; another stamp is another film."""
    return {"inline": base64.b64encode(block).decode(), "stamp": stamp, "label": label}


def fetched(url: str, stamp: str, label: str = "this run") -> Source:
    """A source that the browser fetches by itself, block by block, from `url`?from=a&to=b."""
    return {"url": url, "stamp": stamp, "label": label}


def film(
    panels: Sequence[Panel],
    source: Source,
    *,
    key: str,
    start: int | None = None,
    live: bool = False,
    timeline: str = "loss",
    timeline_unit: str = "",
    pinned: Source | None = None,
    band: Sequence[Mapping[str, Any]] = (),
    sentence: str = "",
    height: int = 260,
    name: str = "glassbox",
) -> FilmState:
    """Show a training as a film, with its timeline.

    panels: the first is the hero: on a phone it comes first, and with reduced motion it is drawn at six
    moments. source, pinned: from `inline` or `fetched`; a pinned one is drawn beside, on the same axes.
    start: the moment to open at (None: the last); a new value moves an open film. live: the source may not
    be there yet, or still grow. timeline: the scalar drawn under it, in timeline_unit. band: scalar-only
    runs (other seeds), each {"scalars": ...} as in `pack`. sentence: says what the picture shows; caption
    and alternative text. height: pixels of a panel. name: file name of a saved picture. Raises ValueError
    if there is no panel.
    """
    if not panels:
        raise ValueError("a film needs at least one panel")
    data = {
        "panels": list(panels),
        "source": source,
        "pinned": pinned,
        "band": [{"scalars": finite(one["scalars"])} for one in band],
        "start": start,
        "live": live,
        "timeline": timeline,
        "timelineUnit": timeline_unit,
        "sentence": sentence,
        "height": height,
        "name": name,
    }
    result = _component(key=key, data=data, on_moment_change=nothing, on_done_change=nothing)
    told = result.get("moment")
    mine = (
        isinstance(told, Mapping) and told.get("stamp") == source["stamp"]
    )  # not of a film shown here before
    moment = told.get("moment") if isinstance(told, Mapping) and mine else None
    is_moment = isinstance(moment, int) and not isinstance(moment, bool) and moment >= 0
    return FilmState(moment if is_moment else None, result.get("done") is True)
