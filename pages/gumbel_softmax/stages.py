"""Stages of the page of dice: the hero, a die that is turned, throws in a triangle, three gradients."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.page import at
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready
from engine.data.black_digits import black_digits
from engine.latent.gumbel import nearest
from pages.gumbel_softmax import figures as fig
from pages.gumbel_softmax import goals, throws

BOUND = Figure("bound", "nats a kept digit (bound)", "higher")
FIRST = ("estimator", "temperature", "cool", "dice")
BET = "rewarded"


def scene(run: View) -> Scene:
    """A net in training, with what was bet on it."""
    told = (st.session_state.get(f"bet.gumbel-softmax.{BET}") or {}).get("bet") or {}
    said = goals.BETS.get(str(told.get("bet"))) if run.spec.estimator == "REINFORCE" else None
    return Scene(fig.hero(run.spec, said), fig.hero_said(run.spec), BOUND, 236, first=FIRST)


def turn(run: View) -> None:
    """A kept digit, and each of its dice on each face."""
    if not ready(run, "the dice of the trained net are turned"):
        return
    with st.container(key="quiet-digit"):
        last = len(black_digits().kept)
        digit = int(st.number_input("Kept digit", 1, last, 1, key="turn.digit", width=150))
    panels, film, said = fig.turning(ask(run, "turned", digit=digit - 1))
    film_of(
        film, panels, said, key=f"turn.film.{digit}", timeline="moved", unit="pixels moved at most",
        height=230, stamp=f"turn-{digit}-{run.stamp}", time="die", start=0,
    )  # fmt: skip


def over_heat(view: View, draw: Callable[[Any], Any], key: str) -> None:
    """A film over the temperatures; it opens at a moderate one."""
    panels, film, said = draw(view.trace)
    moment, count = at.asked(str(st.session_state.get("stage", "")))
    film_of(
        film, panels, said, key=key, timeline="heat", unit="temperature", height=270, time="notch",
        stamp=f"{key}-{view.stamp}", start=nearest(0.5) if moment is None else moment, asked=count,
    )  # fmt: skip


def triangle(view: View) -> None:
    """Softened throws of one die with three faces."""
    over_heat(view, throws.triangle, "triangle.film")


def gradients(view: View) -> None:
    """Three estimates against the exact gradient."""
    over_heat(view, throws.gradients, "gradients.film")
