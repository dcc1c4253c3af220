"""Figures of what a net writes from nothing: which of its texts are looked up first, and where they stand."""

from collections.abc import Sequence

import numpy as np

from app.figures import marks
from app.figures.chips import Chip, chips
from app.figures.films import Film, header
from app.figures.kinds import Panel, Title
from app.figures.marks import over
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.language import canaries, extraction
from engine.language.canaries import EACH
from pages.memorisation.figures import KINDS, SHARES, source

LOOKED = 60  # texts that are looked up, at most
RANKS = ("least loss", "zlib bits ÷ loss")


def look_up(trace: Trace, rank: str) -> tuple[Sequence[Panel], Film, Sequence[str], np.ndarray]:
    """A film whose time is how many texts are looked up: panels, film, sentences, their order."""
    texts, level = trace.last("texts"), trace.last("level")
    loss, bits, held = texts["loss"], texts["bits"], texts["number"] >= 0
    order = extraction.ranked(loss, bits, rank == RANKS[1])
    steps = np.arange(1, LOOKED + 1)
    hits = held[order][:LOOKED].cumsum()
    high, (bottom, top) = float(np.ceil(2 * loss.max()) / 2), (float(bits.min()) - 12, float(bits.max()) + 12)
    last = order[:LOOKED]
    if rank == RANKS[1]:
        x = np.array([[bottom, top]]) / (bits[last] / loss[last])[:, None]
    else:
        x = np.stack([loss[last]] * 2, 1)
    y = np.tile([bottom, top], (LOOKED, 1))
    said = [source(canaries.said(ids), n) for ids, n in zip(texts["ids"], texts["number"], strict=True)]
    say = "{name} (loss {x:2}, {y:0} bits)"
    cloud = [
        marks.dots(
            loss[one], bits[one], hue, size=3, alpha=alpha, say=say, names=np.array(said)[one].tolist()
        )
        for one, hue, alpha in ((~held, "past", 0.35), (held, "truth", 0.8))
    ]
    cloud += [marks.line("cut.x", "cut.y", "ink", label="looked up: left of it", dash=(4, 3))]
    title: Title = [("Texts it wrote; ", None), ("with a planted number", "truth")]
    lot, every = f"of all its texts {level['all']:.0%}", float(level["all"])
    curve = [
        marks.line(over(), over("held"), "truth", label="of those looked up"),
        marks.rules(every, "soft", label=lot, below=True, must=True, dash=(2, 3)),
        marks.rules(over(), "line", axis="x"),
    ]
    panels = [
        plot(cloud, title, Axis("loss", "nats a character", low=0, high=high),
             Axis("after zlib", "bits", low=bottom, high=top), tall=260, width=1.4),
        plot(curve, [("How many hold one", None)], Axis("looked up", low=1, high=LOOKED),
             Axis("with a number", low=0, high=1.04, ticks=SHARES), tall=260),
    ]  # fmt: skip
    scalars = {"held": {"step": steps.tolist(), "value": (hits / steps).round(4).tolist()}}
    film = (header(steps.tolist(), scalars), {"cut.x": x.astype(np.float32), "cut.y": y.astype(np.float32)})
    told = [
        f"Of the first {n} by {rank} {hit} hold a planted number, digit for digit; of all {len(loss)} texts "
        f"{level['all']:.0%} do. Each began from nothing but the end of a line, ↵. To the left the net was "
        "less surprised; further up zlib finds more in a text."
        for n, hit in zip(steps, hits, strict=True)
    ]
    return panels, film, told, order


def found(trace: Trace, order: np.ndarray, n: int, most: int = 5) -> str:
    """The last of n texts that were looked up, each with its source."""
    texts = trace.last("texts")
    lines = []
    for place in range(max(0, n - most), n):
        i = int(order[place])
        text, number = canaries.said(texts["ids"][i]).replace("\n", "↵"), int(texts["number"][i])
        source = (
            f"stands {KINDS[1 + number // EACH]} in the text" if number >= 0 else "holds no planted number"
        )
        lines.append(chips([Chip(text, "truth" if number >= 0 else None), source], f"no. {place + 1}"))
    return "".join(lines)
