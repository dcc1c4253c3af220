"""Stages of the residual page: depth against loss, blocks that are taken out, questions that steer maps."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from app import style
from app.components.film import before
from app.page.anatomy import Page
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import arms, ask, film_of, ready
from engine.plumbing.film_scenes import QUESTIONS, TEST
from engine.plumbing.resnet_lab import DEPTHS, KINDS
from pages.residual import figures as fig
from pages.residual import modulation

LOSS = Figure("loss", "train loss of a batch", "lower")
RIGHT = Figure("right", "% right, new pictures", "higher", ("kept",))
TRAINED = "as trained"
MEANS = {TRAINED: "", "γ at its mean": "gamma", "β at its mean": "beta"}
START: dict[str, Any] = {"ask.picture": 1, "ask.question": QUESTIONS[0], "ask.mean": TRAINED, "ask.off": []}
FILM, ASKED = "ask.film", "ask.told"


def scene(run: View) -> Scene:
    """A net in training."""
    return Scene(fig.learning(run.spec), fig.learned(run.spec.kind), LOSS, height=244)


def depth(run: View) -> None:
    """Training loss of three depths, plain and residual."""
    settings = {f"{kind} {n}": {"kind": kind, "blocks": n} for kind in KINDS for n in DEPTHS}
    traces = arms(run, settings)
    if traces is None:
        return
    panels, film, said = fig.depth(traces)
    film_of(
        film, panels, said, key="depth.film", timeline="plain", unit="plain, 30 layers", height=270,
        start=0,
        stamp=f"depth-{run.key}-{len(traces)}",
    )  # fmt: skip


def delete(page: Page, run: View) -> tuple[dict[str, Any] | None, list[int]]:
    """Blocks of the trained net switched off. Returns what was measured, and which are off, from 0."""
    if not ready(run, "blocks are taken out of the trained net"):
        return None, []
    names = [str(i + 1) for i in range(run.spec.blocks)]
    chosen = st.pills("Leave out blocks", names, selection_mode="multi", key="off", bind="query-params")
    off = [int(one) - 1 for one in chosen if one in names]
    page.extras["off"] = [str(i + 1) for i in off]
    found = ask(run, "without", off=off)
    each, two, said = fig.deleting(found, run.spec.kind, off)
    left, right = st.columns([3, 1])
    left.vega_lite_chart(each, key="residual-each")
    right.vega_lite_chart(two, key="residual-yours")
    st.caption(said)
    return found, off


def modulated(run: View) -> Scene:
    """A net that is asked questions, in training."""
    return Scene(modulation.learning(run.spec), modulation.learned(run.spec), RIGHT, height=244)


def ask_it(run: View) -> None:
    """One picture, a question, and maps that it may not touch."""
    st.session_state[ASKED] = None
    if not ready(run, "the trained net is asked"):
        return
    names = [str(i + 1) for i in range(run.spec.channels)]
    _clicked(names)
    with st.container(horizontal=True, vertical_alignment="center"):
        seen = st.container(width=100)
        with st.container(key="quiet-ask", horizontal=True, vertical_alignment="bottom"):
            picture = int(st.number_input("New picture", 1, TEST, 1, key="ask.picture", width=110))
            question = st.selectbox("Question", QUESTIONS, key="ask.question", width=230)
            mean = st.segmented_control(
                "γ and β", list(MEANS), key="ask.mean", default=TRAINED, required=True
            )
            style.badge(*run.badge)
    place, below = st.container(), st.container(key="quiet-ask-off")
    inputs = {"picture": picture - 1, "question": QUESTIONS.index(question), "kept": run.spec.kept}
    with below:
        label = "Maps left as they are (γ = 1, β = 0)"
        chosen = st.pills(label, names, selection_mode="multi", key="ask.off")
    off = sorted(int(one) - 1 for one in chosen if one in names)
    told = MEANS[mean or TRAINED]
    whole = ask(run, "ask", off=[], mean="", **inputs)
    found = ask(run, "ask", off=off, mean=told, **inputs)
    mark = {"gamma": "γ", "beta": "β"}.get(told, "")
    panels, film, said = modulation.asked(found, inputs["question"], mark)
    stamp = f"ask-{run.stamp}-{picture}-{inputs['question']}-{mean}-{'.'.join(map(str, off))}"
    st.session_state["ask.stamp"] = stamp
    seen.image(np.kron(found["x"], np.ones((8, 8, 1), np.uint8)))
    with place:
        film_of(
            film, panels, said, key=FILM, timeline="sure", unit="% right answer", height=215, stamp=stamp,
            time="percent",
        )  # fmt: skip
    with_changes, as_trained = (one["right"].item() for one in (found, whole))
    below.caption(modulation.counted(with_changes, as_trained, off, mark))
    st.session_state[ASKED] = with_changes, off  # for the challenge


def _clicked(names: Sequence[str]) -> None:
    """A bar that was clicked is chosen, or no longer, before the choice is drawn; a map that this net has not
    is forgotten."""
    chosen = {*(st.session_state.get("ask.off") or [])} & {*names}
    if (spot := before(FILM, {"stamp": st.session_state.get("ask.stamp", "")}).spot) is not None:
        chosen ^= {str(min(max(round(spot[0]), 0), len(names) - 1) + 1)}
    st.session_state["ask.off"] = sorted(chosen, key=int)
