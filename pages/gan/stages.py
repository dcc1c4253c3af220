"""Stages of the page: both at work, one alone, the game on a line, two numbers that circle, a drawing."""

import streamlit as st

from app.components.pixels import pixels
from app.page import at, controls, live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready
from engine.adversarial import gan_lab
from engine.adversarial.gan_alone import D_ALONE, PLAYERS, STARTS, TURNS, UNTRAINED
from engine.core.params import Refusal
from engine.data import points
from pages.gan import exact
from pages.gan import figures as fig

QUALITY = Figure("quality", "% of fakes on a spot", "higher", ("data", "drawing"))
ETA = 0.2


def scene(run: View) -> Scene:
    """Both players at work."""
    return Scene(fig.hero(run.spec), fig.said(run.spec), QUALITY, 276, time="round", plays=True)


def alone(view: View) -> None:
    """One player moves, the other stands still; or both by turns, half a round at a time."""
    if not ready(view, "one player of the trained two stands still"):
        return
    spec = view.spec
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiet-alone"):
        player = st.segmented_control(
            "Who moves", PLAYERS, key="alone.player", default=D_ALONE, required=True
        )
        start = st.segmented_control(
            "They start as", STARTS, key="alone.start", default=UNTRAINED, required=True
        )
    player, start = player or D_ALONE, start or UNTRAINED
    found = ask(view, "alone", player=player, start=start, data=spec.data, drawing=spec.drawing,
                loss=spec.loss, lr=spec.lr, seed=spec.seed)  # fmt: skip
    panels, film, said = exact.alone(found, spec, player)
    moment, asked = at.asked("alone")
    film_of(film, panels, said, key="alone.film", timeline="fake", unit="% D says of fakes", height=270,
            stamp=f"alone-{view.stamp}-{player}-{start}",
            time="half round" if player == TURNS else "step",
            start=moment, asked=asked)  # fmt: skip


def line(view: View) -> None:
    """G under the finger: the timeline is its place."""
    panels, film, said = exact.line(view.trace, view.spec)
    moment, asked = at.asked("line")
    film_of(film, panels, said, key="line.film", timeline="jsd", unit="nats, JSD", height=240,
            stamp=f"line-{view.key}", time="middle of G", start=45 if moment is None else moment,
            asked=asked)  # fmt: skip


def orbits(view: View) -> None:
    """The smallest game there is."""
    eta = st.slider("Step size η", 0.05, 2.5, ETA, 0.05, key="orbit.eta", width=320)
    panels, film, said = exact.orbits(ask(view, "orbits", eta=float(eta)), float(eta))
    film_of(film, panels, said, key="orbit.film", timeline="both", unit="r, both at once", height=270,
            stamp=f"orbit-{eta}")  # fmt: skip


def paint(view: View) -> None:
    """Data drawn by the reader, as the parameter of a training."""
    left, right = st.columns([1, 1.6], gap="large")
    with left:
        told = pixels(
            points.cells(view.spec.drawing), key="gan.paint", mode="paint", palette="binary", size=300,
            label="Your data", version=view.spec.drawing,
            sentence="Paint cells, or wipe them: data are spread evenly over the painted ones.",
        )  # fmt: skip
    painted = view.spec.drawing if told.values is None else points.drawing(told.values)
    count = int(points.cells(painted).sum())
    try:
        wanted = view.spec.but(data="drawn", drawing=painted)
    except Refusal:
        right.warning(f"Too little to fake: {count} painted, at least 2 are needed.")
        return
    cost = live.seconds(view.lab, wanted)
    with right:
        st.markdown(f"**{count} of 256 cells** are painted. Each is a spot: how many of them will G reach?")
        about = f" · about {cost:.0f} s" if cost else ""

        def train() -> None:
            controls.put(gan_lab, {"data": "drawn", "drawing": painted})
            live.train(live.view(gan_lab, wanted))

        st.button(f"Train on this drawing{about}", type="primary", key="gan.train", on_click=train)
        st.caption("It trains in the picture at the head of this page.")
