"""Stages of the page: a net in training, the tree, the staircase, what is heard, and the race."""

import numpy as np
import streamlit as st

from app import style
from app.components.film import before
from app.components.sound import Clip, player
from app.page import at, live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, finished, ready
from engine.autoregressive.companding import encode
from engine.autoregressive.wavenet_lab import DILATIONS, VALUES, repeats, split, wave
from engine.data import strings as data
from engine.data.strings import SAMPLES, strings
from pages.causal_convolution import exact
from pages.causal_convolution import figures as fig

PAID = Figure("kept", "nats a kept sample", "lower", unlike=("period",))
FILM, START, QUIET = "tree.film", 40, 8  # where films open
GIVEN, WHOLE, FROM = 512, 4000, 768  # samples: given, in all, before the race
UNHEARD = 50_000  # seeds of strings that no run learns from
HEARD = "Blue is given, orange played on. “Repeats by”: how it correlates with itself {} samples before."
KINDS = tuple(data.KINDS)
BEGINS = ("64 ms of a string", "silence")


def scene(run: View) -> Scene:
    """A net in training."""
    return Scene(fig.hero(run.spec), fig.hero_said(run.spec), PAID, height=262)


def tree(view: View) -> None:
    """The tree under a click, or along the timeline."""
    panels, film, said = exact.tree(view.trace, view.spec)
    stamp, (moment, asked) = f"tree-{view.stamp}", at.asked("tree")
    if (spot := before(FILM, {"stamp": stamp}).spot) != st.session_state.get("tree.spot"):
        st.session_state["tree.spot"] = spot
        st.session_state["tree.clicks"] = st.session_state.get("tree.clicks", 0) + 1
    start = exact.output(spot, START if moment is None else moment)
    film_of(film, panels, said, key=FILM, timeline="heard", unit="samples heard", height=300, stamp=stamp,
            time="output", start=start, asked=st.session_state.get("tree.clicks", 0) + asked)  # fmt: skip


def stairs(view: View) -> None:
    """The staircase, from quiet to loud; it opens where mu-law helps."""
    panels, said = exact.stairs(view.trace, view.spec), exact.stairs_said(view.trace, view.spec)
    moment, count = at.asked("stairs")
    film_of(view, panels, said, key="stairs.film", timeline="mu_law", unit="dB by mu-law", height=260,
            time="loudness", start=QUIET if moment is None else moment, asked=count)  # fmt: skip


def heard(run: View) -> None:
    """A kept string, and what both nets play on after its beginning."""
    views = {name: live.view(run.lab, run.spec.but(dilations=name)) for name in DILATIONS}
    if finished(views) is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiet-heard"):
        begin = st.segmented_control(
            "It is given", BEGINS, key="heard.begin", default=BEGINS[0], required=True
        )
        rings = st.segmented_control("String", KINDS, key="heard.kind", default=KINDS[0], required=True)
        seed = int(st.number_input("Seed", 0, 9999, 0, key="heard.seed", width=130) or 0)
    first, other = (KINDS.index(str(rings)) ^ i for i in range(2))
    real = encode(strings(run.spec.period, 2, UNHEARD + seed, WHOLE).waves[first], VALUES)
    prime = real[:GIVEN] if begin == BEGINS[0] else encode(np.zeros(GIVEN), VALUES)
    rows = [(DILATIONS[0], first), (DILATIONS[0], other), (DILATIONS[1], first)]
    its_own = repeats(real[None, GIVEN:], run.spec.period)
    clips = [Clip(f"A {rings} string · repeats by {its_own:.2f}", wave(real), concept="truth", prime=GIVEN)]
    asked = {"prime": prime[None], "samples": WHOLE - GIVEN, "period": run.spec.period, "seed": seed}
    for name, string in rows if run.spec.told else rows[::2]:
        found = ask(views[name], "play", h=np.eye(2)[[string]] * run.spec.told, **asked)
        words = f"Dilations {name}" + f", told: {KINDS[string]}" * run.spec.told
        words += f" · repeats by {float(found['repeats'][0]):.2f}"
        clips.append(Clip(words, found["wave"][0], prime=GIVEN))
    clips = clips[1::2] if style.presenting() else clips  # in a projector's size
    half = (len(clips) + 1) // 2
    for i, column in enumerate(st.columns(2)):
        with column:
            player(clips[half * i : half * (i + 1)], f"heard.player.{i}")
    st.caption(HEARD.format(run.spec.period))


def race(run: View) -> None:
    """The same guesses three times, when somebody asks for it."""
    if not ready(run, "the trained net guesses one clip three times"):
        return
    st.caption("To play, the net guesses one sample at a time. Most of what it computes for a guess it has "
               "computed before: a queue in each layer keeps it.")  # fmt: skip
    if not st.toggle("Race", key="race.go"):
        return
    asked = {"codes": split(run.spec)[1][0], "from": FROM, "h": np.eye(2)[0] * run.spec.told}
    found = ask(run, "race", **asked)
    st.markdown(fig.raced_said(found, SAMPLES - FROM))
