"""What is asked of a translator: writing, scoring, forcing, wiping out; and what is refused."""

import numpy as np
import pytest
import torch

from engine.attention import asking, bahdanau_lab, verdicts
from engine.attention.bahdanau import RNNsearch
from engine.attention.translation import (
    NOTHING,
    Watch,
    blanked,
    dates_right,
    entropies,
    moved,
    span_cells,
    span_mass,
    write,
)
from engine.core.trace import Snapshot, Trace
from engine.data.dates import ALPHABET, BLANK, END, WRITES, encoded, examples, targets

CPU = torch.device("cpu")


def net_of(seed: int = 0) -> RNNsearch:
    torch.manual_seed(seed)
    return RNNsearch(len(ALPHABET) + 2, len(WRITES), 12)


def test_what_is_written_is_the_likeliest_character_after_what_was_written_before():
    """Teacher forcing on the net's own text says the same. Killed: START fed at every step."""
    net, x = net_of(), encoded([one.text for one in examples()])
    done = write(net, x, 8)
    with torch.no_grad():
        logits, alpha = net(x, done.codes.clamp(max=END))
    ended = (done.codes == END).cumsum(1) - (done.codes == END).int() > 0
    assert (done.codes == torch.where(ended, NOTHING, logits.argmax(2))).all()
    assert torch.allclose(done.alpha, alpha, atol=1e-6)
    assert torch.allclose(done.p, logits.softmax(2), atol=1e-6)


def test_nothing_follows_the_end_mark():
    """Killed: a mark that stops nothing."""
    net = net_of()
    net.W_o.bias.data[END] = 50
    codes = write(net, encoded(["March 5, 1998"]), 4).codes
    assert codes.tolist() == [[END, NOTHING, NOTHING, NOTHING]]


def test_a_date_is_right_only_to_its_last_digit_each_for_itself():
    """Killed: a share of characters; the second date judged with the first."""
    y = targets(["1998-03-05 2021-07-06", "1998-03-05 2021-07-06"])
    codes = y.clone()
    codes[0, 9], codes[1, 20] = 1, 1
    assert dates_right(codes, y).tolist() == [[False, True], [True, False]]


def test_mass_blur_and_spans_are_what_a_hand_would_count():
    """Killed: natural logarithms; the month's rows on the day's span; no neighbour counted."""
    one = examples()[0]  # March 5, 1998
    cells = span_cells([one], 15)
    assert ["".join("x" if c else "." for c in row) for row in cells[0]] == [
        "........xxxxx..",
        "xxxxxx.........",
        ".....xxx.......",
    ]
    alpha = np.zeros((1, 10, 15), np.float32)
    alpha[0, :4, 9] = 1
    alpha[0, 4] = 1 / 15
    alpha[0, 5:7, [0, 14]] = 0.5
    alpha[0, 8:, 3] = 1
    assert np.allclose(span_mass(alpha, cells), [1, 0.5, 0])
    assert np.allclose(entropies(alpha), [0, 0, 0, 0, np.log2(15), 1, 1, 0, 0, 0], atol=1e-5)


def test_rows_are_laid_over_another_year_with_the_shape_they_had():
    """Killed: laid over the same place of the text itself; not made to sum to one."""
    mine, other = examples()[0], examples()[1]  # years at 9 to 12, and at 13 to 16
    alpha = torch.zeros(1, 10, 13)
    alpha[0, 0, 9], alpha[0, 0, 8], alpha[0, 0, 2] = 0.6, 0.2, 0.2
    rows = moved(alpha, [mine], [other], 17)
    assert rows.shape == (1, 4, 30)
    assert rows[0, 0, 13 + 13] == pytest.approx(0.75)
    assert rows[0, 0, 13 + 12] == pytest.approx(0.25)
    assert rows[0, 0].sum() == pytest.approx(1)


def test_annotations_beside_the_text_are_seen_only_by_rows_that_are_forced_there():
    """Killed: a text beside that takes weight by itself."""
    net = net_of()
    x, beside = encoded(["March 5, 1998"]), encoded(["30 September 2024"])
    alone, along = write(net, x, 6), write(net, x, 6, beside=beside)
    assert torch.equal(alone.codes, along.codes)
    assert not along.alpha[:, :, 13:].any()
    rows = torch.zeros(1, 1, 30)
    rows[0, 0, 13 + 4] = 1
    there = write(net, x, 6, rows, beside)
    same = write(net, x, 6, rows, encoded(["30 September 1971"]))
    assert not torch.allclose(there.p[0, 0], along.p[0, 0])
    assert not torch.allclose(there.p[0, 0], same.p[0, 0])
    assert torch.equal(there.alpha[0, 0], rows[0, 0])


def test_a_blank_is_read_as_nothing_in_its_place_and_padding_stays_where_it_was():
    """Killed: a blank that shortens the text; one that is read as a letter."""
    net, one = net_of(), examples()[0]
    x = encoded([one.text])
    wiped = blanked(x, [one], 1)
    assert wiped[0].tolist()[:5] == [BLANK] * 5
    assert torch.equal(wiped[0, 5:], x[0, 5:])
    other = blanked(encoded(["April 5, 1998"]), [one], 1)
    assert torch.equal(net.begin(wiped)[0].h, net.begin(other)[0].h)
    assert not net.begin(wiped)[0].pad.any()
    left = net.encoder.leftward
    letters = net.encoder.E(x) * (wiped != BLANK)[:, :, None]
    wanted = left(letters.flip(1))[0].flip(1)  # the reader from the right, over every place of the text
    assert torch.allclose(net.begin(wiped)[0].h[:, :, 6:], wanted, atol=1e-6)


def test_every_name_is_shown_from_the_start_and_films_are_of_whole_numbers():
    """Killed: float maps (a shipped run of a megabyte); examples with their padding."""
    seen = Watch((1, 2), CPU, n=12, few=6)(net_of())
    assert list(seen) == [*(f"e{i}" for i in range(5)), "score", "look", "force", "blank"]
    for i, one in enumerate(examples()):
        assert seen[f"e{i}"]["alpha"].shape == (10, len(one.text))
        assert seen[f"e{i}"]["alpha"].dtype == np.uint8
        assert np.abs(seen[f"e{i}"]["alpha"].sum(1).astype(int) - 255).max() <= len(one.text) / 2
    assert seen["score"]["right"].shape == (2,)
    assert seen["look"]["padding"] == 0


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "text must hold a date"),
        ({"text": "  "}, "text must hold a date"),
        ({"text": "1" * 65}, "at most 64 characters, got 65"),
        ({"text": "3 Märch 1998"}, "character 4 must be one of the 44 that dates use, got 'ä'"),
        ({"text": "5", "forced": {33: [1.0]}}, r"row must be a whole number in \[0, 32\], got 33"),
        ({"text": "5", "forced": {0: [0.5]}}, "forced weights must be 1 numbers from 0 on with sum 1"),
        ({"text": "51", "forced": {0: [2.0, -1.0]}}, "forced weights must be 2 numbers"),
        ({"text": "51", "forced": {0: [float("nan"), 1.0]}}, "forced weights must be 2 numbers"),
        ({"text": "51", "wiped": (1, 3)}, r"wiped must be two places in \[0, 2\]"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name_bound_and_value(inputs, said):
    """Killed: each check taken out."""
    with pytest.raises(ValueError, match=said):
        asking.translate(net_of(), inputs)


def test_an_answer_ends_with_the_end_mark_and_a_forced_row_stands_in_it():
    """Killed: rows behind the end; the forced row one place late."""
    net = net_of()
    text = "21/07/1969"
    weights = np.eye(10)[3]
    answer = asking.translate(net, {"text": text, "forced": {2: weights}})
    T = len(answer["codes"])
    assert answer["alpha"].shape == (T, 10)
    assert answer["p"].shape == (T, len(WRITES))
    assert (answer["codes"][:-1] != END).all()
    assert T == asking.MOST or answer["codes"][-1] == END
    assert np.array_equal(answer["alpha"][2], weights.astype(np.float32))
    net.W_o.bias.data[END] = 50
    assert asking.translate(net, {"text": text})["codes"].tolist() == [END]
    net.W_o.bias.data[END] = 0
    wiped = asking.translate(net, {"text": text, "wiped": (6, 10)})
    assert not np.allclose(wiped["p"][0], answer["p"][0])


def trace_of(**arrays) -> Trace:
    """One moment with these snapshots. A name is `snapshot__array`."""
    trace, kept = Trace(), {}
    for name, value in arrays.items():
        snapshot, array = name.split("__")
        kept.setdefault(snapshot, {})[array] = np.asarray(value, np.float32)
    for name, group in kept.items():
        trace.add(Snapshot(0, 0, name, group))
    return trace


def test_claims_fall_short_where_they_should():
    """Killed: one field above its floor for all three; a gap in shares for one in points; all for own; digits
    that change for those that become the other year's."""
    good = {"attention": trace_of(look__mass=[1, 0.9, 0.8])}
    assert verdicts.looks_at_its_field(good, (0.9, 0.8, 0.7)).holds
    assert not verdicts.looks_at_its_field(good, (0.9, 0.8, 0.85)).holds
    pair = {"attention": trace_of(score__right=[1, 0.9]), "vector": trace_of(score__right=[0.5, 0.1])}
    assert verdicts.learns_what_one_vector_does_not(pair).holds
    assert verdicts.loses_less_as_the_text_grows(pair).holds
    small = {"attention": trace_of(score__right=[0.4, 0.35]), "vector": trace_of(score__right=[0.4, 0.1])}
    assert not verdicts.loses_less_as_the_text_grows(small).holds
    close = {**pair, "vector": trace_of(score__right=[0.7, 0.65])}
    assert not verdicts.learns_what_one_vector_does_not(close).holds
    assert not verdicts.loses_less_as_the_text_grows(close).holds
    alone = {"attention": trace_of(blank__wrong=[[0.6, 0, 0], [0.1, 0.7, 0], [0, 0, 0.8]])}
    muddled = {"attention": trace_of(blank__wrong=[[0.6, 0.2, 0.6], [0, 0.6, 0.8], [0, 0, 0.8]])}
    assert verdicts.wiped_field_fails_alone(alone).holds
    assert not verdicts.wiped_field_fails_alone(muddled).holds
    assert verdicts.digits_follow({"attention": trace_of(force__changed=0.7, force__followed=0.85)}).holds
    assert not verdicts.digits_follow({"attention": trace_of(force__changed=1, force__followed=0.75)}).holds


@pytest.mark.parametrize(
    ("mine", "base", "holds"),
    [([0.9, 0.9, 0.9], [0.1, 0.1, 0.1], True), ([0, 0, 1], [0.1] * 3, False), ([0.9] * 3, [0.5] * 3, False)],
)
def test_attention_and_the_base_system_are_judged_by_the_mean_of_three_moments(mine, base, holds):
    """Killed: the last moment for the mean; the first three moments; shares for points."""

    def trace(scores: list[float]) -> Trace:
        found = Trace(moments=[0, 10, 20, 30])
        found.snapshots = {("score", m): {"right": np.array([v])} for m, v in enumerate([0, *scores])}
        return found

    assert verdicts.learns_sooner({"attention": trace(mine), "vector": trace(base)}).holds == holds


def test_weights_are_kept_in_half_precision_and_come_back_into_a_whole_net():
    """Killed: a state that is not rounded (twice the shipped bytes)."""
    events = bahdanau_lab.run(bahdanau_lab.BahdanauSpec(steps=10), CPU, {})
    state = next(event.state for event in events if hasattr(event, "state"))
    assert {value.dtype for value in state.values()} == {torch.float16}
    net = bahdanau_lab.restore(bahdanau_lab.BahdanauSpec(steps=10), state)
    assert {value.dtype for value in net.parameters()} == {torch.float32}
