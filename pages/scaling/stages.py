"""Stages of the scaling laws: what a loss costs each size, the board to drag on, the line that bends."""

import streamlit as st

from app.components.film import before
from app.page import controls
from app.page.anatomy import Page
from app.page.live import View
from app.page.verbs import film_of, shown
from pages.scaling import board as boards
from pages.scaling import figures as fig

HERE, LEAST, MOST = 0.75, 0.2, 0.95  # nats above the entropy
FILM = "board.film"


def price(page: Page, run: View) -> None:
    """A loss to come down to, and what it costs each size in tokens and in compute."""
    with st.container(key="quiet-target"):
        target = st.slider(
            "Loss to come down to, nats above the entropy", LEAST, MOST, HERE, 0.05, key="target",
            bind="query-params", width=360,
        )  # fmt: skip
    page.extras["target"] = str(target)
    if not shown(run, "the price of a loss is read off the run"):
        return
    tokens, flops, said = fig.prices(run.trace, target)
    left, right = st.columns(2)
    left.vega_lite_chart(tokens, key="price.tokens")
    right.vega_lite_chart(flops, key="price.flops")
    st.caption(said)


def board(view: View) -> None:
    """Size and data under the hand; compute is the film's time."""
    trace, spec, spot = view.trace, view.spec, before(FILM, view.source()).spot
    if spot is not None:
        place = boards.placed(spot)
        if place != {"N": spec.N, "D": spec.D}:
            controls.put(view.lab, place)
            st.rerun()
    film_of(
        view, [boards.board(spec), boards.hammock(spec)], boards.said(trace, spec), key=FILM,
        timeline="loss", unit="nats at the best size", height=320, time="budget",
    )  # fmt: skip


def bend() -> None:
    """Kaplan's line, while data are taken away."""
    panels, film, said = boards.bending()
    film_of(film, panels, said, key="bend.film", timeline="loss", unit="nats at a trillion parameters",
            height=260, stamp="bend", time="cut")  # fmt: skip
