"""One update of InstructGPT's step 3 against the sums and the gradient that it stands for."""

import pytest
import torch

from engine.core.trace import seeded
from engine.data import instructions as world
from engine.language import answers, gpt
from engine.reward import instructgpt, ppo, ranking

BETA = 0.4


def fresh(seed: int) -> gpt.GPT:
    with seeded(seed):
        return answers.fresh()


def several(n: int = 5) -> torch.Tensor:
    """Replies of several lengths, padding included."""
    return answers.judged(fresh(1), 1, torch.device("cpu"))[:n]


class Update:
    """A policy, the SFT model, a critic that knows something, and a batch that has just been drawn."""

    def __init__(self) -> None:
        self.policy, self.sft = fresh(2).double(), fresh(3).double()
        self.critic = instructgpt.Critic(fresh(4)).double()
        torch.nn.init.normal_(self.critic.head.weight, generator=torch.Generator().manual_seed(0))
        self.texts = several()
        self.score = torch.randn(5, generator=torch.Generator().manual_seed(1)).double()
        self.batch = instructgpt.weighed(
            self.texts, self.policy, self.sft, self.critic, self.score, BETA, world.PROMPT, world.PAD
        )
        self.lengths = (self.texts[:, world.PROMPT :] != world.PAD).sum(1).tolist()

    def log_pi(self, net: gpt.GPT) -> list[list[torch.Tensor]]:
        """log pi of each real word, a word at a time."""
        return [
            [
                net(self.texts[i : i + 1, : world.PROMPT + t])[0, -1].log_softmax(-1)[
                    self.texts[i, world.PROMPT + t]
                ]
                for t in range(n)
            ]
            for i, n in enumerate(self.lengths)
        ]

    def values(self) -> list[list[torch.Tensor]]:
        """V before each real word, from the words before it alone."""
        return [
            [
                self.critic.head(self.critic.trunk.trunk(self.texts[i : i + 1, : world.PROMPT + t])[0, -1])[0]
                for t in range(n)
            ]
            for i, n in enumerate(self.lengths)
        ]


def test_returns_and_advantages_of_a_batch_word_by_word() -> None:
    """Eq. 2's rewards in eq. 11's double sum; advantages are standardised, returns are not.

    Killed: returns from standardised advantages; the policy in the place of SFT; values of the word itself;
    beta counted twice.
    """
    it = Update()
    assert len(set(it.lengths)) > 1
    with torch.no_grad():
        old, ref, v = it.log_pi(it.policy), it.log_pi(it.sft), it.values()
    plain = []
    for i, n in enumerate(it.lengths):
        r = [
            -BETA * float(old[i][t] - ref[i][t]) + (float(it.score[i]) if t == n - 1 else 0) for t in range(n)
        ]
        after = [*[float(x) for x in v[i][1:]], 0.0]
        delta = [r[t] + after[t] - float(v[i][t]) for t in range(n)]
        a = [sum(0.95**k * delta[t + k] for k in range(n - t)) for t in range(n)]
        plain += a
        for t in range(n):
            assert float(it.batch.returns[i, t]) == pytest.approx(a[t] + float(v[i][t]), abs=1e-5)
            assert float(it.batch.old[i, t]) == pytest.approx(float(old[i][t]), abs=1e-6)
    mean = sum(plain) / len(plain)
    spread = (sum((x - mean) ** 2 for x in plain) / len(plain)) ** 0.5
    found = it.batch.advantage[it.batch.real == 1].tolist()
    assert found == pytest.approx([(x - mean) / spread for x in plain], abs=1e-5)


def test_the_first_step_is_the_policy_gradient() -> None:
    """Where the policy is still what drew, r = 1, and eq. 7's gradient is that of A log pi; padding has none.

    Killed: the surrogate made small; padding in the mean.
    """
    it = Update()
    loss, _ = instructgpt.objective(it.policy, it.critic, it.batch, world.PROMPT)
    found = torch.autograd.grad(loss, [*it.policy.parameters()])
    terms = [
        it.batch.advantage[i, t] * one
        for i, row in enumerate(it.log_pi(it.policy))
        for t, one in enumerate(row)
    ]
    wanted = torch.autograd.grad(-torch.stack(terms).mean(), [*it.policy.parameters()])
    assert max(float(one.abs().max()) for one in wanted) > 1e-3
    for ours, theirs in zip(found, wanted, strict=True):
        assert torch.allclose(ours, theirs, atol=1e-6)


def test_the_value_learns_the_returns_of_real_words() -> None:
    """Half of half the squared error: CleanRL's vf_coef 0.5.

    Killed: the value's loss left out; its weight 1.
    """
    it = Update()
    it.batch = instructgpt.Batch(
        it.texts, it.batch.real, it.batch.old, 0 * it.batch.advantage, it.batch.returns
    )
    loss, _ = instructgpt.objective(it.policy, it.critic, it.batch, world.PROMPT)
    errors = [
        (one - it.batch.returns[i, t]) ** 2 for i, row in enumerate(it.values()) for t, one in enumerate(row)
    ]
    assert loss.item() == pytest.approx(0.5 * 0.5 * torch.stack(errors).mean().item(), abs=1e-6)


@pytest.mark.parametrize(
    ("ratio", "advantage", "moves"),
    [(1.3, 1, False), (1.3, -1, True), (0.7, 1, True), (0.7, -1, False), (1.1, 1, True), (0.9, -1, True)],
)
def test_a_word_that_has_gone_far_enough_is_not_pushed_further(
    ratio: float, advantage: float, moves: bool
) -> None:
    """Section 3: only gains are clipped. Killed: both sides clipped; no side clipped."""
    new = torch.tensor([ratio]).log().requires_grad_()
    ppo.clipped(new, torch.zeros(1), torch.tensor([float(advantage)]), 0.2).sum().backward()
    assert new.grad is not None
    assert bool(new.grad.abs() > 0) is moves


def test_the_mean_of_the_approximation_is_the_kl_of_old_and_new() -> None:
    """On seven words, exactly. Killed: the KL of new and old."""
    rng = torch.Generator().manual_seed(0)
    old, new = torch.randn(2, 7, generator=rng, dtype=torch.double).log_softmax(-1)
    assert torch.allclose((old.exp() * ppo.approx_kl(new, old)).sum(), (old.exp() * (old - new)).sum())
    assert (ppo.approx_kl(new, old) >= 0).all()


def test_a_critic_begins_at_zero_on_a_trunk_of_its_own() -> None:
    """Killed: the judge's trunk itself, which the critic's steps would then bend; a head that is not 0."""
    judge = ranking.RewardModel(fresh(0), world.PAD)
    before, texts = judge(several()).detach(), several()
    critic = instructgpt.Critic(judge.trunk)
    assert not critic(texts, world.PROMPT).any()
    adam = torch.optim.Adam(critic.parameters(), lr=0.1)
    for _ in range(2):
        adam.zero_grad()
        (critic(texts, world.PROMPT) - 1).square().mean().backward()
        adam.step()
    assert critic(texts, world.PROMPT).abs().min() > 0
    assert torch.equal(judge(texts), before)


def test_once_the_policy_has_moved_its_objective_is_clipped_at_a_fifth() -> None:
    """Eq. 7 with epsilon 0.2 on the pass that comes after a step, when r is no longer 1, word by word.

    Killed: epsilon 0; epsilon 0.5.
    """
    it = Update()
    it.policy = fresh(5).double()  # far enough that some words are clipped, and some not
    loss, new = instructgpt.objective(it.policy, it.critic, it.batch, world.PROMPT)
    terms, errors, clipped = [], [], []
    for i, (row, values) in enumerate(zip(it.log_pi(it.policy), it.values(), strict=True)):
        for t, (one, value) in enumerate(zip(row, values, strict=True)):
            r, a = float((one - it.batch.old[i, t]).exp().detach()), float(it.batch.advantage[i, t])
            terms.append(min(r * a, min(max(r, 0.8), 1.2) * a))
            errors.append(0.5 * (value.item() - it.batch.returns[i, t].item()) ** 2)
            clipped.append(terms[-1] < r * a - 1e-6)
            assert new[i, t].item() == pytest.approx(one.item(), abs=1e-6)
    assert 0 < sum(clipped) < len(clipped)
    wanted = 0.5 * sum(errors) / len(errors) - sum(terms) / len(terms)
    assert loss.item() == pytest.approx(wanted, abs=1e-6)
