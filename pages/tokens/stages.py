"""Ask a tokenizer learned here: a sentence, a word, its readings, other languages, a text of one's own."""

import contextlib
import hashlib
from collections.abc import Iterable
from html import escape
from typing import Any

import streamlit as st

from app.figures.chips import chips
from app.figures.pipeline import Box
from app.page import computing, live
from app.page.live import View, model_of
from app.page.verbs import ask, film_of, ready, shown, text
from app.style import plain
from engine.data.prose import ARTICLE, drawn
from engine.words import bpe_lab, subword_probes, unigram
from engine.words.example import SENTENCE, WORD
from engine.words.subword_probes import MERGES, MOST
from engine.words.tokenizer import Tokenizer, readable, uploaded
from pages.tokens import figures as fig
from pages.tokens import sentences as said

DRAWN = 240  # characters that still make chips one can read
BEGINNING = 160  # characters drawn of one's own text
START = (
    "How much wood would a woodchuck chuck if a woodchuck could chuck wood? "
    "A woodchuck would chuck as much wood as a woodchuck could chuck, if a woodchuck could chuck wood."
)


def sentence(extras: dict[str, str | int]) -> str:
    """The reader's sentence. It stands in the URL as `say`, and in the page's link."""
    words = "words, code, emoji, any script"
    with st.container(key="quiet-say"):
        extras["say"] = read = text(
            f"Your own text: {words}", SENTENCE, lambda typed: said.read(typed, DRAWN, "your text"),
            key="say", lines=1, bind="query-params", label_visibility="collapsed",
            placeholder=f"Type or paste anything: {words}",
        )  # fmt: skip
    return read


def made(view: View, written: str) -> fig.Cells:
    """The sentence as cells of what the run starts from; characters it has never read stand out."""
    kind = view.spec.symbols
    return fig.cells(written, kind, model_of(view).alphabet if kind == "characters" and view.ready else ())


def answer(corpus: str) -> int | None:
    """What is bet on: the tokens of the word after the default's merges, learned from this text."""
    return count(live.view(bpe_lab, bpe_lab.SPEC(corpus=corpus)), fig.ASKED)


def boxes(view: View, written: str) -> tuple[Box, ...]:
    """The pipeline of a run, with the reader's sentence and its tokens."""
    if not view.ready:
        tokens = []
    elif view.lab is bpe_lab:
        tokens = _tokens(view, written)
    else:
        try:
            tokens = ask(view, "encode", text=written)["pieces"]
        except ValueError:  # a sign that this model keeps for itself
            tokens = []
    return said.pipeline(view, written, tokens)


def count(view: View, written: str) -> int | None:
    """How many tokens a text is to a run; None where it is not trained."""
    return len(_tokens(view, written)) if view.ready else None


def _tokens(view: View, written: str) -> list[str]:
    tokenizer = model_of(view)
    return [tokenizer.token(id) for id in tokenizer.encode(written)]


def cut(tokens: list[str], who: str = "") -> str:
    """Tokens as chips behind a name, in HTML."""
    return chips([fig.visible(token) for token in tokens], who)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    names = "".join(f"<th>{name}</th>" for name in head)
    st.html(f'<table class="gb-forms"><tr>{names}</tr>{body}</table>')


def forms(view: View, other: View) -> str:
    """One word as it stands, behind a space, with a capital; in pieces of the other model; and its letters.
    Returns the word."""
    if not ready(view, "the trained merges cut words"):
        return WORD
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        with st.container(key="quiet-word"):
            word = text(
                "A word", WORD, lambda typed: said.read(typed.strip(), 60, "a word"), key="word",
                max_chars=60, width=280,
            )  # fmt: skip
        shapes = ask(view, "forms", word=word)
        rows = {f"“{fig.visible(shape)}”": tokens for shape, tokens in shapes.items()}
        if other.ready and unigram.SPACE not in word:  # a sign that this model keeps for itself
            rows["unigram"] = ask(other, "encode", text=f" {word}")["pieces"]
        _table(("as", "tokens", ""), ((escape(name), cut(one), str(len(one))) for name, one in rows.items()))
        letter, times = said.commonest(word)
        st.markdown(
            f"A model is handed `{', '.join(map(str, model_of(view).encode(word)))}`, and no letter among "
            f"them. How often **{plain(letter)}** is in it ({times}) it can only have learned elsewhere."
        )
    with right:
        st.markdown("**Found in held-out prose:** words that fall apart without the space before them")
        found = _held_out(view.stamp, view)[2]
        rows = ((f"{n} ×", cut(behind), cut(bare)) for _, n, behind, bare in found)
        _table(("there", "behind a space", "without"), rows)
    return word


def readings(view: View, merged: View) -> None:
    """All readings of a word at once, and how alpha sharpens or levels the draw between them."""
    if not ready(view, "the trained pieces read a word in every way"):
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiet-lattice"):
        word = text(
            "A word to read", WORD, lambda typed: ask(view, "alpha", word=typed), key="lattice.word",
            max_chars=24, width=280,
        )  # fmt: skip
        if merged.ready:
            st.html(cut(_tokens(merged, f" {word.strip()}"), "BPE has one answer"))
    found = ask(view, "alpha", word=word)
    panels, made = fig.alpha(word, found)
    film_of(
        made, panels, said.alpha(word, found), key="lattice.film", timeline="bits", unit="bits",
        stamp=f"{view.stamp}-{word}", height=280, start=20, time="100 α:",
    )  # fmt: skip
    with st.container(key="quiet-alpha"):
        st.caption(
            "Drag α: at 0 every reading is as likely as another, above 1 the best one wins. The ten "
            "draws use the same random numbers throughout."
        )


def languages(view: View) -> None:
    """The same sentence in many languages at every moment of the training, and one of them in chips."""
    if not shown(view, "the same sentence is counted in fourteen languages"):
        return
    film_of(
        view, fig.languages(view.trace), said.languages(view.trace), key=f"languages.{view.key}",
        timeline="train", unit="bytes/token (training text)", height=300, time="merge",
    )  # fmt: skip
    if view.ready:
        with st.container(key="quiet-language"):
            name = st.selectbox("Look at one", list(ARTICLE), index=10, key="language", width=200)
            tokens, article = _tokens(view, ARTICLE[name]), ARTICLE[name]
            st.html(f'<div class="gb-tokens">{cut(tokens)}</div>')
            st.caption(f"{len(tokens)} tokens, {len(article)} characters, {len(article.encode())} bytes.")


@st.cache_data(show_spinner=False, max_entries=32)
def _held_out(stamp: str, _view: View) -> tuple[Any, str, list[said.Surprise]]:
    """What held-out prose shows of a vocabulary: its tokens by rank, that in words, and what surprises."""
    held, tokenizer = drawn("prose", 1, _view.spec.seed)[1], model_of(_view)
    now = ask(_view, "ranks", text=held)
    bare = subword_probes.ranks(Tokenizer(tokenizer.kind, (), tokenizer.alphabet), {"text": held})["count"]
    names = f"bare {_view.spec.symbols}", f"{len(tokenizer.pairs)} merges"
    chart = fig.zipf(dict(zip(names, (bare, now["count"]), strict=True)))
    return chart, said.ranks(tokenizer, now["ids"], now["count"]), said.surprises(tokenizer, held)


def ranks(view: View) -> None:
    """How often each token occurs, by rank: merging levels what bytes leave steep."""
    if not ready(view, "the tokens of held-out prose are counted"):
        return
    chart, words, _ = _held_out(view.stamp, view)
    st.vega_lite_chart(chart, key="ranks")
    st.caption(words)


def _learned(given: str, many: int, view: View) -> tuple[Tokenizer, list[int], list[int], int | None]:
    """Merges of a text, how often each pair was there, the text's size after each; and how many tokens it is
    to the page's own, None where that is not known. Raises ValueError."""
    ask, asked = computing.answer, {"text": given, "merges": many}
    told = computing.computed(lambda: ask("words.bpe", bpe_lab.SPEC(), "learn", asked, None))
    pairs = tuple((left, right) for left, right in told["pairs"].tolist())
    others = None
    if view.ready:
        with contextlib.suppress(ValueError):  # too long a word for so many merges
            ids = computing.computed(lambda: ask(view.id, view.spec, "encode", {"text": given}, view.run))[
                "ids"
            ]
            others = len(ids)
    return Tokenizer("bytes", pairs), told["count"].tolist(), told["size"].tolist(), others


def own(view: View) -> None:
    """Merges learned from the reader's own text, here and now, and gone with the session."""
    left, right = st.columns([1, 1.1], gap="large")
    with left:
        label = f"A text of your own, up to {MOST:,} characters"
        given = text(label, START, lambda typed: readable(typed, MOST), key="own.text", lines=5)
        kinds = ["txt", "md", "py", "csv"]
        file = st.file_uploader("Or a text file", kinds, key="own.file", max_upload_size=1)
        many = int(st.slider("Merges", 1, MERGES, 60, key="own.merges"))
    if file is not None:
        try:
            given = uploaded(file.getvalue(), MOST)
        except ValueError as refusal:
            right.warning(f"{plain(str(refusal))}.")
            return
    stamp = hashlib.sha256(f"{many} {given}".encode()).hexdigest()[:16]  # holds nothing of the text
    if st.session_state.get("own.learned", ("",))[0] != stamp:  # kept by this session alone
        try:
            st.session_state["own.learned"] = stamp, *_learned(given, many, view)
        except ValueError as refusal:
            right.warning(f"{plain(str(refusal))}.")
            return
    _, tokenizer, counts, sizes, others = st.session_state["own.learned"]
    with right:
        st.markdown(said.own(given, tokenizer, sizes[-1], others))
        st.caption(
            "Learned here, beside the page. Neither the text nor its merges are stored or stand in the link: "
            "they go with your session."
        )
    if counts:
        made = fig.own(len(given.encode()), tokenizer.pairs, counts, sizes)
        sentence = said.own_film(given, BEGINNING, tokenizer, counts)
        film_of(
            made, fig.own_panels(given[:BEGINNING]), sentence, key="own.film", timeline="train",
            unit="bytes a token", stamp=stamp, height=240, time="merge",
        )  # fmt: skip
