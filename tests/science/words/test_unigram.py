"""What Kudo (2018) says of the unigram model, by enumeration; and the authors' own program."""

import itertools
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.prose import drawn
from engine.words import pieces, unigram

TOY = unigram.normalised({"a": 3, "b": 2, "c": 1, "ab": 4, "bc": 2, "abc": 1, "ca": 1})
WORD = "abcabca"


def every(word: str, known: unigram.Pieces) -> dict[tuple[int, ...], float]:
    """All segmentations of a word by trying all: gaps where pieces end -> log P."""
    found = {}
    for inner in itertools.chain(*(itertools.combinations(range(1, len(word)), k) for k in range(len(word)))):
        ends = (*inner, len(word))
        parts = list(unigram.cut(word, list(ends)))
        if all(part in known for part in parts):
            found[ends] = sum(known[part] for part in parts)
    return found


@pytest.fixture(scope="module")
def words() -> Counter[str]:
    return Counter(unigram.split(drawn("prose", 20_000, 0)[0].replace("\n", " ")))


def test_the_best_path_is_the_best_of_all_and_the_forward_sum_is_the_sum_of_all() -> None:
    """Section 3.2's x* and P(X), and P(X) under every alpha.

    Killed: a maximum in the forward sum; a minimum in Viterbi; alpha left out.
    """
    all_, arcs = every(WORD, TOY), unigram.lattice(WORD, TOY)
    ends, best = unigram.viterbi(arcs, len(WORD))
    assert best == pytest.approx(max(all_.values()))
    assert all_[tuple(ends)] == pytest.approx(best)
    for alpha in (0.0, 0.5, 1.0, 2.0):
        total = math.log(sum(math.exp(alpha * p) for p in all_.values()))
        assert unigram.forward(arcs, len(WORD), alpha)[-1] == pytest.approx(total)


def test_the_posterior_of_a_piece_is_the_share_of_the_readings_that_use_it() -> None:
    """Killed: the backward sum left out; forward at the piece's end instead of its start."""
    all_, arcs = every(WORD, TOY), unigram.lattice(WORD, TOY)
    whole = sum(map(math.exp, all_.values()))
    shares, log_p = unigram.posterior(arcs, len(WORD))
    assert log_p == pytest.approx(math.log(whole))
    for (start, end, _), share in zip(arcs, shares, strict=True):
        uses = (p for ends, p in all_.items() if (start, end) in itertools.pairwise((0, *ends)))
        assert share == pytest.approx(sum(map(math.exp, uses)) / whole)


def test_em_climbs_and_ends_where_another_step_changes_nothing(words: Counter[str]) -> None:
    """Killed: counts of the best path alone; a word's frequency left out of the E step."""
    now, before = unigram.seeds(words, 600), -math.inf
    for _ in range(8):
        counts, likelihood = unigram.expected(words, now)
        assert likelihood >= before - 1e-9 * abs(before)
        assert sum(math.exp(p) for p in now.values()) == pytest.approx(1, abs=1e-6)
        letters = sum(n * len(piece) for piece, n in counts.items())
        assert letters == pytest.approx(sum(n * len(word) for word, n in words.items()))
        now, before = unigram.normalised(counts), likelihood


def test_a_draw_is_as_likely_as_its_probability_to_the_power_of_alpha() -> None:
    """Section 3.3. Killed: alpha on the pieces but not on the sums; alpha left out."""
    all_, arcs, n = every(WORD, TOY), unigram.lattice(WORD, TOY), 4000
    for alpha in (0.3, 1.0, 1.7):
        rng = np.random.default_rng(0)
        seen = Counter(tuple(unigram.sample(arcs, len(WORD), alpha, rng)) for _ in range(n))
        whole = sum(math.exp(alpha * p) for p in all_.values())
        for ends, p in all_.items():
            share = math.exp(alpha * p) / whole
            assert abs(seen[ends] / n - share) <= 5 * math.sqrt(share * (1 - share) / n)


def test_pruning_keeps_every_character_and_drops_the_pieces_that_are_missed_least(
    words: Counter[str],
) -> None:
    """Killed: pieces that are missed most dropped; characters counted among those to drop."""
    start = unigram.seeds(words, 600)
    counts, _ = unigram.expected(words, start)
    counts, _ = unigram.expected(words, unigram.normalised(counts))
    kept = unigram.pruned(counts, start, 300)
    assert len(kept) == 300
    assert {piece for piece in start if len(piece) == 1} <= set(kept)
    lost = unigram.losses(counts, start)
    assert min(lost[p] for p in kept if len(p) > 1) >= max(lost[p] for p in lost if p not in kept)
    worst = {p: counts[p] for p in start if len(p) == 1 or (p not in kept)}
    assert unigram.expected(words, kept)[1] > unigram.expected(words, unigram.normalised(worst))[1]


def test_the_n_best_readings_are_the_n_best_of_all() -> None:
    """Killed: longest first; as many as asked at each gap but one."""
    wanted = sorted(every(WORD, TOY).items(), key=lambda one: -one[1])[:6]
    found = pieces.readings(WORD, TOY, 6)
    assert [p for _, p in found] == pytest.approx([p for _, p in wanted])
    assert {tuple(ends) for ends, _ in found} == {ends for ends, _ in wanted}


@pytest.fixture(scope="module")
def authors(tmp_path_factory: pytest.TempPathFactory) -> sentencepiece.SentencePieceProcessor:
    """The authors' program, trained on our text, nothing normalised, pieces of at most 8 characters."""
    folder: Path = tmp_path_factory.mktemp("spm")
    (folder / "text").write_text(drawn("prose", 100_000, 0)[0], "utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "text"),
        model_prefix=str(folder / "m"),
        vocab_size=600,
        model_type="unigram",
        normalization_rule_name="identity",
        max_sentencepiece_length=unigram.LONGEST,
        character_coverage=1.0,
        num_threads=1,
        minloglevel=2,
    )
    return sentencepiece.SentencePieceProcessor(model_file=str(folder / "m.model"))


def test_with_the_scores_of_the_authors_program_500_words_are_cut_as_it_cuts_them(authors) -> None:
    """Killed: a minimum in Viterbi; arcs that begin one gap too late."""
    scores = {authors.id_to_piece(i): authors.get_score(i) for i in range(3, authors.get_piece_size())}
    held = drawn("prose", 1, 0)[1].split()
    words = [w for w in dict.fromkeys(held) if set(w) <= set(scores)][:500]
    assert len(words) == 500
    for word in words:
        marked = unigram.SPACE + word
        ends, _ = unigram.viterbi(unigram.lattice(marked, scores), len(marked))
        assert list(unigram.cut(marked, ends)) == authors.encode(word, out_type=str)


def test_seeds_are_all_characters_and_the_substrings_that_cover_most_text() -> None:
    """Killed: ranked by count alone; substrings that occur once."""
    found = unigram.seeds({"abab": 2, "cdef": 1}, 2)
    assert set(found) == {*"abcdef", "ab", "abab"}  # ab four times, abab twice; no other occurs as often
    assert "cd" not in unigram.seeds({"abab": 2, "cdef": 1}, 99)
    assert sum(map(math.exp, found.values())) == pytest.approx(1)
    assert math.exp(found["ab"] - found["c"]) == pytest.approx(4)
    assert max(map(len, unigram.seeds({"x" * 20: 5}, 99))) == unigram.LONGEST


@settings(max_examples=300)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="▁")))
def test_any_text_comes_back_with_all_its_spaces(text: str) -> None:
    """Killed: words split at runs of spaces; one space for several."""
    assert unigram.split("a  b ") == ["a", "▁", "▁b", "▁"]
    assert unigram.join(pieces.encode(text, TOY)) == text
    assert "".join(unigram.split(text)).replace(unigram.SPACE, " ") == text


def test_bits_of_bpe_are_those_of_its_symbols_drawn_by_their_frequency() -> None:
    """By hand: "abab" is the pair "ab" twice, so of eight symbols four are "ab" and four "c": one bit each.

    Killed: the log of the whole count; bits a word instead of a character.
    """
    train = {"abab": 2, "c": 4}
    assert pieces.bits_of_bpe(train, {"abab": 1}, 4) == pytest.approx(2 / 4)
    assert pieces.bits_of_bpe(train, {"c": 3}, 4) == pytest.approx(1)
    assert pieces.bits_of_bpe(train, {"a": 1}, 4) == pytest.approx(math.log2(8 / 0.5))
