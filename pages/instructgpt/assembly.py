"""The assembly line: web model, fine-tuning, judge and PPO, trained one after the other from nothing."""

import time
from collections.abc import Mapping
from functools import partial

import streamlit as st

from app.figures.captions import Caption
from app.page import live
from app.page.verbs import film_of, shown
from engine.labs import Lab
from pages.instructgpt import figures as fig

STATE = "assembly"
POLL_S = 1.0


def draw(labs: Mapping[str, tuple[Lab, str]]) -> None:
    """One button, a lane for each step. labs: a lane's title -> lab, and the figure that it draws."""
    lanes = {title: (live.view(lab, lab.SPEC()), name) for title, (lab, name) in labs.items()}
    cost = sum(live.seconds(view.lab, view.spec) or 0 for view, _ in lanes.values())
    about = f" · about {cost:.0f} s" if cost else ""
    st.button(
        f"Train everything from nothing{about}", key="assembly.go", type="primary",
        disabled=STATE in st.session_state, on_click=_begin, args=(next(iter(lanes.values()))[0],),
    )  # fmt: skip
    going = STATE in st.session_state

    @st.fragment(run_every=POLL_S if going else None)
    def line() -> None:
        live.redraw()
        now = {title: (live.again(view), name) for title, (view, name) in lanes.items()} if going else lanes
        if going:
            _next([view for view, _ in now.values()])
        for column, (title, (view, name)) in zip(st.columns(len(now)), now.items(), strict=True):
            with column:
                _lane(title, view, name)

    line()


def _begin(first: live.View) -> None:
    if live.told(partial(live.start, first, keep=True)):
        st.session_state[STATE] = (0, time.time() - 1)
    st.rerun()


def _next(views: list[live.View]) -> None:
    """When a step is done, ask for the next one; a step that failed ends the line."""
    at, since = st.session_state[STATE]
    made = views[at].run.manifest if views[at].run is not None else {}
    if views[at].active or made.get("started", 0) < since:
        return
    if views[at].state == "done" and at + 1 < len(views):
        st.session_state[STATE] = (at + 1, time.time() - 1)
        live.told(partial(live.start, views[at + 1], keep=True))  # this fragment follows by itself
        return
    st.session_state.pop(STATE)
    st.rerun()


def _lane(title: str, view: live.View, name: str) -> None:
    if not (view.active or shown(view, f"“{title}” is drawn")):
        return
    what = "{level.gain:.2f} points above SFT" if name == "gain" else "{level.gold:.2f} points a reply"
    said = Caption(
        f"People get {what} at first.", f"At step {{step}} people get {what}.", f"At the end {what}."
    )
    timeline, unit = ("reward", "judge's points") if name == "gain" else ("loss", "nats")
    panels, key = fig.lane(name, title), f"assembly.{view.id}"
    film_of(view, panels, said, key=key, timeline=timeline, unit=unit, height=150, training=True)
