"""The stages of the page on scores: films of labs that need no training, and what a click on one asks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from app.components.film import before
from app.figures.captions import Caption
from app.figures.panels import Panel
from app.page import controls
from app.page.live import View
from app.page.verbs import ask, film_of
from engine.diffusion import score_matching_lab
from pages.score import figures as fig

DIGITS = 2  # of a clicked place


def hero(view: View) -> None:
    """Particles on the plane, paths on the line, and the ways of a noise that was dropped."""
    trace, asked = view.trace, {"steps": view.spec.steps, "seed": view.spec.seed}
    ways, spot = None, before("score.flow", view.source()).spot
    if spot is not None:
        ways = ask(view, "drop", x=spot[0], y=spot[1], **asked)
    film_of(
        view, fig.hero(trace, ask(view, "strands", **asked), ways), fig.hero_sentence(trace, ways),
        key="score.flow", timeline="time", unit="of the time left", height=250, plays=True,
    )  # fmt: skip


def walks(view: View) -> None:
    """Climbing, plain and annealed Langevin side by side."""
    film_of(
        view, fig.walks(), fig.WALKS, key="score.walks", timeline="sigma",
        unit="noise scale", height=220,
    )  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=16)
def _exact(key: str, _spec: Any) -> dict[str, np.ndarray]:
    return score_matching_lab.Watch(_spec).exact()


def training(view: View) -> tuple[Sequence[Panel], Caption]:
    """The field as it is learned, with the exact one that it is compared with; and a sentence."""
    exact, sigmas = _exact(view.spec.key(), view.spec), score_matching_lab.sigmas(view.spec).tolist()
    return fig.training(exact, sigmas, score_matching_lab.BINS), fig.trained(view.trace)


def trips(view: View) -> None:
    """Data to noise and back, and the likelihood of the place that was clicked."""
    trace, spec, spot = view.trace, view.spec, before("score.trips", view.source()).spot
    if spot is not None:
        place = {name: round(v, DIGITS) for name, v in zip(("x", "y"), spot, strict=True)}
        if place != {"x": spec.x, "y": spec.y}:
            controls.put(view.lab, place)
            st.rerun()
    film_of(
        view, fig.trips(trace), fig.TRIPS, key="score.trips", timeline="time", unit="of the time left",
        height=230,
    )  # fmt: skip
    with st.container(key="quiet-meter"):
        st.markdown(f"Place ({spec.x:g}, {spec.y:g}): {fig.meter(trace)}")
