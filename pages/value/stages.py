"""Stages of the page: a world that is painted and valued, and what learns to value it."""

import streamlit as st

from app.components.film import before
from app.page import at, controls
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import film_of
from engine.reward import temporal_difference_lab as twins_lab
from pages.value import figures as fig
from pages.value import world

EARNED = Figure("earned_upper", "earned an episode (violet)", "higher", unlike=("grid", "rule"))
LEFT = Figure("left_q", "% of Q-learners go left", "lower", unlike=("mu",))
OFF = Figure("off", "root mean square off", "lower")
FILM, LOOK = "world.film", "look"


def hero(view: View) -> None:
    """The world under the hand: a touch frames a cell, or builds; its values, and the update of one cell."""
    with st.container(horizontal=True, vertical_alignment="center", key="quiet-world", gap="small"):
        tools = LOOK, *world.KINDS
        tool = st.segmented_control("A touch", tools, key="world.tool", default=LOOK, required=True,
                                    label_visibility="collapsed")  # fmt: skip
        st.caption("What a touch does. Goal and start can be dragged.", width="content")
        there = vars(controls.spec_of(twins_lab)[0])["grid"]
        send = {"grid": view.spec.grid}
        st.button(
            "Let the learners below walk here", on_click=controls.put, args=(twins_lab, send),
            disabled=there == view.spec.grid, help="They get this world, if they have another.",
        )  # fmt: skip
    made, count = world.made(view.spec), st.session_state.get("world.touches", 0)
    cell = world.framed(made, st.session_state.get("world.cell", -1))
    spot = before(FILM, {"stamp": f"world-{view.stamp}-{cell}-{count}"}).spot
    if spot is not None:
        st.session_state["world.touches"] = count = count + 1
        place = world.touched(made, spot)
        if tool != LOOK:
            controls.put(view.lab, {"grid": world.painted(view.spec.grid, tool, place)})
            st.rerun()
        st.session_state["world.cell"] = cell = world.framed(made, place)
    panels, film, said = world.hero(view.trace, view.spec, cell)
    moment, asked = at.asked("world")
    if (
        st.session_state.get("world.of", (view.stamp, asked)) != (view.stamp, asked)
        and asked == (st.session_state["world.of"][1])
    ):  # another world, or another γ: its end, unless somebody asked for a moment of it
        at.ask(None, "world")
        moment, asked = at.asked("world")
    st.session_state["world.of"] = view.stamp, asked
    film_of(
        film, panels, said, key=FILM, timeline="change", unit="largest change", height=222, time="sweep",
        start=moment, asked=asked, stamp=f"world-{view.stamp}-{cell}-{count}",
    )  # fmt: skip


def twins(run: View) -> Scene:
    """Sarsa and Q-learning."""
    return Scene(fig.twins(run.spec), fig.twins_said(run.spec), EARNED, height=290, time="episode")


def bias(run: View) -> Scene:
    """The largest of noisy guesses."""
    return Scene(fig.bias(run.spec), fig.bias_said(run.spec), LEFT, height=240, time="episode")


def net(run: View) -> Scene:
    """A net for the table."""
    return Scene(fig.net(run.spec), fig.net_said(run.spec), OFF, height=240)
