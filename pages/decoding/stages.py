"""Stages of the page on choosing the next token: two texts, two contexts that are cut, a tree, many texts."""

from collections.abc import Mapping
from zlib import crc32

import streamlit as st

from app.components.film import before
from app.page import at, live
from app.page.live import View, model_of
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready, shown, text
from engine.language import base_lab, corpus
from engine.language.decoding_lab import GRAM
from pages.decoding import beams
from pages.decoding import figures as fig

SURPRISE = Figure("loss_said", "nats a word", unlike=("source", "passage"))
REPEATED = Figure("greedy", f"of greedy's runs of {GRAM} words said before", unlike=("source",))
FILM, K, P, HAND = "cut.film", "cut.k", "cut.p", "cut.hand"
HANDS = ("k", "p")
LEFT, RIGHT = "X : array-like of shape", "If None, the"
KEYS = {K: 40, P: 0.95, HAND: HANDS[0]}


def names() -> list[str]:
    """Every word of the vocabulary."""
    words = corpus.tokenizer("prose")
    return [words.token(id) for id in range(corpus.VOCABULARY)]


def hero(view: View) -> Scene:
    """The model's text, people's, and the probabilities of both."""
    return Scene(fig.hero(names(), view.spec), fig.hero_said(view.trace), SURPRISE, 225, "word")


def cut(extras: dict[str, str | int]) -> Mapping[str, int] | None:
    """Two contexts that the reader may type, their next words, and two cuts that the hand moves. Returns how
    many words hold p at temperature 1, of each."""
    base = live.view(base_lab, base_lab.SPEC())
    if not ready(base, "the small GPT reads two contexts"):
        return None
    _moved()
    with st.container(key="quiet-cut"):
        left, right = st.columns(2)
        with left:
            one = text("Left context", LEFT, lambda typed: ask(base, "next", text=typed), key="cut.left")
        with right:
            other = text("Right context", RIGHT, lambda typed: ask(base, "next", text=typed), key="cut.right")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            hand = st.segmented_control("Cut at", HANDS, key=HAND, default=HANDS[0],
                                        required=True, bind="query-params")  # fmt: skip
            k = int(st.number_input("Top k", 1, corpus.VOCABULARY, 40, key=K, width=150, bind="query-params"))
            p = float(st.slider("Nucleus p", 0.05, 1.0, 0.95, 0.01, key=P, width=260, bind="query-params"))
    extras |= {HAND: hand or HANDS[0], K: k, P: f"{p:g}"}
    chance = {"left": ask(base, "next", text=one)["p"], "right": ask(base, "next", text=other)["p"]}
    ends = {"left": one[-24:] or "(nothing)", "right": other[-24:] or "(nothing)"}
    panels, film, said, sizes = fig.cuts(chance, ends, hand or HANDS[0], k, p)
    stamp = f"cut-{crc32(one.encode())}-{crc32(other.encode())}-{hand}-{k}-{p:g}"
    asked, count = at.asked("cut")
    old = before(FILM, {"stamp": st.session_state.get("cut.stamp", "")})
    start = fig.PLAIN_AT if asked is None else asked
    st.session_state["cut.stamp"] = stamp
    start = start if old.moment is None else old.moment
    more = {"height": 270, "start": start, "asked": count, "time": "temperature"}
    film_of(film, panels, said, key=FILM, timeline="right", unit="words stay, right", stamp=stamp, **more)
    return sizes


def _moved() -> None:
    """A place that was dragged to becomes k, or p, before their widgets are drawn."""
    spot = before(FILM, {"stamp": st.session_state.get("cut.stamp", "")}).spot
    if spot is None:
        return
    if st.session_state.get(HAND, HANDS[0]) == HANDS[0]:
        st.session_state[K] = min(max(round(spot[0] + 0.5), 1), fig.RANKS)
    else:
        st.session_state[P] = min(max(round(spot[1], 2), 0.05), 1.0)


def tree(view: View) -> None:
    """The first words of a beam search after the hero's prompt."""
    if shown(view, "the tree of a beam search is drawn") and view.trace.finished:
        panels, film, said = beams.tree(view.trace, view.spec, model_of(view))
        more = {"stamp": f"tree-{view.stamp}", "height": 330, "time": "word", "key": "tree.film"}
        film_of(film, panels, said, timeline="best", unit="probability of the best text", **more)


def score(view: View) -> Scene:
    """All ways over many texts."""
    return Scene(fig.score(), fig.score_said(view.trace), REPEATED, 250, "batch")


def board(view: View) -> None:
    """The scoreboard in numbers."""
    if view.trace.moments and "ways" in view.trace.names:
        with st.container(key="quiet-board"):
            st.markdown(fig.board(view.trace))
