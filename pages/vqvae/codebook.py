"""A picture as sixteen numbers, and the codebook behind them: change a code, see what it owns, kill it."""

from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.messages import cell_in
from app.components.pixels import pixels
from app.figures.grids import sheet
from app.page import own
from app.page.live import View, model_of
from app.page.verbs import ask, ready
from app.style import plain
from engine.codes.images import images
from pages.vqvae import figures as fig

SOURCES = ("A test picture", "Draw your own", "Upload")
BRUSH = (0, 0.25, 0.5, 0.75, 1)
SIZE = 220  # four pictures stand in a row
MOST = 32  # patches of a code that are shown
GREY: dict[str, Any] = {"palette": "grey", "size": SIZE}

Shared = dict[str, Any]  # what the reader did: put {cell: code}, killed, revived, code


def draw(view: View) -> None:
    """The picture, its grid, what comes of it, and the codebook; under them the code that is picked."""
    if not ready(view, "the trained net codes pictures"):
        return
    done: Shared = st.session_state.setdefault("codes.done", {})
    if done.get("of") != view.key:  # another codebook: what was done to the last one says nothing
        done.clear()
        done.update(of=view.key, put={}, killed=[], revived=[])
    if (book := _row(view, done)) is not None:
        _book(view, done, book)


def _asked(view: View, probe: str, done: Shared, **inputs: Any) -> dict[str, Any]:
    """What a probe says of the codebook as the reader left it."""
    return ask(view, probe, data=view.spec.data, killed=done["killed"], revived=done["revived"], **inputs)


def _picture(data: str, way: str, left: DeltaGenerator) -> np.ndarray | None:
    """The picture to be coded, ink (16, 16): chosen, painted or uploaded, and shown on the left."""
    test = images(data)[1].numpy()
    if way == SOURCES[1]:
        with left:
            drawn = pixels(
                test[1].round(2), key="codes.draw", mode="paint", brush=BRUSH, label="Your picture",
                sentence="A test picture. Paint over it: draw your own.", **GREY,
            )  # fmt: skip
        return test[1] if drawn.values is None else drawn.values.astype(np.float32)
    if way == SOURCES[2]:
        picture = _uploaded(test.shape[1])
    else:
        number = st.number_input("Test picture", 0, len(test) - 1, 0, key="codes.picture", width=150)
        picture = test[int(number)]
    if picture is not None:
        with left:
            pixels(
                picture, key="codes.shown", mode="show", label="The picture", unit="ink",
                sentence="The picture: 256 numbers.", **GREY,
            )  # fmt: skip
    return picture


def _uploaded(side: int) -> np.ndarray | None:
    """A place to put files, and the one of them to look at; None as long as there is none. A worker decodes
    it, once, and this session alone keeps it."""
    files = st.file_uploader(
        "Your pictures: PNG or JPEG, up to 4 MB each; dark on light works best",
        ["png", "jpg", "jpeg"],
        accept_multiple_files=True,
        key="codes.upload",
        max_upload_size=4,
    )
    if not files:
        st.caption("They are shrunk to 16 × 16, coded by the trained net, and gone with this session.")
        return None
    number = 1
    if len(files) > 1:
        number = st.number_input("File", 1, len(files), 1, key="codes.upload.number", width=150)
    file = files[int(number) - 1]
    if st.session_state.get("codes.decoded", ("",))[0] != file.file_id:
        st.session_state["codes.decoded"] = file.file_id, own.decode([(file.name, file.getvalue())])
    found: own.Decoded = st.session_state["codes.decoded"][1]
    for _, why in found.refused:
        st.warning(f"{plain(why)}.")
    return fig.ink(own.shrunk(found.squares, side))[0] if len(found.squares) else None


def _row(view: View, done: Shared) -> DeltaGenerator | None:
    """The picture, its codes, what is drawn from them; and the place of the codebook beside them, None as
    long as there is no picture."""
    with st.container(key="quiet-grid-picture", horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control("Picture", SOURCES, key="codes.way", required=True, default=SOURCES[0])
        above = st.container(width="stretch")
    left, middle, right, book = st.columns(4, gap="medium")
    with above:
        picture = _picture(view.spec.data, way or SOURCES[0], left)
    if picture is None:
        return None
    if done.get("picture") != (stamp := picture.tobytes()):  # another picture: its cells are as they come
        done.update(picture=stamp, put={})
    found, put = _asked(view, "encode", done, x=picture), done["put"]
    k, plain = found["k"][0].copy(), found["x_hat"][0]
    changed = np.zeros(k.shape, np.uint8)
    for cell, code in put.items():
        k[cell], changed[cell] = code, 1
    back = _asked(view, "decode", done, x=picture, k=k)["x_hat"]
    touched = np.abs(back - plain) > 0.02
    with middle:
        told = pixels(
            np.full(k.shape, 0.1), key="codes.grid", mode="pick", text=k, outline=changed, **GREY,
            label="Its codes", sentence="All that is kept: 16 codes. Click a cell, then a code on the right.",
        )  # fmt: skip
    with right:
        lost = float(((back - picture) ** 2).mean())
        more = f" {int(touched.sum())} pixels changed: framed." if put else ""
        pixels(
            back.clip(0, 1), key="codes.back", mode="show", label="Drawn from the codes", unit="ink",
            outline=touched if put else None,
            sentence=f"Drawn from the codes; mean square lost {lost:.4f}.{more}", **GREY,
        )  # fmt: skip
    done.update(cell=told.cell, own=k)
    if put and st.button(f"Take back {len(put)} changed cell{'s' if len(put) > 1 else ''}"):
        done["put"] = {}
        st.rerun()
    return book


def _book(view: View, done: Shared, place: DeltaGenerator) -> None:
    """The codebook: pick a code, see all it owns, put it somewhere, kill it, revive the dead."""
    K, state = len(model_of(view).codebook.e), _asked(view, "without", done)
    ink, text, dead = fig.mosaic(state["face"], state["usage"])
    last = st.session_state.get("codes.book")
    cell = cell_in(last.get("cell"), ink.shape) if last else None  # as it was picked, before it is drawn
    code = fig.picked(cell, K, ink.shape[1]) if cell else None
    code = int(done["own"][done.get("cell") or (2, 1)]) if code is None else code
    with place:
        pixels(
            ink, key="codes.book", mode="pick", hatch=dead, text=text, **GREY,
            outline=fig.tile(code, K, ink.shape), label="The codebook",
            sentence="The book: what each code draws. Hatched: dead. Click one.",
        )  # fmt: skip
    _code(view, done, state, code)
    _effect(view, done, state)


def _code(view: View, done: Shared, state: dict[str, np.ndarray], code: int) -> None:
    """What one code owns, and what can be done with it."""
    owned = _asked(view, "owned", done, code=code)
    count = int(owned["count"])
    words = f"it owns {count} cells of the test pictures" if count else "it owns nothing"
    cell, killed, usage = done.get("cell"), code in done["killed"], state["usage"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Code {code}**: {words}.", width="content")
        name = f"Put it into cell {cell[0]}, {cell[1]}" if cell else "Put it into a cell"
        if st.button(name, disabled=cell is None, help="First click a cell of the grid above."):
            done["put"][cell] = code
            st.rerun()
        last = not killed and int((usage > 0).sum()) <= 1
        if st.button("Let it live" if killed else "Kill it", disabled=last):
            done["killed"] = [k for k in done["killed"] if k != code] if killed else [*done["killed"], code]
            st.rerun()
        dead = [int(k) for k in np.flatnonzero(usage == 0) if k not in done["killed"]]
        if st.button(f"Revive {len(dead)} dead", disabled=not dead):
            done["revived"] = sorted({*done["revived"], *dead})
            st.rerun()
        if (done["killed"] or done["revived"]) and st.button("As it was"):
            done.update(killed=[], revived=[])
            st.rerun()
    if count:
        shown = min(len(owned["patches"]), MOST)
        many = "All" if shown == count else f"{shown} of"
        with st.container(key="quiet-grid-owned"):
            pixels(
                sheet(owned["patches"][:MOST], 16), key="codes.owned", mode="show", palette="grey", size=520,
                label="What it owns", sentence=f"{many} {count}: the pixels under its cells.",
            )  # fmt: skip


def _effect(view: View, done: Shared, state: dict[str, np.ndarray]) -> None:
    """What killing and reviving does to the whole test set, beside how it was."""
    used, error, even = int((state["usage"] > 0).sum()), float(state["mse"]), float(state["perplexity"])
    alive = f"**{used}** of {len(state['usage'])} codes in use"
    now = f"{alive}, perplexity **{even:.1f}**, mean square lost **{error:.4f}**"
    if not (done["killed"] or done["revived"]):
        st.markdown(f"Over all test pictures: {now}.")
        return
    was = ask(view, "without", data=view.spec.data)
    before = f"{int((was['usage'] > 0).sum())} in use, perplexity {float(was['perplexity']):.1f}"
    names = [f"{len(done[name])} {name}" for name in ("killed", "revived") if done[name]]
    st.markdown(
        f"With {' and '.join(names)}: {now}; before {before}, lost {float(was['mse']):.4f}. "
        ":gray[Nothing was trained: a revived code stands on an output of the encoder that was far from its "
        "code, and the decoder has never seen it.]"
    )
