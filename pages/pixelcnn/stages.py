"""Write, complete, surprise: three things to ask of a net that has learned to predict the next pixel."""

from typing import Any

import numpy as np
import streamlit as st

from app.components.blocks import pack
from app.components.film import film, inline
from app.components.pixels import pixels
from app.figures.grids import sheet
from app.page import live
from pages.pixelcnn import figures as fig

SIDE, TOP = 8, 16  # digits: 8 x 8 pixels, grey levels 0 to 16
ACTS = ("Write a digit", "Complete a digit", "Be surprised")


@st.cache_resource(show_spinner=False, max_entries=64)
def written(stamp: str, _view: live.View, _model: Any, _asked: dict[str, Any]) -> dict[str, np.ndarray]:
    """One digit, pixel by pixel, kept under its stamp: most reruns of the page ask for the same one."""
    return _view.lab.PROBES["write"](_model, _asked)


def draw(view: live.View) -> None:
    """The three acts, on the run at hand. Without a trained run it says what is missing."""
    if not view.ready:
        st.info("Here the trained net writes. Train this setting above, or go back to one that is trained.")
        return
    model = live.model_of(view)
    act = st.segmented_control(
        "Act", ACTS, key="act", required=True, default=ACTS[0], label_visibility="collapsed"
    )
    {ACTS[0]: _write, ACTS[1]: _complete, ACTS[2]: _surprise}[act or ACTS[0]](view, model)


def _classes(view: live.View) -> dict[str, int]:
    """The class to ask for, where the net was trained with classes."""
    if not getattr(view.spec, "conditional", False):
        return {}
    digit = st.segmented_control("Digit", range(10), key="ask.digit", default=3, required=True)
    return {"label": int(digit or 0)}


def _write(view: live.View, model: Any) -> None:
    kept: dict[tuple[int, int], int] = st.session_state.setdefault("write.kept", {})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input("Seed of the drawing", 0, 9999, 3, key="write.seed", width=150)
        temperature = st.slider(
            "Temperature",
            0.1,
            2.0,
            1.0,
            0.05,
            key="write.temperature",
            width=240,
            help="Below 1 the likely levels win more often; above 1 less.",
        )
        digit = _classes(view)
    given, keep = np.zeros((SIDE, SIDE), np.uint8), _mask(kept)
    for (row, col), level in kept.items():
        given[row, col] = level
    asked = {"seed": int(seed), "temperature": temperature, "given": given, "keep": keep} | digit
    drawing = f"{seed}-{temperature}-{asked.get('label')}-{sorted(kept.items())}"
    stamp = f"{view.key}-{view.run and view.run.attempt}-{drawing}"
    frames = written(stamp, view, model, asked)
    header, arrays = fig.written(frames["images"], frames["probabilities"], frames["levels"])
    left, right = st.columns([2.7, 1], gap="small")
    with left:
        film(
            fig.writing(),
            inline(pack(header, arrays), stamp),
            key="write.film",
            timeline="bits",
            timeline_unit="bits",
            sentence=fig.writing_sentence(frames["probabilities"], frames["levels"]),
            name="glassbox-writing",
        )
    with right:
        told = pixels(
            frames["images"][-1],
            key="write.pick",
            mode="pick",
            low=0,
            high=TOP,
            palette="unsigned",
            outline=keep,
            label="The finished digit",
            size=220,
            sentence="Pick a pixel, give it another level: what comes after it is written anew.",
        )
        if told.cell is not None:
            row, col = told.cell
            now = int(frames["images"][-1][row, col])
            level = st.slider(
                f"Level of row {row}, column {col}", 0, TOP, now, key=f"write.level.{row}.{col}"
            )
            if st.button("Overrule", key="write.overrule"):
                kept[row, col] = level
                st.rerun()
        if kept and st.button(f"Forget {len(kept)} overruled"):
            kept.clear()
            st.rerun()
    st.caption(
        "Training asks for all 64 conditionals in **one** pass. Writing needs **64**, one a pixel; "
        "each computes only what the newest pixel changes."
    )


def _mask(kept: dict[tuple[int, int], int]) -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for row, col in kept:
        mask[row, col] = 1
    return mask


def _complete(view: live.View, model: Any) -> None:
    from engine.data.digits import digits

    digit = st.number_input("Test digit", 0, len(digits().test_x) - 1, 4, key="complete.digit", width=150)
    original = digits().test_x[int(digit)]
    left, middle, right = st.columns([1, 1, 2.2], gap="medium")
    with left:
        pixels(
            original,
            key="complete.original",
            mode="show",
            low=0,
            high=TOP,
            palette="grey",
            size=200,
            label="A test digit",
            sentence="A test digit, never trained on.",
        )
    with middle:
        cover = np.zeros((SIDE, SIDE))
        cover[4:] = 1
        told = pixels(
            cover,
            key="complete.cover",
            mode="paint",
            palette="binary",
            size=200,
            label="What is covered",
            sentence="Paint what the net must not see; it is drawn from scratch.",
        )
        covered = cover if told.values is None else told.values
    keep = (covered == 0).astype(np.uint8)
    asked = {"given": original, "keep": keep, "seed": 0, "n": 8} | _classes(view)
    filled = view.lab.PROBES["complete"](model, asked)["images"]
    with right:
        grid, seam = sheet(filled, 4), sheet(np.tile(covered, (8, 1, 1)), 4)
        pixels(
            grid,
            key="complete.filled",
            mode="show",
            low=0,
            high=TOP,
            palette="grey",
            size=460,
            outline=seam.astype(np.uint8),
            label="Eight completions",
            sentence=f"Eight continuations of the same {int((covered == 0).sum())} known pixels. "
            "Only what lies before a pixel can guide it: what is known further down does not.",
        )


def _surprise(view: live.View, model: Any) -> None:
    from engine.data.digits import digits

    left, right = st.columns(2, gap="medium")
    with left:
        told = pixels(
            digits().test_x[7].astype(float),
            key="surprise.draw",
            mode="paint",
            low=0,
            high=TOP,
            palette="grey",
            brush=(0, 4, 8, 12, 16),
            size=300,
            label="Your drawing",
            sentence="A test digit. Paint over it: draw your own.",
        )
    image = digits().test_x[7] if told.values is None else told.values.round().astype(np.uint8)
    found = view.lab.PROBES["surprise"](model, {"x": image} | _classes(view))
    bits = found["bits"]
    with right:
        worst = np.unravel_index(int(bits.argmax()), bits.shape)
        pixels(
            bits,
            key="surprise.map",
            mode="show",
            low=0,
            high=max(8.0, float(np.ceil(bits.max()))),
            palette="unsigned",
            mark=(int(worst[0]), int(worst[1])),
            size=300,
            unit="bits",
            label="Surprise of each pixel",
            sentence=f"−log₂ p of each pixel: {bits.sum():.0f} bits in all, {bits.mean():.2f} a pixel. "
            f"The greatest surprise is at row {worst[0]}, column {worst[1]}.",
        )
