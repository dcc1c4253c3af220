"""What one pixel sees, under a click; and three things to ask of a net that predicts the next pixel."""

import numpy as np
import streamlit as st

from app.components.pixels import pixels
from app.figures.grids import sheet
from app.page import controls
from app.page.live import View
from app.page.verbs import ask, film_of, ready
from engine.data.digits import digits
from pages.pixelcnn import figures as fig
from pages.pixelcnn.field import field

SIDE, TOP = 8, 16  # digits: 8 x 8 pixels, grey levels 0 to 16
DEEP = 8  # layers that the bet is about
ACTS = ("Write a digit", "Complete a digit", "Be surprised")


def past(view: View, bet: int | str | None) -> None:
    """The receptive field, and its click: the clicked pixel becomes the output. bet: on eight layers."""
    spec = view.spec
    said = bet if spec.layers == DEEP else None
    cell = field(**fig.past(view.trace, (spec.row, spec.col), said), key="field.receptive_field").cell
    if cell is not None:
        controls.put(view.lab, {"row": cell[0], "col": cell[1]})
        st.rerun()


def draw(view: View) -> None:
    """The three acts, on the run at hand."""
    if not ready(view, "the trained net writes"):
        return
    with st.container(key="quiet-act"):
        act = st.segmented_control(
            "Act", ACTS, key="act", required=True, default=ACTS[0], label_visibility="collapsed"
        )
    {ACTS[0]: _write, ACTS[1]: _complete, ACTS[2]: _surprise}[act or ACTS[0]](view)


def _classes(view: View) -> dict[str, int]:
    """The class to ask for, where the net was trained with classes."""
    if not getattr(view.spec, "conditional", False):
        return {}
    digit = st.segmented_control("Digit", range(10), key="ask.digit", default=3, required=True)
    return {"label": int(digit or 0)}


def _write(view: View) -> None:
    """One digit, pixel by pixel, and again from any pixel that the reader overrules."""
    kept: dict[tuple[int, int], int] = st.session_state.setdefault("write.kept", {})
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiet-write"):
        seed = int(st.number_input("Seed of the drawing", 0, 9999, 3, key="write.seed", width=150))
        temperature = st.slider(
            "Temperature", 0.1, 2.0, 1.0, 0.05, key="write.temperature", width=240,
            help="Below 1 the likely levels win more often; above 1 less.",
        )  # fmt: skip
        digit = _classes(view)
    given, keep = np.zeros((2, SIDE, SIDE), np.uint8)
    for cell, level in kept.items():
        given[cell], keep[cell] = level, 1
    frames = ask(view, "write", seed=seed, temperature=temperature, given=given, keep=keep, **digit)
    images, p, levels = frames["images"], frames["probabilities"], frames["levels"]
    left, right = st.columns([2.7, 1], gap="small")
    with left:
        film_of(
            fig.written(images, p, levels), fig.writing(), fig.writing_said(p, levels), key="write.film",
            timeline="bits", unit="bits", height=225,
            stamp=f"{view.stamp}-{seed}-{temperature}-{digit.get('label')}-{sorted(kept.items())}",
        )  # fmt: skip
    with right:
        told = pixels(
            images[-1], key="write.pick", mode="pick", low=0, high=TOP, palette="unsigned", outline=keep,
            label="The finished digit", size=190,
            sentence="Pick a pixel, give it another level: what comes after it is written anew.",
        )  # fmt: skip
        if told.cell is not None:
            row, col = told.cell
            now, name = int(images[-1][row, col]), f"Level of row {row}, column {col}"
            level = st.slider(name, 0, TOP, now, key=f"write.level.{row}.{col}")
            if st.button("Overrule", key="write.overrule"):
                kept[row, col] = level
                st.rerun()
        if kept and st.button(f"Forget {len(kept)} overruled"):
            kept.clear()
            st.rerun()
    st.caption(
        "Training asks for the probabilities of all 64 pixels in **one** pass. Writing needs **64**, one a "
        "pixel."
    )


def _complete(view: View) -> None:
    """A test digit, covered where the reader paints, and eight ways to go on."""
    digit = st.number_input("Test digit", 0, len(digits().test_x) - 1, 4, key="complete.digit", width=150)
    original = digits().test_x[int(digit)]
    left, middle, right = st.columns([1, 1, 2.2], gap="medium")
    with left:
        pixels(
            original, key="complete.original", mode="show", low=0, high=TOP, palette="grey", size=200,
            label="A test digit", sentence="A test digit, never trained on.",
        )  # fmt: skip
    with middle:
        cover = np.zeros((SIDE, SIDE))
        cover[4:] = 1
        told = pixels(
            cover, key="complete.cover", mode="paint", palette="binary", size=200, label="What is covered",
            sentence="Paint what the net must not see; it is drawn from scratch.",
        )  # fmt: skip
        covered = cover if told.values is None else told.values
    keep = (covered == 0).astype(np.uint8)
    filled = ask(view, "complete", given=original, keep=keep, seed=0, n=8, **_classes(view))["images"]
    with right:
        seam = sheet(np.tile(covered, (8, 1, 1)), 4).astype(np.uint8)
        pixels(
            sheet(filled, 4), key="complete.filled", mode="show", low=0, high=TOP, palette="grey", size=460,
            outline=seam, label="Eight completions",
            sentence=f"Eight continuations of the same {int(keep.sum())} known pixels. "
            "Only what lies before a pixel can guide it: what is known further down does not.",
        )  # fmt: skip


def _surprise(view: View) -> None:
    """What each pixel of a drawing costs."""
    left, right = st.columns(2, gap="medium")
    with left:
        told = pixels(
            digits().test_x[7].astype(float), key="surprise.draw", mode="paint", low=0, high=TOP,
            palette="grey", brush=(0, 4, 8, 12, 16), size=300, label="Your drawing",
            sentence="A test digit. Paint over it: draw your own.",
        )  # fmt: skip
    image = digits().test_x[7] if told.values is None else told.values.round().astype(np.uint8)
    bits = ask(view, "surprise", x=image, **_classes(view))["bits"]
    row, col = (int(v) for v in np.unravel_index(int(bits.argmax()), bits.shape))
    with right:
        pixels(
            bits, key="surprise.map", mode="show", low=0, high=max(8.0, float(np.ceil(bits.max()))),
            palette="unsigned", mark=(row, col), size=300, unit="bits", label="Surprise of each pixel",
            sentence=f"−log₂ p of each pixel: {bits.sum():.0f} bits in all, {bits.mean():.2f} a pixel. "
            f"The greatest surprise is at row {row}, column {col}.",
        )  # fmt: skip
