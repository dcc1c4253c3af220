"""The stage of colours: a picture written in three steps a pixel, and one whose colours ignore each other."""

from typing import Any

import numpy as np
import streamlit as st
import torch

from app import live
from app.components.blocks import pack
from app.components.film import film, inline
from app.figures import colour
from engine.autoregressive.colour_measures import unseen
from engine.autoregressive.colour_pixelcnn_lab import pictures


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
        colour.writing(views["a"].spec.levels),
        inline(pack(*colour.written(both)), stamp),
        key="colour.film",
        timeline="bits",
        timeline_unit="bits",
        sentence=colour.writing_sentence(both),
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


def _arms(view: live.View, spec: Any) -> dict[str, live.View]:
    ways = {"a": "in order", "b": "side by side"}
    return {name: live.view(view.lab, spec.but(colours=way)) for name, way in ways.items()}
