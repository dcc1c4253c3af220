"""Stages of the page: clouds in training, q under the hand, coordinate ascent."""

import streamlit as st

from app.components.film import before
from app.page import at, controls
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import film_of
from engine.latent.bound_lab import EDGE, HIGH, LOW
from pages.elbo import exact, mixture
from pages.elbo import figures as fig

KEPT = Figure("kept", "nats a kept digit", "lower", ("noise",))
SHORT = Figure("short", "nats short of pPCA", "lower", ("k",))
FILM = "bound.film"
GROUPS = (
    "Points were drawn around K centres; their colour is their group, and q never sees it. Two things are "
    "hidden: the centres μ, and each point's group c. One half sweep moves the centres, the next shares the "
    "points out; a ring has a radius of two standard deviations."
)
TOY = (
    "A toy in which all is known: one hidden number z comes from two Gaussians, around −a and a, and is seen "
    "as x, with noise of width s. q is a guess of what z was."
)


def scene(run: View) -> Scene:
    """Clouds in training."""
    return Scene(fig.hero(run.spec), fig.hero_said(run.spec), KEPT, height=290)


def climbing(run: View) -> Scene:
    """The linear VAE on its way to PCA."""
    return Scene(exact.lines(run.spec), exact.LINES, SHORT, height=230)


def placed(spot: tuple[float, float]) -> dict[str, float]:
    """A place of the map that q was dragged to -> its centre and width, within their bounds."""
    mu, sigma = spot
    return {"mu": round(min(max(mu, -EDGE), EDGE), 2), "sigma": round(min(max(sigma, LOW), HIGH), 2)}


def drag(view: View) -> None:
    """q under the hand: let go, and it stands there at moment 0; play, and it goes downhill."""
    spot = before(FILM, view.source()).spot
    if spot is not None:
        place = placed(spot)
        if place != {"mu": view.spec.mu, "sigma": view.spec.sigma}:
            controls.put(view.lab, place)
            at.ask(0, "bound")
            st.rerun()
    st.caption(TOY)
    film_of(
        view, exact.dragged(view.spec), exact.dragged_said(view.trace, view.spec), key=FILM, timeline="gap",
        unit="nats of gap", height=250, time="move",
    )  # fmt: skip


def ascend(view: View) -> None:
    """Coordinate ascent, half sweep by half sweep."""
    film_of(
        view, exact.stairs(view.trace, view.spec), exact.stairs_said(view.trace, view.spec), key="cavi.film",
        timeline="below", unit="nats below the evidence", height=250, time="half sweep",
    )  # fmt: skip


def look(view: View) -> None:
    """Groups of points, and rings that climb towards them."""
    st.caption(GROUPS)
    film_of(
        view, mixture.climbs(view.trace, view.spec), mixture.climbs_said(view.trace, view.spec),
        key="mixture.film", timeline="bound", unit="nats, the bound", height=250, time="half sweep",
    )  # fmt: skip
