"""What the labs of word vectors measure: nets that hold the exact answer get the exact figure."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.data.corpora import HE, JOBS, SHE, SOFT, planted, pythons_prose
from engine.words import counts, glove_lab, shifted_pmi_lab, skip_gram_lab, text_lab
from engine.words.glove import GloVe
from engine.words.shifted_pmi import pmi
from engine.words.skip_gram import SkipGram, noise
from engine.words.text import NamedVectors, cut

HARD = planted(2000, 0, SOFT["hard"], 1.0)
V = len(HARD.words)


def seen(weigh: str) -> np.ndarray:
    """Counts of the text, (V, V), by a loop over every two words of a sentence."""
    X = np.zeros((V, V))
    for sentence in HARD.tokens.reshape(-1, 5):
        for i in range(5):
            for j in range(5):
                if i != j:
                    apart = abs(i - j)
                    X[sentence[i], sentence[j]] += 1 / apart if weigh == "distance" else (6 - apart) / 5
    return X


def exact(scores: np.ndarray) -> SkipGram:
    """A net that gives every pair its score; pairs that were never seen have none, and get nought."""
    net = SkipGram(V, V)
    net.v.data = torch.from_numpy(np.where(np.isfinite(scores), scores, 0.0))
    net.u.data = torch.eye(V, dtype=torch.float64)
    return net


def ratios(exponent: float) -> np.ndarray:
    """log p(o|c) / P_n(o) by its definition, P_n as frequent as counts to a power."""
    X, times = seen("reach"), np.bincount(HARD.tokens) ** exponent
    with np.errstate(divide="ignore"):
        return np.log(X) - np.log(X.sum(1))[:, None] - np.log(times / times.sum())[None, :]


def test_scores_are_held_against_the_ratio_of_the_spec_s_own_noise() -> None:
    """Killed: the PMI in its place; the exponent left out; the offset's sign turned round."""
    look = skip_gram_lab.Look(skip_gram_lab.SPEC(), HARD)
    score = look(exact(ratios(0.75) - np.log(5)))["score"]
    assert float(score["corr"]) == pytest.approx(1, abs=1e-6)
    assert float(score["offset"]) == pytest.approx(-np.log(5), abs=1e-6)


def test_a_lean_to_she_is_positive_in_the_text_and_in_the_vectors() -> None:
    """Killed: he and she exchanged in the counts, or in the vectors; professions in another order."""
    look, number = skip_gram_lab.Look(skip_gram_lab.SPEC(), HARD), {w: i for i, w in enumerate(HARD.words)}
    v = np.random.default_rng(0).normal(size=(V, V)) / 100
    for i, (he, she) in enumerate(zip(HE, SHE, strict=True)):
        v[number[he], i], v[number[she], i] = -1, 1
    for job, (chance, _) in JOBS.items():
        v[number[job], : len(HE)] = chance - 0.5
    bias, X = look(exact(v))["bias"], seen("reach")
    for (job, (chance, _)), odds, lean in zip(JOBS.items(), bias["odds"], bias["leans"], strict=True):
        she, he = (X[number[job], [number[w] for w in side]].sum() for side in (SHE, HE))
        assert odds == pytest.approx(np.log((she + 0.5) / (he + 0.5)), abs=1e-5)
        assert np.sign(lean) == np.sign(chance - 0.5)


def test_each_of_the_four_nets_is_held_against_its_own_noise() -> None:
    """Killed: one noise for all; the offset of another k; the tilt against the ratio of that noise."""
    times = np.bincount(HARD.tokens)
    look = shifted_pmi_lab.Look(
        counts.near(HARD.tokens, HARD.ends, 5, "reach"), [noise(times, 0.75)] * 3 + [noise(times, 1.0)]
    )
    exponents, ks = (0.75, 0.75, 0.75, 1.0), (*shifted_pmi_lab.KS, shifted_pmi_lab.PLAIN)
    nets = [exact(ratios(a) - np.log(k)) for a, k in zip(exponents, ks, strict=True)]
    score = look(nn.ModuleList(nets))["score"]
    assert score["corr"] == pytest.approx([1, 1, 1, 1], abs=1e-6)
    assert score["offset"] == pytest.approx([-np.log(k) for k in ks], abs=1e-5)
    # The text's p(o) and the pairs' own are not quite the same.
    assert score["tilt"] == pytest.approx([0.25, 0.25, 0.25, 0], abs=0.02)


def test_glove_is_held_against_logarithms_of_counts_that_are_no_zeros() -> None:
    """Killed: counts for their logarithms; zeros among the pairs; zeros counted where there are counts."""
    X, net = seen("distance"), GloVe(V, V)
    net.w.data = torch.from_numpy(np.log(np.where(X > 0, X, 1e9))).float()  # absurd where nothing was seen
    net.w_.data = torch.eye(V)
    for bias in (net.b, net.b_):
        bias.data.zero_()
    score = glove_lab.Look(X, HARD)(net)["score"]
    assert float(score["corr"]) == pytest.approx(1, abs=1e-6)
    assert float(score["zeros"]) == pytest.approx((X == 0).sum() / V**2)


def test_the_company_of_neighbours_is_that_of_eight_others() -> None:
    """Words that lie as their rows of positive PMI do. Killed: a word its own neighbour, or its own
    company among any two; signed PMI."""
    text = cut(pythons_prose()[:60_000], 60)
    rows = np.nan_to_num(np.maximum(pmi(counts.near(text.tokens, text.ends, 2, "reach")), 0))
    n, net = len(text.words), NamedVectors(len(text.words), len(text.words), text.words)
    net.v.data = torch.from_numpy(rows).float()
    cosine = rows @ rows.T / np.outer(np.linalg.norm(rows, axis=1), np.linalg.norm(rows, axis=1))
    others = [sorted(np.delete(cosine[i], i))[::-1] for i in range(n)]
    score = text_lab.Look(text, 2)(net)["score"]
    nearest = [one[: text_lab.NEAR] for one in others]
    assert float(score["company"]) == pytest.approx(np.mean(nearest), abs=1e-5)
    assert float(score["any"]) == pytest.approx(np.mean(others), abs=1e-5)
