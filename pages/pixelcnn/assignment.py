"""Assignment mode: the learner writes a mask, a test judges it. The text is parsed, never executed."""

import numpy as np
import streamlit as st

from app.components.pixels import pixels
from app.page import controls
from app.page.live import View
from app.page.verbs import ask
from app.page.verbs import text as read_text
from engine.core.params import Refusal

START = "111\n111\n111"  # it leaks everywhere: something to mend


def parsed(text: str) -> str:
    """Lines of 0 and 1, with or without spaces and commas, as the Spec wants them: rows joined by "/"."""
    lines = [line for line in text.replace("/", "\n").splitlines() if line.strip()]
    return "/".join("".join(line.replace(",", " ").split()) for line in lines)


def draw(view: View) -> None:
    """An editor, a grid to paint, and the verdict on the spot."""

    def judged(text: str) -> None:
        try:
            view.spec.but(mask=parsed(text) or "empty")
        except Refusal as refusal:
            rows = f"there are {len(text.split())} rows"
            raise ValueError(f"This is not a mask yet. It must {refusal.bound}; {rows}") from None

    own = str(view.spec.mask)
    left, middle, right = st.columns([1.1, 1, 1.5], gap="medium")
    with left:
        start = own.replace("/", "\n") if own else START
        text = read_text(
            "Your mask: rows of 0 and 1", start, judged, key="assignment.text", lines=5, max_chars=400
        )
        as_first = st.toggle("It is the first layer's mask", True, key="assignment.first")
    mask = parsed(text)
    grid = np.array([[int(c) for c in row] for row in mask.split("/")])
    verdict = ask(view, "mask", mask=mask, first=as_first)
    with middle:
        pixels(
            grid, key="assignment.grid", mode="show", palette="binary", size=180, text=grid,
            hatch=verdict["leaks"], outline=verdict["hides"], mark=(grid.shape[0] // 2,) * 2,
            label="The mask", sentence="Hatched: leaks. Framed: past that it hides without need.",
        )  # fmt: skip
    with right:
        good = not verdict["leaks"].any() and not verdict["hides"].any()
        st.markdown(f"**{'Passed.' if good else 'Not yet.'}** {verdict['sentence']}")
        if st.button("Put it into every layer of the picture above"):
            controls.put(view.lab, {"mask": mask})
            st.rerun()
        if own and st.button("Back to masks A and B"):
            controls.put(view.lab, {"mask": ""})
            st.rerun()
