"""Stages of the page on memorisation: the training, sizes and duplicates, a prompt, texts from nothing."""

from typing import Any

import streamlit as st

from app.page import at, live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready, shown
from app.page.verbs import text as read_text
from engine.language import canaries, memorisation_lab
from engine.language.memorisation_lab import KS, TYPED
from pages.memorisation import figures as fig
from pages.memorisation import looked_up

EXTRACTED = Figure("extracted", "of 50 numbers", "higher")
CHOSEN = {"ask.times": fig.KINDS[-1], "ask.which": 1, "ask.k": KS[-1]}


def scene(run: View) -> Scene:
    """The training: wall, contexts, membership."""
    panels = fig.hero(canaries.numbers(run.spec.seed), run.spec.copies)
    return Scene(panels, fig.hero_said(run.trace, run.spec.copies), EXTRACTED, height=255)


def sizes() -> None:
    """Three nets on one text, and the large one on a text without duplicates; recorded, whatever is set."""
    spec = memorisation_lab.SPEC
    nets = {
        fig.weights(size): live.shipped(memorisation_lab, spec(size=size)).trace
        for size in memorisation_lab.WIDTHS
    }
    once = live.shipped(memorisation_lab, spec(copies=False)).trace
    left, right = st.columns(2, gap="medium")
    left.markdown("**A :orange[larger net] keeps more**")
    left.vega_lite_chart(fig.sizes(nets), key="memorisation-sizes")
    right.markdown("**Without :orange[duplicates] it keeps less**")
    right.vega_lite_chart(fig.duplicates(list(nets.values())[-1], once), key="memorisation-duplicates")
    with st.container(key="quiet-sizes"):
        st.caption(fig.sizes_said(nets, once))


def prompt(view: View, extras: dict[str, Any]) -> None:
    """The first digits of a number, or what the reader types: what does the net write next?"""
    if not ready(view, "the trained net writes on"):
        return
    with st.container(key="quiet-ask", horizontal=True, vertical_alignment="bottom"):
        times = st.segmented_control(
            "How often the number stands in the text", fig.KINDS, default=CHOSEN["ask.times"], required=True,
            key="ask.times", bind="query-params",
        ) or CHOSEN["ask.times"]  # fmt: skip
        which = st.number_input(
            "Which of ten", 1, 10, CHOSEN["ask.which"], key="ask.which", width=120, bind="query-params"
        )
        k = st.number_input(
            "Digits of context", 1, KS[-1], CHOSEN["ask.k"], key="ask.k", width=150, bind="query-params"
        )
    extras |= {"ask.times": times, "ask.which": int(which), "ask.k": int(k)}
    place = fig.KINDS.index(times) * canaries.EACH + int(which) - 1
    number = canaries.said(canaries.numbers(view.spec.seed).known[place])
    end = canaries.LENGTH - canaries.SECRET
    start = number[end - int(k) : end]

    def read(typed: str) -> None:
        if not 1 <= len(typed) <= TYPED:
            raise ValueError(f"the text must have 1 to {TYPED} characters, got {len(typed):,}")
        canaries.read(typed)

    typed = read_text(
        "What the net reads: change it as you like", start, read, key=f"ask.text.{view.spec.seed}.{place}.{k}"
    )
    truth = number[end:] if typed == start else ""
    told = ask(view, "continue", text=typed)
    st.html(fig.continued(told["signs"], told["p"], truth))
    st.caption(fig.continued_said(told["signs"], truth, times, view.spec.copies))


def written(view: View, extras: dict[str, Any]) -> None:
    """Texts that the net wrote from nothing, looked up one after the other."""
    if not shown(view, "the net writes from nothing"):
        return
    with st.container(key="quiet-rank"):
        rank = st.segmented_control(
            "Look up first", looked_up.RANKS, default=looked_up.RANKS[0], required=True, key="rank",
            bind="query-params",
        ) or looked_up.RANKS[0]  # fmt: skip
    extras["rank"] = rank
    panels, film, said, order = looked_up.look_up(view.trace, rank)
    start, count = at.asked("written")
    start = 19 if start is None else start
    told = film_of(
        film, panels, said, key="written.film", timeline="held", unit="of those looked up", height=270,
        stamp=f"{view.stamp}-{rank}", start=start, asked=count, time="texts",
    )  # fmt: skip
    moment = min(start if told.moment is None else told.moment, looked_up.LOOKED - 1)
    with st.container(key="quiet-found"):
        st.html(looked_up.found(view.trace, order, moment + 1))


def standing(view: View) -> View:
    """The run of the page, or, until it has a picture, the recorded one."""
    return view if view.trace.moments else live.shipped(memorisation_lab)
