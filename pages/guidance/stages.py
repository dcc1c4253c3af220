"""Stages of the page: arrows under the hand, a pull that is learned, digits by w."""

import streamlit as st

from app.components.film import before
from app.page import controls
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready
from engine.diffusion.guidance_lab import MOST
from pages.guidance import figures as fig

LONG = Figure("long", "times the exact pull", "", ("T",))
NEAR = Figure("near3", "to a learned digit at w = 3", "lower", ())
FILM = "guidance.film"
DIGITS = 2  # of a clicked place


def hero(view: View) -> None:
    """Points on their way, three arrows at a place, and the same alone, whose tip is dragged."""
    spec, state = view.spec, before(FILM, view.source())
    if state.spot is not None and (change := told(view, state.spot, state.moment)):
        controls.put(view.lab, change)
        st.rerun()
    film_of(
        view, fig.hero(spec), fig.hero_said(view.trace, spec), key=FILM, timeline="sampled",
        unit="in the crowd", height=245, plays=True,
    )  # fmt: skip
    with st.container(key="quiet-counts"):
        st.caption(fig.counted(spec.w))


def told(view: View, spot: tuple[float, float], moment: int | None) -> dict[str, float]:
    """What a place in one of the two pictures changes: the place whose arrows are drawn, or w."""
    spec, trace = view.spec, view.trace
    if fig.in_zoom(spot):
        last = len(trace.moments) - 1
        arrows = trace.at("arrows", last if moment is None else min(moment, last))
        w = fig.dragged(arrows, spot, MOST)
        return {} if w is None or w == spec.w else {"w": w}
    place = {"x": round(spot[0], DIGITS), "y": round(spot[1], DIGITS)}
    return {} if place == {"x": spec.x, "y": spec.y} else place


def pulls(run: View) -> Scene:
    """A classifier learns to pull."""
    return Scene(fig.pulls(), fig.pulled(run.spec.noisy), LONG, 260)


def digits(run: View) -> Scene:
    """One net with a class and without."""
    return Scene(fig.digits(), fig.DIGITS, NEAR, 270)


def sweep(run: View) -> None:
    """The same noises at ever larger w, to 100."""
    if not ready(run, "the trained net draws ten digits at each w"):
        return
    seed = st.number_input("Seed of the noises", 0, 9999, 0, key="sweep.seed", width=160)
    panels, film, said = fig.sweep(ask(run, "sweep", seed=int(seed or 0)))
    film_of(film, panels, said, key="sweep.film", timeline="beyond", unit="% of pixels cut", height=130,
            stamp=f"sweep-{run.stamp}-{seed}", time="picture")  # fmt: skip
