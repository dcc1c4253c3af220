"""What a page's stages say in a line or two: ask a trained net, show a film, compare settings, read a text.

Each verb says by itself what is not there yet and offers to train it, so that no stage has to.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from app.components import film
from app.components.blocks import pack
from app.figures.captions import Said
from app.figures.films import Film
from app.figures.panels import Panel
from app.page import at, computing, live
from app.page.live import View
from app.style import plain
from engine.core.params import Value
from engine.core.trace import Trace

POLL_S = 2.0  # between two looks at a training that a stage waits for


def ready(view: View, what: str) -> bool:
    """Whether a run can be asked. If not, what is missing stands here, with a button that trains it.

    what: what the stage does with it, as in "the trained net reads your word".
    """
    if not view.ready:
        _missing([view], f"Here {what}", "Train it")
    return view.ready


def shown(view: View, what: str) -> bool:
    """As `ready`, for a picture that also follows a training: one moment of the run is enough."""
    there = bool(view.trace.moments)
    if not there:
        _missing([view], f"Here {what}", "Train it")
    return there


def ask(view: View, probe: str, **inputs: Any) -> dict[str, Any]:
    """What a probe of a trained run, or of an exact lab, says of these inputs; kept, as most reruns ask the
    same. Raises ValueError for inputs that the probe refuses.
    """
    kept = view.stamp, len(view.trace.moments), probe, _digest(inputs)
    return computing.computed(lambda: _answer(*kept, view, inputs))


@st.cache_resource(show_spinner=False, max_entries=256)
def _answer(
    stamp: str, count: int, probe: str, digest: str, _view: View, _inputs: Mapping[str, Any]
) -> dict[str, Any]:
    return computing.answer(_view.id, _view.spec, probe, _inputs, _view.run)


def _digest(value: Any) -> str:
    """Tells inputs apart, arrays by all of their numbers."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{value.shape}{hashlib.sha256(value.tobytes()).hexdigest()}"
    if isinstance(value, Mapping):
        return str([(name, _digest(one)) for name, one in value.items()])
    if isinstance(value, list | tuple):
        return str([_digest(one) for one in value])
    return repr(value)


def film_of(
    made: View | Film,
    panels: Sequence[Panel],
    sentence: Said,
    *,
    key: str,
    timeline: str,
    unit: str = "",
    stamp: str = "",
    label: str = "this run",
    height: int = 300,
    **more: Any,
) -> film.FilmState:
    """The film of a run or an exact trace, or one that the page makes for itself.

    made: a view, or (header, arrays) with a `stamp` that names it. timeline, unit: the scalar under it.
    label: its name beside a pinned one. more: start, time, plays, pinned, training, as in `film.film`.
    """
    live_ = isinstance(made, View) and made.active
    if "start" not in more:
        more["start"], more["asked"] = at.asked(str(st.session_state.get("stage", "")))
    source = made.source(label) if isinstance(made, View) else film.inline(pack(*made), stamp, label)
    name = f"glassbox-{key.replace('.', '-')}"
    return film.film(
        panels, source, key=key, timeline=timeline, timeline_unit=unit, sentence=sentence, height=height,
        live=live_, name=name, **more,
    )  # fmt: skip


def arms(view: View, settings: Mapping[str, Mapping[str, Value]]) -> dict[str, Trace] | None:
    """The traces of several settings of one lab, other things equal, once all are trained to their end.

    settings: name -> what differs from `view`. Until then a button stands here that trains what is missing.
    """
    return finished({name: live.view(view.lab, view.spec.but(**new)) for name, new in settings.items()})


def finished(views: Mapping[str, View], words: str = "Train what is missing") -> dict[str, Trace] | None:
    """The same for runs that are named one by one."""
    missing = [one for one in views.values() if not one.trace.finished]
    if missing:
        _missing(missing, f"Here {len(views)} runs are compared", words)
        return None
    return {name: one.trace for name, one in views.items()}


def _missing(views: Sequence[View], says: str, words: str) -> None:
    """Say what is not there, and offer to train it; while it trains, look again until it is done."""
    going = [one for one in views if one.active]
    asked = [one for one in views if not one.active]
    said = [f"{len(going)} in training"] * bool(going) + [f"{len(asked)} not trained here yet"] * bool(asked)
    if len(views) == 1:
        said = ["it is in training" if going else "it has not been trained here yet"]

    @st.fragment(run_every=POLL_S if going else None)
    def look() -> None:
        live.redraw()
        for one in going:
            live.follow(one)
        if not all(live.again(one).active for one in going):
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":gray[{says}: {', '.join(said)}.]", width="content")
            live.offer(asked, words, f"missing.{'-'.join(one.key for one in asked)}.{says}")

    look()


def text(
    label: str, default: str, read: Callable[[str], object], *, key: str, lines: int = 1, **widget: Any
) -> str:
    """What the reader types, once `read` takes it; what it refuses is said under the box, and the default
    stands in its place.

    read: raises ValueError, naming the bound. lines: more than one makes a box of so many. widget: width,
    help, placeholder, max_chars, bind, as Streamlit has them.
    """
    with st.container(width=widget.pop("width", "stretch"), gap="xsmall"):
        make = st.text_input
        if lines > 1:
            make, widget["height"] = st.text_area, 24 * lines + 20
        typed = make(label, default, key=key, **widget)
        try:
            read(typed or "")
        except ValueError as refusal:
            instead = f". Shown instead: {plain(default)}" if default else ""
            st.warning(plain(str(refusal)) + instead)
            return default
    return typed or ""
