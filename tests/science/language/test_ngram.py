"""Interpolated Kneser-Ney against its definition, written out over sets of words."""

from collections import Counter

import numpy as np
import pytest
import torch

from engine.attention.decoding import by, write
from engine.language.ngram import NGram, Reader, discount

V = 5
TEXT = np.random.default_rng(0).choice(V, 400, p=[0.45, 0.3, 0.15, 0.07, 0.03])


def by_definition(text: list[int], h: tuple[int, ...], w: int, D: list[float], highest: bool = True) -> float:
    """Chen & Goodman, section 2.7: max(c(h w) - D, 0) / sum_v c(h v) + D N_1+(h .) / sum_v c(h v) p(w | h');
    of all but the highest order c is the number of different words that stand before."""
    n = len(h) + 1
    shorter = by_definition(text, h[1:], w, D, False) if h else 1 / V
    if highest:
        c = Counter(tuple(text[i : i + n]) for i in range(len(text) - n + 1))
    else:
        longer = {tuple(text[i : i + n + 1]) for i in range(len(text) - n)}
        c = Counter(gram[1:] for gram in longer)
    after = {v: c[(*h, v)] for v in range(V) if c[(*h, v)]}
    total = sum(after.values())
    if not total:
        return shorter
    return max(after.get(w, 0) - D[n - 1], 0) / total + D[n - 1] * len(after) / total * shorter


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_it_is_interpolated_kneser_ney(order: int) -> None:
    """Every word after every context of the text and some that never came, and the sum is one. Killed: plain
    counts below the highest order; D times the counts, not the different words; the discount left out; the
    uniform end left out."""
    model, text = NGram(TEXT, V, order), TEXT.tolist()
    D = [one.D for one in model.counts]
    contexts = {tuple(text[i : i + order - 1]) for i in range(60)} | {
        (4,) * (order - 1),
        (4, 3, 4)[: order - 1],
    }
    for h in contexts:
        p = model.next(np.array(h, int))
        assert p == pytest.approx([by_definition(text, h, w, D) for w in range(V)], abs=1e-12)
        assert p.sum() == pytest.approx(1, abs=1e-12)
        assert p.min() > 0


def test_the_discount_is_what_leaving_one_out_gives() -> None:
    """Section 2.6: n_1 / (n_1 + 2 n_2). Killed: n_2 counted once."""
    assert discount(np.array([1, 1, 1, 2, 2, 7])) == pytest.approx(3 / 7)
    assert 0 < discount(np.array([5, 5])) < 1


def test_a_whole_text_is_scored_as_its_words_are_one_by_one() -> None:
    """Also words that the text of the model never had. Killed: contexts one word too short; the first words
    left at the uniform distribution."""
    model, other = NGram(TEXT[TEXT < 4], V, 3), np.random.default_rng(1).integers(V, size=120)
    one_by_one = [np.log(model.next(other[:i])[w]) for i, w in enumerate(other)]
    assert model.log_probs(other) == pytest.approx(one_by_one, abs=1e-12)


def test_it_writes_through_the_loop_that_all_models_share() -> None:
    """The logits are log p after the last two words. Killed: the newest word left out of the context."""
    model = NGram(TEXT, V, 3)
    first, uniforms = torch.tensor([1, 3]), torch.rand(30, 2, generator=torch.Generator().manual_seed(0))
    words, said = write(Reader(model, torch.tensor([[0, 2], [4, 0]])), first, 30, by(uniforms))
    for b, before in enumerate(([0, 2, 1], [4, 0, 3])):
        text = [*before, *words[b].tolist()]
        for i in range(30):
            assert said[b, i].exp().numpy() == pytest.approx(model.next(np.array(text[: 3 + i])), abs=1e-12)


def test_an_order_that_does_not_fit_is_refused() -> None:
    """Killed: numbers of more than 63 bits, which would run over."""
    for order in (0, 7, 401):
        with pytest.raises(ValueError, match=f"got {order}"):
            NGram(TEXT, 1024 if order == 7 else V, order)
