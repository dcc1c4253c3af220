"""Rankings, the judges that learn from them, and how both are counted and measured."""

import math
from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest
import torch
from scipy.stats import binomtest

from engine.core.trace import seeded, traced
from engine.data import instructions as world
from engine.labs import load
from engine.language import answers, gpt
from engine.reward import labellers, measures, ranking, ranking_lab
from engine.runs.store import Store, ancestry
from engine.runs.work import resolve

CPU = torch.device("cpu")


def fresh(seed: int) -> gpt.GPT:
    with seeded(seed):
        return answers.fresh()


def test_rankings_of_three_are_plackett_and_luces() -> None:
    """P(a, b, c) = w_a / (w_a + w_b + w_c) w_b / (w_b + w_c), w = exp(points / noise): each of six orders.

    Killed: Gaussian noise of the same spread; noise twice as large; the worst first.
    """
    n, noise, points = 30_000, 0.5, [0.6, 0.0, -0.3]
    order = ranking.rank(torch.tensor(points).expand(n, 3), noise, torch.Generator().manual_seed(0))
    found = Counter(map(tuple, order.tolist()))
    w = [math.exp(g / noise) for g in points]
    for a, b, c in permutations(range(3)):
        p = w[a] / sum(w) * w[b] / (w[b] + w[c])
        assert abs(found[a, b, c] / n - p) < 3 * math.sqrt(p * (1 - p) / n)


def test_a_labeller_without_noise_ranks_as_people_think() -> None:
    """Replies of one prompt stay together. Killed: the best last; replies put beside other prompts."""
    sft, rng = fresh(1), torch.Generator().manual_seed(0)
    texts = labellers.ranked(sft, 20, 5, world.PEOPLE, 0.0, rng, CPU)
    assert texts.shape == (20, 5, world.LENGTH)
    points = answers.gold(texts.flatten(0, 1)).view(20, 5)
    assert (points[:, :-1] >= points[:, 1:]).all()
    assert (points[:, 0] > points[:, -1]).any()
    assert (texts[:, :, : world.PROMPT] == texts[:, :1, : world.PROMPT]).all()
    other = labellers.ranked(sft, 20, 5, world.Gold(ended=-5.0), 0.0, torch.Generator().manual_seed(0), CPU)
    assert torch.equal(other[:, :, :3], texts[:, :, :3])
    assert not torch.equal(other, texts)  # whoever else is asked ranks otherwise


def test_a_pair_is_trls_loss() -> None:
    """RewardTrainer: -logsigmoid(rewards_chosen - rewards_rejected).mean(), as log(1 + exp(-difference)).

    And its gradient is minus how improbable the choice was. Killed: a sum in the place of the mean.
    """
    rng = torch.Generator().manual_seed(0)
    chosen, rejected = torch.randn(2, 6, generator=rng, dtype=torch.double).requires_grad_()
    wanted = [math.log(1 + math.exp(-d)) for d in (chosen - rejected).tolist()]
    r = torch.stack([chosen, rejected], 1)
    for loss in (ranking.pair_loss(chosen, rejected), ranking.ranking_loss(r)):
        assert loss.item() == pytest.approx(sum(wanted) / 6, abs=1e-6)
        (slope,) = torch.autograd.grad(loss, chosen, retain_graph=True)
        assert torch.allclose(slope, -(1 - torch.sigmoid(chosen - rejected)) / 6)


@pytest.mark.parametrize(
    ("batch", "passed", "compared"),
    [("all pairs of a prompt", 32 * 5, 32 * 10), ("pairs shuffled", 32 * 10 * 2, 32 * 10)],
)
def test_the_lab_counts_the_forward_passes_that_it_takes(
    batch: str, passed: int, compared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that went through the judge to be learned from, by a hook: K a prompt, against K (K - 1).

    Killed: a forward pass for each pair with the count left as it was; a pass that sees a prompt twice.
    """
    monkeypatch.setattr(labellers, "POOL", ranking_lab.MOST)
    rows = 0

    def count(module: torch.nn.Module, given: tuple, out: torch.Tensor) -> None:
        nonlocal rows
        rows += len(out) if isinstance(module, ranking.RewardModel) and out.requires_grad else 0

    hook = torch.nn.modules.module.register_module_forward_hook(count)
    given = resolve(load("reward.ranking"), ancestry("reward.ranking"), Store(Path("/nonexistent")), CPU)
    spec = ranking_lab.RankingSpec(K=5, prompts=32, passes=1).but(batch=batch)
    try:
        trace = traced(ranking_lab.run(spec, CPU, given))
    finally:
        hook.remove()
    level = trace.last("level")
    assert (rows, int(level["passed"]), int(level["compared"])) == (passed, passed, compared)
    assert float(level["seen"]) > float(trace.at("level", 0)["seen"])  # and it learns


def test_every_comparison_is_seen_once_a_pass() -> None:
    """Killed: draws with replacement; the same order each pass."""
    parts = list(labellers.batches(20, 3, 8, torch.Generator().manual_seed(0)))
    assert [len(part) for part in parts] == [8, 8, 4] * 3
    passes = [torch.cat(parts[i : i + 3]).tolist() for i in (0, 3, 6)]
    assert all(sorted(one) == list(range(20)) for one in passes)
    assert passes[0] != passes[1]


def test_a_judge_learns_on_a_copy_and_is_centred_again_and_again() -> None:
    """Killed: SFT's own trunk; a bias that forgets the one before."""
    sft = fresh(2)
    weights = {name: one.clone() for name, one in sft.state_dict().items()}
    judge = ranking.RewardModel(sft, world.PAD)
    seen = labellers.pool(sft, world.PEOPLE, CPU)
    adam = torch.optim.Adam(judge.parameters(), lr=0.01)
    for _ in range(2):
        adam.zero_grad()
        ranking.ranking_loss(judge(seen.texts[:12]).view(4, 3)).backward()
        adam.step()
        labellers.centre(judge, seen)
        assert abs(float(seen.scores(judge).mean())) < 1e-4
    assert float(seen.scores(judge).std()) > 0.01
    assert all(torch.equal(one, weights[name]) for name, one in sft.state_dict().items())


def test_two_replies_that_people_find_nearly_equal_are_no_pair() -> None:
    """Killed: every difference counted; the nearness of rewards in the place of people's."""
    gold = torch.tensor([[0.0, 0.005, 1.0]])
    assert measures.accuracy(torch.tensor([[0.1, 0.0, 0.2]]), gold) == 1
    assert measures.accuracy(torch.tensor([[0.100, 0.3, 0.101]]), gold) == pytest.approx(0.5)
    assert measures.accuracy(torch.tensor([[0.1, 0.2, 0.05]]), gold) == 0


@pytest.mark.parametrize(("won", "n"), [(0, 5), (3, 11), (50, 80), (480, 480)])
def test_wilsons_interval_is_scipys(won: int, n: int) -> None:
    """Killed: Wald's centre; Wald's spread."""
    theirs = binomtest(won, n).proportion_ci(method="wilson")
    assert measures.wilson(won, n, 1.959963984540054) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
