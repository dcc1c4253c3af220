"""A lecture of one's own: beats of any pages, put in order, named, shared as a link or as Markdown."""

import streamlit as st

from app import style
from app.catalogue import LISTED
from app.components.messages import mounted
from app.lectures import LONGEST, MINUTES, MOST, SHIPPED, beats_of, read, written
from app.page.covers import cover
from app.page.take import base

_desk = mounted("parts/lecture.js", css="parts/lecture.css")


def known(slug: str, title: str) -> dict[str, object]:
    """What the desk shows of a page."""
    panel, source = cover(slug)
    return {"title": title, "panel": panel, "source": source, "beats": [one for one, _ in beats_of(slug)]}


st.title("A lecture of your own", anchor=False)
st.markdown(
    "On any page begin the tour and press **+ lecture** at the steps that you want to show. Here you put "
    "them in order. On the projector the arrow keys walk through all of them, from page to page."
)
stops, refused = read(st.query_params.get("stops", ""))
if refused:
    st.warning("  \n".join(map(style.plain, refused)))
_desk(
    key="lecture",
    data={
        "pages": {entry.slug: known(entry.slug, entry.title) for entry in LISTED},
        "told": {"name": st.query_params.get("name", "")[:80], "text": written(stops)} if stops else None,
        "shipped": [vars(one) for one in SHIPPED],
        "base": base()[0],
        "bounds": {"minutes": MINUTES, "longest": LONGEST, "most": MOST},
    },
)
