"""What becomes of a page that comes upon a damaged file of a run."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st

from app.style import plain
from engine.runs.reading import Unreadable


def damaged(found: Unreadable) -> None:
    """It is drawn anew, since the run knows of the file now and does without it. Where that does not help it
    says so here, and the rest goes on."""
    if st.session_state.get("damaged") != str(found):
        st.session_state["damaged"] = str(found)
        st.rerun()
    st.warning(f"This cannot be shown: {plain(str(found))}. Train it again.")


def guarded(draw: Callable[..., None]) -> Callable[..., None]:
    """What draws a fragment, which a damaged file shall not end either."""

    @wraps(draw)
    def drawn(*given: Any) -> None:
        try:
            draw(*given)
        except Unreadable as found:
            damaged(found)

    return drawn
