"""Own data: pictures that are uploaded or drawn, text that is pasted or uploaded. Any page may ask for it.

What is brought is decoded by a worker (`app.page.own`), shown as a net will see it, and used only after a
press. It belongs to this session: no link leads to it, and it goes when the session ends.
"""

import hashlib

import numpy as np
import streamlit as st

from app.components.pixels import pixels
from app.page import known_data, own
from app.page.decoding import CROPS
from app.style import plain

SIDES, SHOWN, TOLD, EDGE = (8, 12, 16), 24, 6, 8
WORDS = {
    "middle": "middle square",
    "start": "left or top",
    "end": "right or bottom",
    "whole": "whole, on white",
}


def images(key: str) -> str:
    """A place to bring pictures, cropped and shrunk as the visitor sees them. Gives the id of the set in use.

    The set holds {"images": (N, S, S, 3) uint8}. Empty as long as there is none.
    """
    files = st.file_uploader(
        "Your pictures: PNG or JPEG, up to 2,000 of at most 4 MB and 16 megapixels each, 64 MB together",
        ["png", "jpg", "jpeg"],
        accept_multiple_files=True,
        key=f"{key}.files",
        max_upload_size=4,
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        side = st.segmented_control("Pixels a side", SIDES, default=12, required=True, key=f"{key}.side")
        crop = st.selectbox("Crop", CROPS, format_func=lambda one: WORDS[one], key=f"{key}.crop")
    drawn: list[np.ndarray] = st.session_state.setdefault(f"{key}.drawn", [])
    squares = [*drawn]
    if files and (found := _decoded(key, files, str(crop))) is not None:
        _tell(found)
        squares.extend(found.squares)
    if squares:
        small = own.shrunk(np.stack(squares), int(side or 12))
        st.image(_sheet(small[:SHOWN]), caption=_caption(small, len(drawn)), width="content")
        if st.button(f"Use {_count(len(small))}", type="primary", key=f"{key}.use"):
            own.keep(key, {"images": small})
            st.rerun()
    _draw(key, drawn)
    known_data.choose(key, int(side or 12))
    id = own.kept(key)
    if id and st.button("Forget my pictures and all runs on them", key=f"{key}.forget"):
        own.forget(key)
        st.session_state.pop(f"{key}.drawn", None)
        st.rerun()
    st.caption("Private: kept for this session only, shown to nobody else, in no link, gone when it ends.")
    return id


def text(key: str) -> str:
    """A place to paste or upload text. Gives the id of the set in use, {"text": (N,) uint8}, or nothing."""
    file = st.file_uploader("A text file, UTF-8, up to 1 MB", ["txt"], key=f"{key}.file", max_upload_size=1)
    typed = st.text_area("Or paste text", key=f"{key}.typed", max_chars=own.TEXT)
    if not (file or typed):
        return own.kept(key)
    try:
        good = own.plain_text(file.getvalue().decode("utf-8") if file else typed)
    except UnicodeDecodeError:
        st.warning("A text file must be UTF-8; this one is not.")
        return own.kept(key)
    except ValueError as refusal:
        st.warning(plain(f"{refusal}."))
        return own.kept(key)
    st.code(good[:400] + (" …" if len(good) > 400 else ""), language=None, wrap_lines=True)
    if st.button(f"Use these {len(good):,} characters", type="primary", key=f"{key}.use"):
        own.keep(key, {"text": np.frombuffer(good.encode(), np.uint8)})
        st.rerun()
    return own.kept(key)


def _decoded(key: str, files: list, crop: str) -> own.Decoded | None:
    """The squares of the files; decoded once for each choice, kept for this session."""
    data = [(file.name, file.getvalue()) for file in files[: own.FILES + 1]]
    digest = hashlib.sha256(crop.encode())
    for name, content in data:
        digest.update(name.encode() + len(content).to_bytes(8, "little") + content)
    stamp, name = digest.hexdigest(), f"{key}.decoded"
    if st.session_state.get(name, ("",))[0] != stamp:
        try:
            with st.spinner(f"Decoding {_count(len(data))} …"):
                st.session_state[name] = (stamp, own.decode(data, crop))
        except ValueError as refusal:
            st.warning(plain(f"{refusal}."))
            return None
    return st.session_state[name][1]


def _tell(found: own.Decoded) -> None:
    """What became of single files: the refused ones and why, the changed ones and how."""
    for words, told, say in (("refused", found.refused, st.warning), ("changed", found.notes, st.caption)):
        if told:
            lines = [f"{plain(name[:60])}: {plain(why)}." for name, why in told[:TOLD]]
            more = [f"And {len(told) - TOLD} more."] if len(told) > TOLD else []
            say("  \n".join([f"{_count(len(told))} {words}.", *lines, *more]))


def _draw(key: str, drawn: list[np.ndarray]) -> None:
    """A place to draw; what is kept joins the others as a square (48, 48, 3)."""
    if st.toggle("Draw one", key=f"{key}.draw"):
        told = pixels(
            np.zeros((EDGE, EDGE)),
            key=f"{key}.paper",
            mode="paint",
            high=3,
            brush=(0, 1, 2, 3),
            palette="grey",
            size=240,
            label="Your drawing",
            sentence="Eight by eight pixels, four greys.",
            version=len(drawn),
        )
        if st.button("Keep this drawing", disabled=told.values is None, key=f"{key}.keep"):
            assert told.values is not None
            ink = (255 - told.values * 85).astype(np.uint8).repeat(6, 0).repeat(6, 1)
            drawn.append(np.stack([ink] * 3, -1))
            st.rerun()


def _sheet(small: np.ndarray) -> np.ndarray:
    """Pictures (N, S, S, 3) side by side, enlarged without smoothing."""
    n, side = small.shape[:2]
    k, columns = 72 // side, min(n, 8)
    rows = -(-n // columns)
    sheet = np.full((rows * columns, 80, 80, 3), 255, np.uint8)
    sheet[:n, : side * k, : side * k] = small.repeat(k, 1).repeat(k, 2)
    return sheet.reshape(rows, columns, 80, 80, 3).swapaxes(1, 2).reshape(rows * 80, columns * 80, 3)


def _caption(small: np.ndarray, drawn: int) -> str:
    first = f", the first {SHOWN} of them" if len(small) > SHOWN else ""
    mine = f", {drawn} drawn here" if drawn else ""
    return (
        f"{_count(len(small))}{mine}{first}, as a net sees them: {small.shape[1]} x {small.shape[2]} pixels."
    )


def _count(n: int) -> str:
    return "1 picture" if n == 1 else f"{n:,} pictures"
