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

WRONG, SIMPLIFIED, DISCUSS = "What people get wrong", "What is simplified here", "Discuss"
BEAT = re.compile(r"\s*\[beat (\d+)\]\s*$")


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


def pointed(item: str) -> tuple[str, int | None]:
    """An item's words, and the beat that it ends in, from 1."""
    match = BEAT.search(item)
    return (item[: match.start()], int(match[1])) if match else (item, None)


def sides(item: str) -> tuple[str, list[str]]:
    """The question of a dispute and its positions; none where it is a question alone."""
    question, *positions = map(str.strip, item.split(" | "))
    return question, positions


def argued(title: str) -> str:
    """The key of the container in which a section stands."""
    return f"argued-{_anchor(title)}"


def prose(slug: str) -> None:
    """Draw every section; what is simplified comes last, folded."""
    told = dict(sections(slug))
    simplified = told.pop(SIMPLIFIED, ())
    for title, items in told.items():
        st.subheader(title, anchor=_anchor(title))
        with st.container(key=argued(title)):
            for number, item in enumerate(items):
                question, positions = sides(item)
                if positions:
                    _dispute(slug, f"{title}.{number}", question, positions)
                else:
                    _item(slug, item, f"prompt.{title}.{number}")
    if simplified:
        with st.container(key=argued(SIMPLIFIED)), st.expander(SIMPLIFIED):
            st.markdown("\n".join(f"- {item}" for item in simplified))


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _item(slug: str, item: str, key: str) -> None:
    text, beat = pointed(item)
    if beat is None:
        st.markdown(f"- {text}")
        return
    with st.container(key=f"item-{key}", horizontal=True, vertical_alignment="center"):
        st.button("Show it", key=key, on_click=ask, args=(slug, beat - 1))
        st.markdown(text, width="stretch")


def _dispute(slug: str, name: str, question: str, positions: list[str]) -> None:
    """Two positions, a state of the page that speaks for each, and one vote, kept in this browser."""
    st.markdown(f"**{question}**")
    for column, (number, side) in zip(st.columns(len(positions)), enumerate(positions), strict=True):
        with column:
            _item(slug, side, f"side.{name}.{number}")
    kept = remembered(slug).get(f"vote.{name}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for number in range(len(positions)):
            mine = kept == number
            st.button(
                f"I hold with {('the first', 'the second', 'the third')[number]}",
                key=f"vote.{name}.{number}",
                type="primary" if mine else "secondary",
                on_click=remember,
                args=(slug, f"vote.{name}", None if mine else number),
            )
