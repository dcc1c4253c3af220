"""The stages of the page on scores: films of labs that need no training, and what a click on one asks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from app.components.blocks import pack
from app.components.film import Source, before, film, inline
from app.figures.films import header_of
from app.figures.panels import Panel
from app.page import moments
from engine.core.trace import Trace
from engine.diffusion import encoding_lab, flow_lab, score_matching_lab
from pages.score import figures as fig
from pages.score import there_and_back

DIGITS = 2  # of a clicked place


@st.cache_resource(show_spinner=False, max_entries=64)
def source(stamp: str, _trace: Trace) -> Source:
    """A trace as a film's source, kept under its stamp."""
    arrays, _ = moments.stacks(_trace, 0, len(_trace.moments))
    return inline(pack(header_of(_trace), arrays), stamp)


def shown(trace: Trace, panels: Sequence[Panel], given: Source, key: str, sentence: str, **more: Any) -> None:
    """The film of an exact trace; its timeline is the time of the diffusion, or of the walk."""
    film(panels, given, key=key, sentence=sentence, name=f"glassbox-{key.replace('.', '-')}", **more)


def hero(trace: Trace, spec: flow_lab.FlowSpec) -> dict[str, np.ndarray] | None:
    """Particles on the plane, paths on the line. Returns the ways of a dropped noise, if one was dropped."""
    given = source(f"flow-{spec.key()}", trace)
    spot = before("score.flow", given).spot
    ways = None
    if spot is not None:
        ways = dropped(spec.key(), spot[0], spot[1], spec)
    shown(
        trace,
        fig.hero(trace, strands(spec.key(), spec), ways),
        given,
        "score.flow",
        fig.hero_sentence(trace, ways),
        height=350,
        timeline="time",
        timeline_unit="left",
        plays=True,
    )
    return ways


@st.cache_resource(show_spinner=False, max_entries=64)
def strands(key: str, _spec: flow_lab.FlowSpec) -> dict[str, np.ndarray]:
    """The paths of the river at every step."""
    asked = {"steps": _spec.steps, "seed": _spec.seed}
    return flow_lab.PROBES["strands"](flow_lab.restore(_spec, None), asked)


@st.cache_resource(show_spinner=False, max_entries=64)
def dropped(key: str, x: float, y: float, _spec: flow_lab.FlowSpec) -> dict[str, np.ndarray]:
    """The ways of one noise, kept: most reruns ask for the same one."""
    asked = {"x": x, "y": y, "steps": _spec.steps, "seed": _spec.seed}
    return flow_lab.PROBES["drop"](flow_lab.restore(_spec, None), asked)


def walks(trace: Trace, key: str) -> None:
    """Climbing, plain and annealed Langevin side by side."""
    shown(
        trace,
        fig.walks(trace),
        source(f"langevin-{key}", trace),
        "score.walks",
        fig.walks_sentence(trace),
        height=236,
        timeline="sigma",
        timeline_unit="noise scale",
    )


@st.cache_resource(show_spinner=False, max_entries=16)
def exact(key: str, _spec: score_matching_lab.ScoreMatchingSpec) -> dict[str, np.ndarray]:
    """The densities and fields that a training is compared with."""
    return score_matching_lab.Watch(_spec).exact()


def training(spec: score_matching_lab.ScoreMatchingSpec) -> Sequence[Panel]:
    """The panels of the training, with the exact fields in them."""
    sigmas = score_matching_lab.sigmas(spec).tolist()
    return fig.training(exact(spec.key(), spec), sigmas, score_matching_lab.BINS)


def trips(trace: Trace, spec: encoding_lab.EncodingSpec) -> None:
    """Data to noise and back, and the likelihood of the place that was clicked."""
    given = source(f"encoding-{spec.key()}", trace)
    spot = before("score.trips", given).spot
    if spot is not None:
        place = {name: round(v, DIGITS) for name, v in zip(("x", "y"), spot, strict=True)}
        if place != {"x": spec.x, "y": spec.y}:
            st.session_state["put"] = ("diffusion.encoding", place)
            st.rerun()
    shown(
        trace,
        there_and_back.trips(trace),
        given,
        "score.trips",
        there_and_back.trips_sentence(trace),
        height=256,
        timeline="time",
        timeline_unit="left",
    )
    st.markdown(f"Place ({spec.x:g}, {spec.y:g}): {there_and_back.meter(trace)}")
