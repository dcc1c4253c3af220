"""What a page has computed at once, beside the server: exact traces, and what probes say."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any, TypeVar

import streamlit as st

from app.page import moments
from app.style import plain
from engine.core.params import Spec
from engine.core.trace import Trace
from engine.runs.beside import Beside, TooLong
from engine.runs.reading import Run

T = TypeVar("T")


def exact_trace(id: str, key: str, spec: Spec) -> Trace:
    """All that an exact lab has to say of a spec."""
    return computed(lambda: _exact(id, key, spec))


@st.cache_resource(show_spinner=False, max_entries=256)
def _exact(id: str, key: str, _spec: Spec) -> Trace:
    return beside().trace(id, asdict(_spec))


def answer(lab: str, spec: Spec, probe: str, inputs: Mapping[str, Any], run: Run | None) -> dict[str, Any]:
    """What a probe says, not kept. Raises ValueError for inputs that it refuses, Unreadable, TooLong."""
    return beside().probe(lab, asdict(spec), probe, inputs, run, moments.store().home)


@lru_cache(maxsize=1)
def beside() -> Beside:
    """Who computes what is not trained."""
    return Beside()


def computed(ask: Callable[[], T]) -> T:
    """What is computed beside the server; where it took too long the page says so and ends there."""
    try:
        return ask()
    except TooLong as late:
        st.warning(plain(f"{late}."))
        st.stop()
