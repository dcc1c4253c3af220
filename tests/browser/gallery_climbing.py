"""A climbing policy and the desk, with made-up arrays. `streamlit run tests/browser/gallery_climbing.py`."""

import numpy as np
import streamlit as st

from app.components.blocks import pack
from app.components.film import film, inline
from engine.data.instructions import CODE
from pages.instructgpt.climbing import climb, ledger, replies, worded
from pages.instructgpt.desk import desk

st.set_page_config(layout="wide")
STEPS = [0, 10, 20, 30, 40]
SAID = (
    "the cat is meow .",
    "the cat is meow please .",
    "kindly meow thanks .",
    "kindly tiny thanks please .",
    "",
)
DESK = ("the cat is meow .", "meow please .", "stupid .", "kindly tiny thanks please .")  # fmt: skip
SCORES = (0.0, 1.0, -1.0, 2.0)


def coded(said: str) -> list[int]:
    """Words as codes, padded."""
    codes = [CODE[word] for word in said.split()]
    return codes + [0] * (8 - len(codes))


def climbing(scale: float = 1) -> bytes:
    """Five moments: the judge sees more and more, people first more and then less."""
    words = np.zeros((5, 3, 24, 8), np.uint8)
    words[:, 0], words[:, 1] = coded("stupid ."), coded("the cat is tiny .")
    for moment, said in enumerate(SAID):
        words[moment, 2] = coded(said)
    rising = np.arange(5, dtype=np.float16)
    r = np.stack([-np.ones(5), np.zeros(5), rising / 2], 1).astype(np.float16)
    ratio = np.where(words[:, 2] > 0, rising[:, None, None] / 10, 0).astype(np.float16)
    best = np.array([0, 0.5, np.nan], np.float32)
    scalars = {
        "d": {"step": STEPS, "value": [0, 1 * scale, 2 * scale, 3 * scale, 3.5 * scale]},
        "proxy": {"step": STEPS, "value": [0, 0.75, 1.25, 1.5, 1.75]},
        "gain": {"step": STEPS, "value": [0, 0.5, 0.25, -0.5, -1.5]},
    }
    arrays = {
        "cards.words": words,
        "cards.r": np.repeat(r[:, :, None], 24, 2),
        "cards.gold": np.repeat(-r[:, :, None], 24, 2),
        "cards.ratio": ratio,
        **{f"bon.{name}": np.tile(best, (5, 1)) for name in ("d", "proxy", "gain")},
    }
    header = {"from": 0, "moments": STEPS, "count": 5, "total": 40, "state": "done", "scalars": scalars}
    return pack(header, arrays)


def show_film() -> None:
    """The three pictures; `pin` for a pinned run."""
    panels = [
        climb([("The plane", None)], ((0, 4), (-2, 2)), [1, 2, 4]),
        replies([("The replies", None)], 0),
        ledger([("The ledger", None)], 0, 0.5, (-1, 2.5)),
    ]
    pinned = inline(climbing(0.5), "pinned", "short leash") if "pin" in st.query_params else None
    film(panels, inline(climbing(), "run"), key="film", timeline="proxy", pinned=pinned, sentence="A climb.")


def show_desk() -> None:
    """Four replies; `hurry` draws the page anew, `other` brings another desk."""
    runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    stamp = "two" if st.session_state.get("other") else "one"
    cards = [worded(0, coded(said)) for said in DESK]
    order = desk("SOUND cat ?", cards, SCORES, key="desk", stamp=stamp, sentence=f"Runs: {runs}.")
    st.write(f"order {order}")
    st.button("hurry")
    st.button("other", key="other")


{"film": show_film, "desk": show_desk}[st.query_params.get("show", "film")]()
