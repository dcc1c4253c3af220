"""Home: what this is, where to begin, the map of the pages, and each with a picture that was trained."""

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from app.catalogue import LISTED, found
from app.components.course import course
from app.components.poster import poster
from app.entries import Entry
from app.navigation import page_of
from app.page.covers import cover
from app.references import search_texts

MANY = 24  # with more pages than this, all sections but the first begin folded
READERS = (
    ("On your own", "Begin with the first page. The tour walks you through a picture; then make a bet.", {}),
    ("In a lecture", "Every page fills the projector: arrow keys walk through its steps.", {"present": "1"}),
    ("In a seminar", "Every page ends in disputes. Here a room votes on them from its phones.", {}),
)


def start(entries: Sequence[Entry]) -> None:
    """A good start for three kinds of readers."""
    seminar = next((e for e in entries if e.slug == "preferences"), entries[0])
    for column, (who, says, query), entry in zip(
        st.columns(3, gap="medium"), READERS, (entries[0], entries[0], seminar), strict=True
    ):
        with column, st.container(key=f"start-{who.split()[-1]}"):
            st.markdown(f"**{who}**  \n{says}")
            st.page_link(page_of(entry), label=f"{entry.title} →", query_params=query or None)


def cards(entries: Sequence[Entry]) -> None:
    """One section: a card for each page; its picture is fetched when it comes near."""
    columns = 3 if len(LISTED) > 4 else 2
    for row in range(0, len(entries), columns):
        for column, entry in zip(
            st.columns(columns, gap="medium"), entries[row : row + columns], strict=False
        ):
            with column, st.container(key=f"card-{entry.slug}"):
                panel, source = cover(entry.slug)
                poster(panel, source, key=f"poster.{entry.slug}", sentence=f"{entry.title}: {entry.idea}")
                st.page_link(page_of(entry), label=f"**{entry.title}**")
                st.markdown(f"{entry.idea} :gray[{entry.minutes} minutes.]")


st.title("Every machine of a course on deep generative models, at work behind glass.", anchor=False)
st.markdown(
    ":gray[Small enough to train while you watch, faithful enough to show what its paper claims. "
    "Point at a picture, and it learns again.]"
)
query = st.session_state.get("find", "")
shown = [e for e in found(query, search_texts()) if not e.hidden]
if not query:
    start(LISTED)
    st.header("What builds on what", anchor=False)
    if chosen := course(LISTED, key="course"):
        st.switch_page(page_of({e.slug: e for e in LISTED}[chosen]))
for i, (section, group) in enumerate(groupby(shown, key=lambda entry: entry.section)):
    with st.expander(f"**{section}**", expanded=i == 0 or len(shown) <= MANY):
        cards(list(group))
if not shown:
    st.markdown(
        "Nothing here matches. Search for a system, an author or an idea, as in *gated* or *Kavukcuoglu*."
    )
