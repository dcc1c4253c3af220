"""A simulated room on the screen: its film, and its ladder at the moment where the film stands."""

import streamlit as st

from app import live
from app.components.blocks import pack
from app.components.film import film, inline
from app.figures import films
from app.figures import room as fig
from app.lab import Page
from app.moments import stacks
from engine.labs import Lab


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
    figure = fig.ladder(ladder["u"], ladder["se"], true=ladder["true"], height=290)
    st.plotly_chart(figure, key="ballot.ladder", config={"displayModeBar": False})
    st.caption(
        f"After {trace.moments[moment]} votes. Let go of the timeline elsewhere, and the ladder follows."
    )
