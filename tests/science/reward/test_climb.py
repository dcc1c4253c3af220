"""Climbing a judge: what it is measured by, what the lab's terms do, and how claims are judged."""

import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.core.trace import Trace, traced
from engine.data import instructions as world
from engine.labs import load
from engine.reward import climb_claims, instructgpt_lab, measures, taste
from engine.runs.store import Store, ancestry
from engine.runs.work import resolve

CPU = torch.device("cpu")


def coded(prompt: str, reply: str) -> tuple[torch.Tensor, torch.Tensor]:
    row = [world.CODE[word] for word in reply.split()]
    return torch.tensor([[world.CODE[w] for w in prompt.split()]]), world.padded([row], world.REPLY)


@pytest.mark.parametrize(
    ("reply", "points"),
    [
        ("moo .", 2 + 0.3 - 0.05),
        ("kindly moo thanks .", 2 + 1.6 + 0.3 - 0.15),
        ("kindly moo thanks please .", 2 + 1.6 - 0.8 + 0.3 - 0.2),
        ("woof moo .", 2 - 0.7 + 0.3 - 0.1),
        ("the the moo", 2 - 0.5 - 0.15),
        ("stupid woof .", -1 - 0.7 + 0.3 - 0.1),
    ],
)
def test_the_gold_reward_by_hand(reply: str, points: float) -> None:
    """Killed: the cap left out; an end that is not asked for; a right answer to another task taken."""
    assert float(world.gold(*coded("SOUND cow ?", reply))) == pytest.approx(points, abs=1e-5)


def test_edited_people_want_something_else() -> None:
    """Killed: the edited cap ignored."""
    much = coded("SOUND cow ?", "kindly moo thanks please .")
    assert float(world.gold(*much, world.Gold(cap=3))) == pytest.approx(2 + 2.4 + 0.3 - 0.2, abs=1e-5)
    assert float(world.gold(*much, world.Gold(right=-1.0))) == pytest.approx(-1 + 0.8 + 0.3 - 0.2, abs=1e-5)


def test_best_of_n_is_the_mean_over_all_ways_to_draw_n() -> None:
    """Killed: the best by value, not by the judge; draws with replacement."""
    rng = torch.Generator().manual_seed(0)
    r, value = torch.randn(2, 7, generator=rng), torch.randn(2, 7, generator=rng)
    for n in (1, 2, 3, 7):
        wanted = [
            value[p, max(some, key=lambda i, p=p: float(r[p, i]))]
            for p in range(2)
            for some in combinations(range(7), n)
        ]
        assert measures.best_of(n, r, value) == pytest.approx(float(torch.stack(wanted).mean()), abs=1e-6)
    assert measures.kl_of_best(1) == 0
    assert measures.kl_of_best(4) == pytest.approx(math.log(4) - 0.75)
    with pytest.raises(ValueError, match=r"n must be in \[1, 7\], got 8"):
        measures.best_of(8, r, value)


@pytest.mark.parametrize(("won", "n"), [(3, 10), (0, 8), (8, 8), (7.5, 20)])
def test_wilsons_interval_solves_its_equation(won: float, n: int) -> None:
    """(p_hat - p)^2 = z^2 p (1 - p) / n. Killed: the interval of Wald."""
    z, p = 1.96, won / n
    roots = sorted(np.roots([1 + z * z / n, -2 * p - z * z / n, p * p]).real)
    assert measures.wilson(won, n) == pytest.approx(roots, abs=1e-9)
    assert measures.wilson(0, 0) == (0, 1)


def test_accuracy_is_the_loop_over_pairs_of_one_prompt() -> None:
    """Killed: pairs that people find equal counted; pairs across prompts."""
    r, gold = torch.tensor([[1.0, 2.0, 3.0], [0, 0, 1]]), torch.tensor([[0.0, 0.0, 1.0], [1, 0, 2]])
    told = [
        (r[p, i] - r[p, j]) * (gold[p, i] - gold[p, j]) > 0
        for p in range(2)
        for i, j in combinations(range(3), 2)
        if gold[p, i] != gold[p, j]
    ]
    assert measures.accuracy(r, gold) == pytest.approx(float(torch.stack(told).float().mean()))


def test_a_taste_counts_what_it_says_and_refuses_other_bytes() -> None:
    """Killed: the second polite word counted as too many."""
    texts = torch.cat(coded("SOUND cow ?", "kindly moo thanks please stupid ."), 1)
    assert taste.features(texts).tolist() == [[1, 1, 1, 1, 0, 0, 1, 5 / 8]]
    theta = np.arange(8, dtype=np.float32)
    judge = taste.of_bytes(torch.from_numpy(np.frombuffer(theta.tobytes(), np.uint8).copy()))
    assert float(judge(texts)) == pytest.approx(float(theta @ [1, 1, 1, 1, 0, 0, 1, 5 / 8]))
    for bad in (theta[:7], np.full(8, np.nan, np.float32)):
        with pytest.raises(ValueError, match="a taste must be 8 finite numbers"):
            taste.of_bytes(torch.from_numpy(np.frombuffer(bad.tobytes(), np.uint8).copy()))


def given() -> dict:
    return resolve(
        load("reward.instructgpt"), ancestry("reward.instructgpt"), Store(Path("/nonexistent")), CPU
    )


def short(more: dict | None = None, **changes: float) -> Trace:
    spec = instructgpt_lab.InstructgptSpec(steps=8, prompts=32).but(**changes)
    return traced(instructgpt_lab.run(spec, CPU, {**given(), **(more or {})}))


def test_beta_holds_the_distance_and_gamma_keeps_the_web() -> None:
    """Killed: beta left out of the rewards; gamma of the wrong sign."""
    free, held, kept = short(), short(beta=1.0), short(gamma=1.0)
    judge_ends = instructgpt_lab.JUDGE // 4
    assert all(float(free.at("level", m)["d"]) == 0 for m in range(judge_ends + 1))
    assert float(held.last("level")["d"]) < float(free.last("level")["d"]) - 0.1
    assert float(kept.last("level")["web"]) < float(free.last("level")["web"]) - 0.2


def test_a_room_may_be_the_judge() -> None:
    """A room that likes rudeness alone. Killed: the room's taste ignored."""
    theta = np.zeros(8, np.float32)
    theta[taste.NAMES.index("rudeness")] = 3.0
    data = torch.from_numpy(np.frombuffer(theta.tobytes(), np.uint8).copy())
    trace = short({"own": {"theta": data}}, steps=40)
    assert float(trace.last("level")["proxy"]) > 0.5
    words = trace.last("cards")["words"][2]
    assert sum(any(word in (world.CODE[w] for w in world.RUDE) for word in row) for row in words) > 6


def path(gain: list[float], proxy: list[float], **last: float) -> Trace:
    """A run with these figures at its moments."""
    trace = Trace(total=len(gain), finished=True)
    for m, (g, p) in enumerate(zip(gain, proxy, strict=True)):
        trace.moments.append(m)
        level = {"gain": g, "proxy": p, "kl": last.get("kl", 1.0), "web": last.get("web", 2.0) if m else 2.0}
        level["accuracy"] = last.get("accuracy", 0.7)
        trace.snapshots["level", m] = {k: np.float32(v) for k, v in level.items()}
        won = {"policy": (300, 80, 100), "web": (40, 80, 360), "example": (110, 140, 230)}
        trace.snapshots["won", m] = {k: np.array(v) for k, v in won.items()}
    return trace


RISE = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]


@pytest.mark.parametrize(
    ("gain", "proxy", "holds"),
    [
        ([0, 0.4, 0.4, 0.4, -0.5, -0.5], RISE, True),
        ([0, 0.4, 0.4, 0.4, 0.2, 0.2], RISE, False),
        ([0, 0.0, 0.0, 0.0, -0.5, -0.5], RISE, False),
        ([0, 0.4, 0.4, 0.4, -0.5, -0.5], RISE[::-1], False),
    ],
)
def test_over_optimised_means_up_then_down_while_the_judge_is_pleased(
    gain: list[float], proxy: list[float], holds: bool
) -> None:
    """Killed: a fall without a rise accepted; the judge's reward not looked at."""
    assert climb_claims.CLAIMS[0].check({"weak": path(gain, proxy)}).holds is holds


def test_the_other_claims_hold_and_fall_short() -> None:
    """Killed: each comparison the other way round."""
    weak, cured = path([0.0] * 3 + [-1.0] * 3, RISE, web=4.0), path([0.3] * 6, RISE, web=1.5)
    strong = path([1.0] * 6, RISE, accuracy=0.9)
    traces = {"weak": weak, "cured": cured, "strong": strong}
    assert [claim.check(traces).holds for claim in climb_claims.CLAIMS[1:]] == [True] * 5
    bad = {"weak": cured, "cured": path([-1.0] * 6, RISE, kl=9.0, web=4.0), "strong": path([0.5] * 6, RISE)}
    bad["cured"].snapshots["won", 5]["policy"] = np.array((200, 80, 200))
    assert [claim.check(bad).holds for claim in climb_claims.CLAIMS[1:]] == [False] * 5
