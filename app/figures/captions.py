"""Captions that follow the moment shown: told by the browser, from the numbers of that moment."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Caption:
    """What a film says at its start, on the way and at its end.

    `{step}` is the moment's step, `{name}` or `{name:.2f}` a scalar of the run at that moment (the latest one
    measured until then). Text and nothing else: no expression is ever evaluated.
    """

    start: str
    then: str
    end: str = ""

    def data(self) -> list[str]:
        """As the film takes it."""
        return [self.start, self.then, self.end or self.then]


def minus(number: float, form: str = ".1f") -> str:
    """A number as it stands on the page: with a minus sign, not a hyphen."""
    return f"{number:{form}}".replace("-", "−")


Said = str | Caption | Sequence[str]  # one for all moments, three with numbers, or one a moment


def texts(said: Said) -> list[str]:
    """All that a caption may say."""
    if isinstance(said, str):
        return [said]
    return said.data() if isinstance(said, Caption) else list(said)
