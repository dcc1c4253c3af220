"""Stages of the page of other ways: one pixel under four eyes, nets in training, half digits."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from app.components.film import before
from app.page import at, controls
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready
from engine.autoregressive import image_gpt_lab
from engine.autoregressive.image_gpt_lab import palette
from engine.autoregressive.sight import SIDE
from engine.data.digits import digits
from pages.pixel_order import figures as fig
from pages.pixel_order import sight

COST = Figure("test", "bits a kept pixel of 17 levels", "lower", unlike=("kind",))
AGREES = Figure("test", "bits a kept pixel of 9 levels", "lower")
FILM = "sight.film"


def placed(spot: tuple[float, float]) -> Mapping[str, int]:
    """A place in the plane that was clicked -> the pixel there, within the grid."""
    col, row = int(spot[0]), int(np.ceil(SIDE - spot[1]) - 1)
    return {"row": min(max(row, 0), SIDE - 1), "col": min(max(col, 0), SIDE - 1)}


def four(view: View) -> None:
    """The hero: a click chooses the pixel whose guess is asked."""
    stamp = f"sight-{view.stamp}"
    spot = before(FILM, {"stamp": stamp}).spot
    if spot is not None:
        pixel = placed(spot)
        if pixel != {"row": view.spec.row, "col": view.spec.col}:
            controls.put(view.lab, pixel)
            st.rerun()
    moment, count = at.asked("sight")
    film_of(
        sight.waves(view.trace), sight.four(view.trace, view.spec), sight.four_said(view.trace, view.spec),
        key=FILM, timeline="done", unit="% of all states", height=236, start=moment, asked=count, stamp=stamp,
        plays=moment is None,
    )  # fmt: skip


def scene(run: View) -> Scene:
    """A net in training."""
    if run.lab.SPEC is not image_gpt_lab.SPEC:
        return Scene(fig.recurrent(), fig.RECURRENT, COST, 250, first=("kind", "layers", "steps", "seed"))
    first = run.trace.at("probe", 0)["layer"] if run.trace.moments else np.zeros(run.spec.layers + 1)
    raw = float(run.trace.at("score", 0)["raw"]) if run.trace.moments else 0.0
    said = fig.read_said(run.trace) if run.trace.moments else ""
    return Scene(fig.reading(run.spec, first, raw), said, AGREES, 250, first=("layers", "steps", "seed"))


def complete(run: View) -> None:
    """Rows of a kept digit are given; the trained Image GPT writes the rest, eight times."""
    if not ready(run, "the trained Image GPT goes on with a digit"):
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiet-complete"):
        number = st.number_input(
            "Kept digit", 0, len(digits().test_x) - 1, 5, key="complete.digit", width=130
        )
        rows = st.slider("Rows given", 0, 7, 4, key="complete.rows", width=220)
        dice = st.number_input("Seed of the drawing", 0, 9999, 0, key="complete.dice", width=130)
    chosen = int(number or 0), int(rows), int(dice or 0)
    found = ask(run, "complete", digit=chosen[0], rows=chosen[1], seed=chosen[2])
    real = palette(digits().test_x[[chosen[0]]]).reshape(8, 8)
    panels, film, said = fig.completed(found, real, chosen[1])
    film_of(film, panels, said, key="complete.film", timeline="alike", unit="% as in the truth", height=150,
            stamp=f"complete-{run.stamp}-{chosen}", time="row", start=8 - chosen[1])  # fmt: skip
