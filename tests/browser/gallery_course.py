"""The map of sixty-three pages that are made up. `streamlit run tests/browser/gallery_course.py`."""

import streamlit as st

from app.components.course import course
from app.entries import Entry

LANES = (4, 2, 7, 9, 3, 6, 5, 3, 5, 7, 4, 5, 3)  # pages of a section; the sixty-three of the curriculum


def made_up() -> list[Entry]:
    """Each page stands on the one before it, and on the first of the section two before."""
    entries: list[Entry] = []
    first: list[str] = []
    for lane, count in enumerate(LANES):
        for i in range(count):
            after = (entries[-1].slug,) if i else ()
            if not i:
                after = tuple(first[-2:-1])
                first.append(f"page-{lane}-{i}")
            entries.append(
                Entry(
                    title=f"{'A long title ' if i % 3 == 2 else 'Page '}{lane}.{i}",
                    idea=f"What page {lane}.{i} shows.",
                    labs=(),
                    systems=(),
                    papers=(),
                    minutes=9,
                    cover="",
                    after=after,
                    section=f"Section {lane} of the course",
                    slug=f"page-{lane}-{i}",
                )
            )
    return entries


st.set_page_config(layout="wide")
chosen = course(made_up(), key="course")
st.write(f"chosen {chosen}")
