"""A ballot without names: two replies, and a click on the better one."""

from collections.abc import Callable, Sequence

import streamlit as st

from app.style import plain


def ballot(replies: Sequence[tuple[str, int]], vote: Callable[[int], None]) -> None:
    """Show it. replies: each with what a click on it is worth; vote: is told that, or 0 for "as good"."""
    with st.container(key="duel"):
        for place, (said, worth) in enumerate(replies):
            st.button(
                plain(said) or "says nothing",
                key=f"ballot.{place}",
                on_click=vote,
                args=(worth,),
                width="stretch",
            )
        st.button("As good", key="ballot.even", on_click=vote, args=(0,))
