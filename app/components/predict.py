"""Predict first: one question about the next change, answered by a click."""

from collections.abc import Sequence

import streamlit as st
from streamlit.components.v2 import component

_predict = component(
    "glassbox.predict", html="<div class='predict'></div>", css="predict.css", js="predict.js"
)


def predict(
    slug: str, name: str, question: str, choices: Sequence[int | str], measured: int | str | None
) -> int | str | None:
    """Draw the question. Returns the bet, or None. `measured` is shown beside it once the change is made."""
    key = f"bet.{slug}.{name}"
    bet = st.session_state.get(key, {}).get("bet")
    data = {
        "slug": slug,
        "name": name,
        "question": question,
        "choices": list(choices),
        "measured": measured,
        "bet": bet,
    }
    bet = _predict(key=key, data=data, on_bet_change=lambda: None).bet
    return bet if bet in choices else None
