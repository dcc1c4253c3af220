"""What is asked of a trained diffusion model: one noise, fewer steps, other futures, one's own data."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from app.components.blocks import pack
from app.components.film import before, film, inline
from app.components.pixels import pixels
from app.figures.grids import sheet
from app.figures.panels import Panel
from app.page import live
from engine.core.params import Refusal
from engine.data import points as data
from engine.diffusion import ddpm_digits_lab, ddpm_lab, nonequilibrium_lab
from pages.diffusion import figures as fig
from pages.diffusion import futures as asked

TOP = 16  # the darkest grey level of a digit
POINTS, DIGITS = (
    ("What it says at t = T", "Fewer steps, less noise"),
    ("One noise, three ways", "Many futures"),
)


def hero(view: live.View) -> tuple[Sequence[Panel], str]:
    """The panels of a training and their sentence; on points with the ways of a dropped noise."""
    trace, spec = view.trace, view.spec
    if view.lab is ddpm_digits_lab:
        return fig.digits(spec), fig.digits_sentence(trace)
    if view.lab is nonequilibrium_lab:
        return fig.chain(spec), fig.chain_sentence(trace)
    ways = None
    if view.ready:
        spot = before(f"film.{view.id}", view.source()).spot
        ways = _probe(view, "drop", x=spot[0], y=spot[1], seed=spec.seed) if spot else None
    return fig.points(spec, ways), fig.points_sentence(trace, ways)


def _probe(view: live.View, name: str, **inputs: Any) -> dict[str, np.ndarray]:
    return _answer(f"{view.stamp}-{name}-{inputs}", view, name, inputs)


@st.cache_resource(show_spinner=False, max_entries=64)
def _answer(stamp: str, _view: live.View, _name: str, _inputs: dict[str, Any]) -> dict[str, np.ndarray]:
    """What a probe says, kept: most reruns of the page ask the same."""
    return _view.lab.PROBES[_name](live.model_of(_view), _inputs)


def draw(view: live.View) -> None:
    """What can be asked of the run at hand."""
    if view.lab is nonequilibrium_lab:
        st.caption("The 2015 chain is asked nothing more here: choose points or digits above.")
        return
    if not view.ready:
        st.info("Here the trained net is asked. Train this setting above, or go back to one that is trained.")
        return
    acts = POINTS if view.lab is ddpm_lab else DIGITS
    act = st.segmented_control(
        "Ask", acts, key=f"ask.{view.id}", required=True, default=acts[0], label_visibility="collapsed"
    )
    {POINTS[0]: _start, POINTS[1]: _samplers, DIGITS[0]: _three_ways, DIGITS[1]: _futures}[act or acts[0]](
        view
    )


def _film(made: asked.Film, key: str, stamp: str, sentence: str, timeline: str = "", unit: str = "") -> None:
    panels, header, arrays = made
    film(
        panels,
        inline(pack(header, arrays), stamp),
        key=key,
        sentence=sentence,
        height=250 if key == "noise.ways" else 330,
        timeline=timeline,
        timeline_unit=unit,
        name=f"glassbox-{key}",
        time="step",
        start=0 if key == "noise.guess" else None,
    )


def _seed(label: str = "Seed of the noise") -> int:
    return int(st.number_input(label, 0, 9999, 3, key="ask.seed", width=150) or 0)


def _density(view: live.View) -> np.ndarray:
    spec = view.spec
    return fig.exact_picture(spec.data, spec.drawing, spec.seed, spec.schedule, spec.T)[0][-1]


def _start(view: live.View) -> None:
    """Guesses of x_0 on the way, beside the exact ones."""
    spec, seed = view.spec, _seed()
    answer = _probe(view, "guess", seed=seed, data=spec.data, drawing=spec.drawing, data_seed=spec.seed)
    made, sentence = (
        asked.guesses(answer, _density(view), spec.predicts),
        asked.guesses_sentence(answer, spec.predicts),
    )
    _film(made, "noise.guess", f"guess-{view.stamp}-{seed}", sentence, "factor", "× an error of ε")
    other = "x0" if spec.predicts == "eps" else "eps"
    if st.button(f"Ask a net that says {asked.SAYS[other]}"):
        st.session_state["put"] = (view.id, {"predicts": other})
        st.rerun()


def _samplers(view: live.View) -> None:
    """Many noises in fewer steps, with some of the noise or none."""
    T = view.spec.T
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = _seed()
        steps = st.select_slider("Steps", _steps(T), min(10, T), key=f"ask.steps.{T}", width=240)
        eta = st.slider("η: how much of the noise", 0.0, 1.0, 0.0, 0.25, key="ask.eta", width=240)
    answer = _probe(view, "flow", steps=int(steps), eta=eta, seed=seed)
    made = asked.samplers(answer, _density(view), int(steps), eta)
    sentence = asked.samplers_sentence(answer)
    _film(made, "noise.flow", f"flow-{view.stamp}-{seed}-{steps}-{eta}", sentence)


def _steps(T: int) -> list[int]:
    return sorted({s for s in (1, 2, 3, 5, 10, 20, 50) if s < T} | {T})


def _three_ways(view: live.View) -> None:
    """The same noises by DDPM, by DDIM, and by DDIM in few steps."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed, T = _seed("Seed of the noises"), view.spec.T
        steps = st.select_slider("Few steps", _steps(T), min(10, T), key=f"ask.few.{T}", width=240)
    answer = _probe(view, "ways", seed=seed, steps=int(steps))
    sentence = asked.ways_sentence(answer, int(steps))
    _film(asked.ways(answer, int(steps)), "noise.ways", f"ways-{view.stamp}-{seed}-{steps}", sentence)


def _futures(view: live.View) -> None:
    """Many futures of one x_t."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = _seed("Seed of the noises")
        which = int(st.number_input("Which of eight", 1, 8, 1, key="ask.which", width=150) or 1)
        share = st.slider("Branch at t / T", 0.0, 1.0, 0.6, 0.05, key="ask.share", width=300)
    answer = _probe(view, "futures", seed=seed, which=which - 1, share=share)
    left, middle, right = st.columns([1, 1, 3.4], gap="medium")
    grey: dict[str, Any] = {"mode": "show", "low": 0, "high": TOP, "palette": "grey"}
    with left:
        label = f"x at t = {int(answer['t'])}"
        pixels(
            answer["x"], key="futures.x", label=label, sentence=f"{label}: what is shared.", size=180, **grey
        )
    with middle:
        pixels(
            answer["x0"],
            key="futures.x0",
            label="Guess",
            sentence="What the net holds it to be.",
            size=180,
            **grey,
        )
    with right:
        sentence = asked.futures_sentence(answer)
        pixels(
            sheet(answer["futures"], 6),
            key="futures.all",
            label="Futures",
            sentence=sentence,
            size=560,
            **grey,
        )


def paint(view: live.View) -> None:
    """A density drawn by the reader, as the parameter of a training."""
    if view.lab is not ddpm_lab:
        st.caption("A density is drawn for points: choose them above.")
        return
    left, right = st.columns([1, 1.6], gap="large")
    with left:
        told = pixels(
            data.cells(view.spec.drawing),
            key="noise.paint",
            mode="paint",
            palette="binary",
            size=320,
            label="Your density",
            sentence="Paint cells, or wipe them: points are spread evenly over the painted ones.",
            version=view.spec.drawing,
        )
    painted = view.spec.drawing if told.values is None else data.drawing(told.values)
    try:
        wanted = view.spec.but(data="drawn", drawing=painted)
    except Refusal:
        right.warning(
            f"Too little to learn: {int(data.cells(painted).sum())} painted, at least 2 are needed."
        )
        return
    cost = live.seconds(view.lab, wanted)
    with right:
        st.markdown(
            f"**{int(data.cells(painted).sum())} of 256 cells** are painted. The net learns the density from "
            "4,096 points of it. Sharp edges come last: they need the levels of least noise."
        )
        about = f" · about {cost:.0f} s" if cost else ""

        def train() -> None:
            st.session_state["put"] = (view.id, {"data": "drawn", "drawing": painted})
            live.train(live.view(view.lab, wanted))

        st.button(f"Train on this drawing{about}", type="primary", key="noise.train", on_click=train)
