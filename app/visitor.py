"""Who is at the other end: a random name for each browser, so that who starts a training may also stop it."""

import secrets

import streamlit as st

COOKIE = "glassbox"


def visitor() -> str:
    """This browser's random name, from its cookie; without cookies, a name for this tab. Never shown."""
    given = st.context.cookies.get(COOKIE, "")
    if len(given) == 32 and all(c in "0123456789abcdef" for c in given):
        return given
    if "visitor" not in st.session_state:
        st.session_state["visitor"] = secrets.token_hex(16)
    return st.session_state["visitor"]
