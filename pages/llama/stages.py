"""Stages of LLaMA: two blocks side by side, the gate of a trained net, the family tree."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import streamlit as st

from app import style
from app.catalogue import entry
from app.components.film import before
from app.navigation import page_of
from app.page import live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready
from engine.language.family_tree_lab import chosen
from engine.language.llama import weights
from engine.language.llama_lab import restore
from pages.llama import figures as fig
from pages.llama import goals, tree

HELD = Figure("held", "nats a character of kept text", "lower")
BET, MODEL, FILM = "after", "leaf", "tree.film"
HERE = "LLaMA"


@lru_cache(maxsize=256)
def size(spec: Any) -> int:
    """How many weights a spec's net has."""
    return weights(restore(spec, None))


def learning(run: View) -> Scene:
    """The run on the stage beside GPT-2's block, where that is trained with all else as here."""
    older = live.view(run.lab, run.spec.but(**fig.GPT2))
    other = older.trace if older.trace.finished and older.key != run.key else None
    told = (st.session_state.get(f"bet.llama.{BET}") or {}).get("bet")
    said = told.get("bet") if isinstance(told, Mapping) and run.spec.place == "after" else None
    bet = float(said) if said in [f"{one:g}" for one in goals.BETS] else None
    sizes = size(older.spec.but(seed=0)), size(run.spec.but(seed=0))
    return Scene(fig.hero(run.trace, run.spec, sizes, other, bet), fig.hero_said(run.trace), HELD, 190)


def gates(run: View) -> None:
    """What passes through the gates of the trained net."""
    view = live.view(run.lab, run.spec.but(mlp="SwiGLU"))
    if not ready(view, "the gates of a net with SwiGLU are read"):
        return
    style.badge(*view.badge)
    panels, film, said = fig.gates(ask(view, "gates"))
    film_of(film, panels, said, key="gates.film", timeline="shut", unit="% with a below 0", height=280,
            stamp=f"gates-{view.stamp}", time="block")  # fmt: skip


def family(view: View) -> None:
    """The tree, and the leaf that was touched or chosen."""
    models = chosen(view.spec)
    if not models:
        st.info("No model of the tree is of that kind. Set Branch, Weights or Since to something else.")
        return
    stamp = f"tree-{view.spec.branch}-{view.spec.weights}-{view.spec.since}"
    spot = before(FILM, {"stamp": stamp}).spot
    if spot is not None and st.session_state.get("tree.spot") != (stamp, tuple(spot)):
        st.session_state["tree.spot"] = stamp, tuple(spot)
        st.session_state[MODEL] = tree.nearest(models, spot)
    panels, film, said = tree.growing(models)
    film_of(
        film, panels, said, key=FILM, timeline="models", unit="models", height=340, stamp=stamp, time="month"
    )
    names = [one.name for one in models]
    if st.session_state.get(MODEL) not in names:
        st.session_state[MODEL] = HERE if HERE in names else names[-1]
    with st.container(key="quiet-leaf", horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("A leaf of the tree (or click it)", names, key=MODEL, width=220)
        one = next(one for one in models if one.name == name)
        st.markdown(tree.card(one), width="content")
        if name in tree.PAGES:
            st.page_link(page_of(entry(tree.PAGES[name])), label=f"Open: {entry(tree.PAGES[name]).title} →")
