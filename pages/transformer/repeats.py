"""The induction head and the causal mask, on recorded or trained runs beside the page's own film."""

import streamlit as st

from app.components.film import film
from app.page import live
from pages.transformer import figures as fig


def appears(view: live.View, name: str) -> None:
    """The film of a run in which an induction head forms; `name` is what the page's choice calls its lab."""
    if view.run is None or not view.trace.moments:
        st.info("This setting has not been trained here yet.")
    else:
        film(
            fig.induction(view.trace, view.spec.heads),
            view.source("this run"),
            key="film.appears",
            live=view.active,
            timeline="loss",
            timeline_unit="nats",
            sentence=fig.induction_sentence(view.trace),
            height=270,
            name="glassbox-induction",
        )
    st.button("Train it, change it", on_click=_choose, args=(name,), key="choose.induction")


def _choose(name: str) -> None:
    st.session_state["lab"] = name


def masks(view: live.View) -> None:
    """The same net without its causal mask, and with it, on the same axes."""
    cheat, honest = (live.view(view.lab, view.spec.but(masked=on)) for on in (False, True))
    missing = [one for one in (cheat, honest) if one.run is None or not one.trace.finished]
    if missing:
        live.offer(missing, "Train what is missing", "train.masks")
        return
    film(
        fig.masks(cheat.trace),
        cheat.source("without the mask"),
        key="film.masks",
        pinned=honest.source("with the mask"),
        timeline="loss",
        timeline_unit="nats",
        sentence=fig.masks_sentence(cheat.trace, honest.trace),
        height=270,
        name="glassbox-mask",
    )
