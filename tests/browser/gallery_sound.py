"""Sounds in every state. `streamlit run tests/browser/gallery_sound.py`."""

import numpy as np
import streamlit as st

from app.components.sound import Clip, player
from engine.data import sound

st.set_page_config(layout="wide")
rng = np.random.default_rng(0)
string = sound.pluck(40, 96_000, rng, 0.9999)
half = sound.tune([60, 64, 67, 72], "organ", beat=1000)


def told(state: object) -> None:
    """What Python hears, and how often: a count of the reruns with a report."""
    heard = st.session_state.setdefault("heard", [])
    heard.append(repr(state))
    st.text(f"heard {heard[-1]}")
    st.text(f"runs {len(heard)}")


def show_listen() -> None:
    """Three sounds, one with a given beginning: so long that none ends while a test looks on."""
    again = st.session_state.setdefault("again", 0) + st.button("another voice")
    st.session_state["again"] = again
    spoken = sound.speechlike(72_000, np.random.default_rng(again)).wave
    clips = [
        Clip("A string of 200 Hz", string, concept="truth"),
        Clip("What the net goes on with", string[::-1].copy() / 4, prime=24_000),
        Clip("Vowels", spoken, concept="code"),
    ]
    player(clips, key="sound", sentence=f"Three sounds. Runs: {len(st.session_state.get('heard', []))}.")
    told(None)


def show_select() -> None:
    """A stretch can be marked; and a second player."""
    st.button("rerun")
    clips = [Clip("A tune", half), Clip("Silence", np.zeros(2000))]
    state = player(clips[: 1 if st.checkbox("one alone") else 2], key="sound", select=True)
    player([Clip("Another player", sound.speechlike(96_000, rng).wave / 16, 16_000)], key="other")
    told(state)


SHOWN = {name.removeprefix("show_"): value for name, value in globals().items() if name.startswith("show_")}
SHOWN[st.query_params.get("show", "listen")]()
