"""Plots, with small computed arrays: marks of every kind. `streamlit run tests/browser/gallery_plot.py`."""

import numpy as np
import streamlit as st

from app.components.blocks import pack
from app.components.film import film, inline
from app.figures import marks
from app.figures.films import header
from app.figures.panels import bars
from app.figures.plot import Axis, plot

st.set_page_config(layout="wide")
NAMES = ("mouse", "cat", "horse")
X = np.array([[1, 10, 100]] * 3, np.float32)
Y = np.array([[1, 2, 3], [2, 2, 3], [4, 2, 3]], np.float32)
SCALARS = {"loss": {"step": [0, 5, 10], "value": [4.0, 2.0, 1.0]}}

plane = plot(
    [
        marks.heat(np.eye(4, dtype=np.float32), (1, 10), (0, 2), high=2),
        marks.regions("seen.x", "seen.y", alive=[1, 1, 0], say=""),
        marks.band([1, 1000], [0.5, 0.5], [1, 1], "truth", say=""),
        marks.line([1, 1000], [0, 5], "soft", label="even", place="end", say=""),
        marks.arrows([10], [4], [90], [0]),
        marks.words(["here"], [300], [4.5]),
        marks.rules(5, "truth", label="most {value}"),
        marks.dots("seen.x", "seen.y", names=NAMES, written=True, trail=9, link="animal"),
    ],
    [("A ", None), ("plane", "model")],
    Axis("weight", "kg", low=1, high=1000, log=True),
    Axis("speed", "m/s", low=0, high=6),
    touch="drag",
)
beside = plot(
    [marks.bars("seen.y", names=NAMES, link="animal")],
    [("Bars", None)],
    Axis("animal", names=NAMES),
    Axis("speed", "m/s", low=0, high=6),
)
least = bars("seen.y", [("Least", None)], "m/s", x="animal", high=6, labels=NAMES, least="seen.x")
over = plot(
    [marks.line(marks.over(), marks.over("loss"), label="loss")],
    [("Over", None)],
    Axis("step"),
    Axis("", "nats", low=0.5, high=50, log=True),
)
block = pack(header([0, 5, 10], SCALARS), {"seen.x": X, "seen.y": Y})
told = film(
    [plane, beside, least, over], inline(block, "run"), key="film", timeline="loss", sentence="Marks."
)
st.session_state["told"] = [*st.session_state.get("told", ()), told.spot]
spots = {spot for spot in st.session_state["told"] if spot}
st.write(f"spots {len(spots)}: " + (f"{told.spot[0]:.0f} {told.spot[1]:.1f}" if told.spot else "none"))
