"""What several folders of tests need: a page behind a link, in one session; a shipped run; blocks, marks."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from app.figures.kinds import Panel
from app.figures.marks import Mark
from app.page import near
from engine.labs import Lab, lab_id
from engine.runs.reading import Run
from engine.runs.store import Store, ancestry, run_key

MAIN = Path(__file__).parents[1] / "app" / "main.py"


def opened(
    slug: str, query: Mapping[str, str] | None = None, state: Mapping[str, Any] | None = None
) -> AppTest:
    """A page as a new visitor finds it behind a link. `state`: what the session holds before."""
    test = AppTest.from_file(MAIN, default_timeout=60)
    for name, value in (state or {}).items():
        test.session_state[name] = value
    test.session_state[near.flag(slug)] = True  # read to its end: a component that would tell runs no script
    test.session_state["find"] = "no page is called this"  # the pages are known after a run of the home page,
    test.run()  # which so draws no card
    test.session_state["find"] = ""
    test.switch_page(f"../pages/{slug.replace('-', '_')}/page.py")
    test.query_params = dict(query or {})
    return again(test)


def again(test: AppTest, state: Mapping[str, Any] | None = None) -> AppTest:
    """A rerun, on which nothing may fail. `state`: what is set before, as a button of the page would."""
    for name, value in (state or {}).items():
        test.session_state[name] = value
    test.run()
    assert not test.exception, [e.value for e in test.exception]
    return test


def shipped(lab: Lab, spec: Any = None) -> Run:
    """A shipped run of a lab, by default its first: `.trace()`, and `.weights()` for `lab.restore`."""
    id, spec = lab_id(lab), lab.RECORDED[0] if spec is None else spec
    run = Store(Path("/nonexistent")).attempt(id, run_key(id, spec, ancestry(id)), "shipped")
    assert run is not None, f"{spec} is not recorded: make record"
    return run


def unpack(block: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What `pack` packed: the header and the arrays, in the dtype they were sent in."""
    length = int.from_bytes(block[:4], "little")
    header = json.loads(block[4 : 4 + length])
    start = (4 + length + 7) // 8 * 8
    arrays = {}
    for name, one in header["arrays"].items():
        count = math.prod(one["shape"])
        flat = np.frombuffer(block, one["dtype"], count, start + one["offset"])
        arrays[name] = flat.reshape(one["shape"])
    return header, arrays


def marks_of(of: Panel, mark: str = "") -> list[Mark]:
    """All marks of a plot, or all of one kind."""
    return [one for plane in of["planes"] for one in plane["marks"] if mark in ("", one["mark"])]
