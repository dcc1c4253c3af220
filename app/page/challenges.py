"""Challenges: goals that a run itself grades. What was met is kept in the reader's browser."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from app.page.keeper import remember, remembered
from engine.core.claims import Verdict


@dataclass(frozen=True)
class Challenge:
    """A goal, and what grades it: `check()` says whether the page, as it stands, meets it."""

    goal: str
    check: Callable[[], Verdict]


def goal(words: str, wanted: str, grade: Callable[[], tuple[bool, str] | None]) -> Challenge:
    """A challenge whose figure may not exist yet.

    grade: whether it is met, and the figure that says so; None where nothing is measured. What a run has not
    said yet (a KeyError) is not measured either.
    """

    def check() -> Verdict:
        try:
            found = grade()
        except KeyError:
            found = None
        return Verdict(None, "", wanted) if found is None else Verdict(*found, wanted)

    return Challenge(words, check)


def challenges(slug: str, goals: Sequence[Challenge]) -> None:
    """One line a challenge: met or not yet, and the number that says so."""
    for number, one in enumerate(goals):
        verdict, name = one.check(), f"met.{number}"
        if verdict.holds and not remembered(slug).get(name):
            remember(slug, name, True)
        met = remembered(slug).get(name)
        sign = ":green[●] met" if met else ":gray[○] open"
        now = "not measured yet" if verdict.holds is None else verdict.measured
        st.markdown(f"{sign} &nbsp; **{one.goal}** &nbsp; `now: {now} · wanted: {verdict.wanted}`")
