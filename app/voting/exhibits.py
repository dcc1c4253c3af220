"""What a room compares: things that our own labs have made, as small SVG pictures."""

import base64
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from app.page import moments
from engine.data import instructions as world
from engine.labs import load
from engine.reward.gardens import GARDENS, Garden
from engine.runs.store import ancestry, run_key

WALKS, REPLIES = 12, 18


@dataclass(frozen=True)
class Exhibit:
    """A set of things. `svg`: one picture each; `said`: alternative texts; `array`: what they are made of."""

    kind: str
    question: str
    svg: tuple[str, ...]
    said: tuple[str, ...]
    array: np.ndarray

    def image(self, item: int) -> str:
        """A data URL; an image in it can run no script."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg[item].encode()).decode()


KINDS = ("digits by PixelCNN", "walks in a garden", "replies of a GPT")


@lru_cache(maxsize=4)
def exhibit(kind: str) -> Exhibit:
    """The things of this kind. Raises KeyError for a kind that there is none of."""
    return {KINDS[0]: _digits, KINDS[1]: _walks, KINDS[2]: _replies}[kind]()


def _last(lab: str, name: str) -> list[dict[str, np.ndarray]]:
    """A snapshot of the lab's recorded run, at every moment."""
    key = run_key(lab, load(lab).RECORDED[0], ancestry(lab))
    run = moments.store().attempt(lab, key, "shipped")
    assert run is not None, f"{lab} is not recorded"
    trace = run.trace()
    return [dict(trace.at(name, moment)) for moment in range(len(trace.moments))]


def _digits() -> Exhibit:
    x = _last("autoregressive.pixelcnn", "samples")[-1]["x"].astype(float) / 16  # (16, 8, 8)
    names = tuple(f"sample {i + 1}" for i in range(len(x)))
    return Exhibit(KINDS[0], "Which looks more like a digit?", tuple(map(_pixels, x)), names, x)


def _pixels(image: np.ndarray) -> str:
    cells = "".join(
        f'<rect x="{c}" y="{r}" width="1.02" height="1.02" fill="#1c2026" fill-opacity="{v:.2f}"/>'
        for (r, c), v in np.ndenumerate(image)
        if v > 0.02
    )
    h, w = image.shape
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-.5 -.5 {w + 1} {h + 1}">'
        f'<rect x="-.5" y="-.5" width="{w + 1}" height="{h + 1}" fill="#fbfaf6"/>{cells}</svg>'
    )


def _replies() -> Exhibit:
    """Replies of the web model, of SFT and of a policy half-way up its judge; no two of them alike."""
    cards = _last("reward.instructgpt", "cards")
    asked, words = world.prompts().numpy(), cards[len(cards) // 2]["words"]  # (24, 3), (3, 24, 8)
    found: dict[bytes, np.ndarray] = {}
    for n in range(REPLIES * 3):
        model, row = n % 3, (n * 7) % 24
        text = np.concatenate([asked[row], words[model, row].astype(asked.dtype)])
        if len(found) < REPLIES:
            found[words[model, row].tobytes()] = text
    texts = np.stack(list(found.values()))
    said = tuple(f"{world.said(text[:3].tolist())} {world.said(text[3:].tolist())}" for text in texts)
    return Exhibit(KINDS[2], "Which reply is better?", tuple(map(_card, texts)), said, texts)


def _card(text: np.ndarray) -> str:
    """A prompt and its reply: words of our own vocabulary, at most three a line."""
    words = world.said(text[3:].tolist()).split()
    rows = [" ".join(words[i : i + 3]) for i in range(0, len(words), 3)]
    lines = "".join(
        f'<text x="6" y="{30 + 13 * i}" font-size="9.5" fill="#1c2026">{row}</text>'
        for i, row in enumerate(rows)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 110 72" font-family="sans-serif">'
        '<rect width="110" height="72" fill="#fbfaf6"/>'
        f'<text x="6" y="14" font-size="8" fill="#69707a">{world.said(text[:3].tolist())}</text>{lines}</svg>'
    )


def _walks() -> Exhibit:
    """Clips of a recorded training, spread over it: from lost to found."""
    asked = _last("reward.human_preferences", "asked")[1:]
    pick = np.linspace(0, len(asked) - 1, WALKS).round().astype(int)
    found = np.stack([asked[at]["left"][n % len(asked[at]["left"])] for n, at in enumerate(pick)])  # (n, k)
    garden = GARDENS["one flag"]
    names = tuple(f"walk {i + 1}" for i in range(len(found)))
    return Exhibit(
        KINDS[1], "Which walk do you like better?", tuple(_walk(c, garden) for c in found), names, found
    )


def _walk(clip: np.ndarray, garden: Garden) -> str:
    spots = [((cell % 7) * 10 + 5, (cell // 7) * 10 + 5) for cell in clip.tolist()]
    line = " ".join(f"{x},{y}" for x, y in spots)
    grid = "".join(
        f'<path d="M{i * 10} 0V70M0 {i * 10}H70" stroke="#e4e0d6" stroke-width=".5"/>' for i in range(8)
    )
    water = "".join(
        f'<path d="M{c * 10 + 1.5} {r * 10 + k}q1.8 -2 3.5 0t3.5 0" fill="none" stroke="#69707a" '
        'stroke-width=".7"/>'
        for r, c in garden.water
        for k in (3.5, 5.5, 7.5)
    )
    flags = "".join(
        f'<path d="M{c * 10 + 3.4} {r * 10 + 8.6}v-6.6" stroke="#1c2026" stroke-width=".7"/>'
        f'<path d="M{c * 10 + 3.4} {r * 10 + 2}l4.6 1.5l-4.6 1.5z" fill="#2a9272"/>'
        for r, c, _ in garden.flags
    )
    (x0, y0), (x1, y1) = spots[0], spots[-1]
    way = "M" + "L".join(f"{x} {y}" for x, y in spots)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 72 72">'
        f'<rect x="-1" y="-1" width="72" height="72" fill="#fbfaf6"/>{grid}{water}{flags}'
        f'<polyline points="{line}" fill="none" stroke="#d17a1f" '
        'stroke-width="1.4" stroke-opacity=".55" stroke-linejoin="round" stroke-linecap="round"/>'
        f'<circle cx="{x0}" cy="{y0}" r="1.5" fill="#fbfaf6" stroke="#d17a1f"/>'
        f'<circle r="2.4" fill="#d17a1f" cx="{x1}" cy="{y1}"/>'
        "<style>@media (prefers-reduced-motion: reduce) {.walks {display: none}}</style>"
        '<circle class="walks" r="2.6" fill="#d17a1f">'
        f'<animateMotion dur="3.2s" repeatCount="indefinite" path="{way}"/></circle></svg>'
    )
