"""Where the parts of a picture of attention lie: reckoned here, apart from the drawing.

Chips are 1.75 letters wide with gaps of 0.25; cells lie right of the labels and under them.
"""

import re
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page, expect

MODEL, BLIND = (209, 122, 31), (192, 61, 119)


def canvas(page: Page, where: str) -> Locator:
    """The canvas of arcs, matrix or grid; in a film panels are counted, from 1."""
    return page.locator(f".{where} canvas.picks" if where.isalpha() else f".pane:nth-child({where}) canvas")


def size(drawing: Locator) -> tuple[float, float]:
    """Width and height of a canvas."""
    box = drawing.bounding_box()
    assert box is not None
    return box["width"], box["height"]


def cell(drawing: Locator, rows: int, columns: int, row: int, column: int, longest: int = 1) -> Any:
    """The middle of a cell; longest: letters of the longest label of a row."""
    width, height = size(drawing)
    left, top = 0.62 * 13 * longest + 14, 22
    w, h = min(46, (width - left - 2) / columns), min(46, (height - top - 32 - 4) / rows)
    w = min(w, 1.6 * h)
    h = min(h, 1.25 * w)
    return {"x": left + (column + 0.5) * w, "y": top + (row + 0.5) * h}


def chip(drawing: Locator, count: int, index: int, above: bool) -> Any:
    """The middle of a chip with one letter, of a line of `count`; above: a key."""
    width, height = size(drawing)
    s = min(17, width / (2 * count - 0.25))
    x = (width - (2 * count - 0.25) * s) / 2 + (2 * index + 0.875) * s
    return {"x": x, "y": 16 + s if above else height - 16 - 2.25 * s + s}


def colour(drawing: Locator, at: Any) -> list[int]:
    """What is drawn, in the next frame, a little to the upper left of the middle, where no letter is: red,
    green, blue."""
    return drawing.evaluate(
        """async (canvas, { x, y }) => {
            for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
            const k = canvas.width / canvas.clientWidth;
            return [...canvas.getContext("2d").getImageData((x - 6) * k, (y - 6) * k, 1, 1).data].slice(0, 3);
        }""",
        at,
    )


def readout(page: Page) -> Locator:
    """The line that says what is pointed at."""
    return page.locator(".readout")


def heard(page: Page, words: str) -> None:
    """What Python heard last."""
    expect(page.get_by_text(re.compile("^heard"))).to_have_text(f"heard AttentionState({words})")


def aligned() -> np.ndarray:
    """(10, 13) weights of the scenes `attention` and `aligned`."""
    places = [[9], [10], [11], [12], [7], [0, 1, 2], [1, 2, 3, 4], [5, 7], [6], [6]]
    goal = np.array([[3.0 * (k in found) for k in range(13)] for found in places])
    scores = np.exp(2 * (goal + np.sin(np.arange(130)).reshape(10, 13) / 3))
    return scores / scores.sum(1, keepdims=True)


def narrow_and_tapped(page: Page, matrix: Locator) -> None:
    """On a phone what is tapped is pointed at. Killed: what was tapped not pointed at."""
    width, height = size(matrix)
    matrix.tap(position={"x": width / 2, "y": height / 3})
    expect(readout(page)).to_contain_text(re.compile(r"(output|word) \d+ .*reads", re.IGNORECASE))
