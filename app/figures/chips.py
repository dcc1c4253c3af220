"""Words as chips in a line: each with a colour, a number under it, a bar. HTML; all text is escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from app.figures.panels import checked_concept

BAR_PX = 30  # the height of a full bar


@dataclass(frozen=True)
class Chip:
    """One word. concept: its colour; number: written small under it; share: of a bar under that, from 0 to 1;
    struck: it is wrong; filled: the colour fills the chip. Raises ValueError for a concept that is none."""

    text: str
    concept: str | None = None
    number: str = ""
    share: float | None = None
    struck: bool = False
    filled: bool = False

    def __post_init__(self) -> None:
        checked_concept(self.concept)


def chips(words: Sequence[Chip | str], who: str = "", empty: str = "says nothing") -> str:
    """A line of chips, behind a name; `empty` where there are none."""
    name = f'<span class="who">{escape(who)}</span>' if who else ""
    said = "".join(_chip(word if isinstance(word, Chip) else Chip(word)) for word in words)
    return f'<p class="gb-words">{name}{said or escape(empty)}</p>'


def _chip(word: Chip) -> str:
    kinds = ["gb-word", word.concept or "", "struck" if word.struck else "", "filled" if word.filled else ""]
    number = f"<small>{escape(word.number)}</small>" if word.number else ""
    bar = "" if word.share is None else f'<i style="height: {BAR_PX * min(1, max(0, word.share)):.0f}px"></i>'
    said = f'<span class="{" ".join(filter(None, kinds))}">{escape(word.text)}</span>'
    return f'<span class="gb-stack">{said}{number}{bar}</span>' if number or bar else said
