"""Predict first: one question about the next change, answered by a click."""

from collections.abc import Sequence

import streamlit as st

from app.components.messages import mounted, nothing

_predict = mounted("parts/predict.js", css="parts/predict.css", html="<div class='predict'></div>")


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
    bet = _predict(key=key, data=data, on_bet_change=nothing).get("bet")
    return bet if bet in choices else None
