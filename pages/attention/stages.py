"""Ask a trained translator: a date of one's own, a row forced by hand, a field wiped out, one vector."""

from html import escape
from typing import Any

import numpy as np
import streamlit as st

from app.components.attention import attention
from app.page import live
from app.style import plain
from engine.attention.bahdanau_lab import LONGER
from engine.data.dates import FIELDS, Sentence, examples, understood
from pages.attention import figures as fig

START = "Monday, Sep 15 2008"


def example(extras: dict[str, str | int]) -> tuple[int, Sentence]:
    """Which of the recorded examples the film shows; in the URL as `text`, and in the page's link."""
    texts = [one.text for one in examples()]
    chosen = st.segmented_control(
        "Text",
        texts,
        key="text",
        default=texts[0],
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )
    number = texts.index(chosen or texts[0])
    extras["text"] = texts[number]
    return number, examples()[number]


def draw(view: live.View) -> None:
    """A text, its translation, and what becomes of it. Without a trained run it says what is missing."""
    if not view.ready:
        st.info("Here the trained net translates. Train this setting above, or go back to a trained one.")
        return
    model = live.model_of(view)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("Your own date", START, key="ask.text", max_chars=200, width=330)
        one = understood(text)
        choices = ["nothing", *(FIELDS if one else ())]
        wipe = st.segmented_control("Wipe out", choices, key="ask.wipe", default="nothing", required=True)
    asked: dict[str, Any] = {"text": text}
    if one and wipe in FIELDS:
        asked["wiped"] = one.spans[0][FIELDS.index(wipe)]
    try:
        found = view.lab.PROBES["translate"](model, asked)
    except ValueError as refusal:
        st.warning(f"This cannot be translated: {plain(str(refusal))}.")
        return
    written = fig.said(found["codes"])
    keys = _keys(text, asked.get("wiped"))
    left, right = st.columns([2.6, 1], gap="medium")
    with left:
        row = _picture(found["alpha"], written, keys, one)
    with right:
        _outcome(view, model, asked, written, row, one)


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
            "matrix": [("All rows", None), ("; framed: its field" if framed else "", "truth")],
        },
        sentence="Click a row, then drag or click in it to give its weight to other characters.",
        height=300,
        name="glassbox-alignment",
    )
    return (told.query, told.row) if told.query is not None and told.row is not None else None


def _outcome(
    view: live.View,
    model: Any,
    asked: dict[str, Any],
    written: list[str],
    row: tuple[int, tuple[float, ...]] | None,
    one: Sentence | None,
) -> None:
    truth = fig.seen(one.iso) if one else None
    _line("It writes", fig.differing(truth or written, written))
    if row is not None:
        forced = view.lab.PROBES["translate"](model, {**asked, "forced": {row[0]: row[1]}})
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
    if not other.ready:
        live.offer([other], "Train one vector to compare", "ask.vector")
        return
    codes = view.lab.PROBES["translate"](live.model_of(other), asked)["codes"]
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
    two = view.lab.SPEC().but(**LONGER, seed=view.spec.seed)
    arms = {m: live.view(view.lab, two.but(memory=m)) for m in fig.INK}
    plainly = {m: live.view(view.lab, view.spec.but(memory=m)) for m in fig.INK}
    left, right = st.columns([1, 1.35], gap="large")
    with left:
        _charted(arms, "**More to remember**", lambda: st.vega_lite_chart(fig.growth(_traces(arms))))
        if _there(arms):
            st.caption(fig.growth_sentence(_traces(arms)))
    with right:
        st.markdown("**Wipe out one field: which characters fail, %**")
        for column, (memory, one) in zip(st.columns(2), plainly.items(), strict=True):
            with column:
                _charted({memory: one}, "", lambda m=memory, o=one: st.vega_lite_chart(fig.wiped(o.trace, m)))
        if _there(plainly):
            st.caption(fig.wiped_sentence(_traces(plainly)))


def _there(arms: dict[str, live.View]) -> bool:
    return all(one.trace.finished for one in arms.values())


def _traces(arms: dict[str, live.View]) -> dict[str, Any]:
    return {name: one.trace for name, one in arms.items()}


def _charted(arms: dict[str, live.View], title: str, chart: Any) -> None:
    if title:
        st.markdown(title)
    if _there(arms):
        chart()
        return
    missing = [one for one in arms.values() if not one.trace.finished and not one.active]
    st.info("Not trained here yet." if missing else "In training.")
    name = "-".join(one.key for one in missing)
    live.offer(missing, "Train what is missing", f"longer.{name}")
