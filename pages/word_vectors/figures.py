"""Figures of the labs of word vectors: arrays in, panels and sentences out."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from app.figures.panels import Panel, Title, panel
from app.figures.planes import scatter
from engine.core.trace import Trace
from engine.data.corpora import ABOUT, JOBS, PAIRS, WORDS

REACH = 2.0  # of a cloud whose training has not ended
FIRST = (
    "king",
    "queen",
    "france",
    "paris",
    "walk",
    "walked",
    "nurse",
    "engineer",
    "japan",
    "tokyo",
    "father",
)

EQUATIONS = (
    r"P_n(w) \propto \text{count}(w)^{3/4}, \qquad P(\text{drop } w) = 1 - \sqrt{t / f(w)}",
    r"u_o \cdot v_c \;\to\; \log \frac{p(o \mid c)}{P_n(o)} - \log k",
    r"J = \tfrac12 \sum_{ij} f(X_{ij}) \left(w_i \cdot \tilde w_j + b_i + \tilde b_j - \log X_{ij}\right)^2",
    r"\frac{\partial L}{\partial E} = \frac{\partial L}{\partial U} + \frac{\partial L}{\partial V} ",
)


def cloud(
    words: Sequence[str] | None,
    title: Title,
    main: Sequence[bool] | None = None,
    pairs: Sequence[tuple[int, int]] = (),
    arrows: Sequence[tuple[int, int]] = (),
    axes: Sequence[tuple[int, int]] | None = None,
    first: Sequence[int] = (),
    width: float = 1,
) -> Panel:
    """Words as points on one plane: the widest of the last moment, or two axes from one word to another.

    words: V names, None for a picture without. main: words in the foreground. pairs: tied by a line; arrows:
    by an arrow. axes: two pairs of words. first: whose names are written before others. Raises ValueError
    for a word that is none.
    """
    n = len(words) if words is not None else None
    for one in (*pairs, *arrows, *(axes or ()), *((i, i) for i in first)):
        if n is not None and not all(0 <= i < n for i in one):
            raise ValueError(f"a word must be one of {n}, got {one}")
    names = [f"from {words[a]} to {words[b]}" for a, b in axes] if axes and words is not None else None
    return panel(
        "word_vectors/cloud", "cloud.v", title, width, step="cloud.step",
        words=list(words) if words is not None else None,
        main=None if main is None else [bool(one) for one in main], pairs=[list(p) for p in pairs],
        arrows=[list(p) for p in arrows], axes=[list(p) for p in axes] if axes else None, names=names,
        first=list(first), reach=REACH,
    )  # fmt: skip


@lru_cache(maxsize=1)
def number() -> dict[str, int]:
    """Word of the planted corpora -> its number."""
    return {word: i for i, word in enumerate(WORDS)}


def planted_cloud(axes: Sequence[str] | None = None, bare: bool = False, width: float = 1) -> Panel:
    """The cloud of a planted corpus: its pairs tied. axes: four words, two for each axis."""
    at = number()
    said: Title = [
        ("Words", "code"),
        (" settle; each line ties a ", None),
        ("pair", "past"),
        (" of the plant", None),
    ]
    return cloud(
        None if bare else WORDS,
        said,
        [word in ABOUT for word in WORDS],
        [(at[a], at[b]) for a, b in PAIRS],
        axes=[(at[axes[0]], at[axes[1]]), (at[axes[2]], at[axes[3]])] if axes else None,
        first=[at[word] for word in FIRST],
        width=width,
    )


def below_counts(k: int, bet: float | None = None) -> list[dict[str, Any]]:
    """The lines of a scatter of scores against counts: equal, less log k, and where a reader said."""
    lines = [
        {"slope": 1, "offset": 0, "label": "equal", "concept": "soft", "dash": [3, 4]},
        {"slope": 1, "offset": -math.log(k), "label": f"less log {k}", "concept": "truth", "below": True},
    ]
    if bet is not None:
        said = {"slope": 1, "offset": bet, "label": f"you said {bet:g}", "concept": "past", "dash": [6, 3]}
        lines.append({**said, "below": True})
    return lines


def on_line(k: int, exponent: float, bet: float | None = None, width: float = 1) -> Panel:
    """Scores against the counts, with the line at -log k."""
    noise = "p(o)" if exponent == 1 else "Pₙ(o)"
    return scatter(
        "line.x", "line.y",
        [("Scores", "model"), (" go to the counts, ", None), ("less log k", "truth")],
        ((-6, 6), (-9, 6)), (f"log p(o|c) / {noise}, counted (nats)", "score u·v"),
        below_counts(k, bet), width=width,
    )  # fmt: skip


def hero(spec: Any, axes: Sequence[str] | None) -> list[Panel]:
    """The cloud, and beside it the score of each pair against the corpus' own count."""
    return [planted_cloud(axes, width=1.75), on_line(spec.K, spec.exponent)]


def hero_sentence(trace: Trace) -> str:
    """What the training has come to, in words."""
    if not trace.moments or "loss" not in trace.scalars:
        return "The vectors are untrained: all words stand in one heap."
    seen = trace.last("score")
    return (
        f"After {trace.moments[-1]} steps {float(seen['solved']):.0%} of the planted analogies are answered. "
        f"Scores follow the counts with correlation {float(seen['corr']):.2f}, "
        f"{abs(float(seen['offset'])):.2f} nats {'below' if float(seen['offset']) < 0 else 'above'} them."
    )


def bias(trace: Trace) -> Panel:
    """How far each profession leans in the vectors, against how far it leans in the counts."""
    most = max(3.5, float(np.abs(trace.last("bias")["odds"]).max()) * 1.15) if trace.moments else 3.5
    return scatter(
        "bias.odds", "bias.leans",
        [("The vectors", "model"), (" lean as far as ", None), ("the counts", "past"), (" do", None)],
        ((-most, most), (-0.6, 0.6)),
        ("counted: log odds of she to he", "cosine with the axis from he to she"),
        worth=1, words=list(JOBS),
    )  # fmt: skip


def bias_sentence(trace: Trace) -> str:
    """How closely the vectors follow the counts."""
    if not trace.moments:
        return "Untrained."
    seen = trace.last("bias")
    flat = np.ptp(seen["odds"]) < 0.5
    corr = (
        "hardly anything to follow"
        if flat
        else f"correlation {float(np.corrcoef(seen['odds'], seen['leans'])[0, 1]):.2f}"
    )
    return (
        f"Eight professions: their lean in the vectors against the counts, {corr}. "
        "Set “Lean” above to 0 and train again."
    )


def symbols(trace: Trace, spec: Any) -> list[tuple[str, str, str]]:
    """The symbols of the central equation, with their values here."""
    k, d = getattr(spec, "K", 5), getattr(spec, "d", 16)
    loss = f"{trace.latest('loss'):.2f} nats a pair" if "loss" in trace.scalars else "untrained"
    return [
        (r"v_c", "vector of the word in the middle", f"{d} numbers"),
        (r"u_o", "vector of a true neighbour", f"{d} numbers"),
        (r"k", "negatives for each pair", str(k)),
        (r"P_n", "noise: counts to a power", f"exponent {getattr(spec, 'exponent', 0.75):g}"),
        (r"L", "the loss now", loss),
    ]


def cover() -> Panel:
    """For the page's card."""
    return planted_cloud(bare=True)
