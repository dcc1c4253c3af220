"""What a page tells: a page is opened once, and what it hands to the anatomy is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.components import film
from app.figures.captions import Said
from app.figures.pipeline import Box
from app.page import anatomy, beats, head
from app.page.beats import Beat
from app.page.challenges import Challenge
from app.page.compare import Preset
from app.page.predict import Bet
from tests.helpers import opened


@dataclass
class Told:
    """All that one drawing of a page said to the anatomy."""

    says: Sequence[str] = ()
    beats: Sequence[Beat] = ()
    boxes: Sequence[Box] = ()
    bets: list[Bet] = field(default_factory=list)
    goals: dict[str, bool | None] = field(default_factory=dict)  # each challenge, and whether it is met
    presets: Sequence[tuple[Any, Preset]] = ()
    stages: list[str] = field(default_factory=list)
    films: list[tuple[Said, str]] = field(default_factory=list)  # a caption, and the unit of its timeline
    equations: Sequence[str] = ()
    symbols: Sequence[tuple[str, str, str]] = ()


def told(slug: str, query: Mapping[str, str] | None = None) -> tuple[Told, AppTest]:
    """A page behind a link, and what it told."""
    seen = Told()
    with pytest.MonkeyPatch.context() as patch:
        _listen(patch, seen)
        return seen, opened(slug, query)


def _listen(patch: pytest.MonkeyPatch, seen: Told) -> None:
    def spy(owner: Any, name: str, note: Any) -> None:
        kept = getattr(owner, name)

        def both(*given: Any, **named: Any) -> Any:
            note(*given, **named)
            return kept(*given, **named)

        patch.setattr(owner, name, both)

    def how(equation: str, symbols: Any, source: Any, plain: Sequence[Any] = (), told: str = "") -> None:
        formulas = [one if isinstance(one, str) else one[1] for one in plain]
        seen.equations, seen.symbols = [equation, *formulas], symbols

    def goals(page: anatomy.Page, *given: Challenge) -> None:
        seen.goals = {one.goal: one.check().holds for one in given}

    def pictures(panels: Any, source: Any, **named: Any) -> None:
        seen.films.append((named.get("sentence", ""), named.get("timeline_unit", "")))

    def presets(page: anatomy.Page, shown: Any, given: Sequence[Preset]) -> None:
        seen.presets = [(shown.lab, one) for one in given]

    spy(head, "title", lambda claim, says, terms: setattr(seen, "says", says))
    spy(beats, "steps", lambda slug, given, *rest: setattr(seen, "beats", given))
    spy(anatomy.Page, "pipeline", lambda page, *boxes: setattr(seen, "boxes", boxes))
    spy(anatomy.Page, "predict", lambda page, bet: seen.bets.append(bet))
    spy(anatomy.Page, "challenges", goals)
    spy(anatomy.Page, "stage", lambda page, name, title="": seen.stages.append(name))
    spy(anatomy.Page, "compare", presets)
    spy(anatomy, "how", how)
    spy(film, "film", pictures)
