"""The stage of colours: a picture written in three steps a pixel, and one whose colours ignore each other."""

from typing import Any

import numpy as np
import streamlit as st
import torch

from app.components.blocks import pack
from app.components.film import film, inline
from app.page import live, own_data
from app.page.screen import Figure, screen
from app.style import badge
from engine.autoregressive.colour_measures import unseen
from engine.autoregressive.colour_pixelcnn_lab import pictures
from pages.pixelcnn_colour import figures

BITS = Figure("test", "bits/dim")


@st.cache_resource(show_spinner=False, max_entries=32)
def _both(stamp: str, _views: dict[str, live.View], seed: int) -> dict[str, dict[str, np.ndarray]]:
    """The two pictures of one seed, kept under their stamp."""
    found = {}
    for name, view in _views.items():
        train, _ = pictures(view.spec.levels)
        one: dict[str, Any] = view.lab.PROBES["write"](
            live.model_of(view), {"seed": seed, "side": train.shape[1]}
        )
        x = torch.from_numpy(one["picture"].astype(np.int64))[None]
        found[name] = {**one, "off": unseen(x, train, view.spec.levels)[0].numpy()}
    return found


def writing(view: live.View) -> None:
    """Both pictures, from the runs of this setting in order and side by side, or from the recorded ones."""
    views = _arms(view, view.spec)
    if not all(one.ready for one in views.values()):
        views = _arms(view, view.lab.RECORDED[0])
        st.caption("This setting is not trained both ways yet: the recorded nets write here.")
    if not all(one.ready for one in views.values()):
        st.info("Train this setting below, in order and side by side: both nets write here.")
        return
    seed = st.session_state.get("colour.seed", 4)
    seed = seed if isinstance(seed, int) and 0 <= seed <= 9999 else 4
    stamp = "-".join([*(one.stamp for one in views.values()), str(seed)])
    both = _both(stamp, views, seed)
    film(
        figures.writing(views["a"].spec.levels),
        inline(pack(*figures.written(both)), stamp),
        key="colour.film",
        timeline="bits",
        timeline_unit="bits",
        sentence=figures.writing_sentence(both),
        height=306,
        name="glassbox-colours",
        time="step",
        plays=True,
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(":gray[Seed of the drawing]", width="content")
        st.number_input(
            "Seed of the drawing", 0, 9999, 4, key="colour.seed", width=140, label_visibility="collapsed"
        )


def own_pictures(slug: str, shown: live.View) -> None:
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
        view = live.view(shown.lab, shown.spec, own=id)
        badge(*view.badge)
        levels = view.spec.levels
        panels = figures.training(levels, view.spec.colours != "in order", own=True)
        screen(slug, view, [panels[0], panels[2]], BITS, figures.training_sentence(view.trace, own=True), 300)
        st.caption(
            f"With the settings of the training above: {levels} levels a colour, {view.spec.steps} steps. "
            "Pictures of more than 10 pixels a side take longer than it says. A sixth is for testing; "
            "of fewer than six, all are for both."
        )


def _arms(view: live.View, spec: Any) -> dict[str, live.View]:
    ways = {"a": "in order", "b": "side by side"}
    return {name: live.view(view.lab, spec.but(colours=way)) for name, way in ways.items()}
