"""The look that Streamlit's theme has no word for: one style sheet, sent once a rerun."""

import re
from html import escape
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parent.parent
SHEET = ROOT / "app" / "web" / "style.css"
PRESENTER = ROOT / "app" / "web" / "presenter.css"


def presenting() -> bool:
    """The page is on a projector: `?present=1`."""
    return st.query_params.get("present") == "1"


def apply() -> None:
    """Put the style sheet on the page; in presenter mode the large type too."""
    st.html(SHEET)
    if presenting():
        st.html(PRESENTER)


def only(stage: str) -> None:
    """Presenter mode: leave one stage on the screen."""
    st.html(
        f"<style>[class*='st-key-stage-']:not(.st-key-stage-{stage}) {{ display: none !important; }}</style>"
    )


def badge(kind: str, words: str, says: str = "") -> None:
    """Say where a picture comes from: live, recorded, earlier (code), exact or absent. says: on pointing."""
    tip = f'tabindex="0" data-says="{escape(says)}"' if says else ""
    chip = f'<span class="gb-chip gb-{escape(kind)}" {tip}>{escape(words)}</span>'
    st.html(f'<div class="gb-chips">{chip}</div>')


def bare(text: str) -> str:
    """Our own Markdown without its colours: for a place that takes plain text."""
    return re.sub(r":\w+\[([^\]]*)\]", r"\1", text)


def plain(text: str) -> str:
    """Text that somebody else wrote, for a place that reads Markdown: every sign stands for itself."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!<>|~:$&])", r"\\\1", text)
