"""Home: what this is, where to begin, the map of the pages, and each with a picture that was trained."""

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from app.catalogue import LISTED, entry, found
from app.components.course import course
from app.components.poster import poster
from app.entries import Entry
from app.navigation import page_of
from app.page import standing
from app.page.covers import cover
from app.references import search_texts
from app.style import ROOT, plain

FOOT_S = 10.0
MANY = 24  # with more pages than this, all sections but the first begin folded
LECTURE = str(ROOT / "app" / "lecture.py")


def start(entries: Sequence[Entry]) -> None:
    """A good start for three kinds of readers."""
    seminar = next((e for e in entries if e.slug == "preferences"), entries[0])
    readers = (
        ("On your own", "Begin with the first page: walk its tour, then make a bet.", entries[0]),
        ("In a lecture", "Take steps from any pages; the arrow keys walk through them.", None),
        ("In a seminar", "Every page ends in disputes. Here a room votes from its phones.", seminar),
    )
    for column, (who, says, page) in zip(st.columns(3, gap="medium"), readers, strict=True):
        with column, st.container(key=f"start-{who.split()[-1]}"):
            st.markdown(f"**{who}**  \n{says}")
            if page is None:
                st.page_link(LECTURE, label="My lecture →")
            else:
                st.page_link(page_of(page), label=f"{page.title} →")


def cards(entries: Sequence[Entry]) -> None:
    """One section: a card for each page; its picture is fetched when it comes near."""
    columns = 3 if len(LISTED) > 4 else 2
    for row in range(0, len(entries), columns):
        for column, one in zip(st.columns(columns, gap="medium"), entries[row : row + columns], strict=False):
            with column, st.container(key=f"card-{one.slug}"):
                panel, source = cover(one.slug)
                poster(panel, source, key=f"poster.{one.slug}", sentence=f"{one.title}: {one.idea}")
                st.page_link(page_of(one), label=f"**{one.title}**")
                st.markdown(f"{one.idea} :gray[{one.minutes} minutes.]")


@st.fragment(run_every=FOOT_S)
def foot() -> None:
    """Where trainings run, and how many wait."""
    if said := standing.told():
        st.caption(plain(said))


st.title("Every machine of a course on deep generative models, at work behind glass.", anchor=False)
st.markdown(
    ":gray[Small enough to train while you watch, faithful enough to show what its paper claims. "
    "Point at a picture, and it learns again.]"
)
query = st.session_state.get("find", "")
shown = found(query, search_texts())
if not query:
    start(LISTED)
    st.header("What builds on what", anchor=False)
    if chosen := course(LISTED, key="course"):
        st.switch_page(page_of(entry(chosen)))
for i, (section, group) in enumerate(groupby(shown, key=lambda one: one.section)):
    with st.expander(f"**{section}**", expanded=i == 0 or len(shown) <= MANY):
        cards(list(group))
if not shown:
    st.markdown(
        "Nothing here matches. Search for a system, an author or an idea, as in *gated* or *Kavukcuoglu*."
    )
foot()
