"""Ask a tokenizer that was learned here: a sentence, a word and its shapes, a word's readings."""

from html import escape
from typing import Any

import streamlit as st

from app.components.blocks import pack
from app.components.film import film, inline
from app.figures.chips import chips
from app.page import live
from app.style import plain
from engine.words.example import SENTENCE, WORD
from engine.words.tokenizer import readable
from pages.tokens import figures as fig
from pages.tokens import sentences as said

DRAWN = 240  # characters that still make chips one can read


def sentence(extras: dict[str, str | int]) -> str:
    """The reader's sentence. It stands in the URL as `say`, and in the page's link; where it is refused, the
    example stands in its place."""
    text = st.text_area(
        "Your own text: words, code, emoji, any script",
        SENTENCE,
        height=68,
        key="say",
        bind="query-params",
        label_visibility="collapsed",
        placeholder="Type or paste anything: words, code, emoji, any script",
    )
    try:
        read = readable(text or "", DRAWN, "your text")
    except ValueError as refusal:
        st.warning(f"{plain(str(refusal))}. The example is shown in its place.")
        return SENTENCE
    if not read:
        st.caption("No text, no tokens: the example is shown in its place.")
        return SENTENCE
    extras["say"] = read
    return read


def answer(view: live.View) -> int | None:
    """What was bet on: the tokens of the word after the default's merges; None for any other setting."""
    usual = view.spec.but(seed=0) == view.lab.SPEC()
    return tokens_of(view, fig.ASKED) if usual else None


def made(view: live.View, text: str) -> fig.Cells:
    """The sentence as cells of what the run starts from; characters it has never read stand out."""
    kind = view.spec.symbols
    known = live.model_of(view).alphabet if kind == "characters" and view.ready else ()
    return fig.cells(text, kind, known)


def tokens_of(view: live.View, text: str) -> int | None:
    """How many tokens a text is to a run; None where it is not trained."""
    return len(view.lab.PROBES["encode"](live.model_of(view), {"text": text})["ids"]) if view.ready else None


def cut(tokens: list[str]) -> str:
    """Tokens as chips, in HTML."""
    return chips([fig.visible(token) for token in tokens])


def forms(view: live.View, other: live.View) -> str:
    """One word as it stands, behind a space, with a capital; in pieces of the other model; and its letters.
    Returns the word."""
    if not view.ready:
        st.info("Here the trained merges cut words. Train this setting above, or go back to a trained one.")
        return WORD
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        word = st.text_input("A word", WORD, key="word", max_chars=60, width=280) or ""
        try:
            shapes = view.lab.PROBES["forms"](live.model_of(view), {"word": word})
            if not word.strip():
                raise ValueError(
                    "a word needs a letter, got only spaces" if word else "a word is wanted, got none"
                )
        except ValueError as refusal:
            st.warning(f"{plain(str(refusal))}.")
            return WORD
        rows = [(f"“{fig.visible(shape)}”", tokens) for shape, tokens in shapes.items()]
        if other.ready:
            rows.append(("unigram", _pieces(other, f" {word}")))
        body = "".join(
            f"<tr><td>{escape(name)}</td><td>{cut(tokens)}</td><td>{len(tokens)}</td></tr>"
            for name, tokens in rows
        )
        st.html(f'<table class="gb-forms"><tr><th>as</th><th>tokens</th><th></th></tr>{body}</table>')
        ids = view.lab.PROBES["encode"](live.model_of(view), {"text": word})["ids"]
        letter, times = said.commonest(word)
        st.markdown(
            f"A model is handed `{', '.join(map(str, ids))}`, and no letter among them. How often "
            f"**{plain(letter)}** is in it ({times}) it can only have learned elsewhere."
        )
    with right:
        _surprises(view)
    return word


def _pieces(view: live.View, text: str) -> list[str]:
    try:
        return view.lab.PROBES["encode"](live.model_of(view), {"text": text})["pieces"]
    except ValueError as refusal:
        return [str(refusal)]


@st.cache_data(show_spinner=False, max_entries=32)
def _surprising(stamp: str, _view: live.View) -> list[tuple[str, int, list[str], list[str]]]:
    return said.surprises(live.model_of(_view), _view.spec.seed)


def _surprises(view: live.View) -> None:
    """Frequent words of held-out prose that fall apart without the space before them."""
    st.markdown("**Found in held-out prose:** words that fall apart without the space before them")
    rows = "".join(
        f"<tr><td>{n} ×</td><td>{cut(behind)}</td><td>{cut(bare)}</td></tr>"
        for _, n, behind, bare in _surprising(view.stamp, view)
    )
    head = "<tr><th>there</th><th>behind a space</th><th>without</th></tr>"
    st.html(f'<table class="gb-forms">{head}{rows}</table>')


@st.cache_data(show_spinner=False, max_entries=64)
def _alpha(stamp: str, word: str, _view: live.View) -> Any:
    return _view.lab.PROBES["alpha"](live.model_of(_view), {"word": word})


def readings(view: live.View, merged: live.View) -> None:
    """All readings of a word at once, and how alpha sharpens or levels the draw between them."""
    if not view.ready:
        st.info("Here the trained pieces read a word in every way. Train the unigram model above.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        word = st.text_input("A word to read", WORD, key="lattice.word", max_chars=24, width=280) or ""
        if merged.ready and word.strip():
            st.html(f'<div class="gb-soft">BPE has one answer: {cut(_merged(merged, word))}</div>')
    try:
        found = _alpha(view.stamp, word, view)
    except ValueError as refusal:
        st.warning(f"{plain(str(refusal))}.")
        return
    panels, (header, arrays) = fig.alpha(word, found)
    film(
        panels,
        inline(pack(header, arrays), f"{view.stamp}-{word}"),
        key="lattice.film",
        start=20,
        timeline="bits",
        timeline_unit="bits",
        sentence=said.alpha(word, found),
        height=330,
        name="glassbox-lattice",
        time="100 α:",
    )
    st.caption(
        "Drag α. At 0 every reading is as likely as another; at 1 the model draws as it believes; above, it "
        "settles on the best. The ten draws use the same random numbers throughout."
    )


def _merged(view: live.View, word: str) -> list[str]:
    tokenizer = live.model_of(view)
    return [tokenizer.token(id) for id in tokenizer.encode(f" {word.strip()}")]
