"""Stages of the page of steered latents: the hero, the reader's own half, the ladder, its tables."""

import numpy as np
import streamlit as st

from app.components.pixels import pixels
from app.page import at
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready, shown
from engine.data.black_digits import black_digits
from engine.latent import conditional_lab
from engine.latent.total_correlation_lab import EIGHT
from pages.steering_latents import figures as fig
from pages.steering_latents import goals, ladder

LIKELY = Figure("cvae", "nats a kept lower half", "higher")
TOLD = Figure("information", "nats told, β-VAE")
BET = "blind"
FIRST = ("prior", "d", "hidden", "steps", "seed")


def scene(run: View) -> Scene:
    """Half a digit and its answers in training, with what was bet on them."""
    told = (st.session_state.get(f"bet.steering-latents.{BET}") or {}).get("bet") or {}
    said = goals.BETS.get(str(told.get("bet"))) if run.spec.prior != conditional_lab.PRIORS[0] else None
    return Scene(fig.hero(said), fig.hero_said(run.spec), LIKELY, 240, first=FIRST)


def own_half(run: View) -> None:
    """The reader paints the upper half of a digit; the net answers."""
    if not ready(run, "the trained net answers your half"):
        return
    start = black_digits().kept[conditional_lab.SHOWN, :32].view(4, 8).numpy().astype(int)
    left, right = st.columns([1, 4], gap="medium")
    with left:
        told = pixels(
            start, key="half.painted", mode="paint", palette="binary", size=190, label="The upper half",
            sentence="The upper half of a kept digit. Touch a pixel to turn it.",
        )  # fmt: skip
    half = start if told.values is None else (told.values > 0.5).astype(int)
    found = ask(run, "answered", half=half)
    st.session_state["half.answered"] = found
    panels, film, said = fig.own(found, run.spec.d)
    with right:
        film_of(
            film, panels, said, key="half.film", timeline="apart", unit="pixels apart",
            height=200, stamp=f"half-{np.packbits(half).tobytes().hex()}-{run.stamp}", time="dozen", start=0,
        )  # fmt: skip


def climbing(run: View) -> Scene:
    """Both objectives, from rung to rung."""
    return Scene(ladder.climb(), ladder.climbed(), TOLD, 270, first=("top", "D", "hidden", "steps", "seed"))


def tables(run: View) -> None:
    """Which number of z tells which factor."""
    if not shown(run, "numbers of z are compared with the factors of the squares"):
        return
    moment, count = at.asked("table")
    film_of(
        run, ladder.told(run.spec), ladder.tables_said(), key="tables.film", timeline="mig",
        unit="gap, β-VAE (MIG)", height=270, start=EIGHT if moment is None else moment, asked=count,
    )  # fmt: skip
