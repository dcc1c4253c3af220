"""Stages of places: the hero beside the recorded runs, stripes, hands of clocks, places that are pressed."""

from collections.abc import Mapping

import streamlit as st

from app import style
from app.page import live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready
from engine.attention.positions import ENCODINGS
from engine.attention.positions_lab import PositionsSpec
from pages.positions import clocks, goals
from pages.positions import figures as fig

COVERED, BET = "rotary", "four"
TWICE = Figure("x2", "% right at twice the length", "higher", ("back",))
FIRST = ("encoding", "clip", "base", "back")
START = "2 times as long"
TIMES = {START: 2, "4 times": 4, "8 times": 8}


def other(spec: PositionsSpec, name: str) -> PositionsSpec:
    """The same training with another way of telling places; what plays no part in it stays as by default."""
    usual = PositionsSpec()
    clip = spec.clip if name == "relative" else usual.clip
    return spec.but(encoding=name, clip=clip, base=spec.base if name == "rotary" else usual.base)


def learning(run: View) -> Scene:
    """The run on the stage, beside what the other ways come to; the row that is bet on is covered."""
    others = {}
    for name in ENCODINGS:
        one = live.view(run.lab, other(run.spec, name))
        others[name] = one.trace if one.trace.finished else None
    told = (st.session_state.get(f"bet.positions.{BET}") or {}).get("bet")
    covered = "" if isinstance(told, Mapping) or style.presenting() else COVERED
    said = told.get("bet") if isinstance(told, Mapping) and run.spec.encoding == COVERED else None
    bet = said if said in goals.BETS else None
    return Scene(fig.hero(run.spec, others, covered, bet), fig.hero_said(run.spec), TWICE, 225, first=FIRST)


def stripes(run: View) -> None:
    """Which pairs share a vector; and what the trained vectors add."""
    if st.session_state.get("stripes.of") != run.spec.clip:  # what is set above is set here, too
        st.session_state["stripes.of"] = st.session_state["stripes.clip"] = run.spec.clip
    with st.container(key="quiet-clip", horizontal=True, vertical_alignment="bottom"):
        clip = st.slider("Clipped at k, in this picture", 1, 16, key="stripes.clip", width=330)
        view = live.view(run.lab, other(run.spec.but(clip=clip), "relative"))
        style.badge(*view.badge)
    there = ready(view, "the trained vectors are read")
    found = ask(view, "stripes", length=run.spec.length) if there else None
    panels, film, said = fig.striped(clip, found)
    film_of(
        film, panels, said, key=f"stripes.film.{clip}", timeline="pairs", unit="of 136 pairs",
        height=240, stamp=f"stripes-{clip}-{view.stamp if there else ''}", time="stripe",
    )  # fmt: skip


def hands(view: View) -> None:
    """A query and a key that walk on together."""
    film_of(
        view, clocks.walking(view.trace, view.spec), clocks.said(view.trace, view.spec), key="clocks.film",
        timeline="added", unit="match, sinusoids added", stamp=view.stamp, height=250, time="place",
    )  # fmt: skip


def press(run: View) -> None:
    """The rotary net, its places divided by more and more."""
    view = live.view(run.lab, other(run.spec, "rotary"))
    if not ready(view, "the rotary net reads longer texts"):
        return
    with st.container(key="quiet-times", horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            "Length of the text", list(TIMES), key="press.times", default=START, required=True,
            label_visibility="collapsed", width="content",
        )  # fmt: skip
        style.badge(*view.badge)
    times, spec = TIMES[chosen or START], view.spec
    found = ask(view, "press", length=spec.length, times=times, back=spec.back)
    panels, film, said = fig.pressing(found, spec.length, times, spec.back)
    film_of(
        film, panels, said, key=f"press.film.{times}", timeline="asked", unit="% as asked", height=240,
        stamp=f"press-{times}-{view.stamp}", time="divisor",
    )  # fmt: skip
