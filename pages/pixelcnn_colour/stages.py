"""The stage of colours: a picture written in three steps a pixel, and one whose colours ignore each other."""

from typing import Any

import numpy as np
import streamlit as st
import torch

from app.figures.pipeline import Box
from app.page import live, own_data
from app.page.live import View
from app.page.screen import Figure, screen
from app.page.verbs import ask, film_of, ready
from app.style import badge
from engine.autoregressive.colour_measures import unseen
from engine.autoregressive.colour_pixelcnn_lab import pictures
from pages.pixelcnn_colour import figures

BITS = Figure("test", "test bits/dim", "lower", unlike=("levels",))
WAYS = {"a": "in order", "b": "side by side"}


@st.cache_resource(show_spinner=False, max_entries=32)
def _both(stamp: str, _views: dict[str, View], seed: int) -> dict[str, dict[str, np.ndarray]]:
    """The two pictures of one seed, with the colours that no training picture has: these take a second."""
    found = {}
    for name, view in _views.items():
        train, _ = pictures(view.spec.levels)
        one = ask(view, "write", seed=seed, side=train.shape[1])
        x = torch.from_numpy(one["picture"].astype(np.int64))[None]
        found[name] = {**one, "off": unseen(x, train, view.spec.levels)[0].numpy()}
    return found


def _arms(view: View, spec: Any) -> dict[str, View]:
    return {name: live.view(view.lab, spec.but(colours=way)) for name, way in WAYS.items()}


def writing(view: View) -> None:
    """A picture by the run of this setting, or by the recorded ones; where the setting is side by side, the
    same beside it in order."""
    beside = view.spec.colours != WAYS["a"]
    views = _arms(view, view.spec)
    if not all(one.ready for one in views.values()):
        views = _arms(view, view.lab.RECORDED[0])
        st.caption("This setting is not trained both ways yet: the recorded nets write here.")
    if not all([ready(one, f"a net writes {WAYS[name]}") for name, one in views.items()]):
        return
    seed = st.session_state.get("colour.seed", 4)
    seed = seed if isinstance(seed, int) and 0 <= seed <= 9999 else 4
    stamp = "-".join([*(one.stamp for one in views.values()), str(seed)])
    both = _both(stamp, views, seed)
    panels, said = figures.writing(views["a"].spec.levels, beside), figures.writing_said(both, beside)
    film_of(
        figures.written(both), panels, said, key="colour.film", timeline="bits", unit="bits", stamp=stamp,
        height=275, plays=True,
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="quiet-seed"):
        st.markdown(":gray[Seed of the drawing]", width="content")
        st.number_input(
            "Seed of the drawing", 0, 9999, 4, key="colour.seed", width=140, label_visibility="collapsed"
        )


def own_pictures(slug: str, shown: View) -> None:
    """Bring pictures, train on them at once with the settings of the training above, watch."""
    left, right = st.columns([1, 1.7], gap="large")
    with left:
        id = own_data.images("pictures")
    with right:
        if not id:
            st.info(
                "Bring a few pictures, or a few thousand: the net that wrote flat shapes learns yours. "
                "Opening this page sends nothing anywhere."
            )
            return
        view = live.private(shown.lab, shown.spec, id)
        badge(*view.badge)
        levels = view.spec.levels
        samples, _, score = figures.training(levels, view.spec.colours != "in order", own=True)
        screen(slug, view, [samples, score], BITS, figures.trained(own=True), 300)
        st.caption(
            f"With the settings of the training above: {levels} levels a colour, {view.spec.steps} steps. "
            "Pictures of more than 10 pixels a side take longer than it says. A sixth is for testing; "
            "of fewer than six, all are for both."
        )


def boxes(view: View) -> tuple[Box, ...]:
    """The pipeline of a run, with a test picture of its data."""
    return figures.pipeline(view.trace, view.spec, np.asarray(pictures(view.spec.levels)[1][0]))
