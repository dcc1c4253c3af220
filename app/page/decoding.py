"""A worker that decodes pictures: `python -I app/page/decoding.py <crop>`, files on stdin, squares on stdout.

It runs with little memory and time, knows nothing of the app, and can be killed by any file without harm.
Each file comes as its length (4 bytes, little-endian) and its bytes. Each answer is a status and a length in
the same way and then, for 0, a square of 48 x 48 RGB bytes and a note; for 1, the reason in words.
"""

import io
import sys
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

SQUARE = 48  # divides by 8, 12 and 16
BYTES, PIXELS, LONGEST = 4_000_000, 16_000_000, 20_000
MEMORY, SECONDS = 1_000_000_000, 60
CROPS = ("middle", "start", "end", "whole")


def limit() -> None:
    """No more memory and time than this, where the system can say so."""
    try:
        import resource
    except ImportError:  # Windows: whoever started this process still watches the clock
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def square(data: bytes, crop: str) -> tuple[bytes, str]:
    """One picture as 48 x 48 RGB bytes, and a note. Raises ValueError, naming the bound."""
    if len(data) > BYTES:
        raise ValueError(f"a file must be at most {BYTES // 10**6} MB, this one has {len(data) / 1e6:.1f}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a picture of too many pixels is refused below, by its size
            picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
        wide, high = picture.size
        if max(wide, high) > LONGEST:
            raise ValueError(f"a side must be at most {LONGEST} pixels, this picture is {wide} x {high}")
        if wide * high > PIXELS:
            raise ValueError(f"a picture must have at most {PIXELS // 10**6} million pixels, "
                             f"this one is {wide} x {high}")  # fmt: skip
        note = "CMYK, turned into RGB" if picture.mode == "CMYK" else ""
        picture.draft("RGB", (4 * SQUARE, 4 * SQUARE))  # a JPEG need not be decoded in full
        return _cut(_plain(ImageOps.exif_transpose(picture)), crop).tobytes(), note
    except MemoryError:
        raise ValueError("it takes more memory to decode than is allowed") from None
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, EOFError) as error:
        raise ValueError(f"it is not a PNG or JPEG that can be read ({type(error).__name__})") from None


def _plain(picture: Image.Image) -> Image.Image:
    """RGB on white paper, whatever it was."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        picture = picture.convert("I").point(lambda v: v / 257).convert("L")
    if "A" in picture.mode or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    return picture.convert("RGB")


def _cut(picture: Image.Image, crop: str) -> Image.Image:
    wide, high = picture.size
    if crop == "whole":
        return ImageOps.pad(picture, (SQUARE, SQUARE), Image.Resampling.BOX, "white")
    side = min(wide, high)
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[crop]
    left, top = round((wide - side) * share), round((high - side) * share)
    return picture.resize((SQUARE, SQUARE), Image.Resampling.BOX, (left, top, left + side, top + side))


def main() -> None:
    """Answer every file, in order, until there is none."""
    limit()
    crop, source, sink = sys.argv[1], sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(4)) == 4:
        data = source.read(int.from_bytes(head, "little"))
        try:
            pixels, note = square(data, crop)
            status, answer = 0, pixels + note.encode()
        except ValueError as refusal:
            status, answer = 1, str(refusal).encode()
        sink.write(bytes([status]) + len(answer).to_bytes(4, "little") + answer)
        sink.flush()


if __name__ == "__main__":
    main()
