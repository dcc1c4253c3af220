"""What the page says of chains of thought, checked by counting and on nets that hold the exact answer."""

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.language import chain_of_thought as cot
from engine.language import chain_of_thought_lab as lab
from engine.language.chain_of_thought import ASK, DOT, FLIPS, HEADS, KEEPS, NOBODY, TAILS, WAYS, N
from engine.language.gpt import GPT

CPU = torch.device("cpu")
ROW = torch.tensor([[FLIPS, KEEPS, FLIPS, FLIPS] + [NOBODY] * (N - 4)])


def some(n: int) -> Tensor:
    return torch.randint(2, (n, N), generator=torch.Generator().manual_seed(0))


def test_the_side_up_is_the_parity_of_the_flips_so_far() -> None:
    """Each by counting. Killed: stays counted; tails first; the person's own flip left out."""
    people = some(40)
    for row, side in zip(people.tolist(), cot.sides(people).tolist(), strict=True):
        assert side == [TAILS if row[: t + 1].count(FLIPS) % 2 else HEADS for t in range(N)]
    assert cot.sides(ROW)[0, 3:].tolist() == [TAILS] * (N - 3)  # nobody flips


def test_each_way_reads_and_writes_what_it_says() -> None:
    """Killed: the answer read before it is written; dots for the answer; an aim where nobody is."""
    h, t, none = HEADS, TAILS, -100
    x, aim = cot.read(ROW, WAYS[0])
    assert x[0].tolist() == [*ROW[0].tolist(), ASK, t, t, h, t] + [NOBODY] * (N - 5)
    assert aim[0, N : N + 5].tolist() == [t, t, h, t, none]
    x, aim = cot.read(ROW, WAYS[1])
    assert x[0, N:].tolist() == [ASK] + [DOT] * (N - 1)
    assert aim[0, N : N + 5].tolist() == [none, none, none, t, none]
    x, aim = cot.read(ROW, WAYS[2])
    assert x[0, N:].tolist() == [ASK]
    assert aim[0].tolist() == [none] * N + [t]
    assert all((cot.read(ROW, way)[1][:, :N] == none).all() for way in WAYS)


@pytest.mark.parametrize("way", WAYS)
def test_what_it_writes_is_the_likelier_side_after_all_that_it_has_read(way: str) -> None:
    """The whole text read anew for each token. Killed: a side that is not read; the less likely side; dots
    for steps; the chance of heads."""
    net, people = lab.restore(lab.ChainSpec(seed=5), None), some(6)
    with torch.no_grad():
        net.embedding.weight.mul_(8)
        said, chance = cot.written(net, people, way)
        assert {*said.flatten().tolist()} == {HEADS, TAILS}
        text = torch.cat([people, torch.full((6, 1), ASK)], 1)
        for t in range(said.shape[1]):
            p = net(text)[:, -1, [HEADS, TAILS]].softmax(1)
            assert torch.allclose(chance[:, t], p[:, 1], atol=1e-5)
            assert torch.equal(said[:, t], p.argmax(1) + HEADS)
            text = torch.cat([text, said[:, t : t + 1] if way == WAYS[0] else torch.full((6, 1), DOT)], 1)


def reckoned(net: GPT, people: Tensor, way: str, edit: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """`written` by a net that reckons from what stands there."""
    side, out = torch.full((len(people),), HEADS), []
    for t in range(N):
        side = torch.where(people[:, t] == FLIPS, HEADS + TAILS - side, side)
        if edit is not None:
            side = torch.where(edit[:, t], HEADS + TAILS - side, side)
        out.append(side)
    return torch.stack(out, 1), torch.stack(out, 1).float()


def test_what_is_measured_of_a_net_that_reckons_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: the first rows edited; a turned answer taken for an unchanged one; the last step turned."""
    monkeypatch.setattr(cot, "written", reckoned)
    watch = lab.Watch(0, WAYS[0], CPU)
    seen = watch(cot.net_of())
    assert seen["by"]["right"].tolist() == [1.0] * N
    assert float(seen["edit"]["turned"]) == 1
    assert watch.edit.sum(1).tolist() == [1] * lab.ROWS
    assert not watch.edit[:, -1].any()


def test_a_net_that_always_says_tails_is_right_where_tails_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """By number of people. Killed: shares of all rows together; the rows of another number of people."""
    always = torch.full((3000, N), TAILS)
    monkeypatch.setattr(cot, "written", lambda net, people, *_: (always[: len(people)],) * 2)
    watch = lab.Watch(0, WAYS[1], CPU)
    by = watch(cot.net_of())["by"]["right"]
    for n, right in enumerate(by.tolist(), start=1):
        rows = watch.people[(watch.people != NOBODY).sum(1) == n]
        odd = (rows == FLIPS).sum(1) % 2 == 1
        assert right == pytest.approx(float(odd.float().mean()))


def test_a_quarter_of_the_rows_is_kept_back_and_never_learned_from() -> None:
    """Killed: kept rows learned from; as few as one in eight kept; short rows kept."""
    kept = lab.held(3)
    assert [int(kept[n].sum()) for n in range(N + 1)] == [0] * 5 + [2**n // 4 for n in range(5, N + 1)]
    digits = 2 ** torch.arange(N)
    for people in lab.batches(lab.ChainSpec(steps=30, seed=3)):
        many = (people != NOBODY).sum(1)
        assert not kept[many, ((people == FLIPS) * digits).sum(1)].any()


def test_a_coin_is_asked_about_after_each_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: all people known from the start when asked at once; the edited step shifted by one."""
    net, flips = cot.net_of(), ["Ann", "Cleo"]
    once = lab.asked(net, {"flips": flips, "way": WAYS[2], "edit": 0})
    two = cot.parsed(["Ann"]).masked_fill(torch.arange(N) >= 2, NOBODY)
    assert once["chance"][1] == pytest.approx(float(cot.written(net, two, WAYS[2])[1][0, 0]))
    assert once["truth"].tolist() == [1, 1] + [0] * (N - 2)
    monkeypatch.setattr(lab, "written", reckoned)
    steps = lab.asked(net, {"flips": flips, "way": WAYS[0], "edit": 4})
    assert np.flatnonzero(steps["said"] != steps["truth"]).tolist() == list(range(3, N))
    for who, edit, said in (("Zoe", 0, "people must be among"), ("Ann", 13, "edit must")):
        with pytest.raises(ValueError, match=said):
            lab.asked(net, {"way": WAYS[0], "flips": [who], "edit": edit})
