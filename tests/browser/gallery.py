"""Every component in every state, with small computed arrays. `streamlit run tests/browser/gallery.py`."""

import numpy as np
import streamlit as st

from app.components.blocks import pack
from app.components.field import field
from app.components.film import fetched, film, inline
from app.components.pixels import pixels
from app.figures.panels import bars, heat, images, lines

st.set_page_config(layout="wide")
H = W = 21


def masked(half: int, own: bool) -> list[tuple[int, int]]:
    """The offsets that a masked kernel of 2 half + 1 reads; `own`: mask B, which reads the pixel itself."""
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
    layers = st.sidebar.number_input("layers", 1, 8, 4, key="layers", bind="query-params")
    half = st.sidebar.number_input("half", 1, 3, 1, key="half", bind="query-params")
    own = st.sidebar.checkbox("first mask B", key="own", bind="query-params")
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
    st.button("rerun")
    st.text(f"picked {state.cell}")


def training(seed: int, upto: int = 60, state: str = "done") -> bytes:
    """Sixteen gradients that come out of noise, as a block; the same for the same seed."""
    steps = np.unique((np.linspace(0, 1, 60) ** 2 * 600).round().astype(int))[:upto]
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((8, 8)) / 7 - 0.5
    angles = rng.uniform(0, 2 * np.pi, 16)
    goal = np.stack([rows * np.sin(a) + columns * np.cos(a) for a in angles])
    goal = (16 * (goal - goal.min()) / np.ptp(goal)).round()
    noise = rng.uniform(0, 16, goal.shape)
    share = 1 - np.exp(-steps / 150)
    pictures = np.stack([(1 - s) * noise + s * goal for s in share]).round().astype(np.uint8)
    error = (pictures - goal) / 16
    every = np.arange(1, 601)
    loss = 1.9 + 2.2 * np.exp(-every / 90) + 0.05 * rng.normal(size=600)
    kept = every <= steps[-1]
    levels = np.stack([np.bincount(p[0].ravel(), minlength=17) / 64 for p in pictures])
    header = {
        "from": 0,
        "moments": steps.tolist(),
        "count": len(steps),
        "total": 600,
        "state": state,
        "scalars": {"loss": {"step": every[kept].tolist(), "value": loss[kept].tolist()}},
    }
    arrays = {
        "samples.x": pictures,
        "samples.goal": np.broadcast_to(goal, pictures.shape).astype(np.uint8),
        "error.map": error[:, :4].astype(np.float32),
        "error.large": (abs(error[:, :4]) > 0.25).astype(np.uint8),
        "levels.share": levels.astype(np.float32),
    }
    return pack(header, arrays)


def panels(narrow: bool = False) -> list[dict]:
    """One panel of each kind."""
    shown = [
        images("samples.x", [("Samples", "model"), (" turn into digits", None)], columns=4, width=1.1),
        heat(
            "error.map",
            [("What is still ", None), ("wrong", "blind")],
            "signed",
            -1,
            1,
            "of full scale",
            "error.large",
        ),
        lines(
            {"loss": ("training", "past")},
            [("It beats the histogram", None)],
            "bits/dim",
            baseline={"value": 2.43, "label": "histogram"},
            bet={"value": 1.5, "label": "you said"},
            width=1.2,
        ),
    ]
    share = bars("levels.share", [("Levels in the first image", None)], "share", mark=16)
    return shown if narrow else [*shown[:2], share, shown[2]]


def told(state: object) -> None:
    """What Python hears, and how often: a count of the reruns with a report."""
    heard = st.session_state.setdefault("heard", [])
    heard.append(repr(state))
    st.text(f"heard {heard[-1]}")
    st.text(f"runs {len(heard)}")


def show_film() -> None:
    """A recorded film; three panels. Each rerun brings another sentence."""
    st.button("rerun")
    sentence = (
        f"Sixteen images grow out of noise over 600 steps. Runs: {len(st.session_state.get('heard', []))}."
    )
    source = inline(training(0), "one")
    told(film(panels(True), source, key="film", timeline_unit="bits/dim", sentence=sentence))


def show_kinds() -> None:
    """All kinds of panel at once, with a start."""
    told(film(panels(), inline(training(0), "one"), key="film", start=20, timeline_unit="bits/dim"))


def show_pinned() -> None:
    """Two runs side by side, and a band of seeds."""
    shown = [panels(True)[0], panels(True)[2]]
    band = [
        {
            "scalars": {
                "loss": {
                    "step": list(range(1, 600, 5)),
                    "value": [2 + s + 2 / (1 + i / 20) for i in range(120)],
                }
            }
        }
        for s in (0.05, 0.1, 0.2)
    ]
    pinned = inline(training(3), "two", "pinned")
    told(
        film(
            shown, inline(training(0), "one"), key="film", pinned=pinned, band=band, timeline_unit="bits/dim"
        )
    )


def show_live() -> None:
    """A film that fetches its own moments from the address in the link."""
    source = fetched(st.query_params["url"], "live")
    told(film(panels(True), source, key="film", live=True, timeline_unit="bits/dim"))


def show_gone() -> None:
    """A recorded film whose moments are not there."""
    told(film(panels(True), fetched(st.query_params["url"], "gone"), key="film"))


def show_pick() -> None:
    """A grid to click: a signed map with hatching, outline, numbers and a mark."""
    rows, columns = np.indices((8, 8)) - 3.5
    values = rows * columns / 12.25
    state = pixels(
        values,
        key="pixels",
        low=-1,
        high=1,
        palette="signed",
        text=np.round(values, 1),
        hatch=values < -0.6,
        outline=values > 0.6,
        mark=(2, 5),
        label="Products of row and column",
        sentence="Opposite corners agree.",
        size=320,
    )
    told(state)


def show_mask() -> None:
    """A 0/1 mask to paint; the button starts it anew."""
    st.session_state["version"] = st.session_state.get("version", 0) + st.button("clear")
    mask = np.zeros((5, 5), int)
    mask[:2] = 1
    version = st.session_state["version"]
    told(
        pixels(
            mask,
            key="pixels",
            mode="paint",
            palette="binary",
            label="Mask",
            sentence=f"Runs: {len(st.session_state.get('heard', []))}.",
            version=version,
            size=200,
        )
    )


def show_digit() -> None:
    """A drawing of 17 levels."""
    levels = range(0, 17, 4)
    drawn = pixels(
        np.zeros((8, 8)), key="pixels", mode="paint", high=16, palette="grey", brush=levels, label="Digit"
    )
    told(None if drawn.values is None else drawn.values.sum())


SHOWN = {name.removeprefix("show_"): value for name, value in globals().items() if name.startswith("show_")}
SHOWN[st.query_params.get("show", "field")]()
