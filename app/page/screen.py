"""A run on the screen: its film, the difference to a pinned run, and the run bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from app.components import film
from app.figures.captions import Said
from app.figures.films import scalars
from app.figures.panels import Panel
from app.page import at, compare, live, moments
from app.page.runbar import runbar, siblings
from app.style import plain

OLD = "This is the run before. What is set now is not trained yet."


@dataclass(frozen=True)
class Figure:
    """The scalar that a page tells of its runs, and its unit, which names the split ("test bits/dim").

    better: "lower" or "higher", where one is. unlike: the parameters that change what the figure means, so
    that runs which differ in one of them are not compared by it.
    """

    name: str
    unit: str
    better: str = ""
    unlike: Sequence[str] = ()


@dataclass(frozen=True)
class Scene:
    """What the film of a training shows. time: what a step is called; plays: it plays once, when seen; first:
    the controls in sight, where labs to choose among have different ones."""

    panels: Sequence[Panel]
    sentence: Said
    figure: Figure
    height: int = 260
    time: str = "step"
    plays: bool = False
    first: Sequence[str] = ()


def screen(
    slug: str,
    shown: live.View,
    panels: Sequence[Panel],
    figure: Figure,
    sentence: Said,
    height: int = 260,
    time: str = "step",
    plays: bool = False,
    hands: Any = None,
) -> int | None:
    """Draw it, panels `height` pixels high. Returns the moment that the film stands at, None for its end.

    time: what a step is called. plays: a finished run plays once, unless a link asks for a moment of it.
    hands: a container for the run bar.
    Where what was asked for is not trained yet, the picture that stood here stays, greyed.
    """
    stage = str(st.session_state.get("stage", ""))
    there = shown.run is not None and bool(shown.trace.moments or shown.active)
    last = f"last.{slug}.{stage}.{shown.id}"
    if there:
        st.session_state[last] = (shown.spec, shown.start, shown.own, panels, sentence)
    drawn = there or last in st.session_state
    pin = compare.pinned(slug, shown) if there else None
    names = compare.names(pin, shown) if pin is not None else ("this run", "pinned")
    start, asked = at.asked(stage)
    told = f"shown.{shown.key}"

    def picture(now: live.View, panels: Sequence[Panel], sentence: Said, old: str = "") -> None:
        state = film.film(
            panels,
            now.source(names[0]),
            key=f"film.{now.id}{now.mark}",
            start=start,
            asked=asked,
            live=now.active,
            timeline=figure.name,
            timeline_unit=figure.unit,
            pinned=pin.source(names[1]) if pin else None,
            band=[{"scalars": scalars(one.trace)} for one in siblings(now)],
            sentence=sentence,
            height=height,
            name=f"glassbox-{slug}-{now.key}",
            time=time,
            training=True,
            plays=plays and not now.active and start is None and asked < 2,
            old=old,
        )
        if state.moment is not None and (asked, state.moment) != st.session_state.get(told):
            st.session_state[told] = (asked, state.moment)
            st.query_params["at"] = str(state.moment)  # a refresh finds it again

    if shown.damaged:
        st.warning(f"The recorded run is lost: {plain(shown.damaged)}. Train it here.")
    if shown.run is not None and shown.run.problems:
        remedy = "**Go on** trains it again" if shown.state == "interrupted" else "Train it again"
        st.warning(f"Not all of this run can be read: {plain('; '.join(shown.run.problems))}. {remedy}.")
        if isinstance(sentence, list | tuple):  # a text a moment: the film may have moments beyond the damage
            sentence = [*sentence, "From here on not all of this run can be read."]
    if drawn:  # its room is kept while its script is on the way
        film_class = _class(f"film.{shown.id}{shown.mark}")
        room = f"calc(min({height}px, max(190px, 28vh)) + 105px)"  # as the film in a low window: see film.js
        st.html(f"<style>.st-key-{film_class} {{ min-height: {room} }}</style>")
    if not there:
        _invite(shown)
        if drawn:
            *before, old_panels, told_then = st.session_state[last]
            if (one := live.view(shown.lab, *before)).run is not None:
                picture(one, old_panels, told_then, OLD)
    elif moments.served:
        picture(shown, panels, sentence)
    if pin is not None:
        st.markdown(compare.difference(pin, shown, figure))
    elif (word := compare.elsewhere(slug, shown)) is not None:
        st.caption(word)
    known = st.session_state.get(told)
    moment = known[1] if known is not None and known[0] == asked else start
    # Without the route of app/serve.py the film cannot fetch: each poll of the run bar sends it anew.
    above = None if moments.served or not there else partial(picture, panels=panels, sentence=sentence)
    with hands or st.container():
        runbar(shown, moment, figure.name, figure.unit, above)
    return moment


def _class(key: str) -> str:
    """The class that Streamlit gives to what has this key."""
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in key)


def _invite(shown: live.View) -> None:
    cost = live.seconds(shown.lab, shown.spec)
    about = f" It takes about {cost:.0f} seconds." if cost else ""
    st.info(
        f"This setting has not been trained here yet. Press **Train** below.{about} "
        "Opening a link never trains."
    )
