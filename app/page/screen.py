"""A run on the screen: its film, the difference to a pinned run, and the run bar."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from app.components import film
from app.figures.films import scalars
from app.figures.panels import Panel
from app.page import compare, live, moments
from app.page.runbar import runbar, siblings
from app.style import plain


@dataclass(frozen=True)
class Figure:
    """The scalar that a page tells of its runs, and its unit."""

    name: str
    unit: str


@dataclass(frozen=True)
class Scene:
    """What the film of a training shows. time: what a step is called; plays: it plays once, when seen; first:
    the controls in sight, where labs to choose among have different ones."""

    panels: Sequence[Panel]
    sentence: str
    figure: Figure
    height: int = 300
    time: str = "step"
    plays: bool = False
    first: Sequence[str] = ()


def screen(
    slug: str,
    shown: live.View,
    panels: Sequence[Panel],
    figure: Figure,
    sentence: str,
    height: int = 300,
    time: str = "step",
    plays: bool = False,
) -> int | None:
    """Draw it, panels `height` pixels high. Returns the moment that the film stands at, None for its end.

    time: what a step is called. plays: a finished run plays once, unless a link asks for a moment of it.
    """
    pin = compare.pinned(slug, shown)
    there = shown.run is not None and (shown.trace.moments or shown.active)

    def picture(now: live.View) -> None:
        told = film.film(
            panels,
            now.source("this run"),
            key=f"film.{now.id}{now.mark}",
            start=_asked(now),
            live=now.active,
            timeline=figure.name,
            timeline_unit=figure.unit,
            pinned=pin.source("pinned") if pin else None,
            band=[{"scalars": scalars(one.trace)} for one in siblings(now)],
            sentence=sentence,
            height=height,
            name=f"glassbox-{slug}-{now.key}",
            time=time,
            training=True,
            plays=plays and not now.active and _asked(now) is None,
        )
        if told.moment is not None and told.moment != st.session_state.get(f"shown.{now.key}"):
            st.session_state[f"shown.{now.key}"] = told.moment
            st.query_params["at"] = str(told.moment)  # a refresh finds it again

    if shown.run is not None and shown.run.problems:
        st.warning(
            f"Not all of this run can be read: {plain('; '.join(shown.run.problems))}. Train it again."
        )
    if not there:
        _invite(shown)
    elif moments.served:
        picture(shown)
    moment = st.session_state.get(f"shown.{shown.key}", _asked(shown))
    if pin is not None:
        st.markdown(compare.difference(pin, shown, figure.name, figure.unit))
    # Without the route of app/serve.py the film cannot fetch: each poll of the run bar sends it anew.
    above = None if moments.served or not there else picture
    runbar(shown, moment, figure.name, figure.unit, above)
    return moment


def _asked(shown: live.View) -> int | None:
    """The moment that a link or a beat asks for. "at" holds a run's key, None for any, and the moment."""
    key, moment = st.session_state.get("at", (None, None))
    return moment if key in (None, shown.key) else None


def _invite(shown: live.View) -> None:
    cost = live.seconds(shown.lab, shown.spec)
    about = f" It takes about {cost:.0f} seconds." if cost else ""
    st.info(
        f"This setting has not been trained here yet. Press **Train** below.{about} "
        "Opening a link never trains."
    )
