"""Streamlit's pages, made from the catalogue."""

import streamlit as st

from app.entries import Entry
from app.style import ROOT


def page_of(entry: Entry, visible: bool = True) -> st.Page:
    """A page of the catalogue. One that the search leaves out is hidden and stays reachable."""
    return st.Page(
        ROOT / "pages" / entry.folder / "page.py",
        title=entry.title,
        url_path=entry.slug,
        visibility="visible" if visible else "hidden",
    )
