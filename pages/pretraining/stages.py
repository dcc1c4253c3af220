"""Stages of the page on pretraining: hide words of a sentence, few labels, a text under the microscope."""

import streamlit as st

from app.page.live import View, model_of
from app.page.screen import Figure, Scene
from app.page.verbs import ask, ready, text
from engine.language import bert_lab
from pages.pretraining import figures as fig

RIGHT = Figure("animal_both", "% of hidden animals", "higher")
FEW = Figure("pretrained", "% of new sentences, 16 labels", "higher")
TYPED = "The default value of this parameter is None"


def hero(run: View) -> Scene:
    """One hidden word for two nets."""
    return Scene(fig.hero(run.trace), fig.hero_said(run.trace), RIGHT, height=250)


def few(run: View) -> Scene:
    """Few labels, with pretraining and without."""
    return Scene(fig.few(run.trace), fig.FEW, FEW, height=250, time="draw")


def hide(view: View) -> None:
    """A sentence whose words are hidden by a click, and what both nets guess."""
    if not ready(view, "both nets guess the words that you hide"):
        return
    typed = text(
        "A sentence of words that the nets know",
        bert_lab.EXAMPLE,
        bert_lab.read,
        key="hide.text",
        max_chars=200,
    )
    words = bert_lab.cut(typed)
    hidden = st.pills(
        "Click the words to hide", range(len(words)), selection_mode="multi", default=[words.index("hoot")]
        if "hoot" in words else [0], format_func=words.__getitem__, key=f"hide.words.{len(words)}",
    )  # fmt: skip
    if not hidden:
        st.caption("No word is hidden. Click one.")
        return
    found = ask(view, "guess", text=typed, hidden=sorted(hidden))
    for line in fig.guesses(words, sorted(hidden), found["p"]):
        st.html(line)
    st.caption("The three likeliest words at each hidden place; green: the word that you hid.")


def microscope(view: View) -> None:
    """A text in a GPT-2: surprise by word, each layer's guess of the next, work with and without keys."""
    if not ready(view, "the small GPT reads your text"):
        return
    with st.container(key="quiet-lens"):
        typed = text(
            "A text", TYPED, lambda given: ask(view, "lens", text=given), key="lens.text", max_chars=600
        )
        found, read = ask(view, "lens", text=typed), ask(view, "next", text=typed)
        tokenizer, last = model_of(view).tokenizer(), len(found["words"]) - 1
        chosen = 0
        if last > 0:
            chosen = st.slider(
                "After which piece?", 0, last, last, key=f"lens.at.{last}", help="0: at the start."
            )
    if last > 0:
        st.html(fig.surprise(tokenizer, found["words"], read["nats"], chosen))
        st.caption(
            "Pieces are words, or parts of rare ones. Under each its surprise in bits: 1 bit, one chance in "
            "two; 10 bits, one in a thousand."
        )
    lines = fig.layers(tokenizer, found, chosen)
    for column, part in zip(st.columns(2), (lines[: len(lines) // 2], lines[len(lines) // 2 :]), strict=True):
        for line in part:
            column.html(line)
    with st.container(key="quiet-lens-said"):
        st.caption(
            "The three likeliest next pieces, as each layer's vector would have them (the logit lens). With "
            "no layer the net only sees the piece itself, and repeats it."
        )
        st.caption(fig.work_said(found))
