"""Stages of the encoder-decoder: the length of a text, a date that is read, three decoders that write."""

from zlib import crc32

import streamlit as st

from app.page.anatomy import Page
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import arms, ask, film_of, ready, text
from engine.attention import seq2seq_lab
from engine.attention.three_decoders_lab import DECODERS, date_in
from engine.data.dates import understood
from pages.encoder_decoder import figures as fig

START = "5 March 1998"
SHOWN = {f"{n} letters" if n > 1 else "1 letter": n for n in seq2seq_lab.SHOWN}
HERE = "8 letters"
EXACT = Figure("exact", "% new dates exact", "higher")


def length(page: Page) -> tuple[View, int]:
    """The run on the stage, and how many letters its text has; in the URL as `length`, and in the link."""
    run = page.view(seq2seq_lab)
    with st.container(key="choose", horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            "Letters in the text", list(SHOWN), key="length", default=HERE, label_visibility="collapsed",
            required=True, bind="query-params", width="content",
        )  # fmt: skip
        page.badge(*run.badge)
    page.extras["length"] = chosen or HERE
    return run, SHOWN[chosen or HERE]


def learning(run: View) -> Scene:
    """A decoder of dates in training."""
    return Scene(fig.learning(run.trace, run.spec.decoder), fig.LEARNING, EXACT, height=230)


def read(run: View) -> None:
    """A date of the reader's own, character by character."""
    if not ready(run, "the trained net reads a date"):
        return
    with st.container(key="quiet-date"):
        typed = text(
            "Your own date",
            START,
            lambda one: date_in({"text": one}),
            key="ask.text",
            width=330,
            max_chars=200,
        )
    one = understood(typed)
    if one is None:
        return
    panels, film, said = fig.reading(ask(run, "read", text=typed), typed, one.iso)
    name = crc32(typed.encode())  # a film of its own for each text: it opens at its own end
    film_of(
        film, panels, said, key=f"read.film.{name}", timeline="right", unit="of 10 characters right",
        height=240, stamp=f"read-{run.stamp}-{name}", time="character",
    )  # fmt: skip


def write(run: View) -> None:
    """Three decoders, learning in one pass and writing in many."""
    traces = arms(run, {name: {"decoder": name} for name in DECODERS})
    if traces is None:
        return
    panels, film, said = fig.writing(traces, run.spec.kernel)
    film_of(
        film, panels, said, key="write.film", timeline="passes", unit="passes", height=230,
        stamp="write-" + "-".join(str(len(t.moments)) for t in traces.values()) + run.stamp, time="character",
    )  # fmt: skip
