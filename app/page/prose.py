"""What stands in pages/<page>/prose.md: simplified, misconceptions, discussion, each under its heading."""

import re
from functools import lru_cache

import streamlit as st

from app.page.beats import ask
from app.style import ROOT


@lru_cache(maxsize=64)
def sections(slug: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The headings of a page's prose, each with its items."""
    text = (ROOT / "pages" / slug.replace("-", "_") / "prose.md").read_text("utf-8")
    parts = re.split(r"^## (.+)\n", text, flags=re.M)[1:]
    titles, bodies = parts[::2], parts[1::2]
    return tuple(
        (t, tuple(re.findall(r"^- (.+?)(?=\n- |\n*\Z)", b, flags=re.M | re.S)))
        for t, b in zip(titles, bodies, strict=True)
    )


def prose(slug: str) -> None:
    """Draw every section. An item that ends in `[beat 3]` gets a button that leads to that beat."""
    for title, items in sections(slug):
        st.header(title, anchor=title.lower().replace(" ", "-"))
        for number, item in enumerate(items):
            match = re.search(r"\s*\[beat (\d+)\]\s*$", item)
            text = item[: match.start()] if match else item
            if match is None:
                st.markdown(f"- {text}")
                continue
            with st.container(horizontal=True, vertical_alignment="center"):
                beat = int(match.group(1)) - 1
                st.button("Show it", key=f"prompt.{title}.{number}", on_click=ask, args=(slug, beat))
                st.markdown(text, width="stretch")
