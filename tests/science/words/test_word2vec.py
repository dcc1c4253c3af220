"""Skip-gram and CBOW (arXiv:1310.4546, 1301.3781): noise, windows, loss, its optimum; and gensim."""

import numpy as np
import pytest
import torch
from gensim.models import Word2Vec

from engine.core.trace import traced
from engine.data.corpora import WORDS, planted
from engine.words import analogy, counts, skip_gram_lab
from engine.words.cbow import CBOW, bags
from engine.words.feed import batches
from engine.words.shifted_pmi import pmi, ratio, tilt
from engine.words.skip_gram import SkipGram, against_noise, drawn, kept, noise, windows


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sentences(text):
    return [[text.words[i] for i in one] for one in np.split(text.tokens, text.ends[:-1])]


def test_the_loss_of_fixed_triples_is_the_sum_of_log_sigmoids():
    """Eq. 4, by numpy. Killed: negatives without their minus; a mean over the negatives in place of a sum."""
    torch.manual_seed(0)
    net, rng = SkipGram(9, 4), np.random.default_rng(0)
    torch.nn.init.normal_(net.u)
    c, o, n = rng.integers(9, size=6), rng.integers(9, size=6), rng.integers(9, size=(6, 3))
    v, u = net.v.detach().double().numpy(), net.u.detach().double().numpy()
    wanted = -np.mean(
        [np.log(sigmoid(u[oo] @ v[cc])) + sum(np.log(sigmoid(-u[i] @ v[cc])) for i in nn)
         for cc, oo, nn in zip(c, o, n, strict=True)]
    )  # fmt: skip
    given = net.loss(*(torch.from_numpy(one) for one in (c, o, n)))
    assert given.item() == pytest.approx(wanted, abs=1e-6)


def test_noise_is_what_gensim_draws_from():
    """Killed: counts to the power 4/3; noise that does not sum to one."""
    text = planted(2000, 0)
    model = Word2Vec(
        sentences(text), vector_size=4, sg=1, negative=5, ns_exponent=0.75, min_count=1, epochs=1
    )
    table = model.wv  # words by falling count; cum_table is scaled to 2^31 - 1
    theirs = np.diff(np.concatenate([[0], model.cum_table.astype(float)])) / model.cum_table[-1]
    ours = noise(np.bincount(text.tokens), 0.75).numpy()
    assert [ours[text.place[word]] for word in table.index_to_key] == pytest.approx(theirs, abs=1e-6)
    drawn_ = drawn(torch.from_numpy(ours), (200_000,), torch.Generator().manual_seed(0))
    assert np.bincount(drawn_.numpy(), minlength=len(ours)) / 200_000 == pytest.approx(ours, abs=2e-3)


def test_a_frequent_word_is_dropped_as_the_paper_says():
    """Eq. 5: P(drop) = 1 - sqrt(t / f). Killed: t / f without its root; rare words above one."""
    wanted = [np.sqrt(0.01 / 0.9), np.sqrt(0.01 / 0.09), 1.0]
    assert kept(np.array([900, 90, 10]), 0.01) == pytest.approx(wanted)
    text, rng = planted(3000, 0), np.random.default_rng(0)
    thin = next(batches(windows, text.tokens, text.ends, 2, 1e-3, 10**6, rng))
    whole = next(batches(windows, text.tokens, text.ends, 2, 1.0, 10**6, rng))
    assert len(thin[0]) < 0.2 * len(whole[0])


def test_windows_of_random_reach_take_each_pair_as_often_as_counted():
    """Killed: a window that crosses a sentence's end; half of the reaches."""
    text, rng, V = planted(400, 1), np.random.default_rng(0), len(WORDS)
    seen = np.zeros((V, V))
    for _ in range(200):
        centre, context = windows(text.tokens, text.ends, 3, rng)
        np.add.at(seen, (centre.numpy(), context.numpy()), 1 / 200)
    X = counts.near(text.tokens, text.ends, 3, "reach")
    assert seen.sum() == pytest.approx(X.sum(), rel=0.01)
    assert not seen[X == 0].any()
    assert np.corrcoef(seen[X > 0], X[X > 0])[0, 1] > 0.99
    lone = windows(np.array([0, 1, 2, 3]), np.array([1, 2, 4]), 3, rng)
    assert sorted(zip(*(one.tolist() for one in lone), strict=True)) == [(2, 3), (3, 2)]


def test_counts_are_those_of_a_loop_over_every_two_words_of_a_sentence():
    """Killed: 1 for 1 / distance; a reach's share in its place; pairs over a sentence's end; one way only."""
    text, c = planted(60, 2), 4
    worth = {"distance": lambda apart: 1 / apart, "reach": lambda apart: (c - apart + 1) / c}
    for weigh, of in worth.items():
        X = np.zeros((len(WORDS), len(WORDS)))
        for one in np.split(text.tokens, text.ends[:-1]):
            for i, a in enumerate(one):
                for j, b in enumerate(one):
                    X[a, b] += of(abs(i - j)) if 0 < abs(i - j) <= c else 0
        found = counts.near(text.tokens, text.ends, c, weigh)
        assert found == pytest.approx(X[: len(found), : len(found)], abs=1e-12)


def test_frequent_words_are_dropped_before_windows_are_cut():
    """Word 0 stands between all others, and every second time it is dropped: then its neighbours are side by
    side, in their sentence. Killed: no word dropped; rare words dropped for frequent ones; words dropped from
    the windows, where nobody takes their place; the ends left where they were."""
    tokens, ends = np.tile([1, 0, 2, 0, 3, 0, 4, 0], 500), np.arange(1, 501) * 8
    centre, context = next(batches(windows, tokens, ends, 1, 1 / 8, 10**6, np.random.default_rng(0)))
    met = np.zeros((5, 5), int)
    np.add.at(met, (centre.numpy(), context.numpy()), 1)
    for left, right in ((1, 2), (2, 3), (3, 4)):  # frequency 1/2: stays with chance root of (1/8) / (1/2)
        assert met[left, right] == met[right, left] == pytest.approx(250, abs=5 * (500 / 4) ** 0.5)
    assert met[4, 1] == met[1, 4] == 0
    assert met[1, 0] + met[1, 2] == 500  # and no rare word was dropped


def test_a_reach_belongs_to_the_centre():
    """Killed: the reach of the context in place of the centre's: then pairs come both ways or not at all."""
    centre, context = windows(np.arange(40), np.array([40]), 5, np.random.default_rng(0))
    pairs = set(zip(centre.tolist(), context.tolist(), strict=True))
    reach = {i: max(abs(i - j) for a, j in pairs if a == i) for i in range(40)}
    assert all(((i, j) in pairs) == (0 < abs(i - j) <= reach[i]) for i in range(5, 35) for j in range(40))


def test_a_bag_is_the_mean_of_its_context():
    """Killed: a sum in place of the mean; padding words counted."""
    torch.manual_seed(0)
    net = CBOW(8, 3)
    torch.nn.init.normal_(net.u)
    centre, context, seen = bags(np.array([3, 1, 4, 1, 5]), np.array([3, 5]), 2, np.random.default_rng(1))
    negatives = torch.tensor([[0, 2]] * len(centre))
    means = torch.stack([net.v[row[there]].mean(0) for row, there in zip(context, seen, strict=True)])
    assert net.bag_loss(centre, context, seen, negatives).item() == pytest.approx(
        against_noise(means, centre, negatives, net.u).item(), abs=1e-6
    )


def test_scores_of_the_ratio_less_log_k_are_where_the_expected_loss_is_flat():
    """Levy & Goldberg, with any noise: exact, no training. Killed: plus log k; p(c|o) in place of p(o|c)."""
    rng = np.random.default_rng(0)
    X = rng.integers(1, 50, (7, 7)).astype(float)
    X += X.T
    for k, exponent in ((1, 1.0), (5, 0.75), (15, 0.0)):
        P_n = noise(X.sum(0), exponent).numpy()
        s = torch.from_numpy(ratio(X, P_n) - np.log(k)).requires_grad_()
        true, false = torch.nn.functional.logsigmoid(s), torch.nn.functional.logsigmoid(-s)
        weights = torch.from_numpy(X), torch.from_numpy(k * X.sum(1, keepdims=True) * P_n)
        (weights[0] * true + weights[1] * false).sum().backward()
        assert s.grad.abs().max().item() < 1e-9


def test_the_score_is_the_pmi_at_exponent_one_and_tilts_by_one_less_the_exponent():
    """Exact. Killed: a tilt regressed on the centre's frequency."""
    rng = np.random.default_rng(1)
    X = rng.integers(1, 50, (9, 9)).astype(float)
    X += X.T
    at = np.argwhere(X > 0).T
    for exponent in (0.0, 0.5, 0.75, 1.0):
        scores = ratio(X, noise(X.sum(0), exponent).numpy()) - np.log(5)
        assert tilt(scores, X, at) == pytest.approx(1 - exponent, abs=1e-9)
    assert ratio(X, noise(X.sum(0), 1.0).numpy()) == pytest.approx(pmi(X), abs=1e-12)


def test_neighbours_overlap_with_gensims():
    """Of the five nearest of each of the words that sentences are about, at least three are gensim's too.

    Killed: vectors that are trained on shuffled contexts.
    """
    trace = traced(
        skip_gram_lab.run(skip_gram_lab.SPEC(corpus="softened", steps=900), torch.device("cpu"), {})
    )
    v = trace.state["v"].float().numpy()
    text = skip_gram_lab.corpus(skip_gram_lab.SPEC(corpus="softened"))
    model = Word2Vec(sentences(text), vector_size=16, sg=1, negative=5, window=5, min_count=1, epochs=5,
                     sample=0, seed=1, workers=1, alpha=0.05)  # fmt: skip
    near = analogy.unit(v) @ analogy.unit(v).T
    np.fill_diagonal(near, -2)
    shared = []
    for word in (*skip_gram_lab.JOBS, "king", "queen", "paris", "france", "walk", "walked", "monk", "nun"):
        ours = {WORDS[i] for i in np.argsort(-near[text.place[word]])[:5]}
        shared.append(len(ours & {w for w, _ in model.wv.most_similar(word, topn=5)}))
    assert np.mean(shared) / 5 >= 0.6
