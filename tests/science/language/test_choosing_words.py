"""What Holtzman et al. (2020) say of choosing the next word, checked on numbers and against transformers."""

from itertools import product

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.attention.decoding import likeliest, write
from engine.core.trace import traced
from engine.language import (
    base_lab,
    corpus,
    decoding,
    decoding_lab,
    degeneration,
    degeneration_lab,
    marked,
    writers,
)
from tests.helpers import shipped

V, STEPS = 4, 5
LOGITS = 3 * torch.randn(64, 300, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("T", "k", "p"), [(0.7, 300, 1.0), (1.0, 12, 1.0), (1.0, 300, 0.9), (1.6, 40, 0.5), (1.0, 300, 1e-6)]
)
def test_what_is_left_has_the_words_and_chances_of_transformers(T: float, k: int, p: float) -> None:
    """Killed: logits times T; p first and k then; the word left out that makes the sum p; the nucleus of the
    unsorted words; no word kept where p is small."""
    from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    theirs, none = LOGITS, torch.zeros(64, 0, dtype=torch.long)
    for one in (TemperatureLogitsWarper(T), TopKLogitsWarper(k), TopPLogitsWarper(p)):
        theirs = one(none, theirs)  # type: ignore[arg-type]
    ours = decoding.left(LOGITS, T, k, p)
    assert torch.equal(ours.isfinite(), theirs.isfinite())
    assert torch.allclose(ours.softmax(-1), theirs.softmax(-1), atol=1e-6)


def test_the_nucleus_is_the_smallest_set_that_holds_p_and_k_counts_words() -> None:
    """By trying every set. Killed: a sum that may stay below p; k - 1 words; ties that let more stay."""
    chances = torch.tensor([0.05, 0.4, 0.25, 0.2, 0.1]).double()
    for p in (0.3, 0.4, 0.64, 0.8, 0.93):
        subsets = [s for s in product((False, True), repeat=5) if chances[list(s)].sum() >= p]
        kept = decoding.nucleus(chances.log(), p).isfinite()
        assert int(kept.sum()) == min(sum(s) for s in subsets)
        assert chances[kept].sum() >= p
    for k in (1, 3, 5, 2**31):
        assert decoding.top_k(torch.zeros(2, 5), k).isfinite().sum(-1).tolist() == [min(k, 5)] * 2


def test_words_are_drawn_as_often_as_what_is_left_of_them_says() -> None:
    """Killed: drawn from all words; nothing rescaled; the same uniform for all texts."""
    n, logits = 20_000, LOGITS[:1].double()
    luck = torch.rand(1, n, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    words = decoding.by(luck, 1.0, 300, 0.8)(logits.expand(n, -1))
    want = decoding.nucleus(logits, 0.8).softmax(-1)[0]
    seen = words.bincount(minlength=300) / n
    assert (seen - want).abs().max() < 5 * 0.5 / n**0.5
    assert seen[want == 0].sum() == 0


class Chain:
    """A writer whose next word depends on the two before: (V, V, V) log p."""

    def __init__(self, log_p: Tensor, texts: int):
        self.log_p, self.before = log_p, torch.zeros(texts, dtype=torch.long)

    def __call__(self, words: Tensor) -> Tensor:
        self.before, out = words, self.log_p[self.before, words]
        return out

    def follow(self, rows: Tensor) -> None:
        self.before = self.before[rows]


def of(log_p: Tensor, text: tuple[int, ...]) -> float:
    """log p of a text after the word 0, and 0 before that."""
    known = (0, 0, *text)
    return sum(float(log_p[known[i], known[i + 1], known[i + 2]]) for i in range(len(text)))


CHAIN = (
    2 * torch.randn(V, V, V, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
).log_softmax(-1)


def searched(B: int) -> decoding.Beams:
    return decoding.beam_search(lambda b: Chain(CHAIN, b), torch.zeros(1, dtype=torch.long), STEPS, B)


def test_a_beam_that_gives_nothing_up_finds_the_likeliest_of_all_texts() -> None:
    """Exhaustive: 4 words, 5 steps, 1024 texts. Killed: writers that do not follow their text; the sum of
    probabilities in place of logarithms; all beams counted at the first step."""
    every = sorted(product(range(V), repeat=STEPS), key=lambda text: -of(CHAIN, text))
    found = searched(V ** (STEPS - 1))
    assert [tuple(text) for text in found.words[0, :9].tolist()] == every[:9]
    assert found.log_p[0, :9].tolist() == pytest.approx([of(CHAIN, text) for text in every[:9]])


def test_a_beam_of_one_is_greedy_and_what_it_tried_can_be_read_back() -> None:
    """Killed: the second best kept first; parents of other tries; words that do not follow their text."""
    greedy = write(Chain(CHAIN, 1), torch.zeros(1, dtype=torch.long), STEPS, likeliest)[0]
    assert torch.equal(searched(1).words[:, 0], greedy)
    found = searched(3)
    at, text = 0, []
    for t in reversed(range(STEPS)):
        text.insert(0, int(found.word[t, 0, at]))
        assert float(found.total[t, 0, at]) == pytest.approx(
            of(CHAIN, tuple(found.words[0, 0, : t + 1].tolist()))
        )
        at = int(found.parent[t, 0, at])
    assert text == found.words[0, 0].tolist()
    assert (found.total[..., :-1] >= found.total[..., 1:]).all()


def test_what_a_text_tells_is_counted_as_it_is_defined() -> None:
    """Killed: n - 1 words in a gram; different ones over different ones; Zipf over the words' numbers; the
    slope without its sign."""
    loop = np.tile(np.arange(5), 8)
    assert degeneration.repeated(loop) == pytest.approx(1 - 5 / 37)
    assert degeneration.repeated(np.array([1, 2, 3, 4, 1, 2, 3, 5])) == 0  # three words come again, not four
    assert degeneration.distinct([np.arange(10), np.arange(10)]) == pytest.approx(0.5)
    text = np.repeat(np.arange(60), [round(3000 / r) for r in range(1, 61)])
    assert degeneration.zipf([text]) == pytest.approx(1, abs=0.02)


def test_kept_texts_of_the_small_gpt_say_what_the_whole_pass_says() -> None:
    """After branching, too; END is never written. Killed: rows that follow nobody; END left possible; a
    prompt read but for two words; prompts side by side in another order."""
    net = base_lab.restore(base_lab.SPEC(), shipped(base_lab).weights()).float()
    prompt = torch.from_numpy(writers.passages(24, 0)[:2])
    say = writers.writer("small GPT", net, prompt, times=2)
    say(prompt[:, -1].repeat_interleave(2))
    say.follow(torch.tensor([3, 3, 0, 1]))
    said = say(torch.tensor([5, 9, 11, 300]))
    for row, (text, word) in enumerate(zip((1, 1, 0, 0), (5, 9, 11, 300), strict=True)):
        whole = net(torch.cat([prompt[text], torch.tensor([word])])[None])[0, -1].double()
        whole[corpus.END] = -torch.inf
        assert torch.allclose(said[row].exp(), whole.softmax(-1), atol=1e-5)
    assert said[:, corpus.END].exp().sum() == 0


def test_the_labs_tell_each_way_by_its_own_texts() -> None:
    """Killed: people's loss for all; a temperature that is not that of its name; p of the word before;
    people's repetition for the model's."""
    given = {"base": shipped(base_lab).weights()}
    seen = traced(degeneration_lab.run(degeneration_lab.SPEC(steps=2), torch.device("cpu"), given)).last(
        "ways"
    )
    loss = dict(zip(degeneration_lab.WAYS, seen["loss"], strict=True))
    assert loss["greedy"] < loss["nucleus 0.8"] < loss["sampling"] < loss["people"]
    assert loss["beam search"] < loss["greedy"]
    spec = decoding_lab.SPEC(method="greedy", source="trigram")
    trace = traced(decoding_lab.run(spec, torch.device("cpu"), given))
    text, model = trace.last("text"), marked.source("trigram")
    for t in (0, 1, 40):
        p = model.next(np.concatenate([text["prompt"], text["said"][:t]]).astype(np.int64))
        p[corpus.END] = 0
        assert int(text["said"][t]) == p.argmax()
        assert float(text["p_said"][t]) == pytest.approx(p.max() / p.sum(), rel=2e-3)
    assert trace.latest("repeated_said") == pytest.approx(degeneration.repeated(text["said"]))
