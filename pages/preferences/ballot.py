"""A simulated room on the screen: its film, and its ladder at the moment where the film stands."""

import numpy as np
import streamlit as st

from app.components.blocks import pack
from app.components.film import film, inline
from app.figures import films
from app.page import live
from app.page.anatomy import Page
from app.page.moments import stacks
from engine.labs import Lab
from engine.reward import bradley_terry as bt
from engine.reward.rooms import Room
from pages.preferences import ladder as fig
from pages.preferences import meetings


def shown(page: Page, lab: Lab) -> live.View:
    """The recorded room, or one simulated now: it takes a moment."""
    recorded = page.view(lab)
    return recorded if recorded.run is not None else page.shown(lab)


def draw(view: live.View) -> None:
    """The film and the ladder."""
    trace = view.trace
    arrays, _ = stacks(trace, 0, len(trace.moments))
    told = film(
        fig.simulated(),
        inline(pack(films.header_of(trace), arrays), view.key),
        key="ballot.film",
        timeline="rho",
        timeline_unit="rank correlation",
        sentence=fig.simulated_sentence(trace),
        height=250,
        name="glassbox-room",
        time="vote",
    )
    last = len(trace.moments) - 1
    moment = last if told.moment is None else min(told.moment, last)
    ladder = trace.at("ladder", moment)
    with st.container(key="ballot-shown"):
        shown = meetings.choose("ballot.view")
    if shown == meetings.LADDER:
        figure = fig.ladder(ladder["u"], ladder["se"], true=ladder["true"], height=290)
        st.plotly_chart(figure, key="ballot.ladder", config={"displayModeBar": False})
    else:
        _votes(view, shown, trace.moments[moment], ladder["u"])
    st.caption(
        f"After {trace.moments[moment]} votes. Let go of the timeline elsewhere, and this picture follows."
    )


def _votes(view: live.View, shown: str, count: int, u: np.ndarray) -> None:
    """The voters or the things, after so many votes; things are numbered from the truly best down."""
    room, n = _room(view.key, view), len(u)
    votes, voter = room.votes[:count], room.voter[:count]
    if shown == meetings.VOTERS:
        stamp = f"{view.key}-{count}"
        meetings.matrix(stamp, votes, voter, len(room.camp), None, "ballot.matrix")
        return
    place = np.argsort(np.argsort(-room.true))
    said = [f"{i + 1}" for i in range(n)]
    meetings.graph(bt.wins(place[votes], n), u, said, (), "ballot.graph")


@st.cache_data(show_spinner=False, max_entries=16)
def _room(key: str, _view: live.View) -> Room:
    return _view.lab.restore(_view.spec, None)
