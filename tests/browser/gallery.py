"""Every component in every state, with small computed arrays. `streamlit run tests/browser/gallery.py`."""

import numpy as np
import streamlit as st

from app.components.attention import attention
from app.components.blocks import pack
from app.components.film import fetched, film, inline
from app.components.pixels import pixels
from app.figures import panels as panel
from app.figures.panels import bars, heat, images, lines
from pages.pixelcnn.field import field

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


SOURCE, TARGET = list("March 5, 1998"), list("1998-03-05")


def aligned(sharp: float = 1) -> np.ndarray:
    """(10, 13) weights of a date's letters; sharp: 0 is even, 1 is where they belong."""
    places = [[9], [10], [11], [12], [7], [0, 1, 2], [1, 2, 3, 4], [5, 7], [6], [6]]
    goal = np.array([[3.0 * (k in found) for k in range(13)] for found in places])
    scores = sharp * (goal + np.sin(np.arange(130)).reshape(10, 13) / 3)
    return np.exp(2 * scores) / np.exp(2 * scores).sum(1, keepdims=True)


def show_attention() -> None:
    """Arcs and matrix of one head; the pinned row can be forced. The last place wrote nothing."""
    st.button("rerun")
    maps = np.append(aligned(), np.zeros((1, 13)), 0)
    told(attention(maps, [*TARGET, ""], SOURCE, key="attention", query=5, force=True, sentence="A date."))


def heads(count: int, queries: int, keys: int) -> np.ndarray:
    """(count, queries, keys) weights: each head reads at its own distance, one sharply, one evenly."""
    rows, columns = np.indices((queries, keys))
    far = [-abs(rows - columns - 3 * head) / (0.4 + head) for head in range(count)]
    return np.stack([np.exp(one) / np.exp(one).sum(1, keepdims=True) for one in far])


def show_heads() -> None:
    """Eight heads with a causal mask, one enlarged; each can be switched off."""
    words = ["the", "cat", "sat", "on", "the", "mat", "and", "saw", "the", "dog"]
    mask = np.triu(np.ones((10, 10)), 1)
    maps = heads(8, 10, 10) * (1 - mask)
    maps /= maps.sum(2, keepdims=True)
    state = attention(
        maps,
        words,
        words,
        key="attention",
        names=[f"layer {1 + i // 4}, head {1 + i % 4}" for i in range(8)],
        head=1,
        query=5,
        force=True,
        switches=True,
        forbidden=mask,
        outline=np.eye(10, k=-3),
        query_title="word",
        key_title="word read",
        sentence="Eight heads.",
        height=330,
    )
    told(state)


def show_large() -> None:
    """Twelve heads of 64 x 64."""
    names = [str(i % 10) for i in range(64)]
    told(attention(heads(12, 64, 64), names, names, key="attention", switches=True, height=380))


def alignment(name: str, upto: int = 60) -> bytes:
    """A training that aligns a date, as a block: one head, four heads, what is written and what is wrong."""
    steps = np.unique((np.linspace(0, 1, upto) ** 2 * 400).round().astype(int))
    sharp = 1 - np.exp(-steps / 90)
    maps = np.stack([aligned(s) for s in sharp])
    four = np.stack([maps, maps[:, :, ::-1], maps[:, ::-1], np.full_like(maps, 1 / 13)], 1)
    codes = np.stack([[1, 9, 9, 8, 10, 0, 3, 10, 0, 5] for _ in steps]).astype(np.uint8)
    wrong = (sharp[:, None] < np.linspace(0.2, 0.9, 10)).astype(np.uint8)
    codes = np.where(wrong, (codes + 3) % 11, codes).astype(np.uint8)
    codes[0, 6:] = 255
    scalars = {"loss": {"step": steps.tolist(), "value": (2.4 * np.exp(-steps / 80)).tolist()}}
    header = {"from": 0, "moments": steps.tolist(), "count": len(steps), "total": 400, "state": "done"}
    arrays = {
        "maps.one": (255 * maps).round().astype(np.uint8),
        "maps.four": four.astype(np.float32),
        "out.codes": codes,
        "out.wrong": wrong,
    }
    return pack(header | {"scalars": scalars}, arrays)


def show_aligned() -> None:
    """A film of arcs and matrix that share a pick; the labels are what is written at the moment."""
    written = {"array": "out.codes", "alphabet": [*"0123456789", "-"]}
    title = [("Where one ", None), ("output", "model"), (" looks", None)]
    whole = [
        ("All of it: rows are ", None),
        ("outputs", "model"),
        (", columns are ", None),
        ("inputs", "past"),
    ]
    shown = [
        panel.attention("maps.one", title, written, SOURCE, "arcs", query=5, high=255, wrong="out.wrong"),
        panel.attention("maps.one", whole, written, SOURCE, query=5, high=255, wrong="out.wrong", width=1.1),
    ]
    told(film(shown, inline(alignment("one"), "one"), key="film", sentence="A date.", height=320))


def show_grid() -> None:
    """A film of a grid of four heads, the enlarged one and its arcs, with the places where it belongs."""
    names = ["forwards", "backwards", "turned", "even"]
    outline = (aligned() > 0.2).astype(int).tolist()
    shown = [
        panel.attention("maps.four", [("Heads", None)], TARGET, SOURCE, "grid", names, 2),
        panel.attention("maps.four", [("One head", None)], TARGET, SOURCE, names=names, outline=outline),
        panel.attention("maps.four", [("One row", None)], TARGET, SOURCE, "arcs", names),
    ]
    told(film(shown, inline(alignment("one"), "one"), key="film", sentence="Four heads.", height=300))


SHOWN = {name.removeprefix("show_"): value for name, value in globals().items() if name.startswith("show_")}
SHOWN[st.query_params.get("show", "field")]()
