"""Terms of the field, each defined once (assets/glossary.toml), and how a text opens them."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

FILE = Path(__file__).parent.parent / "assets" / "glossary.toml"


@cache
def terms() -> Mapping[str, str]:
    """Each term with its one sentence; longer terms first, so that they are found before their parts."""
    found = tomllib.loads(FILE.read_text("utf-8"))
    return {name: found[name]["says"] for name in sorted(found, key=len, reverse=True)}


@cache
def _forms() -> Mapping[str, str]:
    """What a term may look like in a text, in small letters, one or many of it -> its sentence."""
    forms: dict[str, str] = {}
    for term, says in terms().items():
        for form in (term, f"{term}s", f"{term}es"):
            forms.setdefault(form.lower(), says)
    return forms


@cache
def _pattern() -> re.Pattern[str]:
    def form(term: str) -> str:
        plain = re.escape(term)
        return plain if term[-1:].isupper() or not term[-1:].isalpha() else f"{plain}(?:e?s)?"

    return re.compile(rf"(?<![\w-])({'|'.join(map(form, terms()))})(?![\w-])", re.IGNORECASE)


def found(text: str) -> dict[str, str]:
    """What of a text is a term, as it stands there, and its sentence."""
    return {word: meaning(word) for word in _pattern().findall(text)}


def meaning(word: str) -> str:
    """The sentence of a term, in whatever number or case it stands; an empty text for another word."""
    return _forms().get(word.lower(), "")


def marked(text: str, seen: set[str]) -> str:
    """Plain text as HTML; each term opens at its first use. seen: terms that were explained already."""

    def mark(match: re.Match[str]) -> str:
        says = meaning(match[0])
        if says in seen:
            return match[0]
        seen.add(says)
        return span(match[0], says)

    return _pattern().sub(mark, escape(text))


def span(word: str, says: str) -> str:
    """A word that opens on hover, focus and touch."""
    return f'<span class="gb-term" tabindex="0" data-says="{escape(says)}">{word}</span>'
