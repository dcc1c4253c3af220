"""Stages of the page: levels exchanged under the hand, levels taken away, and two priors that write."""

import streamlit as st
import torch

from app.figures.films import Film
from app.page import live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready, shown
from engine.codes import two_levels_lab, two_priors_lab
from engine.codes.kept_apart import so_far
from engine.codes.two_levels_lab import SCORED
from pages.vqvae2 import exchange, goals
from pages.vqvae2 import figures as fig

ONE, TWO = "Stage one: two grids", "Stage two: two priors"
LOST = Figure("kept", "thousandths of error, kept", "lower")
NATS = Figure("kept", "nats a kept bottom code", "lower")
BET = "alone"
PICTURES = {"First": 1, "Second": 2, "Third": 3}


def scene(run: View) -> Scene:
    """Either training, with what was bet on the first."""
    if run.lab.SPEC is two_priors_lab.SPEC:
        said = exchange.priors_said(run.spec.sees)
        return Scene(exchange.priors(), said, NATS, 250, first=("sees", "layers"))
    told = (st.session_state.get(f"bet.vqvae2.{BET}") or {}).get("bet") or {}
    said = goals.BETS.get(str(told.get("bet"))) if run.spec.alone == "bottom" else None
    return Scene(fig.hero(run.spec, said), fig.hero_said(run.spec), LOST, 292, first=("alone", "head", "K_b"))


def swap(view: View) -> None:
    """Three kept pictures, each with the top codes of each, put in one after the other."""
    if not ready(view, "top codes are exchanged"):
        return
    with st.container(horizontal=True, key="quiet-swap"):
        for which, usual in PICTURES.items():
            st.number_input(f"{which} kept picture", 1, SCORED, usual, key=f"swap.{which}", width=150)
    numbers = [int(st.session_state[f"swap.{which}"]) for which in PICTURES]
    found = ask(view, "swap", pictures=[n - 1 for n in numbers])
    panels, film, said = exchange.swapping(found)
    stamp = f"swap-{view.stamp}-{'-'.join(map(str, numbers))}"
    film_of(film, panels, said, key="swap.film", timeline="row", unit="% of the row's silhouette", height=330,
            stamp=stamp, time="code")  # fmt: skip


def apart(view: View) -> None:
    """One level exchanged, or taken away, over the training."""
    if not shown(view, "levels are taken away"):
        return
    stamp = f"apart-{view.stamp}-{len(view.trace.moments)}"
    film_of(fig.apart(view.trace), fig.taken_apart(view.trace), fig.APART, key="apart.film", timeline="kept",
            unit="thousandths of error, kept", height=270, stamp=stamp)  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=32)
def _written(stamp: str, _prior: View, _codes: View, seed: int) -> tuple[Film, list[str]]:
    """Three pictures, code by code."""
    found = ask(_prior, "write", seed=seed)
    with torch.no_grad():
        drawn = so_far(live.model_of(_codes), *(torch.from_numpy(found[k]) for k in ("k_t", "k_b")))
    return exchange.written(found, drawn.numpy())


def write(prior: View) -> None:
    """The two priors write. They stand on the recorded stage one, whatever the page's is set to."""
    codes = live.view(two_levels_lab, two_levels_lab.RECORDED[0])
    if not (ready(codes, "stage one decodes") and ready(prior, "two priors write")):
        return
    with st.container(key="quiet-write"):
        seed = int(st.number_input("Seed of the pictures", 0, 9999, 0, key="write.seed", width=150))
    stamp = f"write-{prior.stamp}-{codes.stamp}-{seed}"
    film, said = _written(stamp, prior, codes, seed)
    film_of(film, exchange.writing(), said, key="write.film", timeline="nats", unit="nats for this code",
            height=250, stamp=stamp, time="code")  # fmt: skip
