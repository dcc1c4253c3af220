"""The claims strip: each claim with its verdict and number, and what would refute it."""

import streamlit as st

from app.page import live
from engine.core.params import Spec
from engine.core.trace import Trace
from engine.runs.judge import Judged, judge

CARD = {"holds": "holds", "falls short": "short"}  # verdict -> the name that colours the card's edge
COLOUR = {"holds": "green", "falls short": "red", "provisional": "orange", "not run": "orange"}


def claims(view: live.View) -> None:
    """Three cards a row, for the run at hand."""
    cards = verdicts(view)
    for row in range(0, len(cards), 3):
        for column, judged in zip(st.columns(3), cards[row : row + 3], strict=False):
            with column:
                _card(view, judged)


def verdicts(view: live.View) -> list[Judged]:
    """Each claim of the view's lab, judged on this run and the runs that it is compared with."""

    def find(spec: Spec) -> tuple[Trace, bool] | None:
        one = view if spec == view.spec else live.view(view.lab, spec)
        return (one.trace, not one.active) if one.trace.moments else None

    return judge(view.lab, view.spec, find)


def _card(view: live.View, judged: Judged) -> None:
    name = f"claim-{CARD.get(judged.verdict, 'open')}-{view.id.replace('.', '-')}-{judged.number}"
    with st.container(key=name):
        st.markdown(f"**{judged.claim.sentence}**", help=f"Refuted by: {judged.claim.falsified_by}")
        colour = COLOUR.get(judged.verdict, "gray")
        measured = f"`{judged.measured}` · " if judged.measured else ""
        st.markdown(f"{measured}:{colour}[{judged.verdict}]")
        if judged.wanted:
            st.markdown(f":gray[wanted: {judged.wanted}]")
        if judged.missing and not view.active:
            needed = [live.view(view.lab, spec) for spec in judged.missing]
            live.offer(needed, "Train what it needs", f"arm.{name}")
