"""The entry: look, search and navigation, made from the catalogue."""

from pathlib import Path

import streamlit as st

from app import style
from app.catalogue import CATALOGUE, Entry, found
from app.references import papers

ROOT = Path(__file__).parent.parent


def page_of(entry: Entry, shown: set[str]) -> st.Page:
    """A page of the catalogue. What the search leaves out is hidden and stays reachable."""
    return st.Page(
        ROOT / "pages" / f"{entry.slug}.py",
        title=entry.title,
        url_path=entry.slug,
        visibility="visible" if entry.slug in shown else "hidden",
    )


st.set_page_config(page_title="Glassbox", page_icon=str(ROOT / "assets" / "pictures" / "icon.svg"), layout="wide")
style.apply()
texts = {key: f"{' '.join(p.authors)} {p.title} {p.year}" for key, p in papers().items()}
with st.sidebar:
    query = st.text_input(
        "Find", key="find", placeholder="Find a system, an author, an idea", label_visibility="collapsed"
    )
shown = {entry.slug for entry in found(query, texts)}
home = st.Page(ROOT / "pages" / "home.py", title="Glassbox", default=True)
sections: dict[str, list[st.Page]] = {"": [home]}
for one in CATALOGUE:
    sections.setdefault(one.section, []).append(page_of(one, shown))
chosen = st.navigation(sections, expanded=True)
if query and not shown:
    st.sidebar.caption(f"Nothing here is called “{query[:40]}” yet.")
chosen.run()
