"""Stages of the page on prompting: a prompt of cards, two trainings, two lanes."""

from typing import Any

import streamlit as st

from app.page import at, controls, live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import arms, ask, film_of
from app.page.verbs import text as read_text
from engine.language import chain_of_thought_lab, in_context_lab
from engine.language.chain_of_thought import PEOPLE, WAYS
from engine.language.in_context import Pair, parsed, typed
from engine.language.in_context_lab import EXAMPLE
from pages.prompting import figures as fig

RIGHT = {
    in_context_lab.SPEC: Figure("right", "right of new dictionaries", "higher"),
    chain_of_thought_lab.SPEC: Figure("right", "right of new rows of 12", "higher"),
}
BUTTONS = {"Shuffle": "shuffle", "Wrong name": "spoil", "Take it away": "delete"}
FLIPS = ("Ann", "Cleo", "Dan", "Gus", "Hal", "Jon", "Leo")


def spoiled() -> str:
    """The example prompt with a wrong name on the card that matters."""
    pairs, query = parsed(EXAMPLE)
    return typed(fig.edited(pairs, query, "spoil"), query)


def net(view: View) -> View:
    """The run that the page is set to, or, until it is trained, the recorded one."""
    return view if view.ready else live.shipped(in_context_lab)


def prompt(view: View, extras: dict[str, Any]) -> tuple[list[Pair], int, dict[str, Any]]:
    """The hero: the reader's cards, read one after the other. Returns them, the query, what was answered."""
    with st.container(key="quiet-prompt", horizontal=True, vertical_alignment="bottom"):
        text = read_text(
            "The prompt: cards, and the animal asked for", EXAMPLE, parsed, key="prompt", lines=3, width=650,
            max_chars=500, bind="query-params", on_change=at.ask, args=(None, "prompt"),
        )  # fmt: skip
        pairs, query = parsed(text)
        with st.container(horizontal=True, width=215):  # two by two
            for label, how in BUTTONS.items():
                there = len(pairs) > 1 if how == "shuffle" else any(x == query for x, _ in pairs)
                made = typed(fig.edited(pairs, query, how), query)
                st.button(label, on_click=_put, args=(made,), disabled=not there, key=f"do.{how}")
            st.button("Start over", on_click=_put, args=(EXAMPLE,), key="do.over")
    extras["prompt"] = text
    found = ask(view, "asked", text=text)
    panels, film, said = fig.hero(found, pairs, query, view.trace)
    start, count = at.asked("prompt")
    film_of(
        film, panels, said, key="prompt.film", timeline="sure", unit="its surest name", height=255,
        stamp=f"{view.stamp}-{text}", time="examples", asked=count,
        start=len(pairs) if start is None else start,
    )  # fmt: skip
    with st.container(key="quiet-weights"):
        st.caption(
            f"Fingerprint of all its weights before the prompt `{found['before']}`, and after it "
            f"`{found['after']}`: {'the same' if found['before'] == found['after'] else 'changed'}."
        )
    return pairs, query, found


def _put(text: str) -> None:
    st.session_state.setdefault(controls.ASKED, {})["prompt"] = text  # a rerun cut off must not lose it
    at.ask(None, "prompt")  # all its cards are read


def scene(run: View) -> Scene:
    """The training of either net."""
    if run.lab.SPEC is in_context_lab.SPEC:
        panels, said = fig.training(run.trace, EXAMPLE)
    else:
        panels, said = fig.chain(run.trace, run.spec.way)
    return Scene(panels, said, RIGHT[run.lab.SPEC], height=250)


def lanes(view: View, extras: dict[str, Any]) -> None:
    """Two nets follow a coin, one step by step; one of its steps may be turned over."""
    traces = arms(view, {way: {"way": way} for way in WAYS})
    with st.container(key="quiet-flips", horizontal=True, vertical_alignment="bottom"):
        flips = st.pills(
            "Who flips the coin?", PEOPLE, selection_mode="multi", default=FLIPS, key="flips",
            bind="query-params",
        )  # fmt: skip
        edit = st.number_input(
            "Turn a step over (0: none)", 0, len(PEOPLE) - 1, 0, key="edit", width=190, bind="query-params",
            help="After so many people the side that it wrote is turned over before it reads on.",
        )  # fmt: skip
    if not flips:
        st.warning(f"At least one person must flip the coin. Shown instead: {', '.join(FLIPS)}")
        flips = list(FLIPS)
    extras |= {"flips": list(flips), "edit": int(edit)}
    if traces is None:
        return
    found = {
        way: ask(live.view(view.lab, view.spec.but(way=way)), "asked", flips=list(flips), way=way,
                 edit=int(edit) if way == WAYS[0] else 0)
        for way in (WAYS[0], WAYS[2])
    }  # fmt: skip
    panels, film, said = fig.lanes(found, flips, int(edit), traces)
    film_of(
        film, panels, said, key="lanes.film", timeline="sure", unit="for the true side, at once", height=250,
        stamp=f"{view.stamp if view.ready else view.key}-{'-'.join(flips)}-{edit}", time="person",
    )  # fmt: skip
