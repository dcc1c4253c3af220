"""Stages of the page on word vectors: planes, parallelograms, two corpora, flat maps, a text of one's own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from app.components.film import film
from app.figures.panels import Panel
from app.page import live, own_data
from app.page.own import stored
from app.page.screen import Figure, screen
from app.style import plain
from engine.data.corpora import ABOUT, SOFT, WORDS
from engine.labs import load
from engine.words import counts, glove, glove_lab, shifted_pmi_lab, skip_gram_lab, text_lab
from pages.word_vectors import corpora as more
from pages.word_vectors import figures as fig

LOSS = Figure("loss", "nats")
PLANES = ("widest", "two axes")
AXES = ("he", "she", "man", "king")
ASKED = ("man", "king", "woman", "queen")
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
    chosen = []
    for name, default, side in zip(
        ("x0", "x1", "y0", "y1"), AXES, ("across: from", "to", "up: from", "to"), strict=True
    ):
        word = st.selectbox(
            side, WORDS, index=WORDS.index(default), key=f"axis.{name}", bind="query-params", width=104
        )
        extras[f"axis.{name}"] = word
        chosen.append(word)
    return tuple(chosen)


def hero(view: live.View, axes: Sequence[str] | None) -> tuple[Sequence[Panel], str]:
    """The film of whichever method the page shows, and its sentence."""
    if view.lab is text_lab:
        return more.prose_hero(words_of(view), view.trace), more.prose_sentence(view.trace)
    if view.lab is glove_lab:
        return more.glove_hero(fig.planted_cloud(axes, width=1.75)), more.glove_sentence(view.trace)
    return fig.hero(view.spec, axes), fig.hero_sentence(view.trace)


def moving(
    view: live.View, panels: Sequence[Panel], sentence: str, key: str, timeline: str, unit: str,
    height: int = 330, time: str = "step",
) -> None:  # fmt: skip
    """The film of a run that has no run bar: where it is not trained, a button that trains it."""
    if view.run is None or not view.trace.moments:
        live.offer([view], "Train it", f"offer.{key}.{view.key}")
        if view.active:
            st.info("In training. It will be here in some seconds.")
        return
    film(
        panels, view.source(), key=key, timeline=timeline, timeline_unit=unit, sentence=sentence,
        height=height, name=f"glassbox-{key}", time=time, live=view.active,
    )  # fmt: skip


def parallelogram(view: live.View) -> None:
    """a is to b as c is to ?, as arrows on their own plane, with the true rank, left out and not."""
    if not view.ready:
        st.info("Here trained vectors answer. Train this setting above, or go back to a trained one.")
        return
    names = words_of(view)
    number = {word: i for i, word in enumerate(names)}
    defaults = ASKED if all(w in number for w in ASKED) else _common(names)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    asked = []
    for label, default in zip(("a", "is to b", "as c", "is to d"), defaults, strict=True):
        shown = [w for w in names if w in ABOUT] if view.lab is not text_lab else sorted(names)
        word = row.selectbox(
            label, shown, index=shown.index(default), key=f"ask.{label}.{view.lab.__name__}", width=150
        )
        asked.append(word or default)
    a, b, c, d = (number[w] for w in asked)
    found = view.lab.PROBES["parallelogram"](
        live.model_of(view), dict(zip("abcd", (a, b, c, d), strict=True))
    )
    left, right = st.columns([1.6, 1], gap="medium")
    answer = int(found["words"][0])
    with left:
        panel = fig.cloud(
            names,
            [(f"{asked[1]} − {asked[0]} + {asked[2]}", "model"), (f" points to {names[answer]}", None)],
            [w in ABOUT for w in names] if view.lab is not text_lab else None,
            arrows=[(a, b), (c, answer)],
            axes=[(a, b), (a, c)] if len({a, b, c}) == 3 else None,
            first=[a, b, c, d, answer],
        )
        film(
            [panel], view.source(), key="ask.film", sentence=f"Arrows from {asked[0]} to {asked[1]} and from "
            f"{asked[2]} to {names[answer]}, on the plane of the first three words.", height=330,
            timeline="loss", timeline_unit="nats", name="glassbox-parallelogram",
        )  # fmt: skip
    with right:
        _answers(found, names, asked)


def _common(names: Sequence[str]) -> tuple[str, str, str, str]:
    wanted = [w for w in ("object", "objects", "value", "values") if w in names]
    rest = [w for w in names if w not in wanted]
    return tuple([*wanted, *rest][:4])  # type: ignore[return-value]


def _answers(found: dict[str, np.ndarray], names: Sequence[str], asked: Sequence[str]) -> None:
    rank, every = int(found["rank"]), int(found["rank_every"])
    wanted = plain(asked[3])
    st.markdown(
        f"**{wanted}** comes **{rank}.** of {len(names) - 3} words, the three of the question left out."
    )
    _list(found["words"], found["near"], names, asked)
    st.markdown(f"With all words in, it comes **{every}.** of {len(names)}.")
    _list(found["every"], found["every_near"], names, asked)


def _list(order: np.ndarray, near: np.ndarray, names: Sequence[str], asked: Sequence[str]) -> None:
    said = []
    for i, value in zip(order[:5].tolist(), near[:5].tolist(), strict=True):
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


def lines(view: live.View, bet: int | str | None) -> None:
    """Scores of nets with 1, 5 and 15 negatives against the counts; and the net of plain noise."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    k = row.segmented_control("Negatives k", shifted_pmi_lab.KS, default=5, required=True, key="line.k") or 5
    plainly = row.segmented_control(
        "Against", ("log p/Pₙ", "PMI"), default="log p/Pₙ", required=True, key="line.axis"
    )
    if not view.trace.moments:
        moving(view, [], "", "line.film", "loss", "nats")
        return
    said = float(bet) if k == 15 and bet is not None else None
    panels = [
        more.three_lines(view.trace, k, plainly == "PMI", view.spec.exponent, said),
        more.plain_noise(view.trace),
    ]
    moving(view, panels, more.lines_sentence(view.trace), "line.film", "loss", "nats")


def corpora() -> None:
    """Skip-gram and GloVe on the two corpora; and GloVe's ratios, counted and learned."""
    specs = {"skip-gram": load("words.skip_gram"), "GloVe": load("words.glove")}
    views = {(m, c): live.view(one, one.SPEC().but(corpus=c)) for m, one in specs.items() for c in SOFT}
    left, right = st.columns([1, 1], gap="large")
    with left:
        there = {at: float(v.trace.last("score")["solved"]) for at, v in views.items() if v.trace.moments}
        st.vega_lite_chart(more.two_corpora(there), key="corpora")
        missing = [v for v in views.values() if not v.trace.moments and not v.active]
        live.offer(missing, "Train what is missing", "corpora.missing")
        st.caption(
            "In hard templates “he” never stands near “queen”: nine of ten cells are zero, and zeros hold "
            "the meaning. Skip-gram draws noise and so hears of them; GloVe never looks at a zero. Softened, "
            "with 15 % of the contexts by chance, there are counts to fit, and both answer."
        )
    with right:
        _ratios(views["GloVe", "softened"])


def _ratios(view: live.View) -> None:
    if not view.ready:
        return
    row = st.container(horizontal=True)
    a = row.selectbox("Word i", TARGETS, index=TARGETS.index("king"), key="ratio.a", width=140)
    b = row.selectbox("Word j", TARGETS, index=TARGETS.index("queen"), key="ratio.b", width=140)
    i, j = WORDS.index(a), WORDS.index(b)
    told = _told(view, i, j)
    st.vega_lite_chart(more.ratios(told, a, b), key="ratios")
    st.caption("Large where k belongs to one of the two; near 0 where it belongs to both, or to neither.")


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
    """PCA and t-SNE of the same vectors; the film's time is t-SNE's perplexity."""
    if not view.trace.moments:
        moving(view, [], "", "maps.film", "trust", "")
        return
    panels, said = more.maps(words_of(source)), more.maps_sentence(view.trace)
    moving(view, panels, said, "maps.film", "trust", "trusted", 360, "perplexity")


def tables(view: live.View) -> None:
    """Which rows learn in a tied and in an untied net, and how well both predict."""
    if not view.trace.moments:
        moving(view, [], "", "tied.film", "loss", "nats")
        return
    moving(view, more.tied(view.trace), more.tied_sentence(view.trace), "tied.film", "tied", "nats", 260)


def bias(view: live.View) -> None:
    """The lean of eight professions in the vectors, and the counts that it comes from."""
    if not view.trace.moments:
        st.info("Train word2vec above: its vectors are looked at here.")
        return
    left, right = st.columns([1.7, 1], gap="large")
    with left:
        said = fig.bias_sentence(view.trace)
        moving(view, [fig.bias(view.trace)], said, "bias.film", "loss", "nats", 300)
    with right:
        st.markdown(more.leanings(view.trace))


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
    view = live.view(text_lab, spec, own=id)
    st.caption(f"{len(found.tokens):,} words in place, {len(found.words)} different ones. Private: no link.")
    panels = [more.prose(found.words, [("Your words", "code"), (" settle by the company they keep", None)])]
    said = "The most frequent words of your text. Point at one for its neighbours."
    screen(slug, view, panels, LOSS, said, 420)
