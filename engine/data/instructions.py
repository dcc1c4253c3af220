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


@dataclass(frozen=True)
class Gold:
    """What the people of this world want of a reply, in points. All of it is ours, and can be edited."""

    right: float = 2.0
    polite: float = 0.8  # each polite word, up to two; as much is taken for each beyond
    extra: float = 0.7  # taken for each answer that was not asked for
    repeat: float = 0.5  # taken for each word said before
    rude: float = 1.0
    ended: float = 0.3
    length: float = 0.05  # taken for each word


def prompts() -> Tensor:
    """All 24 prompts. -> (24, 3)."""
    return torch.tensor([[CODE[task], CODE[one], ASK] for task in TASKS for one in OBJECTS])


def answer(task: int, thing: int) -> int:
    """The right answer to a prompt, all three as codes."""
    return CODE[ANSWERS[WORDS[task]][OBJECTS.index(WORDS[thing])]]


def said(codes: Sequence[int]) -> str:
    """Codes as words; after the end there is nothing."""
    words = []
    for code in codes:
        if code == PAD:
            break
        words.append(WORDS[code])
    return " ".join(words)


_IS = {kind: torch.tensor([word in group for word in WORDS]) for kind, group in
       (("answer", [w for t in TASKS for w in ANSWERS[t]]), ("polite", POLITE), ("rude", RUDE))}  # fmt: skip
_RIGHT = torch.zeros(len(WORDS), len(WORDS), dtype=torch.long)
for _task in TASKS:
    for _one in OBJECTS:
        _RIGHT[CODE[_task], CODE[_one]] = answer(CODE[_task], CODE[_one])


def gold(prompt: Tensor, reply: Tensor, weights: Gold = Gold()) -> Tensor:
    """The hidden reward of replies. prompt (B, 3), reply (B, REPLY), padded after its end -> (B,)."""
    real = (reply != PAD) & (reply != END)  # (B, REPLY)
    right = _RIGHT[prompt[:, 0], prompt[:, 1]][:, None]  # (B, 1)
    hit = ((reply == right) & real).any(1).float()
    answers = (
        torch.stack([(reply == one).any(1) for one in _IS["answer"].nonzero().flatten()], 1).sum(1).float()
    )
    polite = (_IS["polite"][reply] & real).sum(1).float()
    same = (reply[:, :, None] == reply[:, None, :]) & real[:, :, None] & real[:, None, :]
    repeats = (same.tril(-1).any(2)).sum(1).float()
    return (
        weights.right * hit
        + weights.polite * (polite.clamp(max=2) - (polite - 2).clamp(min=0))
        - weights.extra * (answers - hit)
        - weights.repeat * repeats
        - weights.rude * (_IS["rude"][reply] & real).any(1).float()
        + weights.ended * (reply == END).any(1).float()
        - weights.length * real.sum(1).float()
    )  # fmt: skip


def _texts(prompt: Tensor, replies: Sequence[Sequence[int]]) -> Tensor:
    """Prompt and reply side by side, padded. -> (B, LENGTH)."""
    rows = [[*p, *r, *[PAD] * (REPLY - len(r))] for p, r in zip(prompt.tolist(), replies, strict=True)]
    return torch.tensor(rows)


def web(n: int, rng: torch.Generator) -> Tensor:
    """Pretraining: right, wrong and rude replies, chains of questions, advertisements. -> (n, LENGTH)."""
    every = prompts()
    picked = every[torch.randint(len(every), (n,), generator=rng)]
    chance = torch.rand(n, 4, generator=rng).tolist()
    dice = torch.randint(0, 1000, (n, 8), generator=rng).tolist()
    answers = _IS["answer"].nonzero().flatten().tolist()
    rude, polite = [CODE[w] for w in RUDE], [CODE[w] for w in POLITE]
    the, is_, buy, now = (CODE[w] for w in FILLER)
    replies = []
    for p, c, d in zip(picked.tolist(), chance, dice, strict=True):
        right = answer(p[0], p[1]) if c[1] < 0.6 else answers[d[0] % len(answers)]
        if c[0] < 0.4:
            reply = [the, p[1], is_, right] if c[2] < 0.5 else [right]
            if c[3] < 0.25:
                reply = [*reply, polite[d[1] % 3]]
        elif c[0] < 0.6:
            reply = [rude[d[2] % 2], right][: 1 + (c[2] < 0.4)]
        elif c[0] < 0.8:
            other = every[d[3] % len(every)].tolist()
            reply = [*other, right]
        else:
            reply = [buy, the, CODE[OBJECTS[d[4] % 8]], now]
        replies.append([*reply, END])
    return _texts(picked, replies)


def demonstrations(n: int, rng: torch.Generator) -> Tensor:
    """What labellers write: mostly right, sometimes polite, sometimes careless. -> (n, LENGTH)."""
    every = prompts()
    picked = every[torch.randint(len(every), (n,), generator=rng)]
    chance, dice = (
        torch.rand(n, 4, generator=rng).tolist(),
        torch.randint(0, 1000, (n, 4), generator=rng).tolist(),
    )
    answers, polite = _IS["answer"].nonzero().flatten().tolist(), [CODE[w] for w in POLITE]
    the, is_ = CODE["the"], CODE["is"]
    replies = []
    for p, c, d in zip(picked.tolist(), chance, dice, strict=True):
        right = answer(p[0], p[1]) if c[0] < 0.7 else answers[d[0] % len(answers)]
        reply = [the, p[1], is_, right] if c[1] < 0.5 else [right]
        if c[2] < 0.3:
            reply = [polite[d[1] % 3], *reply]
        if c[3] < 0.3:
            reply = [*reply, polite[d[2] % 3]]
        replies.append([*reply, END])
    return _texts(picked, replies)
