"""What Carlini et al. (2019, 2020, 2022) measure, on numbers, and against sklearn and transformers."""

import zlib
from collections import Counter

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score
from transformers import TopKLogitsWarper

from engine.core.trace import seeded
from engine.language import canaries, extraction, extraction_lab, gpt, memorisation_lab
from engine.language import memorisation as mem

CPU = torch.device("cpu")


def net() -> gpt.GPT:
    """An untrained net that is sure of what it says."""
    with seeded(3):
        made = gpt.GPT(len(canaries.ALPHABET), 32, 16, 4, 2)
    with torch.no_grad():
        made.embedding.weight.mul_(8)
    return made


def naive(of: gpt.GPT, prompt: torch.Tensor, n: int) -> torch.Tensor:
    """Greedy decoding by its definition: all is read anew for each token."""
    x = prompt
    for _ in range(n):
        x = torch.cat([x, of(x)[:, -1:].argmax(-1)], 1)
    return x[:, prompt.shape[1] :]


def test_exposure_is_log2_of_all_candidates_less_log2_of_the_rank() -> None:
    """By sorting; of a random number 1.44 bits on average. Killed: ranks from one half; natural
    logarithms; the candidate itself left out of R; the most surprising one first."""
    rng = np.random.default_rng(0)
    others, own = rng.normal(size=1023), rng.normal(size=400)
    wanted = [np.log2(1024 / (1 + sorted([*others, one]).index(one))) for one in own]
    assert mem.exposure(own, others) == pytest.approx(wanted)
    assert mem.exposure(np.array([-9.0, 9.0]), others).tolist() == [10, 0]
    assert abs(np.mean(wanted) - 1 / np.log(2)) < 5 * 1.44 / 400**0.5


def test_membership_has_the_auc_of_sklearn_ties_included() -> None:
    """Killed: ties counted whole; ties not counted; members and others exchanged."""
    rng = np.random.default_rng(1)
    members, others = rng.integers(0, 9, 60) - 1.0, rng.integers(0, 9, 200) * 1.0
    truth = [1] * 60 + [0] * 200
    wanted = roc_auc_score(truth, -np.concatenate([members, others]))
    assert mem.auc(members, others) == pytest.approx(wanted)
    assert wanted != pytest.approx(0.5, abs=0.05)


def test_a_secret_is_extracted_where_greedy_decoding_writes_all_of_it() -> None:
    """After the k tokens before it and no others. Killed: right tokens after a wrong one counted; one token
    more of context; the beginning of the text for context; the secret itself in the prompt."""
    made, rng = net(), torch.Generator().manual_seed(0)
    texts = torch.randint(28, 38, (12, 16), generator=rng)
    for k in (2, 10):
        said = naive(made, texts[:, 10 - k : 10], 6)
        assert torch.equal(mem.greedy(made, texts[:, 10 - k : 10], 6), said)
        for right in (0, 3, 6):
            planted = texts.clone()
            planted[:, 10:] = said
            if right < 6:
                planted[:, 10 + right] = (said[:, right] + 1) % 38
            assert mem.right(made, planted, k, 6).tolist() == [right] * 12


def test_the_loss_of_a_text_is_what_each_of_its_tokens_costs_after_the_end_of_a_line() -> None:
    """Killed: the first token left out; the sum in place of the mean; another start."""
    made, texts = net(), torch.randint(38, (5, 16), generator=torch.Generator().manual_seed(1))
    for text, loss in zip(texts, mem.loss(made, texts), strict=True):
        row = torch.cat([torch.tensor([canaries.END]), text])
        log_p = made(row[None, :-1])[0].log_softmax(-1)
        assert float(loss) == pytest.approx(
            -np.mean([log_p[i, t].item() for i, t in enumerate(text)]), rel=1e-4
        )


def test_texts_are_ranked_by_zlib_entropy_over_log_perplexity() -> None:
    """The ratio of the authors' program, exact on fixed strings. Killed: bytes for bits; the ratio turned
    over; the greatest loss first."""
    texts = ["a" * 32, "7640749696469012\n903764964690121", "the name of the module is given "]
    bits = np.array([extraction.zlib_bits(text) for text in texts])
    assert bits.tolist() == [8 * len(zlib.compress(bytes(text, "utf-8"))) for text in texts]
    assert bits[0] < bits[1] < bits[2]
    loss = np.array([0.2, 0.5, 1.1])
    score = bits / np.log(np.exp(loss))
    assert extraction.ranked(loss, bits, True).tolist() == np.argsort(-score).tolist() == [1, 0, 2]
    assert extraction.ranked(loss, bits, False).tolist() == [0, 1, 2]


def test_a_token_is_drawn_from_the_n_likeliest_as_transformers_draws() -> None:
    """Killed: one token more; chances that are not divided by those that are left; the n unlikeliest."""
    logits = torch.randn(1, 38, generator=torch.Generator().manual_seed(2)) * 2
    p = TopKLogitsWarper(5)(torch.zeros(1, 1, dtype=torch.long), logits.clone()).softmax(-1)[0].numpy()
    n = 20_000
    drawn = extraction.top_n(logits.expand(n, -1), 5, (torch.arange(n) + 0.5) / n).numpy()
    assert np.abs(np.bincount(drawn, minlength=38) / n - p).max() < 2 / n**0.5
    assert set(drawn) == set(np.flatnonzero(p))


@pytest.mark.parametrize("copies", [True, False])
def test_each_number_comes_as_often_as_it_says_in_texts_of_one_length(copies: bool) -> None:
    """And those that never come do not. Killed: no copies; copies of the rare ones; a shorter text without
    duplicates; candidates planted."""
    text, drawn = canaries.text(5, copies), canaries.numbers(5)
    count = Counter(map(canaries.said, text))
    times = np.repeat(canaries.REPEATS, canaries.EACH) if copies else np.ones(canaries.PLANTED)
    assert [count[canaries.said(one)] for one in drawn.planted] == times.tolist()
    assert not any(count[canaries.said(one)] for one in [*drawn.never, *drawn.others])
    assert len(text) == 710


def test_a_pass_reads_each_line_once_cut_at_any_place() -> None:
    """Killed: a window that is read twice; lines without their end."""
    text = canaries.text(0, True)
    rows = canaries.windows(text, 32, np.random.default_rng(0))
    assert rows.shape == (710 * 17 // 33, 33)
    signs = Counter(np.concatenate([text.ravel(), np.zeros(710, np.uint8)]).tolist())
    assert sum((signs - Counter(rows.ravel().tolist())).values()) == 710 * 17 - rows.size
    assert len(np.unique(np.flatnonzero((rows == canaries.END).any(0)))) == 33


def test_the_watch_tells_of_each_kind_its_own_numbers() -> None:
    """The net is made sure of the numbers that come 4 times. Killed: rows in another order; the shown ten
    among those compared with; exposure of all for each; another context under a name."""
    made, drawn = net(), canaries.numbers(0)
    planted = drawn.planted.copy()
    planted[20:30, 10:] = mem.greedy(made, torch.from_numpy(planted[20:30, 6:10].astype(np.int64)), 6)
    watch = memorisation_lab.Watch(drawn._replace(planted=planted), CPU)
    level = watch(made)["level"]
    assert level["k4"].tolist() == [0, 0, 0, 1, 0, 0]
    others = mem.loss(made, torch.from_numpy(drawn.others.astype(np.int64))).numpy()
    kinds = [drawn.never, *planted.reshape(5, 10, 16)]
    losses = [mem.loss(made, torch.from_numpy(kind.astype(np.int64))).numpy() for kind in kinds]
    assert level["auc"] == pytest.approx([mem.auc(one, others) for one in losses], abs=1e-5)
    assert level["exposure"] == pytest.approx([mem.exposure(one, others).mean() for one in losses], abs=1e-5)


def test_what_is_found_are_texts_that_hold_a_whole_number() -> None:
    """Killed: a number without its last digit found; the share of all texts for that of the first; different
    numbers counted as often as they come; the last ones by loss."""
    number = "7640749696469012"
    said = [f"{number}\n{number[:14]}\n", f"x{number}", f"{number[:15]}\nabc", "words and words"]
    ids = torch.tensor([canaries.read(text.ljust(32)) for text in said])
    texts = extraction_lab.seen(net(), ids, ["0" * 16, number])
    assert texts["number"].tolist() == [1, 1, -1, -1]
    many = {"number": np.repeat([1, -1], [30, 70]), "loss": np.arange(100.0) + 1, "bits": np.full(100, 300.0)}
    level = {name: float(value) for name, value in extraction_lab.judged(many).items()}
    assert level == pytest.approx({"all": 0.3, "found": 1, "loss": 1, "zlib": 1})
