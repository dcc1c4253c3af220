"""Two other ways to see a room's votes: who agrees with whom, and what beat what."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from engine.reward import bradley_terry as bt
from engine.reward import meetings as engine
from pages.preferences import rings as fig

LADDER, VOTERS, THINGS = VIEWS = ("ladder", "who agrees", "what beat what")
BARE = {"displayModeBar": False}


def choose(key: str) -> str:
    """Which picture of the room is shown: the ladder, unless another is asked for."""
    asked = st.segmented_control(
        "Shown", VIEWS, default=LADDER, key=key, required=True, label_visibility="collapsed"
    )
    return asked or LADDER


def matrix(
    stamp: str, votes: np.ndarray, voter: np.ndarray, voters: int, belongs: np.ndarray | None, key: str
) -> None:
    """Voters against voters. stamp: names these votes and camps; belongs: shares in camp 0, where fitted."""
    found = _compared(stamp, votes, voter, belongs)
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        st.plotly_chart(fig.matrix(found, _dark()), key=key, config=BARE)
    right.markdown(fig.matrix_said(found, voters, belongs is not None))


@st.cache_data(show_spinner=False, max_entries=32)
def _compared(
    stamp: str, _votes: np.ndarray, _voter: np.ndarray, _belongs: np.ndarray | None
) -> engine.Meetings:
    return engine.meetings(_votes, _voter, _belongs)


def graph(
    W: np.ndarray, u: np.ndarray, said: Sequence[str], images: Sequence[str], key: str, height: int = 380
) -> None:
    """Things on a ring, and who leads in each pair. W: wins of the row over the column; u: the ladder."""
    cycles, pairs = bt.cycles(W), engine.majorities(W)
    best = engine.clearest(W, cycles)
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        figure = fig.graph(len(W), pairs, cycles, best, said, images, _dark(), height)
        st.plotly_chart(figure, key=key, config=BARE)
    ahead = {pair[:2]: pair for pair in pairs}
    clearest = [ahead[edge] for edge in fig.edges(best)] if best else []
    right.markdown(fig.graph_said(len(cycles), engine.by_slips(u, W), clearest, said))


def _dark() -> bool:
    return st.context.theme.type == "dark"
