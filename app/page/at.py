"""The moment that a link, a beat or a preset asks for: where a film opens, or goes to when asked anew."""

import streamlit as st


def ask(moment: int | None, stage: str | None = None) -> None:
    """Have the films of a stage, or of all, go to a moment; None: to their end."""
    st.session_state["at"] = (moment, stage, asked()[1] + 1)


def asked(stage: str | None = None) -> tuple[int | None, int]:
    """The moment asked for on a stage (None: the end), and how often somebody has asked."""
    moment, where, count = st.session_state.get("at", (None, None, 0))
    return (moment if where in (None, stage) else None), count
