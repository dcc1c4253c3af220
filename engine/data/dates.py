"""Dates as people write them, and the same dates as ISO 8601 does: "March 5, 1998" and "1998-03-05".

Made here, by a program, from the calendar of 1950 to 2049 in five formats: no licence is needed. Where year,
month and day stand in a text is known by construction.

Honest limits: English month names, five formats, no spelling mistake; in figures the day always comes first,
as in "05/03/1998". Two texts differ in their dates and formats alone, so a net that has seen a
few thousand has seen almost all there is. Days for testing are never trained on, in any format; their years
and months are.
"""

import itertools
import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

FIRST, DAYS, TEST = date(1950, 1, 1), 36_525, 3_000
FORMATS = ("month first", "day first", "in figures", "with weekday", "in words")
FIELDS = ("year", "month", "day")
ROWS = ((0, 4), (5, 7), (8, 10))  # where the fields stand in "1998-03-05"
TODAY = (date(1998, 3, 5), date(2024, 9, 30), date(1969, 7, 21), date(2036, 2, 29), date(1987, 11, 12))
PAD, BLANK = 0, 1  # source codes: behind the end of a text, and a character that was wiped out
BETWEEN = "; "  # of two dates in one text
ALPHABET = " ,/;0123456789ADFJMNOSTWabcdefghilmnoprstuvy"  # what the formats use
WRITES = "0123456789- $"  # what is written; "$" is the end mark
START, END = len(WRITES), len(WRITES) - 1  # codes: before the first character, and the end mark
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Span = tuple[int, int]  # first character, and the one after the last


class Sentence(NamedTuple):
    """A text of one date or several, its translation, and the spans of year, month and day of each."""

    text: str
    iso: str
    spans: tuple[tuple[Span, ...], ...]


def ordinal(day: int) -> str:
    """The ending of "5th"."""
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _pieces(day: date, form: str) -> list[tuple[str, str]]:
    """(field or "", text), from the left. The ending of "5th" belongs to the day, the weekday to no field."""
    d, y, name = str(day.day), str(day.year), MONTHS[day.month - 1]
    match form:
        case "month first":
            return [("month", name), ("", " "), ("day", d), ("", ", "), ("year", y)]
        case "day first":
            return [("day", d), ("", " "), ("month", name), ("", " "), ("year", y)]
        case "in figures":
            return [("day", f"{day:%d}"), ("", "/"), ("month", f"{day:%m}"), ("", "/"), ("year", y)]
        case "with weekday":
            front = ("", WEEKDAYS[day.weekday()] + ", ")
            return [front, ("month", name[:3]), ("", " "), ("day", d), ("", " "), ("year", y)]
        case "in words":
            nth = ("day", d + ordinal(day.day))
            return [("", "the "), nth, ("", " of "), ("month", name), ("", " "), ("year", y)]
    raise ValueError(f"form must be one of {', '.join(FORMATS)}, got {form!r}")


def written(day: date, form: str) -> Sentence:
    """One date in one of FORMATS. Raises ValueError for another form."""
    text, spans = "", {}
    for field, piece in _pieces(day, form):
        spans[field] = (len(text), len(text) + len(piece))
        text += piece
    return Sentence(text, day.isoformat(), (tuple(spans[field] for field in FIELDS),))


def joined(sentences: Sequence[Sentence]) -> Sentence:
    """Several dates in one text, and in one translation."""
    text, iso, spans = "", [], []
    for one in sentences:
        text += BETWEEN if text else ""
        spans += [tuple((a + len(text), b + len(text)) for a, b in fields) for fields in one.spans]
        text += one.text
        iso.append(one.iso)
    return Sentence(text, " ".join(iso), tuple(spans))


@cache
def split() -> tuple[np.ndarray, np.ndarray]:
    """Days after 1 January 1950, for training and for testing; those of TODAY are for testing. Read-only."""
    order = np.random.default_rng(0).permutation(DAYS)
    shown = [(day - FIRST).days for day in TODAY]
    order = np.concatenate([order[~np.isin(order, shown)], shown])
    parts = order[:-TEST].copy(), order[-TEST:].copy()
    for part in parts:
        part.setflags(write=False)  # one copy serves everyone
    return parts


def sentences(
    n: int, dates: int, rng: torch.Generator, test: bool = False, forms: tuple[str, ...] = FORMATS
) -> list[Sentence]:
    """n texts of so many dates each, days and formats by chance."""
    days = split()[int(test)]
    which = torch.randint(len(days), (n, dates), generator=rng).tolist()
    how = torch.randint(len(forms), (n, dates), generator=rng).tolist()
    return [
        joined([written(FIRST + timedelta(int(days[d])), forms[f]) for d, f in zip(*row, strict=True)])
        for row in zip(which, how, strict=True)
    ]


def examples() -> list[Sentence]:
    """One text of each format, of days for testing: what the page shows."""
    return [written(day, form) for day, form in zip(TODAY, FORMATS, strict=True)]


def encoded(texts: Sequence[str]) -> Tensor:
    """Texts -> source codes (N, S), the shorter ones padded. Raises ValueError for an unknown character."""
    codes = torch.full((len(texts), max(map(len, texts))), PAD)
    for row, text in zip(codes, texts, strict=True):
        for i, character in enumerate(text):
            if character not in ALPHABET:
                raise ValueError(
                    f"character {i + 1} must be one of the {len(ALPHABET)} that dates use, got {character!r}"
                )
            row[i] = ALPHABET.index(character) + 2
    return codes


def targets(isos: Sequence[str]) -> Tensor:
    """Translations of one length -> codes (N, T) of WRITES, each ended by END."""
    return torch.tensor([[WRITES.index(c) for c in iso] + [END] for iso in isos])


def understood(text: str) -> Sentence | None:
    """What a text says, or None if it is no list of dates in these formats and years, letter for letter."""
    found = [_one(part) for part in text.split(BETWEEN)]
    return joined([one for one in found if one]) if all(found) else None


def _one(text: str) -> Sentence | None:
    *days, year = map(int, re.findall("[0-9]{1,4}", text)[:4] or [0])
    for form, month, day in itertools.product(FORMATS, range(1, 13), days):
        if FIRST.year <= year < FIRST.year + 100 and 1 <= day <= monthrange(year, month)[1]:
            one = written(date(year, month, day), form)
            if one.text == text:
                return one
    return None
