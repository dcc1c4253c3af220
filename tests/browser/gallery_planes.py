"""Flows and rivers, with small computed arrays. `streamlit run tests/browser/gallery_planes.py`."""

import numpy as np
import streamlit as st

from app.components.blocks import pack
from app.components.film import film, inline
from app.figures.planes import Layer, flow
from pages.score.figures import river

st.set_page_config(layout="wide")
FRAMES, N, REACH = 21, 200, 3.0
LABELS = [f"t = {20 - s}" for s in range(FRAMES)]


def spiral() -> np.ndarray:
    """(FRAMES, N, 2): points that wind inwards, from radius 2.5 to 1."""
    s, i = np.linspace(0, 1, FRAMES)[:, None], np.arange(N)[None]
    radius, angle = 2.5 - 1.5 * s, 2.4 * i + 2 * s
    return np.stack([radius * np.cos(angle), 0.7 * radius * np.sin(angle)], 2)


def plane(inner: bool, dropped: dict | None = None) -> dict:
    """A flow with all its layers; its density and field are given, its particles are the run's."""
    y, x = np.mgrid[1:-1:24j, -1:1:32j]
    s = np.linspace(0, 1, FRAMES)[:, None, None]
    density = (255 * np.exp(-8 * (np.hypot(x, y) - 0.85 + 0.5 * s) ** 2)).astype(np.uint8)
    field = np.stack(np.broadcast_arrays(-x[None, ::2, ::2] * (1 - s), -y[None, ::2, ::2]), 3)
    points = Layer("particles", "particles", "flow.x", "model", REACH / 127)
    ghosts = Layer("guesses", "ghosts", "flow.x0", "code", REACH / 127, of=points, on=False)
    layers = [Layer("density", "density", density), Layer("score", "field", field, "past"), ghosts, points]
    labels = LABELS if inner else []
    return flow(layers, [("A ", None), ("flow", "model")], REACH, inner=labels, drops=True, dropped=dropped)


def water(inner: bool) -> dict:
    """A river of three smooth paths and two jagged ones."""
    t = np.linspace(0, 1, 60)
    smooth, jagged = np.outer([-1, 0.2, 1], 1 + t), np.cumsum(np.sin(np.outer([7, 11], np.arange(60))), 1) / 3
    density = np.tile((255 * np.hanning(40)).astype(np.uint8)[:, None], (1, 50))
    paths = {"model": jagged, "past": smooth}
    return river(density, paths, [("A river", None)], REACH) | {"inner": LABELS if inner else None}


def block(inner: bool) -> bytes:
    """A training of four moments with an inner time, or the diffusion itself as a film."""
    x = spiral()
    arrays = {"flow.x": x, "flow.x0": np.broadcast_to(x[-1], x.shape)}
    moments = list(range(FRAMES))
    if inner:
        moments = [0, 10, 40, 100]
        arrays = {name: np.stack([a * k for k in (1.0, 0.9, 0.8, 0.7)]) for name, a in arrays.items()}
    small = {name: (a / REACH * 127).round().astype(np.int8) for name, a in arrays.items()}
    header = {"from": 0, "moments": moments, "count": len(moments), "state": "done", "total": moments[-1]}
    return pack(header | {"scalars": {}}, small)


inner = st.query_params.get("show") == "inner"
spot = st.session_state.get("spot")
way = None if spot is None else {"ODE": ("past", np.outer(np.linspace(1, 0.3, 50), spot))}
panels = [plane(inner, way), water(inner)]
told = film(panels, inline(block(inner), "run"), key="film", sentence="A spiral.", height=300)
if told.spot != spot:
    st.session_state["spot"] = told.spot
    st.rerun()
st.write(f"spot {told.spot}")
