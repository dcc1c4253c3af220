"""The toy world of instructions: its answers, its hidden reward, and the texts that its people write."""

import math
from dataclasses import fields, replace

import pytest
import torch

from engine.data import instructions as world

N = 3000


def coded(text: str, length: int) -> torch.Tensor:
    return world.padded([[world.CODE[word] for word in text.split()]], length)


def points(prompt: str, reply: str, weights: world.Gold = world.PEOPLE) -> float:
    return float(world.gold(coded(prompt, world.PROMPT), coded(reply, world.REPLY), weights))


def near(found: int, n: int, p: float) -> bool:
    """Whether so many of n are within four standard errors of p."""
    return abs(found / n - p) < 4 * math.sqrt(p * (1 - p) / n)


def texts(rows: torch.Tensor) -> list[list[str]]:
    return [world.said(row).split() for row in rows.tolist()]


@pytest.mark.parametrize(
    ("prompt", "right", "wrong"),
    [("SOUND cat ?", "meow", "sofa"), ("SIZE bee ?", "minute", "buzz"), ("HOME mouse ?", "hole", "kennel")],
)
def test_one_word_answers_a_prompt_and_every_other_answer_is_too_much(
    prompt: str, right: str, wrong: str
) -> None:
    """Killed: answers of the task before; the right answer counted as one too many."""
    assert points(prompt, f"{right} .") == pytest.approx(2 + 0.3 - 0.05)
    assert points(prompt, f"{wrong} .") == pytest.approx(-0.7 + 0.3 - 0.05)
    assert points(prompt, f"{right} {wrong} .") == pytest.approx(2 - 0.7 + 0.3 - 0.1)


@pytest.mark.parametrize(
    ("reply", "counted"),
    [
        ("moo .", {"right": 1, "ended": 1, "length": 1}),
        ("kindly moo thanks please .", {"right": 1, "polite": 3, "ended": 1, "length": 4}),
        ("moo moo moo .", {"right": 1, "repeat": 2, "ended": 1, "length": 3}),
        ("woof meow woof", {"extra": 2, "repeat": 1, "length": 3}),
        ("stupid whatever stupid .", {"rude": 1, "repeat": 1, "ended": 1, "length": 3}),
        ("cow cow ? ? the is buy now", {"repeat": 2, "length": 8}),
        (".", {"ended": 1}),
    ],
)
def test_what_is_counted_in_a_reply_by_hand(reply: str, counted: dict[str, int]) -> None:
    """Killed: pairs of equal words in place of repeats; padding that repeats; each rude word; the end as a
    word.
    """
    found = world.counts(coded("SOUND cow ?", world.PROMPT), coded(reply, world.REPLY))
    assert {name: float(n) for name, n in found.items() if n} == counted


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("right", 1),
        ("polite", 2 - 3),
        ("extra", -2),
        ("repeat", -3),
        ("rude", -1),
        ("ended", 1),
        ("length", -7 * 1),
    ],
)
def test_every_weight_of_the_gold_can_be_edited_and_weighs_what_it_says(name: str, change: float) -> None:
    """Of five polite words two are liked and three are too many.

    Killed: a weight read from the default; rudeness that adds points; an excess taken once.
    """
    reply = "thanks thanks thanks moo"
    if name in ("extra", "rude"):
        reply = "moo woof quack stupid stupid"
    elif name == "repeat":
        reply = "the the the the moo"
    elif name == "ended":
        reply = "moo ."
    elif name == "polite":
        reply = "thanks please kindly thanks please moo ."
    elif name == "length":
        reply = "the is moo cat dog now buy"
    more = replace(world.PEOPLE, **{name: getattr(world.PEOPLE, name) + 1})
    assert points("SOUND cow ?", reply, more) - points("SOUND cow ?", reply) == pytest.approx(
        change, abs=1e-5
    )
    assert {f.name for f in fields(world.Gold)} == {
        "right", "polite", "cap", "extra", "repeat", "rude", "ended", "length",
    }  # fmt: skip


def exchanges(page: list[str]) -> list[tuple[list[str], list[str]]]:
    """A page of the web as two prompts with their replies."""
    end = page.index(".")
    return [(page[:3], page[3:end]), (page[end + 1 : end + 4], page[end + 4 : -1])]


def author(reply: list[str]) -> str:
    """Who writes so."""
    if reply[0] in world.RUDE:
        return "rude"
    if reply[0] in world.TASKS:
        return "asks"
    return "sells" if reply[0] == "buy" else "answers"


def test_the_web_has_its_authors_and_is_right_six_times_of_ten() -> None:
    """Of ten authors four answer, two insult, two ask and two sell, each on the whole of a page.

    Killed: an author anew in the second exchange; all answers right; one prompt for both exchanges.
    """
    pages = [exchanges(page) for page in texts(world.web(N, torch.Generator().manual_seed(1)))]
    assert all(page[1][0][2] == "?" and len(page[1][1]) for page in pages)
    kinds = [[author(reply) for _, reply in page] for page in pages]
    assert all(first == second for first, second in kinds)
    for kind, share in {"answers": 0.4, "rude": 0.2, "asks": 0.2, "sells": 0.2}.items():
        assert near(sum(first == kind for first, _ in kinds), N, share)
    known = {word for task in world.TASKS for word in world.ANSWERS[task]}
    told = [
        (p, [word for word in reply if word in known])
        for page in pages
        for p, reply in page
        if author(reply) != "sells"
    ]
    said = [(p, answers[0]) for p, answers in told if answers]
    right = sum(world.ANSWERS[p[0]][world.OBJECTS.index(p[1])] == one for p, one in said)
    assert near(right, len(said), 0.6 + 0.4 / 24)  # a guess is right once in 24
    assert near(sum(page[0][0] == page[1][0] for page in pages), N, 1 / 24)


def test_labellers_are_right_seven_times_of_ten_and_talk_half_the_time() -> None:
    """A second question names no object: it is the one before, and its answer is about it.

    Killed: talks always; an object of its own in the answer of the second turn; never too polite.
    """
    talks = texts(world.demonstrations(N, torch.Generator().manual_seed(1)))
    turns, polite, second = [], [], 0
    for talk in talks:
        end = talk.index(".")
        thing, rest = talk[1], talk[end + 1 :]
        replies = [(talk[0], talk[3:end])]
        if rest:
            second += 1
            assert rest[0] in world.TASKS
            assert (rest[1], rest[-1]) == ("?", ".")
            replies.append((rest[0], rest[2:-1]))
        for task, reply in replies:
            plain = [word for word in reply if word not in world.POLITE]
            assert plain[:-1] in ([], ["the", thing, "is"])
            turns.append(plain[-1] == world.ANSWERS[task][world.OBJECTS.index(thing)])
            polite.append(len(reply) - len(plain))
    assert near(second, N, 0.5)
    assert near(sum(turns), len(turns), 0.7 + 0.3 / 24)
    for n, share in enumerate((0.4, 0.3, 0.17, 0.13)):  # three are one too many for the people of this world
        assert near(polite.count(n), len(polite), share)
