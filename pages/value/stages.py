"""Stages of the page: a world that is painted and valued, and what learns to value it."""

import numpy as np
import streamlit as st

from app.components.film import before
from app.components.pixels import pixels
from app.page import at, controls
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import film_of
from engine.reward import temporal_difference_lab as twins_lab
from engine.reward.grids import GOAL, WALL
from pages.value import figures as fig
from pages.value import world

EARNED = Figure("earned_upper", "earned an episode, above", "higher", unlike=("grid", "rule"))
LEFT = Figure("left_q", "% of Q-learners go left", "lower", unlike=("mu",))
OFF = Figure("off", "root mean square off", "lower")
FILM = "world.film"
SIGNS = {".": "", WALL: "#", "x": "×", "S": "S", GOAL: "G"}


def hero(view: View) -> None:
    """The world under the hand: paint it on the left; its values and the update of one cell."""
    left, right = st.columns([1, 3.4], gap="medium")
    with left:
        _paint(view)
    with right:
        _film(view)


def _paint(view: View) -> None:
    """A stroke puts what is chosen, or takes it away; the start and the goal move."""
    kind = st.segmented_control("Paint", list(world.KINDS), key="world.kind", default="wall", required=True)
    cells = np.array([list(row) for row in view.spec.grid.split("/")])
    text = np.array([[SIGNS[one] for one in row] for row in cells])
    now = (cells == world.KINDS[kind]).astype(int)
    told = pixels(
        now, key="world.paint", mode="paint", palette="binary", text=text, size=290, label="The world",
        sentence=f"Touch or drag over cells: {kind}. Every cell else earns {view.spec.step:g} a step.",
        version=f"{kind}-{view.spec.grid}",
    )  # fmt: skip
    if told.values is not None:
        grid = world.painted(view.spec.grid, kind, told.values)
        if grid != view.spec.grid:
            controls.put(view.lab, {"grid": grid})
            st.rerun()
    if view.spec.grid != vars(controls.spec_of(twins_lab)[0])["grid"]:
        st.button("Let the twins walk here", on_click=controls.put,
                  args=(twins_lab, {"grid": view.spec.grid}),
                  help="The learners below get this world: without wind, a step costs 1.")  # fmt: skip


def _film(view: View) -> None:
    """Sweeps; a click chooses the cell whose update is told."""
    made = world.made(view.spec)
    stamp = f"world-{view.stamp}-{st.session_state.get('world.cell', -1)}"
    spot = before(FILM, {"stamp": stamp}).spot
    cell = world.chosen(made, spot, int(st.session_state.get("world.cell", -1)))
    st.session_state["world.cell"] = cell
    panels, film, said = world.hero(view.trace, view.spec, cell)
    moment, count = at.asked("world")
    film_of(
        film, panels, said, key=FILM, timeline="change", unit="largest change", height=236, time="sweep",
        start=moment, asked=count, stamp=f"world-{view.stamp}-{cell}",
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
