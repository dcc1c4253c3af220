"""Figures of subwords by their data: what a picture shows is what the trace and the text say."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.components.blocks import pack
from app.figures.captions import texts
from engine.core.trace import Snapshot, Step, Trace
from engine.data.prose import ARTICLE, drawn
from engine.labs import lab_id
from engine.runs.store import Store, ancestry, run_key
from engine.words import bpe_lab, characters, pieces, unigram, unigram_lab
from engine.words.example import SENTENCE, WORD
from engine.words.tokenizer import Tokenizer, learned
from pages.tokens import figures as fig
from pages.tokens import goals
from pages.tokens import sentences as said
from tests.helpers import marks_of, unpack

KINDS = ("bytes", "characters", "pieces")


def shipped(lab: Any, spec: Any, home: Path) -> tuple[Trace, Any]:
    id = lab_id(lab)
    run = Store(home).attempt(id, run_key(id, spec, ancestry(id)), "shipped")
    assert run is not None
    return run.trace(), lab.restore(spec, run.weights())


def named(value: Any) -> set[str]:
    """Every name of an array in panels: what stands under array, cuts, or over."""
    if isinstance(value, dict):
        own = {value[k] for k in ("array", "cuts", "over") if isinstance(value.get(k), str)}
        return own.union(*map(named, value.values()))
    return set().union(*map(named, value)) if isinstance(value, list | tuple) else set()


@pytest.mark.parametrize("lab", [bpe_lab, unigram_lab], ids=lambda lab: lab.__name__)
def test_panels_ask_for_what_every_shipped_run_has_at_every_moment(lab: Any, tmp_path: Path) -> None:
    """Killed: `fit.held` for `fit.best`; cuts of another name."""
    for spec in lab.RECORDED:
        trace, _ = shipped(lab, spec, tmp_path)
        if lab is bpe_lab:
            made = fig.cells(SENTENCE, spec.symbols)
            panels = [*fig.merging(made, spec.symbols, None), *fig.languages(trace), fig.cover()]
        else:
            panels = list(fig.pruning(trace))
        wanted = {name for name in named(panels) if "." in name}
        assert len(wanted) >= 5
        for moment in range(len(trace.moments)):
            assert wanted <= {f"{name}.{part}" for name in trace.names for part in trace.at(name, moment)}


@settings(max_examples=200)
@given(text=st.text(), kind=st.sampled_from(KINDS))
def test_cells_are_the_symbols_of_the_text_and_each_belongs_to_one_character(text: str, kind: str) -> None:
    """Killed: a character's cells one short; words counted in characters where cells are bytes."""
    made = fig.cells(text, kind)
    n = len(made["ids"])
    assert {len(made[name]) for name in ("ids", "signs", "raw", "span")} == {n}
    assert made["words"] == sorted(set(made["words"]))
    assert all(begin <= i < end for i, (begin, end) in enumerate(made["span"]))
    if kind == "bytes":
        assert bytes(made["ids"]) == text.encode()
        if (shown := "".join(map(fig.visible, text))).isprintable():
            assert "".join(made["signs"]) == shown
    elif kind == "pieces":
        assert "".join(map(chr, made["ids"])) == text.replace(" ", unigram.SPACE)
    else:
        assert characters.text(made["ids"]) == " ".join(text.split())


def test_the_cells_of_the_example_are_those_of_the_recorded_cuts(tmp_path: Path) -> None:
    """The card draws cuts of the lab over cells made here. Killed: parts in another order."""
    for lab, kinds in ((bpe_lab, ("bytes", "characters", "bytes")), (unigram_lab, ("pieces",))):
        for spec, kind in zip(lab.RECORDED, kinds, strict=True):
            trace, model = shipped(lab, spec, tmp_path)
            made, cuts = fig.cells(SENTENCE, kind), trace.last("sentence")["cuts"]
            assert len(cuts) == len(made["ids"])
            assert all(cuts[at] for at in made["words"])
            if lab is bpe_lab:
                assert int(cuts.sum()) == len(model.encode(SENTENCE))
            else:
                assert int(cuts.sum()) == len(pieces.encode(SENTENCE, model))


def test_a_bet_is_drawn_where_the_word_stands_and_only_over_bytes() -> None:
    """Killed: a place in characters, which "ï" before it shifts."""
    made = fig.cells(SENTENCE, "bytes")
    bet = fig.merging(made, "bytes", 2)[0]["bet"]
    assert bytes(made["ids"][bet["begin"] : bet["end"]]).decode() == fig.ASKED
    assert fig.merging(fig.cells("none of it", "bytes"), "bytes", 2)[0]["bet"] is None
    assert fig.merging(fig.cells(SENTENCE, "characters"), "characters", 2)[0]["bet"] is None
    assert fig.merging(made, "bytes", None)[0]["bet"] is None


def test_a_character_that_was_never_read_stands_out() -> None:
    """Killed: the word's end marked as lost."""
    made = fig.cells("ab zb", "characters", {ord("a"), ord("b")})
    assert made["lost"] == [3]
    assert made["ids"][3] == characters.UNKNOWN


def test_ones_own_merges_become_a_film_of_a_moment_each() -> None:
    """Killed: the first merge at moment 0; sizes one short."""
    text = "banana bandana"
    tokenizer, counts, sizes = learned(text, "bytes", 9, least=2)
    header, arrays = fig.own(len(text), tokenizer.pairs, counts, sizes)
    unpack(pack(header, arrays))
    assert len(arrays["merges.rows"]) == len(tokenizer.pairs) + 1 == len(sizes)
    assert (arrays["merges.rows"][0] == fig.NONE).all()
    assert arrays["merges.rows"][1, 0].tolist() == [ord("a"), ord("n"), counts[0]]
    assert header["scalars"]["train"]["value"][-1] == pytest.approx(
        len(text) / len(tokenizer.encode(text)), abs=1e-3
    )


def test_the_film_over_alpha_shows_what_the_probe_found(tmp_path: Path) -> None:
    """Killed: readings without their last piece; draws of one line only; a second sign for a space."""
    _, model = shipped(unigram_lab, unigram_lab.SPEC(), tmp_path)
    found = unigram_lab.PROBES["alpha"](model, {"word": WORD})
    panels, (header, arrays) = fig.alpha(WORD, found)
    unpack(pack(header, arrays))
    word = fig.visible(unigram.SPACE + WORD)
    assert word == fig.visible(f" {WORD}"), "one sign for a space"
    parts = marks_of(panels[1], "words")[0]["text"]
    assert ["".join(text for text, rule in one if not rule) for one in parts] == [word] * len(parts)
    assert arrays["word.cuts"].shape == (len(pieces.ALPHAS), pieces.DRAWS * len(word))
    assert len(panels[2]["ids"]) == pieces.DRAWS * len(word)
    one = int(np.abs(pieces.ALPHAS - 1).argmin())
    assert header["moments"][one] == 100
    assert arrays["word.chance"][one, 0] == found["chance"][one, 0] == found["chance"][one].max()
    told = said.alpha(WORD, found)
    assert f"{float(found['chance'][one, 0]):.0%}. This is how" in told[one]
    assert len(told) == len(pieces.ALPHAS)
    assert np.ptp(found["chance"][0][found["chance"][0] > 0]) < 1e-6, "at alpha 0 all are as likely"


def by_hand() -> Trace:
    """Two moments: English falls from 100 to 40 tokens, Hindi stays at 300."""
    trace = Trace()
    for moment, english in enumerate((100, 40)):
        tokens = np.full(len(ARTICLE), 90, np.uint16)
        tokens[0], tokens[list(ARTICLE).index("Hindi")] = english, 300
        trace.add(Step(1 + moment * 8, 9, {"train": 1.0, "count": 5.0}))
        trace.add(Snapshot(moment, 1 + moment * 8, "languages", {"tokens": tokens}))
        trace.add(Snapshot(moment, 1 + moment * 8, "fit", {"prose": np.array(3.21), "code": np.array(1.5)}))
    return trace


def test_sentences_say_the_numbers_of_the_trace() -> None:
    """Killed: the last moment's ratio told at the first; a figure of the other way asked for."""
    begin, end = said.languages(by_hand())
    assert "100 tokens in English and 300 in Hindi, 3.0 times" in begin
    assert "40 tokens in English and 300 in Hindi, 7.5 times" in end
    assert said.languages(Trace()) == ["Nothing is merged yet."]
    assert set(re.findall(r"\{(\w+)\.", " ".join(texts(said.merging("bytes"))))) == {"fit"}
    assert set(re.findall(r"\{(\w+)\.", " ".join(texts(said.PRUNING)))) == {"fit", "vocabulary"}
    assert said.commonest("unrelated") == ("e", 2)


def test_the_pipeline_tells_of_merges_or_of_pieces() -> None:
    """Killed: pieces told of BPE; letters shown as bytes; an untrained run that fails."""
    merged = said.pipeline(SimpleNamespace(spec=bpe_lab.SPEC()), "The end", ["The", " end"])
    assert merged[1].text.startswith("54 68 65")
    assert merged[-1].text.startswith("The│␣end")
    assert [box.symbol for box in merged if box.hue == "model"] == ["count(a, b)", "a b → ab"]
    pruned = said.pipeline(SimpleNamespace(spec=unigram_lab.SPEC(V=500)), "The end", [])
    assert any("500 are left" in box.shape for box in pruned)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This text is empty."),
        ("   ", "only spaces, 3 of them"),
        ("word", "a single word. No pair of bytes stands in it twice"),
        ("a cat, a cat", "After **3** merges"),
    ],
)
def test_ones_own_text_is_described_whatever_it_is(text: str, words: str) -> None:
    """Killed: a division by no tokens; "0 words" of a text of spaces."""
    tokenizer, _, sizes = learned(text, "bytes", 3, least=2)
    assert words in said.own(text, tokenizer, sizes[-1], None)


def test_nothing_is_no_text_and_spaces_are_one() -> None:
    """Killed: spaces taken off before the look."""
    said.read("  ", 9, "word")
    for text in ("", "too long a word"):
        with pytest.raises(ValueError, match="word must"):
            said.read(text, 9, "word")


def test_surprises_are_one_token_behind_a_space_and_several_without(tmp_path: Path) -> None:
    """Killed: the two forms in the wrong columns."""
    _, tokenizer = shipped(bpe_lab, bpe_lab.SPEC(), tmp_path)
    found = said.surprises(tokenizer, drawn("prose", 1, 0)[1])
    assert len(found) == 7
    for word, n, behind, bare in found:
        assert behind == [f" {word}"]
        assert "".join(bare) == word
        assert len(bare) > 1
        assert n >= 1


def test_challenges_are_graded_by_what_was_typed() -> None:
    """Killed: short sentences let through; capitals as small letters; too many merges."""
    for text, tokens, met in (("x" * 20, 16, True), ("x" * 20, 12, False), ("x" * 10, 10, False)):
        assert (graded := goals.dear(text, tokens, 1.3, 20)) is not None
        assert graded[0] is met
    for word, tokens, met in (("zyxwvu", 4, True), ("ZYXWVU", 4, False), ("zyxwvut", 6, False)):
        assert (graded := goals.torn(word, tokens, 6, 4)) is not None
        assert graded[0] is met
    assert goals.dear("", None, 1.3, 20) is goals.torn("", None, 6, 4) is None
    for least, most, met in ((1.5, 768, True), (1.6, 768, False), (1.5, 8, False)):
        assert goals.fair(by_hand(), least, most)[0] is met
    with pytest.raises(KeyError):
        goals.fair(Trace(), 1.5, 768)


def test_ranks_are_drawn_as_counted() -> None:
    """Killed: counts by order of number, not of frequency."""
    chart = fig.zipf({"bare": np.array([9, 3, 1]), "merged": np.array([4, 2, 2, 1])})
    rows = chart["data"]["values"]
    assert [(r["x"], r["y"]) for r in rows if r["name"] == "bare"] == [(1, 9), (2, 3), (3, 1)]
    assert [(r["x"], r["y"]) for r in rows if r["name"] == "merged"] == [(1, 4), (2, 2), (3, 2), (4, 1)]
    assert all(r["x"] * r["y"] == pytest.approx(4) for r in rows if r["name"] == "1 / rank")
    tokenizer = Tokenizer("bytes", ((97, 98), (256, 97)))
    words = said.ranks(tokenizer, np.array([97, 257]), np.array([3, 1]))
    assert "4 tokens" in words
    assert "Of 2 merged symbols 1 do not" in words
