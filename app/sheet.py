"""A sheet for a seminar: what a page lets people argue about, on one printed side, its states as QR codes."""

import streamlit as st

from app import style
from app.catalogue import SLUGS, entry
from app.page import take
from app.page.prose import WRONG, pointed, sections, sides
from app.references import papers


def side(slug: str, words: str) -> None:
    """A position, or a question alone, and the state of the page that speaks for it."""
    text, beat = pointed(words)
    if beat is None:
        st.markdown(text)
        return
    left, right = st.columns([2, 1], gap="small")
    left.markdown(text)
    link, reachable = take.address(f"beat={beat - 1}", slug)
    drawn = f'<img src="{take.code(link)}" alt="QR code of step {beat}">' if reachable else ""
    right.html(f'<a href="./{slug}?beat={beat - 1}">{drawn}step {beat}</a>')


def sheet(slug: str) -> None:
    """One page's disputes, its open questions, and what people get wrong."""
    page, told = entry(slug), dict(sections(slug))
    st.title(page.title, anchor=False)
    cited = "; ".join(papers()[key].short for key in page.papers)
    st.markdown(f"{page.idea} :gray[{cited}.]")
    for number, item in enumerate(told["Discuss"]):
        question, positions = sides(item)
        with st.container(key=f"sheet-{number}"):
            if not positions:
                side(slug, question)
                continue
            st.markdown(f"**{question}**")
            for column, words in zip(st.columns(len(positions), gap="medium"), positions, strict=True):
                with column:
                    side(slug, words)
    st.markdown(f"**{WRONG}**")
    st.markdown("\n".join(f"- {pointed(item)[0]}" for item in told.get(WRONG, ())))
    if not take.address("", slug)[1]:
        st.caption("For QR codes set GLASSBOX_PUBLIC_URL, or serve with `--host 0.0.0.0`.")


wanted = st.query_params.get("page", "")
if wanted in SLUGS:
    sheet(wanted)
else:
    st.warning(style.plain(f"page must be the name of a page, as in vqvae, got {wanted[:40]!r}."))
