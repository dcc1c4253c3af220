"""What stands in pages/<page>/prose.md: simplified, misconceptions, disputes, each under its heading.

An item may end in `[beat 3]`, which becomes a button that leads there. Under *Discuss* an item may have
positions, each after a bar and with a beat that speaks for it: `question | one [beat 2] | other [beat 5]`.
"""

import re
from functools import lru_cache

import streamlit as st

from app.page.beats import ask
from app.page.keeper import remember, remembered
from app.style import ROOT

SIMPLIFIED = "What is simplified here"


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
    """Draw every section; what is simplified comes last, folded."""
    told = dict(sections(slug))
    simplified = told.pop(SIMPLIFIED, ())
    for title, items in told.items():
        st.subheader(title, anchor=title.lower().replace(" ", "-"))
        for number, item in enumerate(items):
            question, *sides = map(str.strip, item.split(" | "))
            if sides:
                _dispute(slug, f"{title}.{number}", question, sides)
            else:
                _item(slug, item, f"prompt.{title}.{number}")
    if simplified:
        with st.expander(SIMPLIFIED):
            st.markdown("\n".join(f"- {item}" for item in simplified))


def _item(slug: str, item: str, key: str) -> None:
    match = re.search(r"\s*\[beat (\d+)\]\s*$", item)
    text = item[: match.start()] if match else item
    if match is None:
        st.markdown(f"- {text}")
        return
    with st.container(key=f"item-{key}", horizontal=True, vertical_alignment="center"):
        st.button("Show it", key=key, on_click=ask, args=(slug, int(match.group(1)) - 1))
        st.markdown(text, width="stretch")


def _dispute(slug: str, name: str, question: str, sides: list[str]) -> None:
    """Two positions, a state of the page that speaks for each, and one vote, kept in this browser."""
    st.markdown(f"**{question}**")
    for column, (number, side) in zip(st.columns(len(sides)), enumerate(sides), strict=True):
        with column:
            _item(slug, side, f"side.{name}.{number}")
    kept = remembered(slug).get(f"vote.{name}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for number in range(len(sides)):
            mine = kept == number
            st.button(
                f"I hold with {('the first', 'the second', 'the third')[number]}",
                key=f"vote.{name}.{number}",
                type="primary" if mine else "secondary",
                on_click=remember,
                args=(slug, f"vote.{name}", None if mine else number),
            )
