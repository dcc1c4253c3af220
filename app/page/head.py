"""The head of a page: its claim, its three sentences, its papers, the contents; and its foot."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import escape

import streamlit as st

from app.catalogue import neighbours
from app.components.messages import mounted
from app.entries import Entry
from app.glossary import marked
from app.navigation import page_of
from app.page import take
from app.references import papers

_contents = mounted("parts/contents.js", css="parts/contents.css", html="<nav class='contents'></nav>")


def title(claim: str, says: Sequence[str], terms: set[str]) -> None:
    """The claim, and what goes in, what comes out, how it learns. terms: those explained are added."""
    with st.container(key="quiet-head"):
        st.title(claim, anchor="see")
        st.html(f'<p class="gb-says">{" ".join(marked(one, terms) for one in says)}</p>')


@contextmanager
def row(entry: Entry, hero: str, touring: bool) -> Iterator[None]:
    """Where the picture comes from, the papers, the minutes; and room for the tour, which stays in sight."""
    line = st.container(
        key="line-tour" if touring else "line", horizontal=True, vertical_alignment="center", gap="small"
    )
    with line.container(key="quiet-chips", width="content"):
        badge = f'<span class="gb-chip gb-exact">{escape(hero)}</span>'
        minutes = f'<span class="gb-soft">{entry.minutes} minutes</span>'
        st.html(f'<div class="gb-chips">{badge}{cited(entry.papers)}{minutes}</div>')
    with line.container(key="tour", width="stretch"):
        yield


def cited(keys: Sequence[str]) -> str:
    """The papers as chips, as many as a line has room for; the others open behind a word."""
    chips = [
        f'<a href="{p.url}" title="{escape(p.title)}" target="_blank" rel="noopener">{escape(p.short)}</a>'
        for p in (papers()[key] for key in keys)
    ]
    if len(chips) <= 3:
        return "".join(chips)
    folded = f"<summary>{len(chips) - 2} more papers</summary><div>{''.join(chips[2:])}</div>"
    return f"{''.join(chips[:2])}<details>{folded}</details>"


def contents(chapters: Iterable[str]) -> None:
    """The chapters beside the picture, the one in view marked."""
    with st.container(key="quiet-contents"):
        _contents(key="contents", data={"chapters": {name: name.capitalize() for name in chapters}})


def code(slug: str, beat: int) -> str:
    """A QR code of a beat; empty where a phone could not follow it."""
    link, reachable = take.address(f"beat={max(beat, 0)}", slug)
    return take.code(link) if reachable else ""


def neighbours_of(slug: str, beat: int) -> None:
    """The pages before and after, and the way to the projector, at the beat where the reader is."""
    before, after = neighbours(slug)
    for other, word in ((before, "Before this"), (after, "Next")):
        if other is not None:
            st.page_link(page_of(other), label=f"{word}: {other.title}")
    keys = "Arrow keys and space move, B blacks out, N opens notes, Q a QR code, O all steps, Escape leaves."
    st.markdown(f"[Present this page](?present=1&beat={beat}) :gray[{keys}]")
