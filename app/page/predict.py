"""Predict first: one question about the next change of the picture. The answering click makes the change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, overload

import streamlit as st

from app import style
from app.components.messages import mounted
from app.page import controls
from app.page.beats import Beat
from app.page.prose import DISCUSS, SIMPLIFIED, WRONG, argued
from engine.core.params import Value
from engine.labs import Lab

WORDS = tuple(map(argued, (WRONG, SIMPLIFIED, DISCUSS)))  # what would answer many a question in words

_predict = mounted("parts/predict.js", css="parts/predict.css", html="<div class='predict'></div>")


@dataclass(frozen=True)
class Bet:
    """A question, what one may answer, and what is measured after the change (None: not measured yet), with
    the figure itself where the answer is the choice that lies nearest to it.

    why: one sentence that explains the answer. lab, change: what the bet does to the page; also: other keys
    that it sets, as the page's choice of a lab. covers: keys of containers (`st-key-…`) that would give the
    answer away; they stay covered until the bet, with misconceptions, simplifications and disputes. All are
    open on a projector, where nobody bets.
    """

    name: str
    question: str
    choices: Sequence[int | str]
    measured: int | str | tuple[int | str, str] | None
    why: str
    lab: Lab | None = None
    change: Mapping[str, Value] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    covers: Sequence[str] = ()

    def made_by(self, parameters: Mapping[str, Value]) -> bool:
        """Whether a beat with these parameters makes the change, and so shows what the bet asks."""
        if self.lab is None or not self.change:
            return False
        return controls.keyed(self.lab, self.change).items() <= parameters.items()

    @property
    def found(self) -> tuple[int | str | None, str]:
        """The choice that is right, and the figure itself where it is only the nearest."""
        return self.measured if isinstance(self.measured, tuple) else (self.measured, "")


Number = TypeVar("Number", int, float)


@overload
def nearest(bets: Mapping[str, float], found: float) -> str: ...
@overload
def nearest(bets: Sequence[Number], found: float) -> Number: ...
def nearest(bets: Mapping[str, float] | Sequence[float], found: float) -> str | float:
    """The choice that comes nearest to what was found. bets: numbers, or what each choice is worth."""
    if isinstance(bets, Mapping):
        return min(bets, key=lambda one: abs(bets[one] - found))
    return min(bets, key=lambda one: abs(one - found))


def predict(slug: str, bet: Bet, beat: Beat | None = None) -> int | str | None:
    """Draw the question. Returns what the reader said, None before, and where they asked to be shown.

    beat: the step of the tour that the page stands at; if it makes the change, it waits for the bet, too.
    """
    key = f"bet.{slug}.{bet.name}"

    def said() -> None:
        told = (st.session_state.get(key) or {}).get("bet")
        if isinstance(told, Mapping) and told.get("now") is True and bet.lab is not None and bet.change:
            controls.ask(bet.lab, bet.change, also=bet.also)

    state = st.session_state.get(key, {}).get("bet")
    measured, figure = bet.found
    data = {
        "slug": slug,
        "name": bet.name,
        "question": bet.question,
        "choices": list(bet.choices),
        "measured": measured,
        "figure": figure,
        "why": bet.why,
        "told": dict(state) if isinstance(state, Mapping) else None,
    }
    told = _predict(key=key, data=data, on_bet_change=said).get("bet")
    answer = told.get("bet") if isinstance(told, Mapping) else None
    shown = [f"stage-{beat.stage}"] if beat is not None and bet.made_by(beat.parameters) else []
    if not isinstance(told, Mapping) and (bet.covers or shown) and not style.presenting():
        _cover((*bet.covers, *shown, *WORDS))
    return answer if answer in bet.choices else None


def _cover(keys: Sequence[str]) -> None:
    """What would answer the question is out of sight until the bet. By style: what is drawn stays drawn."""
    boxes = ", ".join(f"[class*='st-key-{key}']" for key in keys)
    words = ", ".join(("[class*='st-key-claims-']", *(f".st-key-{key}" for key in WORDS)))
    # nobody needs to see how long these are
    st.html(
        f"<style>:is({boxes}):is({words}) {{ max-height: 80px; overflow: hidden; }} "
        f"{boxes} {{ position: relative; }} :is({boxes}) * {{ visibility: hidden !important; }} "
        f":is({boxes})::before {{ content: 'Covered until you bet above, or press “show me”.'; }}</style>"
    )
