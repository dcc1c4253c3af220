"""A sheet for a seminar: what a page lets people argue about, on one printed side, its states as QR codes."""

import re

import streamlit as st

from app import style
from app.catalogue import CATALOGUE
from app.page import take
from app.page.prose import sections
from app.references import papers

BEAT = re.compile(r"\s*\[beat (\d+)\]\s*$")


def side(slug: str, words: str) -> None:
    """A position, or a question alone, and the state of the page that speaks for it."""
    match = BEAT.search(words)
    text, code = st.columns([2, 1], gap="small") if match else (st.container(), None)
    text.markdown(words[: match.start()] if match else words)
    if match and code is not None:
        link, reachable = take.address(f"beat={int(match[1]) - 1}", slug)
        drawn = f'<img src="{take.code(link)}" alt="QR code of step {match[1]}">' if reachable else ""
        code.html(f'<a href="./{slug}?beat={int(match[1]) - 1}">{drawn}step {match[1]}</a>')


def sheet(slug: str) -> None:
    """One page's disputes, its open questions, and what people get wrong."""
    entry = next(one for one in CATALOGUE if one.slug == slug)
    told = dict(sections(slug))
    st.title(entry.title, anchor=False)
    cited = "; ".join(papers()[key].short for key in entry.papers)
    st.markdown(f"{entry.idea} :gray[{cited}.]")
    for item in told["Discuss"]:
        question, *sides = map(str.strip, item.split(" | "))
        with st.container(key=f"sheet-{told['Discuss'].index(item)}"):
            if not sides:
                side(slug, question)
                continue
            st.markdown(f"**{question}**")
            for column, words in zip(st.columns(len(sides), gap="medium"), sides, strict=True):
                with column:
                    side(slug, words)
    wrong = next((items for title, items in told.items() if "wrong" in title.lower()), ())
    st.markdown("**What people get wrong**")
    st.markdown("\n".join(f"- {BEAT.sub('', item)}" for item in wrong))
    if not take.address("", slug)[1]:
        st.caption("For QR codes set GLASSBOX_PUBLIC_URL, or serve with `--host 0.0.0.0`.")


wanted = st.query_params.get("page", "")
if wanted in {one.slug for one in CATALOGUE}:
    sheet(wanted)
else:
    st.warning(style.plain(f"page must be the name of a page, as in vqvae, got {wanted[:40]!r}."))
