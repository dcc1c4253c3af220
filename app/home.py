"""Home: what this is, and the pages in reading order, each with a picture that was trained."""

import streamlit as st

from app.catalogue import CATALOGUE, found
from app.components.poster import poster
from app.navigation import page_of
from app.page.covers import cover
from app.references import search_texts

st.title("Every machine of a course on deep generative models, at work behind glass.", anchor=False)
st.markdown(
    ":gray[Small enough to train while you watch, faithful enough to show what its paper claims. "
    "Point at a picture, and it learns again.]"
)
shown = found(st.session_state.get("find", ""), search_texts())
columns = 3 if len(CATALOGUE) > 4 else 2
for row in range(0, len(shown), columns):
    for column, entry in zip(st.columns(columns, gap="medium"), shown[row : row + columns], strict=False):
        with column, st.container(key=f"card-{entry.slug}"):
            st.markdown(f":small[:gray[{entry.section}]]")
            panel, source = cover(entry.slug)
            poster(panel, source, key=f"poster.{entry.slug}", sentence=f"{entry.title}: {entry.idea}")
            st.page_link(page_of(entry), label=f"**{entry.title}**")
            st.markdown(f"{entry.idea} :gray[{entry.minutes} minutes.]")
if not shown:
    st.markdown(
        "Nothing here matches. Search for a system, an author or an idea, as in *gated* or *Kavukcuoglu*."
    )
