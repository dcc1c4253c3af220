"""Figures of the labs of word vectors: arrays in, panels and sentences out."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from app.figures.captions import Caption
from app.figures.panels import Panel, Title, panel
from app.figures.pipeline import Box
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
    ("Noise is drawn by count, the frequent a little less.",
     r"n_i \sim P_n, \qquad P_n(w) \propto \text{count}(w)^{3/4}"),
    ("Frequent words of the text are thinned.", r"P(\text{drop } w) = 1 - \sqrt{t / f(w)}"),
    ("In the end a score is a count: how many times likelier than noise, less log k.",
     r"u_o \cdot v_c \;\to\; \log \frac{p(o \mid c)}{P_n(o)} - \log k"),
    ("**GloVe** fits the logarithm of the counts instead.",
     r"J = \tfrac12 \sum_{ij} f(X_{ij}) "
     r"\left(w_i \cdot \tilde w_j + b_i + \tilde b_j - \log X_{ij}\right)^2"),
)  # fmt: skip
UNTRAINED = "Before training all words stand in one heap: no vector knows anything yet."


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
        (" as points; lines, ours, join ", None),
        ("pairs", "past"),
        (" of like company", None),
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


def below_counts(k: int) -> list[dict[str, Any]]:
    """The lines of a scatter of scores against counts: equal, and less log k."""
    return [
        {"slope": 1, "offset": 0, "label": "equal", "concept": "soft", "dash": [3, 4]},
        {"slope": 1, "offset": -math.log(k), "label": f"less log {k}", "concept": "truth", "below": True},
    ]


def on_line(k: int, exponent: float, width: float = 1) -> Panel:
    """Scores against the counts, with the line at -log k."""
    noise = "p(o)" if exponent == 1 else "Pₙ(o)"
    return scatter(
        "line.x", "line.y",
        [("Score", "model"), (" of a pair against its ", None), ("count", "truth")],
        ((-6, 6), (-9, 6)), (f"counted: log p(o|c) / {noise} (nats)", "learned: score u·v"),
        below_counts(k), width=width,
    )  # fmt: skip


def hero(spec: Any, axes: Sequence[str] | None) -> list[Panel]:
    """The cloud, and beside it the score of each pair against the corpus' own count."""
    return [planted_cloud(axes, width=1.75), on_line(spec.K, spec.exponent)]


def said(spec: Any) -> Caption:
    """What the training has come to."""
    told = (
        "of the analogies (man is to king as woman is to …). At right a dot is a pair of words: its score "
        f"lies {{score.offset:.2f}} nats from its count; theory says {-math.log(spec.K):.2f}, −log k."
    )
    return Caption(
        UNTRAINED, f"After {{step}} steps the vectors solve {{solved:.0f}}% {told}",
        f"At the end the vectors solve {{solved:.0f}}% {told}",
    )  # fmt: skip


def bias(trace: Trace) -> Panel:
    """How far each profession leans in the vectors, against how far it leans in the counts."""
    most = max(3.5, float(np.abs(trace.last("bias")["odds"]).max()) * 1.15) if trace.moments else 3.5
    return scatter(
        "bias.odds", "bias.leans",
        [("The vectors", "model"), (" lean as far as ", None), ("the counts", "truth"), (" do", None)],
        ((-most, most), (-0.6, 0.6)),
        ("counted: log odds of she to he", "cosine with the direction from he to she"),
        worth=1, words=list(JOBS),
    )  # fmt: skip


def leaning(trace: Trace) -> list[str]:
    """How closely the vectors follow the counts, a text for each moment."""
    told = []
    for moment in range(len(trace.moments)):
        seen = trace.at("bias", moment)
        if np.ptp(seen["odds"]) < 0.5:
            told.append("In this text hardly any profession leans, so there is nothing to follow.")
            continue
        corr = float(np.corrcoef(seen["odds"], seen["leans"])[0, 1])
        told.append(
            "A dot is a profession. Further right: more often beside “she” in the text. Higher: its vector "
            f"points further from he to she. The two agree with correlation {corr:.2f} at step "
            f"{trace.moments[moment]}."
        )
    return told or ["Nothing is trained yet."]


def pipeline(trace: Trace, spec: Any, sentence: Sequence[str], words: Sequence[str]) -> tuple[Box, ...]:
    """From a sentence of the text to the vector of its first word; by GloVe where the spec is GloVe's."""
    vector = None
    if trace.moments:
        v = trace.last("cloud")["v"][list(words).index(sentence[0])].astype(float)
        vector = 0.5 + v.reshape(2, -1) / max(1.0, 2 * float(np.abs(v).max()))
    V, d = len(words), spec.d
    text = Box("", "A text goes in.", "the text", "sentences", text=" ".join(sentence), hue="past")
    out = Box(f"vector of “{sentence[0]}”", "What is kept is one vector for each word: like company, like "
              "vectors.", "v_c", f"{d} numbers; {V} × {d} for all words", vector, hue="code")  # fmt: skip
    if hasattr(spec, "cap"):
        return (
            text,
            Box("counts", "How often any two words stand near each other is counted, once.", "X_ij",
                f"{V} × {V}", hue="truth"),
            Box("score of a pair", "A pair's score is the product of two learned vectors, and a number for "
            "either "
                "word.", "w_i · w̃_j + b_i + b̃_j", f"from two tables of {V} × {d}", hue="model"),
            Box("log of its count", "Training brings the score to the logarithm of the count; pairs that "
            "never "
                "occur are left out.", "log X_ij", "one number", hue="truth"),
            Box(out.name, out.says, "w + w̃", out.shape, vector, hue="code"),
        )  # fmt: skip
    bag = getattr(spec, "model", "") == "CBOW"
    pair = Box("neighbours, word" if bag else "a pair",
               "All neighbours of a word are taken together." if bag else
               f"Each word c is paired with each word o at most {spec.c} places away.",
               "c, o", "numbers of words", text=f"{sentence[0]}, {sentence[1]}", hue="past")  # fmt: skip
    return (
        text,
        pair,
        Box("score", f"Their score is the product of two learned vectors: "
        f"{'the mean of theirs' if bag else 'v of c'}"
            f", and u of {'the word' if bag else 'o'}.", "u_o · v_c", f"from two tables of {V} × "
            f"{d}", hue="model"),
        Box("neighbour or chance?", f"Training raises the score of true neighbours, and lowers it for "
        f"{spec.K} words "
            "drawn by chance.", "σ(u · v)", "a probability", hue="truth"),
        out,
    )  # fmt: skip


def symbols(trace: Trace, spec: Any, fit: Trace, glove: Any) -> list[tuple[str, str, str]]:
    """The symbols of the equations, with their values. trace, spec: of skip-gram; fit, glove: of GloVe."""
    V, t = len(WORDS), f"{spec.t:g}" + (" (none is dropped)" if spec.t == 1 else "")
    loss, J = (f"{one.latest('loss'):.3f} nats a {name}" if "loss" in one.scalars else "untrained"
               for one, name in ((trace, "pair"), (fit, "cell")))  # fmt: skip
    return [
        ("L", "what word2vec makes small, on pairs of the text", loss),
        (r"\sigma", "turns a score into a probability: 1 / (1 + exp(−score))", "0 to 1"),
        ("c, o", "a word of the text, and a true neighbour of it", f"of {V} words"),
        ("k, n_i", "how many words are drawn by chance for each pair; the i-th of them", f"{spec.K}"),
        ("v_c", "vector of the word c", f"{spec.d} numbers"),
        (r"u_o, u_{n_i}", "vectors of a neighbour and of a word drawn by chance", f"{spec.d} numbers"),
        (r"P_n(w), \text{count}(w)", "how likely a word w is drawn; how often it "
        "occurs", f"power {spec.exponent:g}"),
        ("t, f(w)", "words whose share f of the text is above t are thinned", t),
        (r"p(o \mid c)", "how often o is the neighbour, of all neighbours of c, in the text", "a share"),
        ("J", "what GloVe makes small", J),
        (r"X_{ij}", "how often words i and j stand near each other", f"{V} × {V}"),
        (r"f(X_{ij})", "how much a count matters: nothing for a zero, all alike above a "
        "cap", f"cap {glove.cap:g}"),
        (r"w_i, \tilde w_j", "GloVe's two vectors of a word", f"{glove.d} numbers each"),
        (r"b_i, \tilde b_j", "a number for each word, as some are frequent", f"{V} each"),
    ]  # fmt: skip


def cover() -> Panel:
    """For the page's card."""
    return planted_cloud(bare=True)
