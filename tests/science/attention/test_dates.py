"""The dates: what stands where is known, and no day for testing is ever trained on."""

from datetime import date, timedelta

import numpy as np
import pytest
import torch

from engine.data import dates
from engine.data.dates import (
    DAYS,
    FIELDS,
    FIRST,
    FORMATS,
    encoded,
    joined,
    sentences,
    split,
    understood,
    written,
)


def shown(one: dates.Sentence, which: int = 0) -> list[str]:
    return [one.text[low:high] for low, high in one.spans[which]]


@pytest.mark.parametrize(
    ("form", "text", "fields"),
    [
        ("month first", "March 3, 1998", ["1998", "March", "3"]),
        ("day first", "3 March 1998", ["1998", "March", "3"]),
        ("in figures", "03/03/1998", ["1998", "03", "03"]),
        ("with weekday", "Tuesday, Mar 3 1998", ["1998", "Mar", "3"]),
        ("in words", "the 3rd of March 1998", ["1998", "March", "3rd"]),
    ],
)
def test_each_format_is_written_by_hand_the_same_and_its_spans_hold_its_fields(form, text, fields):
    """Killed: a weekday one off; the month's span in the day's place."""
    one = written(date(1998, 3, 3), form)
    assert (one.text, one.iso, shown(one)) == (text, "1998-03-03", fields)


def test_the_endings_of_days_are_english():
    """Killed: `th` for 21."""
    endings = {n: dates.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 20, 21, 22, 23, 24, 30, 31)}
    odd = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
    assert endings == {n: odd.get(n, "th") for n in endings}


def test_every_day_of_the_century_is_understood_as_what_it_was_written_from():
    """A hundred days in all formats, also two in a text. Killed: spans of the second from 0."""
    days = [FIRST + timedelta(int(d)) for d in np.linspace(0, DAYS - 1, 100).round()]
    for i, day in enumerate(days):
        for form in FORMATS:
            one = written(day, form)
            assert understood(one.text) == one
            two = joined([one, written(days[i - 1], FORMATS[i % 5])])
            assert understood(two.text) == two
            assert two.iso == f"{one.iso} {days[i - 1].isoformat()}"
            assert shown(two, 1) == shown(written(days[i - 1], FORMATS[i % 5]))


@pytest.mark.parametrize(
    "text",
    ["", "March", "March 32, 1998", "Monday, Mar 3 1998", "March 3, 1949", "the 3th of March 1998", "5"],
)
def test_what_is_no_date_of_these_formats_is_not_understood(text):
    """Killed: a text that is taken for a date without being compared letter for letter."""
    assert understood(text) is None


def test_no_day_for_testing_is_trained_on_and_the_shown_ones_are_for_testing():
    """Killed: TODAY left where chance put it; all days for training."""
    train, test = split()
    assert len(np.intersect1d(train, test)) == 0
    assert len(train) + len(test) == DAYS
    assert {(day - FIRST).days for day in dates.TODAY} <= set(test.tolist())
    rng = torch.Generator().manual_seed(0)
    drawn = {one.iso for one in sentences(400, 1, rng)}
    held = {(FIRST + timedelta(int(d))).isoformat() for d in test}
    assert not drawn & held
    assert {one.iso for one in sentences(50, 1, rng, test=True)} <= held


def test_the_alphabet_is_what_the_formats_use_and_another_character_is_refused_by_its_place():
    """Killed: a character of the formats that is missing; places counted from 0."""
    days = [FIRST + timedelta(d) for d in range(0, DAYS, 5)]
    used = {c for day in days for form in FORMATS for c in written(day, form).text} | set(dates.BETWEEN)
    assert used == set(dates.ALPHABET)
    codes = encoded(["5", "March"])
    assert codes.shape == (2, 5)
    assert (codes[0, 1:] == dates.PAD).all()
    assert codes.unique().tolist()[0] == dates.PAD
    assert not (codes == dates.BLANK).any()
    with pytest.raises(ValueError, match=r"character 3 must be one of the 44 that dates use, got 'é'"):
        encoded(["21é"])


def test_the_same_generator_gives_the_same_texts_and_fields_are_of_one_order():
    """Killed: texts drawn from a generator of their own."""
    first, again = (sentences(20, 2, torch.Generator().manual_seed(3)) for _ in range(2))
    assert first == again
    assert first != sentences(20, 2, torch.Generator().manual_seed(4))
    assert FIELDS == ("year", "month", "day")
    for one in first:
        assert all(one.iso[11 * k : 11 * k + 4] == shown(one, k)[0] for k in range(2))
