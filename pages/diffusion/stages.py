"""What is asked of a trained diffusion model: one noise, fewer steps, other futures, one's own data."""

from dataclasses import replace

import numpy as np
import streamlit as st

from app.components.film import before
from app.components.pixels import pixels
from app.figures.grids import sheet
from app.page import controls, live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready
from engine.core.params import Refusal
from engine.data import points as data
from engine.diffusion import ddpm_digits_lab, ddpm_lab, nonequilibrium_lab
from pages.diffusion import figures as fig
from pages.diffusion import futures as asked

TOP = 16  # the darkest grey level of a digit
START, FUTURES, SETTLED = "What it says at t = T", "Many futures", "When is it settled?"
FIGURES = {
    ddpm_lab.SPEC: Figure(
        "loss", "training error", "lower", ("data", "drawing", "predicts", "schedule", "T")
    ),
    ddpm_digits_lab.SPEC: Figure("loss", "training error", "lower", ("predicts", "clip", "schedule", "T")),
    nonequilibrium_lab.SPEC: Figure("bits", "bits a test point", "lower", ("data",)),
}


def figure(view: View) -> Figure:
    """The scalar told of a run: what a net guesses is what its error is of."""
    one, guess = FIGURES[view.lab.SPEC], getattr(view.spec, "predicts", None)
    return replace(one, unit=f"training error of {asked.SAYS[guess]}") if guess else one


def hero(view: View) -> Scene:
    """The film of a training; on points with the ways of a dropped noise."""
    spec, told = view.spec, figure(view)
    if view.lab is ddpm_digits_lab:
        first = ("predicts", "clip", "schedule", "T", "steps")
        return Scene(fig.digits(spec), fig.digits_sentence(), told, 270, first=first)
    if view.lab is nonequilibrium_lab:
        first = ("data", "T", "hidden", "steps", "seed")
        return Scene(fig.chain(spec), fig.chain_sentence(), told, 225, first=first)
    spot = before(f"film.{view.id}", view.source()).spot if view.ready else None
    ways = ask(view, "drop", x=spot[0], y=spot[1], seed=spec.seed) if spot else None
    first = ("data", "predicts", "schedule", "T", "steps")
    return Scene(fig.points(spec, ways), fig.points_sentence(ways), told, 228, first=first)


def draw(view: View) -> None:
    """What can be asked of the run at hand."""
    if view.lab is nonequilibrium_lab:
        st.caption("The 2015 chain is asked nothing more here: choose points or digits above.")
        return
    if not ready(view, "the trained net is asked"):
        return
    points = {"Fewer steps, less noise": _samplers, SETTLED: _settled, START: _start}
    digits = {"One noise, three ways": _three_ways, SETTLED: _settled, FUTURES: _futures}
    acts = points if view.lab is ddpm_lab else digits
    first = next(iter(acts))
    with st.container(key="quiet-acts"):
        act = st.segmented_control(
            "Ask",
            list(acts),
            key=f"ask.{view.id}",
            required=True,
            default=first,
            label_visibility="collapsed",
        )
    acts[act or first](view)


def _settled(view: View) -> None:
    """When two futures of one particle agree."""
    film_of(
        view, [fig.choice("mode" if view.lab is ddpm_lab else "digit")], fig.settled(view.trace),
        key=f"settled.{view.id}", timeline="loss", unit="squared error", height=250, training=True,
    )  # fmt: skip


def _seed(label: str = "Seed of the noise") -> int:
    return int(st.number_input(label, 0, 9999, 3, key="ask.seed", width=150) or 0)


def _density(view: View) -> np.ndarray:
    spec = view.spec
    return fig.exact_picture(spec.data, spec.drawing, spec.seed, spec.schedule, spec.T)[0][-1]


def _start(view: View) -> None:
    """Guesses of x_0 on the way, beside the exact ones."""
    with st.container(key="quiet-seed"):
        spec, seed = view.spec, _seed()
    answer = ask(view, "guess", seed=seed, data=spec.data, drawing=spec.drawing, data_seed=spec.seed)
    panels, made = asked.guesses(answer, _density(view), spec.predicts)
    film_of(
        made, panels, asked.guesses_sentence(answer, spec.predicts), key="noise.guess", timeline="factor",
        unit="= 1/√ᾱ", stamp=f"guess-{view.stamp}-{seed}", height=290, start=0, time="levels back",
    )  # fmt: skip
    other = "x0" if spec.predicts == "eps" else "eps"
    with st.container(key="quiet-other"):
        if st.button(f"Ask a net that says {asked.SAYS[other]}"):
            controls.put(view.lab, {"predicts": other})
            st.rerun()


def _samplers(view: View) -> None:
    """Many noises in fewer steps, with some of the noise or none."""
    T = view.spec.T
    with st.container(key="quiet-steps", horizontal=True, vertical_alignment="bottom"):
        seed = _seed()
        steps = int(st.select_slider("Steps", _steps(T), min(10, T), key=f"ask.steps.{T}", width=240))
        eta = st.slider("η: how much of the noise", 0.0, 1.0, 0.0, 0.25, key="ask.eta", width=240)
    answer = ask(view, "flow", steps=steps, eta=eta, seed=seed)
    panels, made = asked.samplers(answer, _density(view), steps, eta)
    film_of(
        made, panels, asked.samplers_sentence(answer), key="noise.flow", timeline="", height=290,
        time="levels back", stamp=f"flow-{view.stamp}-{seed}-{steps}-{eta}",
    )  # fmt: skip


def _steps(T: int) -> list[int]:
    return sorted({s for s in (1, 2, 3, 5, 10, 20, 50) if s < T} | {T})


def _three_ways(view: View) -> None:
    """The same noises by DDPM, by DDIM, and by DDIM in few steps."""
    with st.container(key="quiet-few", horizontal=True, vertical_alignment="bottom"):
        seed, T = _seed("Seed of the noises"), view.spec.T
        steps = int(st.select_slider("Few steps", _steps(T), min(10, T), key=f"ask.few.{T}", width=240))
    answer = ask(view, "ways", seed=seed, steps=steps)
    panels, made = asked.ways(answer, steps)
    film_of(
        made, panels, asked.ways_sentence(answer, steps), key="noise.ways", timeline="", height=250,
        time="levels back", stamp=f"ways-{view.stamp}-{seed}-{steps}",
    )  # fmt: skip


def _futures(view: View) -> None:
    """Many futures of one x_t."""
    with st.container(key="quiet-branch", horizontal=True, vertical_alignment="bottom"):
        seed = _seed("Seed of the noises")
        which = int(st.number_input("Which of eight", 1, 8, 1, key="ask.which", width=150) or 1)
        share = st.slider("Branch at t / T", 0.0, 1.0, 0.6, 0.05, key="ask.share", width=300)
    answer = ask(view, "futures", seed=seed, which=which - 1, share=share)
    label = f"x at t = {int(answer['t'])}"
    shown = (
        ("x", answer["x"], label, f"{label}: what is shared.", 180),
        ("x0", answer["x0"], "Guess", "What the net holds it to be.", 180),
        ("all", sheet(answer["futures"], 6), "Futures", asked.futures_sentence(answer), 560),
    )
    for column, (name, picture, label, words, size) in zip(
        st.columns([1.5, 1.5, 3.4], gap="medium"), shown, strict=True
    ):
        with column:
            pixels(
                picture, key=f"futures.{name}", mode="show", low=0, high=TOP, palette="grey", label=label,
                sentence=words, size=size,
            )  # fmt: skip


def paint(view: View) -> None:
    """A density drawn by the reader, as the parameter of a training."""
    if view.lab is not ddpm_lab:
        st.caption("A density is drawn for points: choose them above.")
        return
    left, right = st.columns([1, 1.6], gap="large")
    with left:
        told = pixels(
            data.cells(view.spec.drawing), key="noise.paint", mode="paint", palette="binary", size=320,
            label="Your density", version=view.spec.drawing,
            sentence="Paint cells, or wipe them: points are spread evenly over the painted ones.",
        )  # fmt: skip
    painted = view.spec.drawing if told.values is None else data.drawing(told.values)
    count = int(data.cells(painted).sum())
    try:
        wanted = view.spec.but(data="drawn", drawing=painted)
    except Refusal:
        right.warning(f"Too little to learn: {count} painted, at least 2 are needed.")
        return
    cost = live.seconds(view.lab, wanted)
    with right:
        st.markdown(
            f"**{count} of 256 cells** are painted. The net learns the density from "
            "4,096 points of it. Sharp edges come last: they need the levels of least noise."
        )
        about = f" · about {cost:.0f} s" if cost else ""

        def train() -> None:
            controls.put(view.lab, {"data": "drawn", "drawing": painted})
            live.train(live.view(view.lab, wanted))

        st.button(f"Train on this drawing{about}", type="primary", key="noise.train", on_click=train)
