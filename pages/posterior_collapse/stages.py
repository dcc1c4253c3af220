"""Stages of the page: the hero, one digit redrawn by each decoder, a stripe whose code pays or does not."""

import streamlit as st

from app.page import live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, finished
from engine.data.black_digits import black_digits
from engine.latent import collapse_lab
from engine.latent.collapse import FIELDS
from pages.posterior_collapse import figures as fig
from pages.posterior_collapse import goals

BOUND = Figure("bound", "nats a kept digit (bound)", "higher")
FIRST = ("field", "code", "free", "warm")
BET = "carried"
TOY = (
    "A toy in which all is known: a coin makes a stripe black or white, and each pixel shows the other shade "
    "by chance (specks). The code names the shade; with blindness, the encoder guesses now and then."
)


def scene(run: View) -> Scene:
    """A net in training, with what was bet on it."""
    told = (st.session_state.get(f"bet.posterior-collapse.{BET}") or {}).get("bet") or {}
    said = goals.BETS.get(str(told.get("bet"))) if run.spec.field == "all before" else None
    return Scene(fig.hero(run.spec, said), fig.hero_said(run.spec), BOUND, 226, first=FIRST)


def redraw(run: View) -> None:
    """A kept digit, its code, and four decoders that see more and more; no remedy in any of them."""
    plain = run.spec.but(free=0.0, warm=0.0, code=True)
    views = {name: live.view(collapse_lab, plain.but(field=name)) for name in FIELDS}
    traces = finished(views)
    if traces is None:
        return
    with st.container(key="quiet-digit"):
        last = len(black_digits().kept)
        digit = int(st.number_input("Kept digit", 1, last, 1, key="redraw.digit", width=150))
    found = {name: ask(view, "redrawn", digit=digit - 1) for name, view in views.items()}
    panels, film, said = fig.redrawn(found, traces, digit, run.spec.field != "none")
    stamp = "-".join(view.stamp for view in views.values())
    film_of(
        film, panels, said, key=f"redraw.film.{digit}", timeline="stays", unit="of 4 fields keep the digit",
        height=270, stamp=f"redraw-{digit}-{stamp}", time="draw",
    )  # fmt: skip


def pays(view: View) -> None:
    """A stripe with and without a code, over the field."""
    st.caption(TOY)
    panels, said = fig.paying(view.trace, view.spec)
    film_of(view, panels, said, key="pays.film", timeline="saved", unit="nats saved by the code", height=260,
            time="decoder")  # fmt: skip
