"""Stages of the page: z under the finger, kinds added and taken away, two trainings, a fade-in by hand."""

import streamlit as st

from app.page import at, controls, live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready
from engine.adversarial import dcgan_lab
from engine.adversarial.dcgan import GUIDELINES
from engine.adversarial.dcgan_lab import target
from engine.data.bright_shapes import KINDS
from pages.dcgan import figures as fig
from pages.dcgan import growing

LEFT = Figure("share", "% of 300 new pictures recognised", "higher")
GROWN = Figure("share", "% of 300 pictures recognised", "higher")
CORNERS = 70  # of the shipped net: four kinds, in three colours
SUM = (0, 1, 4)  # red disc - green disc + green square
TOLD = "add.told"


def _rule() -> None:
    controls.put(dcgan_lab, {"rule": st.session_state["walk.rule"]})


def walk(view: View) -> None:
    """The hero: a plane of z, and what G makes of the place under the finger."""
    picture = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiet-walk"):
        st.session_state["walk.rule"] = view.spec.rule
        st.segmented_control("Guidelines of the paper", GUIDELINES, key="walk.rule", required=True,
                             help="One of them is broken, in both nets.", on_change=_rule)  # fmt: skip
        seed = int(st.number_input("Four corners", 0, 9999, CORNERS, key="walk.seed", width=120) or 0)
    with picture:
        if not ready(view, "z is walked"):
            view = live.view(dcgan_lab, dcgan_lab.SPEC())
            if not view.ready:  # it trains anew, or its files are damaged
                return
            st.markdown(":gray[Until then, the plane of the net that keeps all guidelines:]")
        found = ask(view, "walk", seed=seed)
        panels, film, said = fig.walk(found)
        moment, asked = at.asked("walk")
        film_of(film, panels, said, key="walk.film", timeline="overlap", unit="% overlap with a shape",
                height=232, stamp=f"walk-{view.stamp}-{seed}", time="z",
                start=fig.begins(found) if moment is None else moment, asked=asked)  # fmt: skip


def scene(run: View) -> Scene:
    """A DCGAN in training."""
    first = ("rule", "d", "width", "steps", "seed")
    return Scene(fig.training(), fig.trained(run.spec), LEFT, 262, first=first)


def add(view: View) -> None:
    """Three kinds, picked by the reader: + - +."""
    if not ready(view, "kinds are added"):
        return
    picture = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiet-add"):
        picked = [
            int(st.selectbox(sign, range(len(KINDS)), usual, format_func=KINDS.__getitem__, key=f"add.{i}",
                             width=170))
            for i, (sign, usual) in enumerate(zip(("+ a", "− b", "+ c"), SUM, strict=True))
        ]  # fmt: skip
        seed = int(st.number_input("Draws of z", 0, 9999, 0, key="add.seed", width=120) or 0)
    with picture:
        try:
            found = ask(view, "add", has=picked[0], hasnt=picked[1], other=picked[2], seed=seed)
        except ValueError as refusal:
            st.session_state[TOLD] = None
            st.markdown(f":gray[This G draws too few: {refusal}.]")
            return
        wanted = target(picked[0], picked[1], picked[2])
        right = 100 * float(found["three_right"].mean())
        st.session_state[TOLD] = right, wanted not in picked
        names = [KINDS[kind] for kind in (*picked, wanted)]
        panels, film, said = fig.summed(found, names, view.trace)
        stamp = f"add-{view.stamp}-{seed}-{'-'.join(map(str, picked))}"
        film_of(film, panels, said, key="add.film", timeline="right", unit="% right so far", height=236,
                stamp=stamp, time="throw", start=0)  # fmt: skip


def growing_scene(run: View) -> Scene:
    """Progressive growing."""
    first = ("fade", "d", "steps", "seed")
    return Scene(growing.training(), growing.trained(), GROWN, 250, first=first)


def fade(view: View) -> None:
    """Alpha under the finger, on a net that has grown up."""
    if not ready(view, "a level is faded in by hand"):
        return
    picture = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiet-fade"):
        side = st.segmented_control("New level", (8, 16), default=16, key="fade.side", required=True,
                                    format_func="{0} x {0}".format)  # fmt: skip
        seed = int(st.number_input("Draw of z", 0, 9999, 0, key="fade.seed", width=120) or 0)
    side = int(side or 16)
    panels, film, said = growing.fade(ask(view, "fade", level=1 if side == 8 else 2, seed=seed), side)
    with picture:
        film_of(film, panels, said, key="fade.film", timeline="gap", unit="levels from the old path",
                height=230, stamp=f"fade-{view.stamp}-{seed}-{side}", time="α", start=10)  # fmt: skip
