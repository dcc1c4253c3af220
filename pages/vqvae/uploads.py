"""The reader's own pictures: a few PNG or JPEG files, bounded, shrunk, kept in this session only."""

import io
import warnings

import numpy as np
import streamlit as st
from PIL import Image, UnidentifiedImageError

FILES, BYTES, PIXELS = 200, 4_000_000, 20_000_000


def read(data: bytes, side: int) -> np.ndarray:
    """A picture as ink (side, side) in [0, 1]: its middle square, grey, dark is ink.

    Raises ValueError, naming the bound, for a file that is too large, no PNG or JPEG, or has too many pixels.
    """
    if len(data) > BYTES:
        raise ValueError(f"a file must be at most {BYTES // 10**6} MB, this one has {len(data) / 1e6:.1f}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # refused below, by its size
            picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
        if picture.width * picture.height > PIXELS:
            raise ValueError(
                f"a picture must have at most {PIXELS // 10**6} million pixels, "
                f"this one has {picture.width} x {picture.height}"
            )
        square = min(picture.size)
        left, top = (picture.width - square) // 2, (picture.height - square) // 2
        rgba = picture.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, "white")
        grey = Image.alpha_composite(paper, rgba).convert("L")  # what is transparent is paper
        small = grey.resize((side, side), Image.Resampling.BOX, (left, top, left + square, top + square))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise ValueError(
            f"a file must be a PNG or a JPEG, this one is not ({type(error).__name__})"
        ) from None
    return 1 - np.asarray(small, np.float32) / 255


def uploaded(key: str, side: int) -> np.ndarray | None:
    """A place to put files, and the one of them to look at; None as long as there is none."""
    files = st.file_uploader(
        "Your pictures: PNG or JPEG, up to 4 MB each; dark on light works best",
        ["png", "jpg", "jpeg"],
        accept_multiple_files=True,
        key=key,
        max_upload_size=4,
    )
    if not files:
        st.caption("They are shrunk to 16 × 16, coded by the trained net, and gone with this session.")
        return None
    if len(files) > FILES:
        st.warning(f"At most {FILES} files at once, got {len(files)}.")
        return None
    number = (
        st.number_input("File", 1, len(files), 1, key=f"{key}.number", width=150) if len(files) > 1 else 1
    )
    try:
        return read(files[int(number) - 1].getvalue(), side)
    except ValueError as refusal:
        st.warning(str(refusal))
        return None
