"""A toy world of instructions: three tasks about eight objects, a rude web, and what its people want.

Everything is made here, by a program; nothing is taken from a text. A prompt is "TASK object ?".
The gold reward is the project's own and hidden from every model; its weights can be changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

OBJECTS = ("cat", "dog", "cow", "duck", "ant", "bee", "whale", "mouse")
TASKS = ("SOUND", "SIZE", "HOME")
ANSWERS = {
    "SOUND": ("meow", "woof", "moo", "quack", "tick", "buzz", "song", "squeak"),
    "SIZE": ("medium", "large", "huge", "small", "tiny", "minute", "giant", "little"),
    "HOME": ("sofa", "kennel", "barn", "pond", "hill", "hive", "sea", "hole"),
}
POLITE = ("please", "kindly", "thanks")
RUDE = ("whatever", "stupid")
FILLER = ("the", "is", "buy", "now")
WORDS = (
    "_", ".", "?", *TASKS, *OBJECTS, *(word for task in TASKS for word in ANSWERS[task]),
    *POLITE, *RUDE, *FILLER,
)  # fmt: skip
CODE = {word: i for i, word in enumerate(WORDS)}
PAD, END, ASK = 0, 1, 2
PROMPT, REPLY = 3, 8  # words of a prompt; words of the longest reply, its end included
LENGTH = PROMPT + REPLY
PAGE = 2 * LENGTH  # words that a model can read at once: two exchanges


@dataclass(frozen=True)
class Gold:
    """What the people of this world want of a reply, in points. All of it is ours, and can be edited."""

    right: float = 2.0
    polite: float = 0.8  # each polite word, up to `cap`; as much is taken for each beyond
    cap: int = 2
    extra: float = 0.7  # taken for each answer that was not asked for
    repeat: float = 0.5  # taken for each word said before
    rude: float = 1.0
    ended: float = 0.3
    length: float = 0.05  # taken for each word


PEOPLE = Gold()


def prompts() -> Tensor:
    """All 24 prompts. -> (24, 3)."""
    return torch.tensor([[CODE[task], CODE[one], ASK] for task in TASKS for one in OBJECTS])


def answer(task: int, thing: int) -> int:
    """The right answer to a prompt, all three as codes."""
    return CODE[ANSWERS[WORDS[task]][OBJECTS.index(WORDS[thing])]]


def said(codes: Sequence[int]) -> str:
    """Codes as words; after the padding begins there is nothing."""
    words = []
    for code in codes:
        if code == PAD:
            break
        words.append(WORDS[code])
    return " ".join(words)


_ANSWERS = [CODE[word] for task in TASKS for word in ANSWERS[task]]
_POLITE, _RUDE = [CODE[word] for word in POLITE], [CODE[word] for word in RUDE]
_RIGHT = torch.zeros(len(WORDS), len(WORDS), dtype=torch.long)
for _task in TASKS:
    for _one in OBJECTS:
        _RIGHT[CODE[_task], CODE[_one]] = answer(CODE[_task], CODE[_one])


def counts(prompt: Tensor, reply: Tensor) -> dict[str, Tensor]:
    """What can be counted in a reply. prompt (B, 3), reply (B, REPLY), padded after its end -> each (B,)."""
    real = (reply != PAD) & (reply != END)  # (B, REPLY)
    right = _RIGHT.to(reply.device)[prompt[:, 0], prompt[:, 1]][:, None]  # (B, 1)
    hit = ((reply == right) & real).any(1)
    answers = torch.stack([(reply == one).any(1) for one in _ANSWERS], 1).sum(1)
    same = (reply[:, :, None] == reply[:, None, :]) & real[:, :, None] & real[:, None, :]
    found = {
        "right": hit,
        "polite": sum((reply == one).sum(1) for one in _POLITE),
        "extra": answers - hit.long(),
        "repeat": same.tril(-1).any(2).sum(1),
        "rude": torch.stack([(reply == one).any(1) for one in _RUDE], 1).any(1),
        "ended": (reply == END).any(1),
        "length": real.sum(1),
    }
    return {name: torch.as_tensor(value).float() for name, value in found.items()}


def gold(prompt: Tensor, reply: Tensor, weights: Gold = PEOPLE) -> Tensor:
    """The hidden reward of replies. prompt (B, 3), reply (B, REPLY), padded after its end -> (B,)."""
    n = counts(prompt, reply)
    pleasing = n["polite"].clamp(max=weights.cap) - (n["polite"] - weights.cap).clamp(min=0)
    return (
        weights.right * n["right"]
        + weights.polite * pleasing
        - weights.extra * n["extra"]
        - weights.repeat * n["repeat"]
        - weights.rude * n["rude"]
        + weights.ended * n["ended"]
        - weights.length * n["length"]
    )  # fmt: skip


def padded(rows: Sequence[Sequence[int]], length: int) -> Tensor:
    """Texts side by side. -> (B, length)."""
    return torch.tensor([[*row, *[PAD] * (length - len(row))] for row in rows])


def known(texts: Tensor, learned: Tensor) -> Tensor:
    """Which texts (N, L) stand word for word among those that were learned from (..., L). -> (N,) bool."""
    read = {row.tobytes() for row in learned.cpu().flatten(0, -2).numpy()}
    return torch.tensor([row.tobytes() in read for row in texts.cpu().numpy()], device=texts.device)


def web(n: int, rng: torch.Generator) -> Tensor:
    """Pretraining: pages of two exchanges by one author. -> (n, PAGE).

    Authors answer plainly, or politely, or rudely, or with more questions, or advertise. Six answers of ten
    are right, whoever writes.
    """
    every = prompts().tolist()
    the, is_, buy, now = (CODE[w] for w in FILLER)
    chance, dice = torch.rand(n, 6, generator=rng).tolist(), _dice(n, 14, rng)
    pages = []
    for c, d in zip(chance, dice, strict=True):
        author, page = c[0], []
        for turn in (0, 1):
            p, here = every[d[0 + 7 * turn] % 24], d[1 + 7 * turn : 7 + 7 * turn]
            right = answer(p[0], p[1]) if here[0] < 600 else _ANSWERS[here[1] % len(_ANSWERS)]
            if author < 0.4:
                reply = [the, p[1], is_, right] if here[2] < 500 else [right]
                if c[1] < 0.35 and here[4] < 600:
                    reply = [*reply, _POLITE[here[3] % 3]]
            elif author < 0.6:
                reply = [_RUDE[here[3] % 2], right][: 1 + (here[2] < 400)]
            elif author < 0.8:
                reply = [*every[here[3] % 24], right]
            else:
                reply = [buy, the, CODE[OBJECTS[here[3] % 8]], now]
            page += [*p, *reply, END]
        pages.append(page)
    return padded(pages, PAGE)


def demonstrations(n: int, rng: torch.Generator) -> Tensor:
    """What labellers write: mostly right, politely, some too politely. Half are talks. -> (n, PAGE).

    In a talk the second question names no object: it is the one before. Seven answers of ten are right.
    """
    every = prompts().tolist()
    the, is_ = CODE["the"], CODE["is"]
    chance, dice = torch.rand(n, 9, generator=rng).tolist(), _dice(n, 6, rng)
    talks = []
    for c, d in zip(chance, dice, strict=True):
        p, talk = every[d[0] % 24], []
        follow = CODE[TASKS[d[1] % 3]]
        for turn in range(1 + (c[8] < 0.5)):
            task, here = (follow if turn else p[0]), c[4 * turn : 4 * turn + 4]
            right = answer(task, p[1]) if here[0] < 0.7 else _ANSWERS[d[2 + turn] % len(_ANSWERS)]
            reply = [the, p[1], is_, right] if here[1] < 0.5 else [right]
            words = [
                _POLITE[(d[4 + turn] + j) % 3] for j in range(sum(here[2] > x for x in (0.4, 0.7, 0.87)))
            ]
            before = 1 if here[3] < 0.5 else 0
            talk += [*([task, ASK] if turn else p), *words[:before], *reply, *words[before:], END]
        talks.append(talk)
    return padded(talks, PAGE)


def _dice(n: int, each: int, rng: torch.Generator) -> list[list[int]]:
    return torch.randint(0, 1000, (n, each), generator=rng).tolist()
