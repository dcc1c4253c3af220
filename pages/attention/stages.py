"""Ask a trained translator: a date of one's own, a row forced by hand, a field wiped out, one vector."""

from html import escape
from typing import Any

import numpy as np
import streamlit as st

from app.components.attention import attention
from app.page import live
from app.page.verbs import arms, ask, ready
from app.page.verbs import text as read_text
from engine.attention.bahdanau_lab import LONGER
from engine.data.dates import FIELDS, Sentence, examples, understood
from pages.attention import figures as fig

START = "Monday, Sep 15 2008"


def example(extras: dict[str, str | int]) -> tuple[int, Sentence]:
    """Which of the recorded examples the film shows; in the URL as `text`, and in the page's link."""
    texts = [one.text for one in examples()]
    with st.container(key="quiet-text"):
        chosen = st.segmented_control(
            "Text", texts, key="text", default=texts[0], required=True, bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
    number = texts.index(chosen or texts[0])
    extras["text"] = texts[number]
    return number, examples()[number]


def draw(view: live.View) -> None:
    """A text, its translation, and what becomes of it."""
    if not ready(view, "the trained net translates"):
        return
    with st.container(key="quiet-date", horizontal=True, vertical_alignment="bottom"):
        text = read_text(
            "Your own date", START, lambda typed: ask(view, "translate", text=typed),
            key="ask.text", max_chars=200, width=330,
        )  # fmt: skip
        one = understood(text)
        choices = ["nothing", *(FIELDS if one else ())]
        wipe = st.segmented_control("Wipe out", choices, key="ask.wipe", default="nothing", required=True)
    asked: dict[str, Any] = {"text": text}
    if one and wipe in FIELDS:
        asked["wiped"] = one.spans[0][FIELDS.index(wipe)]
    found = ask(view, "translate", **asked)
    written = fig.said(found["codes"])
    keys = _keys(text, asked.get("wiped"))
    left, right = st.columns([3.2, 1], gap="medium")
    with left:
        row = _picture(found["alpha"], written, keys, one)
    with right:
        _outcome(view, asked, written, row, one)


def _picture(
    alpha: np.ndarray, written: list[str], keys: list[str], one: Sentence | None
) -> tuple[int, tuple[float, ...]] | None:
    """The touchable alignment. Returns the row that the reader forced."""
    if not alpha.any():
        st.markdown("**One vector:** there is no row to look at, and none to force.")
        return None
    framed = one is not None and len(one.spans) == 1
    told = attention(
        alpha,
        written,
        keys,
        key="ask.picture",
        query=min(fig.MONTH, len(written) - 1),
        force=True,
        outline=_outline(one, alpha.shape) if one and framed else None,
        titles={
            "arcs": [("Click an ", None), ("output", "model"), (", then move its weight", None)],
            "matrix": [("All rows", None), ("; framed: its own field" if framed else "", "truth")],
        },
        sentence="Click a row, then drag or click in it to give its weight to other characters.",
        height=250,
        name="glassbox-alignment",
    )
    return (told.query, told.row) if told.query is not None and told.row is not None else None


def _outcome(
    view: live.View,
    asked: dict[str, Any],
    written: list[str],
    row: tuple[int, tuple[float, ...]] | None,
    one: Sentence | None,
) -> None:
    truth = fig.seen(one.iso) if one else None
    _line("It writes", fig.differing(truth or written, written))
    if row is not None:
        forced = ask(view, "translate", **asked, forced={row[0]: row[1]})
        after = fig.said(forced["codes"])
        _line(f"With your row for character {row[0] + 1}", fig.differing(written, after))
    if one is None:
        st.caption("These words are no date that the nets learned: nothing says what would be right.")
    else:
        if len(one.spans) > (most := getattr(view.spec, "dates", 1)):
            st.caption(f"It learned from texts of {most} at most, so more of them are a test it may fail.")
        _line("Right would be", fig.differing(fig.seen(one.iso), fig.seen(one.iso)))
    if getattr(view.spec, "memory", "") != "attention":
        return
    other = live.view(view.lab, view.spec.but(memory="one vector"))
    with st.container(key="vector-says"):
        if not ready(other, "one vector of as many steps translates the same"):
            return
        codes = ask(other, "translate", **asked)["codes"]
        _line("One vector, as many steps, writes", fig.differing(truth or fig.said(codes), fig.said(codes)))


def _line(words: str, shown: list[tuple[str, bool]]) -> None:
    """A written text under a few words, what differs marked."""
    signs = "".join(
        f"<{'mark' if new else 'span'}>{escape(c.replace('␣', ' '))}</{'mark' if new else 'span'}>"
        for c, new in shown
    )
    st.html(f'<p class="gb-soft">{escape(words)}</p><p class="gb-written">{signs or "nothing"}</p>')


def _keys(text: str, wiped: tuple[int, int] | None) -> list[str]:
    low, high = wiped or (0, 0)
    return ["▒" if low <= i < high else label for i, label in enumerate(fig.seen(text))]


def _outline(one: Sentence, shape: tuple[int, ...]) -> np.ndarray:
    """The fields' cells, as far as the net wrote that far."""
    cells = np.zeros(shape, np.uint8)
    wanted = np.array(fig.field_cells(one), np.uint8)
    rows = min(len(wanted), shape[0])
    cells[:rows] = wanted[:rows]
    return cells


def longer(view: live.View) -> None:
    """One date, two, three: attention and one vector on the same axes; and what a wiped field takes along."""
    memories = {memory: {"memory": memory} for memory in fig.INK}
    longest = live.view(view.lab, view.lab.SPEC().but(**LONGER, seed=view.spec.seed))
    left, right = st.columns([1, 1.35], gap="large")
    with left, st.container(key="vector-keeps"):
        st.markdown("**More to remember**")
        if (two := arms(longest, memories)) is not None:
            st.vega_lite_chart(fig.growth(two))
            with st.container(key="quiet-growth"):
                st.caption(fig.growth_sentence(two))
    with right, st.container(key="vector-loses"):
        st.markdown("**Wipe out one field: which characters fail, %**")
        if (one := arms(view, memories)) is not None:
            for column, (memory, trace) in zip(st.columns(2), one.items(), strict=True):
                column.vega_lite_chart(fig.wiped(trace, memory))
            with st.container(key="quiet-wiped"):
                st.caption(fig.wiped_sentence(one))
