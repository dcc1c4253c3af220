"""What the small GPT learns from and how it speaks: which words its loss means, which its draws follow."""

import math
from typing import cast

import pytest
import torch

from engine.core.trace import seeded
from engine.data import instructions as world
from engine.language import answers, gpt
from engine.language.sft import spoken

CPU = torch.device("cpu")


def sharp(seed: int = 0) -> gpt.GPT:
    """An untrained net that prefers some words to others."""
    with seeded(seed):
        net = answers.fresh()
    net.norm.weight.data *= 4
    return net


def test_the_loss_is_the_mean_surprise_of_the_words_that_count() -> None:
    """A loop over words. Killed: the mean over all words; the marks of the word before."""
    net, rng = sharp(), torch.Generator().manual_seed(2)
    texts = world.web(5, rng)
    counted = torch.rand(texts.shape, generator=rng) < 0.3
    with torch.no_grad():
        said = [
            -float(net(texts[i : i + 1, :t])[0, -1].log_softmax(-1)[texts[i, t]])
            for i in range(5)
            for t in range(1, texts.shape[1])
            if counted[i, t]
        ]
        assert gpt.loss(net, texts, counted).item() == pytest.approx(sum(said) / len(said), abs=1e-5)


def test_a_reply_that_does_not_end_is_spoken_to_its_last_word() -> None:
    """Nor is what stands before the first question. Killed: padding after it counted."""
    rows = [[world.CODE[word] for word in text.split()] for text in ("cat SIZE cat ? the cat", "is is . is")]
    marked = spoken(world.padded(rows, 8), world.ASK, world.END, world.PAD)
    assert marked.tolist() == [[False] * 4 + [True] * 2 + [False] * 2, [False] * 8]


def test_words_are_drawn_as_often_as_the_model_thinks() -> None:
    """Pearson's chi-square of 20,000 draws is within five of its standard deviations; padding is never said.

    Killed: the likeliest word each time; a temperature of 0.7; the probabilities of the word before.
    """
    net, n = sharp(), 20_000
    prompt = world.prompts()[5:6]
    with torch.no_grad():
        p = net(prompt)[0, -1].double().softmax(-1)
    p[world.PAD] = 0
    p /= p.sum()
    drawn = gpt.sample(net, prompt.expand(n, -1), 1, world.END, world.PAD, torch.Generator().manual_seed(0))
    found = drawn[:, -1].bincount(minlength=len(p)).double()
    assert found[world.PAD] == 0
    often = p * n >= 5
    rest = (found[~often].sum() - n * p[~often].sum()) ** 2 / (n * p[~often].sum())
    chi = float(((found - n * p)[often] ** 2 / (n * p[often])).sum() + rest)
    free = int(often.sum())
    assert chi < free + 5 * math.sqrt(2 * free)


class Echo:
    """Says the end at once, and keeps what it was given."""

    def __init__(self) -> None:
        self.given: list[torch.Tensor] = []

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        self.given.append(x)
        logits = torch.full((*x.shape, len(world.WORDS)), -1e9)
        logits[..., world.END] = 0
        return logits


def test_a_model_that_is_shown_an_example_reads_it_before_each_question() -> None:
    """Killed: the example after the question; texts given back with the example in front."""
    plain, shown = Echo(), Echo()
    texts = answers.judged(cast(gpt.GPT, plain), 2, CPU)
    after = answers.judged(cast(gpt.GPT, shown), 2, CPU, answers.parsed(answers.EXAMPLE))
    every = world.prompts()
    assert torch.equal(plain.given[0], torch.cat([every, every]))
    read = [world.said(row) for row in shown.given[0].tolist()]
    assert read == [f"SOUND cat ? meow please . {world.said(row)}" for row in [*every.tolist()] * 2]
    assert torch.equal(texts, after)
    assert world.said(texts[30].tolist()) == f"{world.said(every[6].tolist())} ."


def test_every_model_is_judged_by_the_same_luck() -> None:
    """Killed: draws from the global generator."""
    first = answers.judged(sharp(), 1, CPU)
    torch.manual_seed(77)
    assert torch.equal(first, answers.judged(sharp(), 1, CPU))
    assert not torch.equal(first, answers.judged(sharp(1), 1, CPU))
