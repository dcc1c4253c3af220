"""What the labs of subwords do beside their methods: forks, exhausted texts, vocabularies of a size."""

import itertools
import math

import numpy as np
import pytest
import torch

from engine.core.trace import Trace, traced
from engine.data.prose import ARTICLE, drawn
from engine.words import bpe_lab, unigram, unigram_lab
from engine.words.bpe_lab import NONE

CPU = torch.device("cpu")
SMALL = bpe_lab.SPEC(steps=60, size=10)


def pairs(trace: Trace) -> list[list[int]]:
    rows = [trace.at("merges", m)["rows"] for m in range(len(trace.moments))]
    return [row[:2].tolist() for table in rows for row in table if row[0] != NONE]


def test_the_merges_of_all_moments_are_the_merges_of_the_tokenizer() -> None:
    """The browser adds them up. Killed: a moment's merges not cleared for the next."""
    trace = traced(bpe_lab.run(SMALL, CPU, {}))
    assert pairs(trace) == [list(pair) for pair in bpe_lab.restore(SMALL, trace.state).pairs]
    assert len(pairs(trace)) == trace.moments[-1] == 60


def test_a_fork_keeps_the_merges_that_it_was_given_and_learns_the_rest_from_its_own_text() -> None:
    """Killed: the start ignored; the start's merges learned a second time."""
    start = traced(bpe_lab.run(SMALL, CPU, {}))
    code = SMALL.but(corpus="code", steps=100)
    fork, fresh = (traced(bpe_lab.run(code, CPU, given)) for given in ({"start": start.state}, {}))
    assert pairs(fork)[:60] == pairs(start)
    assert len(set(map(tuple, pairs(fork)))) == 100
    assert pairs(fresh)[:60] != pairs(start)


def test_a_text_of_which_nothing_is_left_to_merge_ends_in_peace() -> None:
    """Ten thousand characters hold fewer than 3840 pairs. Killed: a merge of None."""
    trace = traced(bpe_lab.run(bpe_lab.SPEC(steps=3840, size=10), CPU, {}))
    assert trace.scalars["count"][1][-1] == 0
    assert len(pairs(trace)) < 3840 == trace.moments[-1]


def test_bytes_a_token_are_of_text_that_no_merge_was_learned_from() -> None:
    """Counted anew by the tokenizer that comes back. Killed: the text that is read in the place of the kept
    prose; another seed's paragraphs."""
    trace = traced(bpe_lab.run(SMALL.but(seed=2), CPU, {}))
    tokenizer, seen = bpe_lab.restore(SMALL, trace.state), trace.last("fit")
    for name in ("prose", "code"):
        text = drawn(name, 1, 2)[1]
        assert float(seen[name]) == pytest.approx(len(text.encode()) / len(tokenizer.encode(text)), rel=1e-5)
    cost = trace.last("languages")["tokens"].tolist()
    assert cost == [len(tokenizer.encode(text)) for text in ARTICLE.values()]


def test_one_script_that_stays_cheap_is_enough_against_every_other_script() -> None:
    """Killed: the dearest script alone asked; languages in Latin letters asked, too; costs beside bytes."""
    begin, end = ({name: 100 for name in ARTICLE} for _ in range(2))
    end["English"] = 40

    def holds() -> bool | None:
        trace = Trace(moments=[0, 1])
        for m, cost in enumerate((begin, end)):
            trace.snapshots["languages", m] = {"tokens": np.array(list(cost.values()), np.uint16)}
        return bpe_lab.CLAIMS[-1].check({"prose": trace}).holds

    assert holds()
    end["Swahili"] = 40
    assert holds()
    end["Korean"] = 59
    assert not holds()


def test_bits_a_character_are_of_text_that_no_piece_was_learned_from() -> None:
    """The best reading of each held-out word. Killed: the text that is read in its place; the sum over all
    readings; nats for bits."""
    spec = unigram_lab.SPEC(steps=4, V=200, size=10)
    trace = traced(unigram_lab.run(spec, CPU, {}))
    pieces, held = unigram_lab.restore(spec, trace.state), drawn(spec.corpus, 10_000, spec.seed)[1]
    words = unigram.split(held.replace("\n", " "))
    nats = -sum(unigram.viterbi(unigram.lattice(word, pieces), len(word))[1] for word in words)
    bits = nats / math.log(2) / sum(map(len, words))
    assert float(trace.last("fit")["best"]) == pytest.approx(bits, rel=1e-6)


def test_pruning_falls_evenly_to_the_size_that_was_asked_for() -> None:
    """Killed: the last round to another size; a round after the last step."""
    spec = unigram_lab.SPEC(steps=9, V=300, size=20)
    trace = traced(unigram_lab.run(spec, CPU, {}))
    sizes = [int(trace.at("vocabulary", m)["pieces"]) for m in range(len(trace.moments))]
    gave_up = [int(trace.at("vocabulary", m)["gave_up"]) for m in range(len(trace.moments))]
    assert sizes[-1] == spec.V == len(unigram_lab.restore(spec, trace.state))
    assert gave_up == [0, 0, 1, 0, 1, 0, 1, 0, 1, 0]
    ratios = [b / a for a, b in itertools.pairwise(sizes) if b != a]
    assert np.ptp(ratios) < 0.02


def test_a_fork_of_pieces_goes_on_from_them() -> None:
    """Killed: the start ignored; characters of the other text missing."""
    spec = unigram_lab.SPEC(steps=4, V=200, size=10)
    start = traced(unigram_lab.run(spec, CPU, {}))
    fork = traced(unigram_lab.run(spec.but(corpus="code"), CPU, {"start": start.state}))
    known = unigram_lab.restore(spec, start.state)
    later = unigram_lab.restore(spec, fork.state)
    longer = {piece for piece in later if len(piece) > 1}
    assert longer
    assert longer <= set(known)
    new = set(drawn("code", 10_000, 0)[0]) - set("".join(known)) - set(" \n")
    assert new
    assert new <= set(later)
