"""Stages of the page on word vectors: planes, parallelograms, two corpora, flat maps, a text of one's own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from app.figures.captions import Said
from app.figures.panels import Panel
from app.figures.pipeline import Box
from app.page import live, own_data
from app.page.own import stored
from app.page.screen import Figure, screen
from app.page.verbs import ask, film_of, finished, ready, shown
from app.style import plain
from engine.data.corpora import ABOUT, SOFT, WORDS, planted
from engine.labs import load
from engine.words import counts, glove, glove_lab, shifted_pmi_lab, skip_gram_lab, text_lab
from pages.word_vectors import contrasts
from pages.word_vectors import figures as fig

SOLVED = Figure("solved", "% of the analogies", "higher")
LOSS = Figure("loss", "nats a pair of the text", "lower", unlike=("words", "K", "t"))
PLANES = ("widest", "two axes")
AXES = ("he", "she", "man", "king")
ASKED = ("man", "king", "woman", "queen")
PUT = {f"axis.{name}": word for name, word in zip(("x0", "x1", "y0", "y1"), AXES, strict=True)} | {
    f"ask.{label}.{skip_gram_lab.__name__}": word
    for label, word in zip(("a", "is to b", "as c", "is to d"), ASKED, strict=True)
}  # what a beat sets them to
TARGETS = tuple(sorted(ABOUT))
FIRST = {  # controls in sight
    skip_gram_lab.SPEC: ("model", "corpus", "K", "exponent", "lean"),
    glove_lab.SPEC: ("corpus", "cap", "alpha", "d"),
    text_lab.SPEC: ("words", "d", "c", "K", "t"),
}


def words_of(view: live.View) -> tuple[str, ...]:
    """The vocabulary of a run."""
    if view.lab is not text_lab:
        return WORDS
    if view.ready:
        return live.model_of(view).words()
    return text_lab.corpus(view.spec.words).words


def plane(extras: dict[str, str | int], planted: bool) -> tuple[str, ...] | None:
    """On which plane a planted cloud is seen: the widest, or two axes of four chosen words. In the URL.

    planted: False for a real text, which is seen on its widest plane.
    """
    kind = st.segmented_control(
        "Plane", PLANES, key="plane", default=PLANES[0], required=True, bind="query-params",
        label_visibility="collapsed", disabled=not planted,
    )  # fmt: skip
    extras["plane"] = kind or PLANES[0]
    if kind != PLANES[1] or not planted:
        return None
    chosen, row = [], st.container(key="quiet-axes", horizontal=True, width="content")
    for name, default, side in zip(
        ("x0", "x1", "y0", "y1"), AXES, ("across: from", "to", "up: from", "to"), strict=True
    ):
        word = row.selectbox(
            side, WORDS, index=WORDS.index(default), key=f"axis.{name}", bind="query-params", width=104
        )
        extras[f"axis.{name}"] = word
        chosen.append(word)
    return tuple(chosen)


def hero(view: live.View, axes: Sequence[str] | None) -> tuple[Sequence[Panel], Said]:
    """The film of whichever method the page shows, and its sentence."""
    if view.lab is text_lab:
        return contrasts.prose_hero(words_of(view)), contrasts.PROSE
    if view.lab is glove_lab:
        return contrasts.glove_hero(fig.planted_cloud(axes, width=1.75)), contrasts.glove_said(view.trace)
    return fig.hero(view.spec, axes), fig.said(view.spec)


def boxes(view: live.View) -> tuple[Box, ...]:
    """The pipeline of a run, with a sentence that its lab reads."""
    if view.lab is text_lab:
        words = words_of(view)
        return fig.pipeline(view.trace, view.spec, words[:5], words)
    text = planted(20, view.spec.seed, SOFT[view.spec.corpus])
    sentence = [WORDS[i] for i in text.tokens[: text.ends[0]]]
    return fig.pipeline(view.trace, view.spec, sentence, WORDS)


def parallelogram(view: live.View) -> None:
    """a is to b as c is to ?, as arrows on their own plane, with the true rank, left out and not."""
    if not ready(view, "the trained net answers"):
        return
    names = words_of(view)
    number = {word: i for i, word in enumerate(names)}
    defaults = ASKED if all(w in number for w in ASKED) else _common(names)
    row = st.container(horizontal=True, vertical_alignment="bottom", key="quiet-asked")
    asked = []
    for label, default in zip(("a", "is to b", "as c", "is to d"), defaults, strict=True):
        choices = [w for w in names if w in ABOUT] if view.lab is not text_lab else sorted(names)
        word = row.selectbox(
            label, choices, index=choices.index(default), key=f"ask.{label}.{view.lab.__name__}", width=150
        )
        asked.append(word or default)
    a, b, c, d = (number[w] for w in asked)
    found = ask(view, "parallelogram", a=a, b=b, c=c, d=d)
    answer = int(found["words"][0])
    panel = fig.cloud(
        names,
        [(f"{asked[1]} − {asked[0]} + {asked[2]}", "model"), (f" points to {names[answer]}", None)],
        [w in ABOUT for w in names] if view.lab is not text_lab else None,
        arrows=[(a, b), (c, answer)],
        axes=[(a, b), (a, c)] if len({a, b, c}) == 3 else None,
        first=[a, b, c, d, answer],
    )
    sentence = (
        f"The arrow from {asked[0]} to {asked[1]}, set down at {asked[2]}, comes nearest to "
        f"{names[answer]}. Across runs the first arrow, up the way between its start and the other's."
    )
    film_of(view, [panel], sentence, key="ask.film", timeline="loss", unit="nats a pair", height=195)
    _answers(found, names, asked)


def _common(names: Sequence[str]) -> tuple[str, str, str, str]:
    wanted = [w for w in ("object", "objects", "value", "values") if w in names]
    rest = [w for w in names if w not in wanted]
    return tuple([*wanted, *rest][:4])  # type: ignore[return-value]


def _answers(found: dict[str, np.ndarray], names: Sequence[str], asked: Sequence[str]) -> None:
    rank, every = int(found["rank"]), int(found["rank_every"])
    wanted = plain(asked[3])
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{wanted}** is number **{rank}** of {len(names) - 3}; the question's words left out:")
        _list(found["words"], found["near"], names, asked)
    with right:
        st.markdown(f"With all words in, it is number **{every}** of {len(names)}, by cosine:")
        _list(found["every"], found["every_near"], names, asked)


def _list(order: np.ndarray, near: np.ndarray, names: Sequence[str], asked: Sequence[str]) -> None:
    said = []
    for i, value in zip(order[:3].tolist(), near[:3].tolist(), strict=True):
        word = plain(names[int(i)])
        word = (
            f":green[**{word}**]"
            if names[int(i)] == asked[3]
            else f":red[{word}]"
            if names[int(i)] in asked[:3]
            else word
        )
        said.append(f"{word} `{value:.2f}`")
    st.markdown(" · ".join(said))


def lines(view: live.View) -> None:
    """Scores of nets with 1, 5 and 15 negatives against the counts; and the net of plain noise."""
    row = st.container(horizontal=True, vertical_alignment="bottom", key="quiet-line")
    k = row.segmented_control("Negatives k", shifted_pmi_lab.KS, default=5, required=True, key="line.k") or 5
    plainly = row.segmented_control(
        "Against", ("log p/Pₙ", "PMI"), default="log p/Pₙ", required=True, key="line.axis"
    )
    if not shown(view, "four nets are held against the counts"):
        return
    panels = [contrasts.three_lines(k, plainly == "PMI", view.spec.exponent), contrasts.plain_noise()]
    said = contrasts.lines_said(view.trace, k)
    film_of(view, panels, said, key="line.film", timeline="loss", unit="nats a pair", height=290)


def corpora() -> None:
    """Skip-gram and GloVe on the two corpora; and GloVe's ratios, counted and learned."""
    specs = {"skip-gram": load("words.skip_gram"), "GloVe": load("words.glove")}
    views = {(m, c): live.view(one, one.SPEC().but(corpus=c)) for m, one in specs.items() for c in SOFT}
    if (traces := finished({f"{m}, {c}": view for (m, c), view in views.items()})) is None:
        return
    left, right = st.columns([1, 1], gap="large")
    with left, st.container(key="solved-corpora"):
        solved = {at: float(traces[", ".join(at)].last("score")["solved"]) for at in views}
        st.vega_lite_chart(contrasts.two_corpora(solved), key="corpora")
        st.caption(
            "In the hard text nine of ten pairs never occur, and that tells words apart. Skip-gram hears of "
            "it by its words drawn by chance; GloVe skips it. In the softened text most occur: both solve it."
        )
    with right:
        _ratios(views["GloVe", "softened"])


def _ratios(view: live.View) -> None:
    row = st.container(horizontal=True, key="quiet-ratio")
    a = row.selectbox("Word i", TARGETS, index=TARGETS.index("king"), key="ratio.a", width=140)
    b = row.selectbox("Word j", TARGETS, index=TARGETS.index("queen"), key="ratio.b", width=140)
    i, j = WORDS.index(a), WORDS.index(b)
    told = _told(view, i, j)
    st.vega_lite_chart(contrasts.ratios(told, a, b), key="ratios")
    st.caption(
        f"To the right: words that stand by {a}; to the left: by {b}. GloVe's vectors (blue) say what was "
        "counted (green)."
    )


def _told(view: live.View, i: int, j: int) -> list[tuple[str, float | None, float]]:
    text_ = glove_lab.corpus(view.spec)
    X = counts.near(text_.tokens, text_.ends, view.spec.c, "distance")
    counted = np.log(np.maximum(X[i], 1e-9) / X[i].sum()) - np.log(np.maximum(X[j], 1e-9) / X[j].sum())
    said = glove.log_ratio(live.model_of(view), i, j).numpy() - np.log(X[i].sum() / X[j].sum())
    near = [int(k) for k in np.argsort(-(X[i] + X[j])) if k not in (i, j)][:7]
    return [
        (WORDS[k], float(counted[k]) if min(X[i, k], X[j, k]) > 0 else None, float(said[k])) for k in near
    ]


def maps(view: live.View, source: live.View) -> None:
    """PCA and t-SNE of the same vectors; the film's time is how many neighbours t-SNE heeds."""
    if shown(view, "t-SNE draws a map"):
        film_of(
            view, contrasts.maps(words_of(source)), contrasts.maps_said(view.trace), key="maps.film",
            timeline="trust", unit="trustworthiness", height=250, time="neighbours",
        )  # fmt: skip


def tables(view: live.View) -> None:
    """Which rows learn in a tied and in an untied net, and how well both predict."""
    if shown(view, "a tied net stands beside an untied one"):
        panels = contrasts.tied(view.trace)
        film_of(
            view, panels, contrasts.TIED, key="tied.film", timeline="tied", unit="nats a word", height=260
        )


def bias(view: live.View) -> None:
    """The lean of eight professions in the vectors, and the counts that it comes from."""
    if not shown(view, "word2vec is looked at"):
        return
    more = {"timeline": "solved", "unit": SOLVED.unit, "height": 230}
    film_of(view, [fig.bias(view.trace)], fig.leaning(view.trace), key="bias.film", **more)
    with st.container(key="quiet-leans"):
        st.markdown(contrasts.leanings(view.trace))


def own(slug: str, spec: Any) -> None:
    """A text of one's own: cut here, trained in the background, private to this session."""
    id = own_data.text("own.words")
    if not id:
        st.caption(
            "Some thousand words are best: a book, a thesis, song texts. 50,000 take about ten seconds."
        )
        return
    try:
        found = text_lab.corpus(spec.words, stored(id, "text"))
    except ValueError as refusal:
        st.warning(plain(str(refusal)))
        return
    view = live.private(text_lab, spec, id)
    st.caption(f"{len(found.tokens):,} words in place, {len(found.words)} different ones. Private: no link.")
    panels = [
        contrasts.prose(found.words, [("Your words", "code"), (" settle by the company they keep", None)])
    ]
    said = "Each point is a frequent word of your text. Point at one for its neighbours."
    screen(slug, view, panels, LOSS, said, 420)
