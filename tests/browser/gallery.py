"""Every component in every state, with small computed arrays. `streamlit run tests/browser/gallery.py`."""

import numpy as np
import streamlit as st

from app.components.field import field

st.set_page_config(layout="wide")
H = W = 21


def masked(half: int, own: bool) -> list[tuple[int, int]]:
    """The offsets that a masked kernel of 2 half + 1 reads: mask B reads the pixel itself too, mask A does not."""
    every = [(r, c) for r in range(-half, half + 1) for c in range(-half, half + 1)]
    return [o for o in every if o < (0, 0) or (own and o == (0, 0))]


def counted(supports: list[list[tuple[int, int]]], mark: tuple[int, int]) -> np.ndarray:
    """(L + 1, H, W) path counts from the output pixel down."""
    levels = np.zeros((len(supports) + 1, H, W), np.int64)
    levels[0][mark] = 1
    for level, support in enumerate(supports):
        for r, c in np.argwhere(levels[level]):
            for dr, dc in support:
                if 0 <= r + dr < H and 0 <= c + dc < W:
                    levels[level + 1, r + dr, c + dc] += levels[level, r, c]
    return levels


def show_field() -> None:
    """The hero: layers, kernel and first mask as parameters; a click moves the pixel."""
    layers = st.sidebar.slider("layers", 1, 8, 4)
    half = st.sidebar.select_slider("half", [1, 2, 3])
    own = st.sidebar.checkbox("first mask B")
    mark = st.session_state.get("mark", (13, 10))
    supports = [masked(half, True)] * (layers - 1) + [masked(half, own)]
    levels = counted(supports, mark)
    raster = np.arange(H * W).reshape(H, W)
    at = mark[0] * W + mark[1]
    past = raster < at
    rows, columns = np.indices((H, W))
    reach = half * layers
    window = past & (rows >= mark[0] - reach) & (abs(columns - mark[1]) <= reach)
    seen = levels[-1] > 0
    blind = window & ~seen

    def moved() -> None:
        st.session_state["mark"] = tuple(st.session_state["field"].cell)

    state = field(
        levels,
        supports,
        key="field",
        mark=mark,
        analytic=seen,
        blind=blind,
        leak=seen & ~past,
        past=past,
        stack_title=[("Masked layers, from input to output", None)],
        grid_title=[
            ("Seen", "past"),
            (" through at least one path, ", None),
            ("never seen", "blind"),
            (", and future", None),
        ],
        stack_caption=[("First layer: mask A, the pixel itself is hidden. Then mask B.", None)],
        grid_caption=[
            (f"Of the {window.sum()} past pixels in reach, {(seen & past).sum()} are seen and ", None),
            (f"{blind.sum()} are blind", "blind"),
            (".", None),
        ],
        sentence=f"The field of pixel {mark}: {blind.sum()} pixels of its past are blind.",
        on_pick=moved,
    )
    st.text(f"picked {state.cell}")


SHOWN = {"field": show_field}
chosen = st.query_params.get("show", "field")
SHOWN[chosen]()
