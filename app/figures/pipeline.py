"""A model in one line: input, boxes, output; and the sentences that tell it from left to right."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from PIL import Image

from app.glossary import marked


@dataclass(frozen=True)
class Box:
    """A station of the pipeline, with the sentence of the mechanism that is its own.

    symbol: as it stands in the equation, in plain signs ("z_e(x)"). shape: of what comes out of it. picture:
    (H, W) or (H, W, 3) in 0..1, in place of a plain box; text: words in that place. hue: the colour of its
    concept, as on the page: past, model, truth, blind, code.
    """

    name: str
    says: str
    symbol: str = ""
    shape: str = ""
    picture: np.ndarray | None = None
    text: str = ""
    hue: str = ""


def line(boxes: Sequence[Box]) -> str:
    """The pipeline as HTML, one line high. A box pointed at says what it does, its symbol, its shape."""
    stations = '<i aria-hidden="true">→</i>'.join(_box(i, box) for i, box in enumerate(boxes))
    return f'<div class="gb-pipe" role="group" aria-label="The model, from left to right">{stations}</div>'


def mechanism(boxes: Sequence[Box], seen: set[str]) -> str:
    """The line once more, and under it how it works: pointing at a sentence lights its box.

    seen: terms of the glossary that the page has explained already; those met here are added.
    """
    told = " ".join(
        f'<span data-box="{i}" tabindex="0">{marked(box.says, seen)}</span>'
        for i, box in enumerate(boxes)
        if box.says
    )
    return f'<div class="gb-told">{line(boxes)}<p>{told}</p></div>'


def _box(number: int, box: Box) -> str:
    face = ""
    if box.picture is not None:
        ink = ' class="ink"' if box.picture.ndim == 2 else ""  # the style sheet turns ink round in the dark
        face = f'<span{ink}><img src="{_png(box.picture)}" alt=""></span>'
    elif box.text:
        face = f"<code>{escape(box.text)}</code>"
    signs = " · ".join(filter(None, (box.symbol, box.shape)))
    said = "\n".join(filter(None, (box.says, signs)))  # the style sheet keeps the two lines
    tip = f' data-says="{escape(said)}"' if said else ""
    label = escape(": ".join(filter(None, (box.name, said.replace("\n", " ")))))
    return (
        f'<span class="gb-box {escape(box.hue)}" data-box="{number}" tabindex="0" aria-label="{label}"{tip}>'
        f"{face}<b>{escape(box.name)}</b></span>"
    )


def _png(picture: np.ndarray) -> str:
    """A data URL. Small pictures stay as sharp as they are; the style sheet enlarges them."""
    levels = (np.clip(np.nan_to_num(picture), 0, 1) * 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(levels).save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
