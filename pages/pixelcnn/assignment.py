"""Assignment mode: the learner writes a mask, a test judges it. The text is parsed, never executed."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from app.components.field import field
from app.components.pixels import pixels
from app.page import controls
from app.page.controls import paper
from engine.core.params import Refusal
from engine.labs import Lab, lab_id

START = "111\n111\n111"  # it leaks everywhere: something to mend


def parsed(text: str) -> str:
    """Lines of 0 and 1, with or without spaces and commas, as the Spec wants them: rows joined by "/"."""
    lines = [line for line in text.replace("/", "\n").splitlines() if line.strip()]
    return "/".join("".join(line.replace(",", " ").split()) for line in lines)


def draw(lab: Lab) -> None:
    """An editor, a grid to paint, and the verdict on the spot."""
    spec, _ = controls.spec_of(lab)
    own = str(getattr(spec, "mask", ""))
    left, middle, right = st.columns([1.1, 1, 1.5], gap="medium")
    with left:
        start = own.replace("/", "\n") if own else START
        text = st.text_area(
            "Your mask: rows of 0 and 1", start, height=150, key="assignment.text", max_chars=400
        )
        as_first = st.toggle("It is the first layer's mask", True, key="assignment.first")
        mask = parsed(text)
    try:
        spec.but(mask=mask or "empty")
    except Refusal as refusal:
        with right:
            st.warning(
                f"This is not a mask yet. It must {refusal.bound}; there are {len(text.split())} rows."
            )
        return
    grid = np.array([[int(c) for c in row] for row in mask.split("/")])
    verdict = lab.PROBES["mask"](lab.restore(spec, None), {"mask": mask, "first": as_first})
    with middle:
        pixels(
            grid,
            key="assignment.grid",
            mode="show",
            palette="binary",
            size=180,
            text=grid,
            hatch=verdict["leaks"],
            outline=verdict["hides"],
            mark=(grid.shape[0] // 2,) * 2,
            label="The mask",
            sentence="Hatched: leaks. Framed: past that it hides without need.",
        )
    with right:
        good = not verdict["leaks"].any() and not verdict["hides"].any()
        st.markdown(f"**{'Passed.' if good else 'Not yet.'}** {verdict['sentence']}")
        if st.button("Put it into every layer of the picture above"):
            st.session_state["put"] = ("autoregressive.receptive_field", {"mask": mask})
            st.rerun()
        if own and st.button("Back to masks A and B"):
            st.session_state["put"] = ("autoregressive.receptive_field", {"mask": ""})
            st.rerun()


def past(lab: Lab, arguments: Mapping[str, Any]) -> None:
    """The receptive field, and its click: the clicked pixel becomes the output pixel."""
    cell = field(**arguments, key=f"field.{paper(lab)}").cell
    if cell is not None:
        st.session_state["put"] = (lab_id(lab), {"row": cell[0], "col": cell[1]})
        st.rerun()
