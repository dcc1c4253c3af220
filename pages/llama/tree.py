"""Figures of the family tree: models to a film that grows month by month, and what a leaf says."""

from collections.abc import Sequence

import numpy as np

from app.figures import marks
from app.figures.films import Film, header
from app.figures.panels import Panel
from app.figures.plot import Axis, plot
from engine.data.models import BRANCHES, Model
from engine.language.family_tree_lab import FIRST, MONTHS

PAGES = {
    "Word2Vec": "word-vectors", "GloVe": "word-vectors", "Transformer": "transformer", "BERT": "pretraining",
    "GPT-2": "pretraining", "GPT-3": "prompting", "InstructGPT": "instructgpt", "Chinchilla": "scaling",
}  # fmt: skip
HUES = dict(zip(BRANCHES, ("past", "truth", "blind", "soft"), strict=True))
BEFORE = 2017.2  # where the models from before the Transformer stand
END, LETTER = 2024.8, 0.064  # the right edge; years that a letter of a name takes
AWAY = -99.0
BENDS = np.linspace(0, 1, 12)  # where a twig has its points, of its length
MONTH = ("", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
         "November", "December")  # fmt: skip


def place(models: Sequence[Model]) -> dict[str, tuple[float, float]]:
    """Name -> time and lane, branch below branch; names in a lane do not run into each other."""
    found, top = {}, 0.0
    for branch in BRANCHES:
        ends: list[float] = []
        for one in (m for m in models if m.branch == branch):
            x = max(one.when, BEFORE)
            wide = 0.16 + (len(one.name) + 2 * (one.name in PAGES)) * LETTER
            lane = next((i for i, end in enumerate(ends) if end <= x), len(ends))
            ends[lane:] = [x + wide, *ends[lane + 1 :]]
            found[one.name] = x, top - lane
        top -= len(ends) + 0.3 * bool(ends)
    low = min((y for _, y in found.values()), default=0.0)
    return {name: (x, y - low) for name, (x, y) in found.items()}


def growing(models: Sequence[Model]) -> tuple[Sequence[Panel], Film, list[str]]:
    """The tree: a leaf a model, from its month on; filled, if its weights were given out."""
    where, months = place(models), FIRST + (np.arange(MONTHS) + 0.5) / 12  # each at its middle
    tall = max((y for _, y in where.values()), default=0.0) + 1
    arrays, drawn = {}, []
    for i, branch in enumerate(BRANCHES):
        some = [m for m in models if m.branch == branch]
        twigs = [m for m in some if m.parent in where]
        if twigs:
            x, y = np.stack([twig(where[m.parent], where[m.name]) for m in twigs], 1)  # (k, 13) each
            there = np.array([m.when for m in twigs])[:, None] <= months[:, None, None]
            arrays[f"twigs.b{i}"] = np.where(there, y, np.nan).reshape(MONTHS, -1).astype(np.float16)
            drawn.append(marks.line(x.ravel(), f"twigs.b{i}", HUES[branch], width=1, alpha=0.5, say=""))
        for given, name in ((True, "open"), (False, "closed")):
            these = [m for m in some if m.open == given]
            if not these:
                continue
            x, y = (np.array([where[m.name][axis] for m in these]) for axis in (0, 1))
            born = np.array([m.when for m in these]) <= months[:, None]
            arrays[f"leaf.{name}{i}"] = np.where(born, y, AWAY).astype(np.float32)
            says = [f"{m.name} ↗" if m.name in PAGES else m.name for m in these]
            hollow = [
                marks.dots(x, f"leaf.{name}{i}", "ink", size=2.2, alive=np.zeros(len(these)), jump=5, say="")
            ]
            drawn += [
                marks.dots(
                    x,
                    f"leaf.{name}{i}",
                    HUES[branch],
                    size=4.5,
                    names=says,
                    written="room",
                    jump=5,
                    say=f"{{name}}, {name}",
                ),
                *(hollow if not given else []),
            ]
    years = {float(y): str(y) for y in range(2019, 2024, 2)} | {BEFORE: "earlier"}
    lanes = {branch: [where[m.name][1] for m in models if m.branch == branch] for branch in BRANCHES}
    names = {float(np.mean([min(y), max(y)])): branch for branch, y in lanes.items() if y}
    panel = plot(
        drawn, [("Our transcription. Filled: weights given out; hollow: withheld; ↗: a page here", None)],
        Axis("", low=BEFORE - 0.1, high=END, ticks=years),
        Axis(low=-0.8, high=tall, ticks=names, room=104), touch="click", tall=400, aspect=1,
    )  # fmt: skip
    steps = list(range(1, MONTHS + 1))
    counted = [sum(bool(m.when <= at) for m in models) for at in months]
    closed = [sum(bool(m.when <= at) and not m.open for m in models) for at in months]
    film = header(steps, {"models": {"step": steps, "value": counted}})
    said = [
        f"{MONTH[(4 + n) % 12 + 1]} {2017 + (4 + n) // 12}: {all_} models, {shut} with their weights "
        "withheld. A line leads to a model from the one it was made of, or set out to change."
        for n, all_, shut in zip(steps, counted, closed, strict=True)
    ]
    return [panel], (film, arrays), said


def twig(old: tuple[float, float], new: tuple[float, float]) -> np.ndarray:
    """A curve from one leaf to another: x and y (2, 13). The last y is none, so that the next begins anew."""
    (x0, y0), (x1, y1) = old, new
    x, y = x0 + (x1 - x0) * BENDS, y0 + (y1 - y0) * BENDS**2 * (3 - 2 * BENDS)
    return np.array([[*x, x1], [*y, np.nan]])


def nearest(models: Sequence[Model], spot: Sequence[float]) -> str:
    """The name of the leaf next to a place; a year is about as far as four lanes."""
    where = place(models)
    return min(where, key=lambda name: np.hypot(4 * (where[name][0] - spot[0]), where[name][1] - spot[1]))


def card(one: Model) -> str:
    """What is known of a model, in a sentence."""
    given = "weights given out" if one.open else "weights withheld"
    line = f", after {one.parent}" if one.parent else ""
    source = f", arXiv:{one.arxiv}" if one.arxiv else ""
    when = f"{MONTH[one.month]} {one.year}"
    return f"**{one.name}** · {when} · {one.branch} · {one.org} · {given}{line}{source}"
