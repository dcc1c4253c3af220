"""Files of any kind are decoded by a worker: a clear answer each, and no file takes another one with it."""

import io
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from app.page import decoding, own


def saved(size=(40, 30), colour="black", mode="RGB", form="PNG", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form, **options)
    return out.getvalue()


def archive_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a", b"\0" * 10_000_000)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def text_bomb() -> bytes:
    """A PNG with a comment that unpacks to 100 MB."""
    good = saved()
    return good[:33] + chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 100_000_000, 9)) + good[33:]


BAD = {
    "archive.png": (archive_bomb(), "not a PNG or JPEG"),
    "text.png": (b"Not a picture at all.", "not a PNG or JPEG"),
    "wide.png": (saved((50_000, 4)), "a side must be at most 20000 pixels"),
    "many.png": (saved((19_000, 1000), 0, "1"), "at most 16 million pixels"),
    "cut.jpg": (saved(form="JPEG")[:300], "not a PNG or JPEG"),
    "gif.png": (saved(form="GIF"), "not a PNG or JPEG"),
    "empty.png": (b"", "not a PNG or JPEG"),
    "large.png": (b"\x89PNG" + bytes(4_000_001), "at most 4 MB"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_words_and_the_good_ones_beside_it_are_decoded(name: str) -> None:
    """Killed: a worker that ends at the first bad file; the pixels of a picture not counted."""
    data, words = BAD[name]
    found = own.decode([("a.png", saved()), (name, data), ("b.png", saved(colour="white"))])
    assert [one for one, _ in found.refused] == [name]
    assert words in found.refused[0][1]
    assert found.squares[:, 0, 0, 0].tolist() == [0, 255]


def test_a_comment_that_unpacks_to_a_hundred_megabytes_does_no_harm() -> None:
    """Refused or passed over, but answered. Killed: no limit of memory."""
    found = own.decode([("bomb.png", text_bomb()), ("good.png", saved())])
    assert len(found.squares) + len(found.refused) == 2
    assert len(found.squares) >= 1


def test_one_picture_unequal_sizes_and_odd_modes_become_squares() -> None:
    """Killed: CMYK refused; what is transparent drawn black; sixteen bits cut off at 255."""
    deep = Image.fromarray(np.full((20, 20), 40_000, np.uint16))
    out = io.BytesIO()
    deep.save(out, "PNG")
    files = [
        ("one.png", saved((1, 1), "white")),
        ("tall.jpg", saved((20, 300), "white", form="JPEG")),
        ("cmyk.jpg", saved((64, 64), (0, 0, 0, 0), "CMYK", "JPEG")),
        ("clear.png", saved((9, 9), (0, 0, 0, 0), "RGBA")),
        ("palette.png", saved((9, 9), 0, "P")),
        ("deep.png", out.getvalue()),
    ]
    found = own.decode(files)
    assert not found.refused
    assert found.squares.shape == (6, 48, 48, 3)
    assert (found.squares[:4] >= 250).all()
    assert abs(int(found.squares[5].mean()) - 40_000 / 257) < 2
    assert found.notes == (("cmyk.jpg", "CMYK, turned into RGB"),)


def test_the_crop_is_the_one_that_was_asked_for() -> None:
    """Left red, middle green, right blue. Killed: start and end changed round; always the middle."""
    picture = np.zeros((40, 120, 3), np.uint8)
    for i in range(3):
        picture[:, 40 * i : 40 * (i + 1), i] = 255
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG")
    found = {crop: own.decode([("x.png", out.getvalue())], crop).squares[0] for crop in decoding.CROPS}
    for colour, crop in enumerate(("start", "middle", "end")):
        assert (found[crop][..., colour] == 255).all()
        assert found[crop].sum() == 255 * 48 * 48
    assert (found["whole"][0] == 255).all()  # white above
    with pytest.raises(ValueError, match="crop must be one of"):
        own.decode([], "--help")


def test_too_many_and_too_much_are_refused_before_a_worker_starts() -> None:
    """Killed: the bounds looked at after decoding."""
    with pytest.raises(ValueError, match=f"at most {own.FILES} files at once, got {own.FILES + 1}"):
        own.decode([("a.png", b"")] * (own.FILES + 1))
    with pytest.raises(ValueError, match="at most 64 MB at once"):
        own.decode([("a.png", bytes(own.TOTAL // 10))] * 11)


def test_a_file_that_kills_the_worker_is_refused_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed: the rest given up; the wrong file blamed."""
    real = own._worker
    monkeypatch.setattr(
        own,
        "_worker",
        lambda files, crop: real(files[: next((i for i, f in enumerate(files) if f[0] == "x"), None)], crop),
    )
    found = own.decode([("a", saved()), ("x", b"killer"), ("b", saved()), ("x", b"killer"), ("c", saved())])
    assert [name for name, _ in found.refused] == ["x", "x"]
    assert "more time or memory" in found.refused[0][1]
    assert len(found.squares) == 3


def test_the_worker_has_little_memory() -> None:
    """Killed: `limit` not called."""
    import subprocess
    import sys

    program = f"import sys; sys.path.insert(0, {str(own.decoding.__file__.rsplit('/', 3)[0])!r}); "
    program += "from app.page import decoding; decoding.limit(); bytearray(2 * decoding.MEMORY)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "MemoryError" in done.stderr


@pytest.mark.parametrize("side", [8, 12, 16])
def test_a_pixel_is_the_mean_of_what_it_covers(side: int) -> None:
    """Killed: every k-th pixel taken; rows and columns changed round."""
    squares = np.random.default_rng(0).integers(0, 256, (3, 48, 48, 3)).astype(np.uint8)
    k = 48 // side
    small = own.shrunk(squares, side)
    assert small.shape == (3, side, side, 3)
    assert abs(float(small[1, 2, 5, 0]) - squares[1, 2 * k : 3 * k, 5 * k : 6 * k, 0].mean()) <= 0.5


def test_text_is_kept_plain_and_bounded() -> None:
    """Killed: control signs kept; an empty text taken."""
    assert own.plain_text("a\x00b\x1b[31m\n\tc\u202e") == "ab[31m\n\tc"
    assert own.plain_text("e\u0301") == "\u00e9"
    for text in ("", " \n", "\x00", "x" * (own.TEXT + 1)):
        with pytest.raises(ValueError, match="1 to 1000000 characters"):
            own.plain_text(text)
