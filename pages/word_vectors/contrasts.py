"""Figures of the further stages of word vectors: two corpora, tables that are tied, flat maps."""

import math
from collections.abc import Sequence

from app.figures import charts
from app.figures.captions import Caption
from app.figures.charts import Axis, Chart, Series
from app.figures.panels import Panel, Title, heat, lines
from app.figures.planes import scatter
from engine.core.trace import Trace
from engine.data.corpora import JOBS, SOFT
from engine.words.shifted_pmi_lab import KS
from engine.words.tied_embeddings_lab import FLOOR
from pages.word_vectors.figures import UNTRAINED, below_counts, cloud

METHODS = {"skip-gram": "model", "GloVe": "past"}


def prose(words: Sequence[str], title: Title, width: float = 1) -> Panel:
    """The cloud of a real text: the most frequent words named first, after the little ones."""
    return cloud(words, title, first=range(20, min(len(words), 80)), width=width)


def prose_hero(words: Sequence[str]) -> list[Panel]:
    """The cloud, and how alike the company of neighbours is."""
    alike = lines(
        {"score.company": ("8 nearest", "model"), "score.any": ("any two", "past")},
        [("Neighbours", "code"), (" keep like ", None), ("company", "past")],
        unit="cosine of their rows of counts", high=0.5,
    )  # fmt: skip
    said: Title = [(f"{len(words)} words", "code"), (" of a real text settle", None)]
    return [prose(words, said, 1.75), alike]


PROSE = Caption(
    UNTRAINED,
    "After {step} steps a word and its eight nearest keep company that is alike by {score.company:.2f} "
    "(cosine of their rows of counts); any two words by {score.any:.2f}.",
    "At the end a word and its eight nearest keep company that is alike by {score.company:.2f} (cosine of "
    "their rows of counts), any two words by {score.any:.2f}. 65,000 words are too few for analogies.",
)


def glove_hero(panel: Panel) -> list[Panel]:
    """The cloud, and each pair's score against the logarithm of its count."""
    line = {"slope": 1, "offset": 0, "label": "equal", "concept": "truth"}
    return [
        panel,
        scatter(
            "line.x", "line.y",
            [("Score", "model"), (" of a pair against the ", None), ("log of its count", "truth")],
            ((1.5, 8), (-1, 8)), ("counted: log X (nats)", "learned: w·w̃ + b + b̃"), [line],
        ),
    ]  # fmt: skip


def glove_said(trace: Trace) -> Caption:
    """What GloVe has come to."""
    zeros = f"{float(trace.last('score')['zeros']):.0%}" if trace.moments else "A part"
    told = (
        "GloVe solves {solved:.0f}% of the analogies, and its scores follow the logarithm of the counts "
        f"with correlation {{score.corr:.2f}}. {zeros} of all pairs of words never occur; it never looks at "
        f"them."
    )
    return Caption(UNTRAINED, f"After {{step}} steps {told}", f"At the end {told}")


def three_lines(k: int, plain: bool, exponent: float) -> Panel:
    """Scores of one of the nets against the counts; `plain`: against the PMI, whatever the noise was."""
    row = KS.index(k)
    across = "counted: PMI (nats)" if plain else f"counted: log p(o|c) / Pₙ(o), power {exponent:g} (nats)"
    said: Title = [
        (f"k = {k}: ", None),
        ("scores", "model"),
        (" lie ", None),
        (f"log {k}", "truth"),
        (" below the counts", None),
    ]
    return scatter(
        "line.pmi" if plain else "line.x",
        "line.y",
        said,
        ((-6, 6), (-10, 6)),
        (across, "learned: score u·v"),
        below_counts(k),
        row=row,
    )


def plain_noise() -> Panel:
    """The fourth net: noise as frequent as the words, so that the axis is the PMI."""
    said: Title = [("Noise as frequent as the words: the count is the ", None), ("PMI", "truth")]
    return scatter(
        "line.pmi",
        "line.y",
        said,
        ((-6, 6), (-10, 6)),
        ("counted: PMI (nats)", "learned: score u·v"),
        below_counts(5),
        row=len(KS),
    )


def lines_said(trace: Trace, k: int) -> list[str]:
    """How far below the counts the scores of one net lie, a text for each moment."""
    told = []
    for moment, step in enumerate(trace.moments):
        seen, row = trace.at("score", moment), KS.index(k)
        told.append(
            f"At step {step} the scores lie {float(seen['offset'][row]):.2f} nats from the counts on "
            f"average (theory: "
            f"−log {k} = {0 - math.log(k):.2f}). Against the PMI they rise with a word's frequency, by "
            f"{float(seen['tilt'][row]):.2f} a nat; at right, with noise as frequent as the words, by "
            f"{float(seen['tilt'][-1]):.2f}."
        )
    return told or ["Nothing is trained yet."]


def two_corpora(solved: dict[tuple[str, str], float]) -> Chart:
    """Analogies answered by each method on each corpus."""
    arms = [
        Series(method, [100 * v for (m, _), v in solved.items() if m == method],
               [c for m, c in solved if m == method], concept)
        for method, concept in METHODS.items()
    ]  # fmt: skip
    x = Axis("analogies answered, %", 0, 100)
    return charts.bars(arms, x, Axis("corpus", words=tuple(SOFT)), 200, numbers=True)


def ratios(told: list[tuple[str, float | None, float]], a: str, b: str) -> Chart:
    """log P(k|a) / P(k|b) for context words k, counted and as GloVe says."""
    seen = [(word, counted) for word, counted, _ in told if counted is not None]
    arms = [
        Series("counted", [v for _, v in seen], [word for word, _ in seen], "truth"),
        Series("GloVe", [said for *_, said in told], [word for word, *_ in told], METHODS["GloVe"]),
    ]
    y = Axis("context word k", words=[word for word, *_ in told])
    return charts.bars(arms, Axis(f"log P(k|{a}) / P(k|{b}), nats"), y, 250)


def tied(trace: Trace) -> list[Panel]:
    """Which rows each table's gradient reaches, and the two perplexities."""
    said: Title = [
        ("Left ", None),
        ("one table", "model"),
        ("; then ", None),
        ("input and output of two", "past"),
    ]
    high = 450.0
    return [
        heat(
            "gradients.rows", said, low=0, high=250, columns=3, width=0.8,
            unit=f"a row's gradient: 0 none, each 50 tenfold from 1e{FLOOR}",
        ),
        lines(
            {"score.tied": ("one table", "model"), "score.untied": ("two tables", "past")},
            [("One table", "model"), (" predicts about as well as ", None), ("two", "past")],
            unit="perplexity, new text", high=high,
        ),
    ]  # fmt: skip


TIED = Caption(
    "In each table a row is one of 40 words, the most frequent on top; dark rows have a large gradient, "
    "empty ones none. Nothing is learned yet.",
    "After {step} steps new text has perplexity {score.tied:.0f} with one table and {score.untied:.0f} with "
    "two. A batch gives a gradient to those input rows whose words it reads; to the other two everywhere.",
    "At the end new text has perplexity {score.tied:.0f} with one table and {score.untied:.0f} with two. "
    "The one table resembles the output's ({score.output:.2f}, rank correlation) more than the input's "
    "({score.input:.2f}), and saves {score.saved} numbers.",
)


def maps(words: Sequence[str]) -> list[Panel]:
    """The same vectors on two flat maps: by PCA, and by t-SNE, which heeds the moment's number of neighbours
    (the authors call it perplexity, which on this page is of texts)."""
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


def maps_said(trace: Trace) -> list[str]:
    """How far the maps can be trusted, a text for each number of neighbours."""
    return [
        f"Trustworthiness is 1 where no neighbour on the map is false. PCA has {float(seen['pca']):.3f}, "
        f"t-SNE, which here heeds about {near} neighbours of each, {float(seen['tsne']):.3f}."
        for near, seen in ((one, trace.at("trust", m)) for m, one in enumerate(trace.moments))
    ] or ["Nothing is drawn yet."]


def leanings(trace: Trace) -> str:
    """Each profession's share of "she" in the text, as a table in Markdown, and the lean of its vector."""
    seen = trace.last("bias")
    shares = [f"{1 / (1 + math.exp(-odds)):.0%}" for odds in seen["odds"].tolist()]
    leans = [f"{lean:+.2f}" for lean in seen["leans"].tolist()]
    rows = [["profession", *JOBS], ["---"] * (len(JOBS) + 1), ["she, of she and he", *shares]]
    return "\n".join(f"| {' | '.join(row)} |" for row in [*rows, ["lean of its vector", *leans]])
