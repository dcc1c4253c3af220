"""Stages of the page: a digit under attack, a slice through it, nets in training, ever more pixels."""

from itertools import islice

import numpy as np
import streamlit as st

from app.components.film import before
from app.components.pixels import pixels
from app.page import at, controls
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready
from engine.adversarial import fgsm_lab
from engine.adversarial.fgsm_lab import MOST
from engine.core.params import params_of
from engine.data.digits import digits
from pages.adversarial_examples import figures as fig
from pages.adversarial_examples import planes

LEFT = Figure("fgsm", "% attacked kept digits read", "higher", ("epsilon",))
START = 20  # hundredths of epsilon
TOLD, PLACE, STAMP = "attack.told", "slice.place", "slice.stamp"
LAST = len(digits().test_x) - 1
TELL = (
    "stage-attack",
    "stage-slice",
    "stage-train",
    "quiet-pipe",
)  # where a net that was taught gives it away
GREYS = (0, 5, 11, 16)  # levels that a drawing may have


def _put(name: str) -> None:
    controls.put(fgsm_lab, {name: st.session_state[f"attack.{name}"]})


def _both() -> None:
    """The slice goes through the digit of the hero: both are drawn anew."""
    st.rerun(["attack", "slice_"])


def _asked() -> tuple[np.ndarray, int, bool]:
    """The digit (8, 8) that is attacked, its label (-1: what the net reads), whether it is a drawing."""
    number = int(st.session_state.get("attack.digit", fig.SHOWN))
    mine = st.session_state.get("attack.drawn")
    if st.session_state.get("attack.own") and mine is not None:
        return mine, -1, True
    return fig.levels(number), int(digits().test_y[number]), False


def attack(view: View) -> None:
    """The hero: a digit, two maps of signs, and epsilon under the finger."""
    if not ready(view, "the trained net is attacked"):
        return
    picture = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiet-attack"):
        for f, p in islice(params_of(fgsm_lab.SPEC), 2):
            st.session_state[f"attack.{f.name}"] = getattr(view.spec, f.name)
            st.segmented_control(p.label, p.choices, key=f"attack.{f.name}", required=True, help=p.help,
                                 on_change=_put, args=(f.name,))  # fmt: skip
        st.number_input("Kept digit", 0, LAST, fig.SHOWN, key="attack.digit", width=120, on_change=_both)
        seed = int(st.number_input("Throw of coins", 0, 9999, 0, key="attack.seed", width=120) or 0)
        own = st.toggle("Draw your own", key="attack.own", on_change=_both)
    with picture:
        place = st.container()
        if own:
            left, place = st.columns([1, 5], gap="medium")
            with left:
                _draw()
        x, label, mine = _asked()
        found = ask(view, "attack", x=x, label=label, seed=seed)
        read = int(found["sign_p"][START].argmax()) == int(found["label"][0])
        st.session_state[TOLD] = read, mine, view.spec.against
        panels, film, said = fig.attack(found, view.trace, mine)
        moment, count = at.asked("attack")
        stamp = f"attack-{view.stamp}-{seed}-{label}-{x.astype(np.uint8).tobytes().hex()}"
        with place:
            film_of(film, panels, said, key="attack.film", timeline="sure", unit="% sure of its class",
                    height=226, stamp=stamp, time="ε", start=START if moment is None else moment,
                    asked=count)  # fmt: skip


def _draw() -> None:
    """Eight by eight pixels to draw on; it begins empty."""
    told = pixels(
        np.zeros((8, 8)), key="attack.paper", mode="paint", high=16, brush=GREYS, palette="grey", size=170,
        label="Your drawing", sentence="Draw a digit. It is moved away from what the net reads in it.",
    )  # fmt: skip
    before_it = st.session_state.get("attack.drawn")
    st.session_state["attack.drawn"] = told.values
    if not np.array_equal(before_it, told.values):  # type: ignore[arg-type]
        st.rerun()  # all of it: the slice goes through the drawing, too


def cut(view: View) -> None:
    """A plane through the digit of the hero: to the right its sign, upwards random ones."""
    if not ready(view, "the trained net reads a plane of pictures"):
        return
    spot = before("slice.film", {"stamp": st.session_state.get(STAMP, "")}).spot
    if spot is not None:
        st.session_state[PLACE] = tuple(round(float(np.clip(v, -MOST, MOST)), 2) for v in spot)
    place = st.session_state.get(PLACE, (0.15, 0.0))
    x, label, _ = _asked()
    found = ask(view, "cut", x=x, label=label, seed=0, across=place[0], up=place[1])
    panels, film, said = planes.cut(found, place)
    stamp = f"slice-{view.stamp}-{label}-{place}-{x.astype(np.uint8).tobytes().hex()}"
    st.session_state[STAMP] = stamp
    film_of(film, panels, said, key="slice.film", timeline="share", unit="% of the plane read right",
            height=290, stamp=stamp, time="direction", start=0)  # fmt: skip


def scene(run: View) -> Scene:
    """A net in training."""
    return Scene(fig.training(run.spec), fig.trained(run.spec), LEFT, 262)


def more_pixels(view: View) -> None:
    """One line, at ever more pixels."""
    film_of(view, planes.pixels(view.spec), planes.pixels_said(view.trace, view.spec), key="pixels.film",
            timeline="ratio", unit="times usual noise", height=230, time="pixels a side")  # fmt: skip
