"""The film: whatever follows a training's time, drawn, scrubbed and played in the browser (DESIGN 5).

What it draws is said by panels (app/figures/panels.py), with what numbers by a source.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from app.components.messages import finite, mounted, nothing
from app.figures.captions import Caption, Said, texts
from app.figures.panels import Panel
from app.glossary import found

Source = dict[str, Any]
WEB = Path(__file__).parents[1] / "web"
IMPORTED = re.compile(r'from "(\.{1,2}/[\w/]+\.js)"')

_component = mounted("film/film.js")


_drawn: dict[str, frozenset[str]] = {}  # slug -> kinds of panel that its films had since the server started


def kinds(slug: str) -> frozenset[str]:
    """The kinds of panel that the films of a page have, as far as somebody has opened it."""
    return _drawn.get(slug, frozenset())


def home(kind: str) -> str:
    """The script of a kind of panel, as a path in app/web: "images" is shared, "vqvae/tiles" one page's."""
    return f"pages/{kind}.js" if "/" in kind else f"panels/{kind}.js"


@cache
def modules(kinds: frozenset[str]) -> tuple[str, ...]:
    """The scripts of films with panels of these kinds, as paths in app/web: the film's own, the panels', and
    what they import."""
    found: list[Path] = []
    waiting = [WEB / "film/film.js", *(WEB / home(kind) for kind in sorted(kinds))]
    while waiting:
        if (file := waiting.pop()) not in found:
            found.append(file)
            waiting += [(file.parent / name).resolve() for name in IMPORTED.findall(file.read_text("utf-8"))]
    return tuple(sorted(file.relative_to(WEB).as_posix() for file in found))


@dataclass(frozen=True)
class FilmState:
    """The moment that the viewer let go at, whether a live film just ended, the place clicked last.

    Moment and spot are None until there is one.
    """

    moment: int | None
    done: bool
    spot: tuple[float, float] | None = None


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
    asked: int = 0,
    live: bool = False,
    timeline: str = "loss",
    timeline_unit: str = "",
    pinned: Source | None = None,
    band: Sequence[Mapping[str, Any]] = (),
    sentence: Said = "",
    height: int = 260,
    name: str = "glassbox",
    time: str = "step",
    plays: bool = False,
    training: bool = False,
    old: str = "",
) -> FilmState:
    """Show a training as a film, with its timeline.

    panels: the first is the hero: on a phone it comes first, and with reduced motion it is drawn at six
    moments. source, pinned: from `inline` or `fetched`; a pinned one is drawn beside, on the same axes.
    start: the moment to open at (None: the last). asked: how often somebody asked for a moment; a new count
    moves an open film. live: the source may not be there yet, or still grow. timeline: the scalar drawn under
    it, in timeline_unit. band: scalar-only runs (other seeds), each {"scalars": ...} as in `pack`. sentence:
    says what the picture shows at the moment shown; caption and alternative text. height: pixels of a panel.
    name: file name of a saved picture. time: what the film's time counts. plays: it plays once, when it is
    first seen. training: it follows a training, whatever its time is called. old: why this is not what the
    page is set to; the film is greyed under it. Raises ValueError if there is no panel.
    """
    if not panels:
        raise ValueError("a film needs at least one panel")
    slug = st.session_state.get("opened", "")
    _drawn[slug] = kinds(slug) | {panel["kind"] for panel in panels}
    data = {
        "panels": list(panels), "source": source, "pinned": pinned, "start": start, "live": live,
        "band": [{"scalars": finite(one["scalars"])} for one in band],
        "asked": asked, "timeline": timeline, "timelineUnit": timeline_unit, "time": time, "plays": plays,
        "sentence": sentence.data() if isinstance(sentence, Caption) else texts(sentence),
        "follows": isinstance(sentence, Caption), "terms": found(" ".join(texts(sentence))),
        "training": training, "height": height, "name": name, "old": old,
    }  # fmt: skip
    heard = dict.fromkeys(("on_moment_change", "on_done_change", "on_spot_change"), nothing)
    return _state(_component(key=key, data=data, **heard), source, asked)


def before(key: str, source: Source) -> FilmState:
    """What the film of this key had said when this rerun began: for what must be known before it is drawn."""
    return _state(st.session_state.get(key) or {}, source)


def _state(result: Mapping[str, Any], source: Source, asked: int | None = None) -> FilmState:
    moment, spot = _told(result.get("moment"), source), _told(result.get("spot"), source)
    number, at = moment.get("moment"), spot.get("at")
    if asked is not None and moment.get("asked", 0) != asked:
        number = None  # let go before somebody asked for another moment
    is_moment = isinstance(number, int) and not isinstance(number, bool) and number >= 0
    return FilmState(number if is_moment else None, result.get("done") is True, _place(at))


def _told(message: Any, source: Source) -> Mapping[str, Any]:
    """What the browser said of this film, not of one that was shown here before."""
    mine = isinstance(message, Mapping) and message.get("stamp") == source["stamp"]
    return message if mine else {}


def _place(at: Any) -> tuple[float, float] | None:
    """Anyone can send any message: two finite numbers of a plane, or None."""
    if not isinstance(at, list) or len(at) != 2:
        return None
    good = all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= 1e12 for v in at)
    return (float(at[0]), float(at[1])) if good else None
