"""The entry: look, search and navigation, made from the catalogue."""

import streamlit as st

from app import style
from app.catalogue import CATALOGUE, found
from app.navigation import page_of
from app.page.damage import damaged
from app.references import search_texts
from engine.runs.reading import Unreadable

st.set_page_config(
    page_title="Glassbox", page_icon=str(style.ROOT / "assets" / "pictures" / "icon.svg"), layout="wide"
)
style.apply()
query = st.sidebar.text_input(
    "Find a page",
    key="find",
    placeholder="Find a system, an author …",
    label_visibility="collapsed",
    max_chars=80,
)
shown = {entry.slug for entry in found(query, search_texts())}
own = [
    st.Page(style.ROOT / "app" / "home.py", title="Glassbox", default=True),
    st.Page(style.ROOT / "app" / "lecture.py", title="My lecture", url_path="lecture"),
    st.Page(style.ROOT / "app" / "sheet.py", title="A seminar sheet", url_path="sheet", visibility="hidden"),
]
sections = {"": own}
for entry in CATALOGUE:
    sections.setdefault(entry.section, []).append(page_of(entry, entry.slug in shown))
chosen = st.navigation(sections, expanded=True)
if not shown:
    st.sidebar.caption(f"Nothing here is called “{style.plain(query)}” yet.")
try:
    chosen.run()
except Unreadable as found:
    damaged(found)
