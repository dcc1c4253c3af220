"""What is far down is drawn when the reader comes near, and stays: most who open a page see its top first."""

import streamlit as st

from app.components.messages import mounted

_near = mounted("parts/near.js", html="<div class='near'></div>")


def flag(slug: str) -> str:
    """The key under which a session knows that its reader has come near the lower chapters of a page."""
    return f"near.{slug}"


def near(slug: str) -> bool:
    """Whether the reader came within a screen and a half of here, or printed the page. Call it in a fragment:
    until then it draws what tells it, and the fragment is drawn anew by that."""
    key = flag(slug)

    def come() -> None:
        st.session_state[key] = True

    if not st.session_state.get(key):
        _near(key=f"{key}.told", on_near_change=come)
    return bool(st.session_state.get(key))


def room(pixels: int) -> None:
    """What is not drawn yet takes about its height, so that the page is as long as it will be."""
    st.html(f"<div style='height: {pixels}px'></div>")
