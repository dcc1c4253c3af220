"""Figures of the further stages of word vectors: two corpora, tables that are tied, flat maps."""

import math
from collections.abc import Sequence
from typing import Any

from app.figures.panels import Panel, Title, heat, lines
from app.figures.planes import scatter
from engine.core.trace import Trace
from engine.data.corpora import JOBS, SOFT
from engine.words.shifted_pmi_lab import KS
from engine.words.tied_embeddings_lab import FLOOR
from pages.word_vectors.figures import below_counts, cloud

METHODS = {"skip-gram": "#d17a1f", "GloVe": "#2b6cb0"}


def prose(words: Sequence[str], title: Title, width: float = 1) -> Panel:
    """The cloud of a real text: the most frequent words named first, after the little ones."""
    return cloud(words, title, first=range(20, min(len(words), 80)), width=width)


def prose_hero(words: Sequence[str], trace: Trace) -> list[Panel]:
    """The cloud, and how alike the company of neighbours is."""
    alike = lines(
        {"score.company": ("8 nearest", "model"), "score.any": ("any two", "past")},
        [("Neighbours", "code"), (" keep like ", None), ("company", "past")],
        unit="cosine of their rows of counts", high=0.5,
    )  # fmt: skip
    said: Title = [(f"{len(words)} words", "code"), (" of a real text settle", None)]
    return [prose(words, said, 1.75), alike]


def prose_sentence(trace: Trace) -> str:
    """What the training on a real text has come to."""
    if not trace.moments or "loss" not in trace.scalars:
        return "The vectors are untrained: all words stand in one heap."
    seen = trace.last("score")
    return (
        f"After {trace.moments[-1]} steps the company of a word and of its eight nearest is alike by "
        f"{float(seen['company']):.2f} (cosine of positive PMI), of any two by {float(seen['any']):.2f}. "
        "No analogies are claimed: 65,000 words are too few."
    )


def glove_hero(panel: Panel) -> list[Panel]:
    """The cloud, and each pair's score against the logarithm of its count."""
    line = {"slope": 1, "offset": 0, "label": "equal", "concept": "truth"}
    return [
        panel,
        scatter(
            "line.x", "line.y",
            [("Scores", "model"), (" go to the ", None), ("logarithms of the counts", "truth")],
            ((1.5, 8), (-1, 8)), ("log X, counted", "score w·w̃ + b + b̃"), [line],
        ),
    ]  # fmt: skip


def glove_sentence(trace: Trace) -> str:
    """What GloVe has come to, in words."""
    if not trace.moments or "loss" not in trace.scalars:
        return "The vectors are untrained."
    seen = trace.last("score")
    return (
        f"After {trace.moments[-1]} steps {float(seen['solved']):.0%} of the planted analogies are answered. "
        f"Scores follow log X with correlation {float(seen['corr']):.2f}; {float(seen['zeros']):.0%} of all "
        "cells are zero and were never looked at."
    )


def three_lines(trace: Trace, k: int, plain: bool, exponent: float, bet: float | None) -> Panel:
    """Scores of one of the nets against the counts; `plain`: against the PMI, whatever the noise was."""
    row = KS.index(k)
    across = (
        "PMI, counted (nats)" if plain else f"log p(o|c) / Pₙ(o), counted, noise exponent {exponent:g} (nats)"
    )
    said: Title = [
        (f"With {k} negative{'s' * (k > 1)} ", None),
        ("scores", "model"),
        (" lie ", None),
        (f"log {k}", "truth"),
        (" lower", None),
    ]
    return scatter(
        "line.pmi" if plain else "line.x",
        "line.y",
        said,
        ((-6, 6), (-10, 6)),
        (across, "score u·v"),
        below_counts(k, bet),
        row=row,
    )


def plain_noise(trace: Trace) -> Panel:
    """The fourth net: noise as frequent as the words, so that the axis is the PMI."""
    said: Title = [("With exponent 1", None), (" the axis is the ", None), ("PMI", "truth")]
    return scatter(
        "line.pmi",
        "line.y",
        said,
        ((-6, 6), (-10, 6)),
        ("PMI, counted (nats)", "score u·v"),
        below_counts(5),
        row=len(KS),
    )


def lines_sentence(trace: Trace) -> str:
    """Offsets and tilts, in words."""
    seen = trace.last("score")
    offsets = ", ".join(f"{float(o):.2f}" for o in seen["offset"][: len(KS)])
    logs = ", ".join(f"{0 - math.log(k):.2f}" for k in KS)
    return (
        f"Mean offset with 1, 5 and 15 negatives: {offsets}; -log k is {logs}. Above the PMI the scores rise "
        f"by {float(seen['tilt'][: len(KS)].mean()):.2f} for each nat of log p(o) at their exponent, "
        f"by {float(seen['tilt'][-1]):.2f} at exponent 1."
    )


def two_corpora(solved: dict[tuple[str, str], float]) -> dict[str, Any]:
    """Vega-Lite: analogies answered by each method on each corpus."""
    values = [{"method": m, "corpus": c, "solved": 100 * v} for (m, c), v in solved.items()]
    x = {
        "field": "solved",
        "type": "quantitative",
        "title": "planted analogies answered, %",
        "scale": {"domain": [0, 100]},
    }
    shared = {"y": {"field": "corpus", "type": "nominal", "title": None, "sort": list(SOFT)},
              "yOffset": {"field": "method", "sort": list(METHODS)}, "x": x}  # fmt: skip
    colour = {
        "field": "method",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(METHODS), "range": list(METHODS.values())},
    }
    return {
        "data": {"values": values},
        "height": 240,
        "background": "transparent",
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 3},
                "encoding": {**shared, "color": {**colour, "legend": {"orient": "top"}}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": {**shared, "text": {"field": "solved", "format": ".0f"}, "color": colour},
            },
        ],
    }


def ratios(told: list[tuple[str, float | None, float]], a: str, b: str) -> dict[str, Any]:
    """Vega-Lite: log P(k|a) / P(k|b) for context words k, counted and as GloVe says."""
    values = [
        {"word": word, "what": what, "value": value}
        for word, counted, said in told
        for what, value in (("counted", counted), ("GloVe", said))
        if value is not None
    ]
    x = {"field": "value", "type": "quantitative", "title": f"log P(k|{a}) / P(k|{b}), nats"}
    y = {"field": "word", "type": "nominal", "title": None, "sort": [word for word, _, _ in told]}
    colour = {"field": "what", "title": None, "legend": {"orient": "top"},
              "scale": {"domain": ["counted", "GloVe"], "range": ["#2a9272", "#2b6cb0"]}}  # fmt: skip
    return {
        "data": {"values": values},
        "height": 330,
        "background": "transparent",
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": x,
            "y": y,
            "yOffset": {"field": "what", "sort": ["counted", "GloVe"]},
            "color": colour,
        },
    }


def tied(trace: Trace) -> list[Panel]:
    """Which rows each table's gradient reaches, and the two perplexities."""
    said: Title = [("Rows that learn: ", None), ("tied", "model"), (", input, output", None)]
    high = 450.0
    return [
        heat(
            "gradients.rows", said, low=0, high=250, columns=3, width=0.8,
            unit=f"gradient of the row: 0 none, each 50 tenfold from 1e{FLOOR}",
        ),
        lines(
            {"score.tied": ("tied", "model"), "score.untied": ("two tables", "past")},
            [("One table", "model"), (" predicts as well as ", None), ("two", "past")],
            unit="perplexity, new text", high=high,
        ),
    ]  # fmt: skip


def tied_sentence(trace: Trace) -> str:
    """What tying does, in words."""
    seen = trace.last("score")
    return (
        "Each map: 40 words, the most frequent on top, in the last 16 batches; an empty cell is no gradient. "
        f"Of the untied input rows a batch reaches {float(seen['touched']):.0%}; of all others, all. "
        "Similarities in the tied table agree with the output table by "
        f"{float(seen['output']):.2f}, with the input's by {float(seen['input']):.2f} (rank correlation). "
        f"{int(seen['saved']):,} numbers are saved."
    )


def maps(words: Sequence[str]) -> list[Panel]:
    """The same vectors on two flat maps: by PCA, and by t-SNE at the perplexity of the moment."""
    shared = {"main": None, "first": list(range(20, min(len(words), 80)))}
    made = []
    for name, title in (("pca", "PCA: the widest plane"), ("tsne", "t-SNE: neighbours first")):
        one = cloud(words, [(title, None)], **shared)
        made.append(
            {
                **one,
                "spots": f"map.{name}",
                "worth": 0.001,
                "foot": "directions and distances between groups mean nothing"
                if name == "tsne"
                else "across and up: the two widest directions",
            }
        )
    return made


def maps_sentence(trace: Trace) -> str:
    """How far the maps can be trusted."""
    seen = [trace.at("trust", m) for m in range(len(trace.moments))]
    each = ", ".join(f"{float(one['tsne']):.3f}" for one in seen)
    return (
        f"Trustworthiness, 1 where no neighbour on the map is false: PCA {float(seen[-1]['pca']):.3f}; t-SNE "
        f"{each} at perplexities {', '.join(map(str, trace.moments))}."
    )


def leanings(trace: Trace) -> str:
    """The odds of she to he beside each profession, as a table in Markdown, and the lean of its vector."""
    seen = trace.last("bias")
    rows = "\n".join(
        f"| {job} | {math.exp(odds) / (1 + math.exp(odds)):.0%} | {lean:+.2f} |"
        for job, odds, lean in zip(JOBS, seen["odds"].tolist(), seen["leans"].tolist(), strict=True)
    )
    return f"| profession | she, of she and he, in the text | lean of its vector |\n|---|---|---|\n{rows}"
