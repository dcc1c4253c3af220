"""What Kirchenbauer et al. (2023) say of their watermark, checked on numbers and against transformers."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.stats import entropy
from sklearn.metrics import roc_curve

from engine.attention.decoding import by, write
from engine.core.trace import traced
from engine.language import corpus, detection, detection_lab, marked
from engine.language import watermark as wm

V = 64


def texts(n: int, length: int, words: int) -> np.ndarray:
    return np.random.default_rng(0).integers(words, size=(n, length))


@pytest.mark.parametrize(("gamma", "key"), [(0.25, wm.HASH_KEY), (0.5, 4242)])
def test_the_same_words_are_raised_and_texts_have_the_z_of_transformers(gamma: float, key: int) -> None:
    """After every word; on texts whose pairs come again, counted once and each time. Killed: the seed key +
    word; the end of the permutation; delta on red words; the list of the word itself in place of the one
    before; each pair counted each time; the variance without 1 - gamma."""
    from transformers.generation.watermarking import WatermarkDetector  # an independent implementation

    config = {"greenlist_ratio": gamma, "bias": 2.0, "hashing_key": key, "seeding_scheme": "lefthash"}
    model: SimpleNamespace = SimpleNamespace(bos_token_id=V, is_encoder_decoder=False, vocab_size=V)
    before, green, some = torch.arange(V), wm.greenlists(V, gamma, key), texts(20, 60, 9)
    logits = torch.randn(V, V, generator=torch.Generator().manual_seed(0))
    for once in (True, False):
        theirs = WatermarkDetector(model, "cpu", config, ignore_repeated_ngrams=once)
        z = theirs(torch.from_numpy(some), return_dict=True).z_score
        assert [wm.growing(text, green, gamma, once)[-1] for text in some] == pytest.approx(z, abs=1e-6)
    assert torch.allclose(wm.raised(logits, before, green, 2.0), theirs.processor(before[:, None], logits))


def test_words_of_nobody_who_knows_the_key_have_z_of_mean_0_and_deviation_1() -> None:
    """A key for each text. A text all green has z = sqrt(T (1 - gamma) / gamma). Killed: lists of a share
    that is not gamma; pairs counted again and again; a root left out; T - 1 in place of T."""
    z = [wm.growing(text, wm.greenlists(V, 0.25, i), 0.25)[-1] for i, text in enumerate(texts(200, 120, 12))]
    assert abs(np.mean(z)) < 4 / 200**0.5
    assert abs(np.std(z) - 1) < 4 / 400**0.5
    assert wm.z_score(50, 50, 0.25) == pytest.approx((50 * 0.75 / 0.25) ** 0.5)


def test_z_grows_word_by_word_to_what_the_text_so_far_has() -> None:
    """Killed: of equal pairs the last one counted; a shift by one word."""
    green, text = wm.greenlists(V, 0.25, 5), texts(1, 80, 12)[0]
    z = wm.growing(text, green, 0.25)
    for n in (1, 2, 30, 79):
        assert z[n - 1] == pytest.approx(wm.growing(text[:n], green, 0.25)[-1])
    assert wm.fresh(text).sum() == len(set(pairwise(text.tolist())))


def test_without_delta_the_words_are_those_of_the_model_and_with_much_all_are_green() -> None:
    """By the same luck. Killed: uniforms of the next text; one list for all words."""
    logits = torch.randn(V, generator=torch.Generator().manual_seed(1)).expand(3, V)
    luck = torch.rand(50, 3, generator=torch.Generator().manual_seed(2))
    first, green = torch.tensor([1, 2, 3]), wm.greenlists(V, 0.25, 7)
    plain, same, pushed = (
        write(lambda words: logits, first, 50, pick)[0]
        for pick in (by(luck), wm.by(luck, first, green, 0.0), wm.by(luck, first, green, 50.0))
    )
    assert torch.equal(same, plain)
    assert wm.hits(torch.cat([first[:, None], pushed], 1).numpy(), green).all()


@pytest.mark.parametrize("sharp", [0.3, 3.0])
def test_a_drawn_word_is_green_at_least_as_often_as_the_paper_proves(sharp: float) -> None:
    """The mean over green lists; equal where one word is certain or all are alike. Killed: the modulus
    without gamma; alpha = delta; the factor alpha left out."""
    rng = torch.Generator().manual_seed(0)
    p = (sharp * torch.randn(V, generator=rng, dtype=torch.float64)).softmax(-1)
    lists = torch.stack([torch.randperm(V, generator=rng) < 0.25 * V for _ in range(4000)])
    share = (wm.raised(p.log(), torch.arange(4000), lists, 2.0).softmax(-1) * lists).sum(-1)
    assert share.mean() > wm.least(p.numpy(), 0.25, 2.0) - 4 * share.std() / 4000**0.5
    assert wm.least(np.eye(V)[0], 0.25, 2.0) == pytest.approx(0.25)
    odds = 0.25 * np.exp(2)
    assert wm.least(np.full(100_000, 1e-5), 0.25, 2.0) == pytest.approx(odds / (odds + 0.75), rel=1e-3)


def test_pairs_survive_an_attack_as_often_as_their_words_do() -> None:
    """Killed: places drawn with replacement; deletion that shuffles; people's words from the beginning."""
    text, other, rng = np.arange(1000), np.arange(5000, 6000), np.random.default_rng(0)
    replaced, deleted, pasted, repeated = (
        detection.attacked(kind, text, 0.3, other, rng) for kind in detection.ATTACKS
    )
    assert (replaced >= 5000).sum() == 300
    whole = (np.diff(replaced) == 1) & (replaced[1:] < 5000)
    assert whole.mean() == pytest.approx(0.7**2, abs=4 * (0.25 / 1000) ** 0.5)
    assert len(deleted) == 700
    assert (np.diff(deleted) > 0).all()
    assert pasted.tolist() == [*range(700), *range(5700, 6000)]
    assert repeated[700:].tolist() == [i % detection.PHRASE for i in range(300)]
    assert [of(0.3) for of in detection.LEFT.values()] == pytest.approx([0.49, 0.7 * 0.7**0.5, 0.7])
    with pytest.raises(ValueError, match="kind must be one of replace words"):
        detection.attacked("burn", text, 0.3, other, rng)


def test_rates_are_the_points_of_the_roc_curve() -> None:
    """scikit-learn's. Killed: texts at the threshold counted."""
    found, accused = (np.random.default_rng(i).normal(2 * i, 1, 40).round(1) for i in (1, 0))
    fpr, tpr, at = roc_curve([1] * 40 + [0] * 40, [*found, *accused], drop_intermediate=False)
    assert detection.rates(found, at[1:] - 1e-9) == pytest.approx(tpr[1:])
    assert detection.rates(accused, at[1:] - 1e-9) == pytest.approx(fpr[1:])
    assert detection.rates(np.array([4.0, 5.0]), np.array([4.0])) == 0.5


def test_the_price_is_what_the_model_itself_thinks_of_the_words() -> None:
    """-log p at the temperature, without the push, and no end of a document. Killed: the pushed logits; the
    temperature left out; END written."""
    luck = torch.rand(30, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    words, log_p = marked.written("trigram", 0.7, luck, wm.greenlists(marked.V, 0.25, wm.HASH_KEY), 3.0)
    text, said = words[0].numpy(), marked.lost(words, log_p)[0]
    for i in (0, 1, 17, 29):
        p = marked.source("trigram").next(np.concatenate([[corpus.END], text[:i]])) ** (1 / 0.7)
        p[corpus.END] = 0
        assert said[i] == pytest.approx(-np.log(p[text[i]] / p.sum()), abs=1e-9)
    assert marked.entropy(log_p)[0, 3] == pytest.approx(entropy(log_p[0, 3].exp()), abs=1e-9)


def test_the_lab_keeps_strengths_apart_and_people_out() -> None:
    """z rises with delta; repeated pairs and people are what they are called. Killed: rows of a batch taken
    for other deltas; people's texts from what the model counted; `every` in the place of `spread`."""
    trace = traced(detection_lab.run(detection_lab.SPEC(steps=2), torch.device("cpu"), {}))
    level, watch = trace.last("level"), detection_lab.Watch(detection_lab.SPEC())
    assert (np.diff(level["z"]) > 0).all()
    assert abs(level["z"][0]) < 1.5  # four standard errors of the mean of eight texts
    assert level["cost"][0] == pytest.approx(1)
    assert level["every"] > level["spread"]
    held = corpus.read("prose").held
    assert watch.people[0].tobytes() in held[held != corpus.END].astype(np.int64).tobytes()
