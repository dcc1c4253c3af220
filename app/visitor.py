"""Who is at the other end: a random name for each browser, so that who starts a training may also stop it."""

import hashlib
import hmac
import secrets
from functools import lru_cache

import streamlit as st

from engine.runs import wire
from engine.runs.store import home

COOKIE = "glassbox"


def visitor() -> str:
    """This browser's random name, from its cookie; without cookies, a name for this tab. Never shown."""
    if name := named():
        return name
    if "visitor" not in st.session_state:
        st.session_state["visitor"] = secrets.token_hex(16)
    return st.session_state["visitor"]


def named() -> str:
    """The name in this browser's cookie, which goes with all that it fetches, too; empty without one."""
    return read(str(st.context.cookies.get(COOKIE, "")))


def address() -> str:
    """Where this browser asks from, as the server sees it; empty on this machine itself."""
    return str(st.context.ip_address or "")


def issued(what: str = COOKIE) -> str:
    """A new name, sealed: what a cookie of a kind holds. Only names that this server gave are taken back."""
    name = secrets.token_hex(16)
    return f"{name}.{_seal(what, name)}"


def read(cookie: str, what: str = COOKIE) -> str:
    """The name in a cookie, empty where this server did not seal it. Any text may be asked for."""
    name, _, seal = cookie.partition(".")
    good = cookie.isascii() and len(name) == 32 and hmac.compare_digest(seal, _seal(what, name))
    return name if good else ""


def _seal(what: str, name: str) -> str:
    return hmac.new(_key(), f"{what} {name}".encode(), hashlib.sha256).hexdigest()[:32]


@lru_cache(maxsize=1)
def _key() -> bytes:
    return hmac.new(wire.secret(home()), b"cookies", hashlib.sha256).digest()
