"""InstructGPT: ranking loss, GAE, clipped objective and rewards against independent definitions."""

import torch
import torch.nn.functional as F

from engine.data import instructions as world
from engine.language import gpt
from engine.reward import ppo, ranking


def drawn(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(3))


def test_gae_is_the_sum_over_later_errors() -> None:
    """Eq. 11 as a double sum, in a reply of five words and one of three."""
    rewards, values = drawn(2, 5).double(), drawn(3, 5)[1:].double()
    real = torch.tensor([[1.0] * 5, [1, 1, 1, 0, 0]])
    for discount, lam in ((1.0, 0.95), (0.9, 0.5), (0.9, 0.0)):
        found = ppo.gae(rewards, values, real, discount, lam)
        for i, n in enumerate((5, 3)):
            after = [*values[i, 1:n].tolist(), 0.0]
            delta = [float(rewards[i, t]) + discount * after[t] - float(values[i, t]) for t in range(n)]
            for t in range(n):
                wanted = sum((discount * lam) ** k * delta[t + k] for k in range(n - t))
                assert abs(float(found[i, t]) - wanted) < 1e-6


def test_the_clipped_objective_value_loss_and_kl_are_cleanrls() -> None:
    new, old, advantage = drawn(3, 40)
    ratio = torch.exp(new - old)
    wanted = torch.max(-advantage * ratio, -advantage * torch.clamp(ratio, 0.8, 1.2))
    assert torch.allclose(-ppo.clipped(new, old, advantage, 0.2), wanted, atol=1e-6)
    assert torch.allclose(ppo.value_loss(new, old), 0.5 * (new - old) ** 2, atol=1e-6)
    assert torch.allclose(ppo.approx_kl(new, old), (ratio - 1) - (new - old), atol=1e-6)


def test_the_ranking_loss_is_the_double_loop_and_costs_k_forward_passes() -> None:
    r = drawn(3, 5)
    loop = [-F.logsigmoid(r[p, i] - r[p, j]) for p in range(3) for i in range(5) for j in range(i + 1, 5)]
    assert abs(float(ranking.ranking_loss(r)) - float(torch.stack(loop).mean())) < 1e-6
    assert len(ranking.pairs(9)[0]) == 36


def test_rewards_of_words_by_hand() -> None:
    """beta 0.5; two words of three; the score of 2 stands at the second."""
    new, sft = torch.tensor([[-1.0, -2.0, 0.0]]), torch.tensor([[-2.0, -1.0, 5.0]])
    found = ppo.token_rewards(new, sft, torch.tensor([[1.0, 1.0, 0.0]]), torch.tensor([2.0]), 0.5)
    assert found.tolist() == [[-0.5, 2.5, 0.0]]


def test_log_ratios_of_words_add_up_to_that_of_the_reply() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        nets = [gpt.GPT(len(world.WORDS), world.LENGTH).double() for _ in range(2)]
    texts = world.demonstrations(8, torch.Generator().manual_seed(0))
    for text in texts:
        whole = [0.0, 0.0]
        for n, net in enumerate(nets):
            for t in range(world.PROMPT, world.LENGTH):
                whole[n] += net(text[None, :t])[0, -1].log_softmax(-1)[text[t]].item()  # a word at a time
        each = [gpt.log_probs(net, text[None], world.PROMPT) for net in nets]
        assert abs((each[0] - each[1]).sum().item() - (whole[0] - whole[1])) < 1e-5
