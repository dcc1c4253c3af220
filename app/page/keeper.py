"""What the reader's own browser remembers of a page: pins and met challenges."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.components.messages import mounted, nothing

_keeper = mounted("parts/keeper.js")


def remembered(slug: str) -> dict[str, Any]:
    """What this page may read at once; complete from the second rerun on, when the browser has told."""
    return st.session_state.setdefault(f"kept.{slug}", {})


def remember(slug: str, name: str, value: Any) -> None:
    """Keep a JSON-able value under a name; None forgets it."""
    remembered(slug)[name] = value


def sync(slug: str) -> None:
    """Exchange with the browser. Call once a page, last."""
    told = f"told.{slug}"
    values = remembered(slug) if st.session_state.get(told) or remembered(slug) else None
    result = _keeper(key=f"keeper.{slug}", data={"slug": slug, "values": values}, on_kept_change=nothing)
    kept = result.get("kept")
    if isinstance(kept, Mapping) and not st.session_state.get(told):
        st.session_state[told] = True
        st.session_state[f"kept.{slug}"] = {**dict(kept), **remembered(slug)}
        st.rerun()
