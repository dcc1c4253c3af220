"""InstructGPT's parts against independent definitions: PPO, the ranking loss, rewards of words."""

import math
from itertools import combinations

import pytest
import torch
import torch.nn.functional as F

from engine.core.trace import seeded
from engine.data import instructions as world
from engine.language import answers, gpt
from engine.reward import instructgpt, labellers, ppo, ranking


def drawn(*shape: int, seed: int = 3) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def fresh(seed: int) -> gpt.GPT:
    with seeded(seed):
        return answers.fresh()


def some_texts(n: int) -> torch.Tensor:
    return answers.judged(fresh(1), 1, torch.device("cpu"))[:n]


@pytest.mark.parametrize(("discount", "lam"), [(1.0, 0.95), (0.9, 0.5), (0.9, 0.0), (1.0, 1.0)])
def test_gae_is_the_sum_over_later_errors(discount: float, lam: float) -> None:
    """Eq. 11 as a double sum, in a reply of five words and one of three.

    Killed: the value of padding taken for the next state; lambda left out of the sum.
    """
    rewards, values = drawn(2, 5).double(), drawn(2, 5, seed=4).double()
    real = torch.tensor([[1.0] * 5, [1, 1, 1, 0, 0]])
    found = ppo.gae(rewards, values, real, discount, lam)
    for i, n in enumerate((5, 3)):
        after = [*values[i, 1:n].tolist(), 0.0]
        delta = [float(rewards[i, t]) + discount * after[t] - float(values[i, t]) for t in range(n)]
        for t in range(n):
            wanted = sum((discount * lam) ** k * delta[t + k] for k in range(n - t))
            assert abs(float(found[i, t]) - wanted) < 1e-6
    assert not found[1, 3:].any()


def test_the_clipped_objective_value_loss_and_kl_are_cleanrls() -> None:
    """Killed: the larger of both in place of the smaller; the ratio the wrong way round."""
    new, old, advantage = drawn(3, 40)
    ratio = torch.exp(new - old)
    wanted = torch.max(-advantage * ratio, -advantage * torch.clamp(ratio, 0.8, 1.2))
    assert torch.allclose(-ppo.clipped(new, old, advantage, 0.2), wanted, atol=1e-6)
    assert torch.allclose(ppo.value_loss(new, old), 0.5 * (new - old) ** 2, atol=1e-6)
    assert torch.allclose(ppo.approx_kl(new, old), (ratio - 1) - (new - old), atol=1e-6)


def test_advantages_are_standardised_over_real_words_alone() -> None:
    """Killed: padding counted in the mean."""
    real = torch.tensor([[1.0, 1, 1], [1, 0, 0]])
    found = ppo.standard(drawn(2, 3), real)
    words = found[real == 1]
    assert abs(float(words.mean())) < 1e-6
    assert abs(float(words.var(correction=0)) - 1) < 1e-4
    assert not found[real == 0].any()


def test_the_ranking_loss_is_the_double_loop() -> None:
    """Killed: the worse reply's reward minus the better one's; pairs of a reply with itself."""
    r = drawn(3, 5)
    loop = [-F.logsigmoid(r[p, i] - r[p, j]) for p in range(3) for i in range(5) for j in range(i + 1, 5)]
    assert abs(float(ranking.ranking_loss(r)) - float(torch.stack(loop).mean())) < 1e-6
    two = drawn(7, 2)
    assert torch.allclose(ranking.ranking_loss(two), ranking.pair_loss(two[:, 0], two[:, 1]))
    assert len(ranking.pairs(9)[0]) == len(list(combinations(range(9), 2))) == 36


def test_k_forward_passes_serve_all_pairs_of_a_prompt() -> None:
    """Counted at the judge's head. Killed: a reward computed for each pair anew."""
    judge, rows = ranking.RewardModel(fresh(0), world.PAD), []
    judge.head.register_forward_hook(lambda module, given, out: rows.append(len(out)))
    texts = some_texts(18).view(2, 9, -1)
    ranking.ranking_loss(judge(texts.flatten(0, 1)).view(2, 9)).backward()
    assert rows == [18]  # nine replies to each of two prompts; pair by pair it would be 144


def test_a_labeller_with_gumbel_noise_is_bradley_and_terrys() -> None:
    """Killed: Gaussian noise; noise that is not scaled."""
    n, gap, noise = 20_000, 0.4, 0.3
    score = torch.tensor([[gap, 0.0]]).expand(n, 2)
    first = ranking.rank(score, noise, torch.Generator().manual_seed(0))[:, 0]
    p = 1 / (1 + math.exp(-gap / noise))
    assert abs(float((first == 0).float().mean()) - p) < 3 * math.sqrt(p * (1 - p) / n)


def test_the_judge_reads_the_last_word_and_is_centred() -> None:
    """Killed: the score read at the last place, padding or not; a bias of the wrong sign."""
    judge = ranking.RewardModel(fresh(0), world.PAD)
    texts = some_texts(24)
    short = texts[(texts[0:, -1] == world.PAD)]
    assert len(short)
    for text in short[:4]:
        alone = text[text != world.PAD][None]
        assert torch.allclose(judge(text[None]), judge(alone), atol=1e-6)
    sft = fresh(2)
    seen = labellers.pool(sft, world.PEOPLE, torch.device("cpu"))
    labellers.centre(judge, seen)
    assert abs(float(seen.scores(judge).mean())) < 1e-5


def test_replies_of_one_row_answer_one_prompt() -> None:
    """Killed: the pool's prompts in turns, so that a row mixes them."""
    texts = labellers.pool(fresh(2), world.PEOPLE, torch.device("cpu")).texts.view(24, labellers.POOL, -1)
    assert torch.equal(texts[:, :, : world.PROMPT], world.prompts()[:, None].expand(-1, labellers.POOL, -1))


def test_rewards_of_words_by_hand() -> None:
    """beta 0.5; two words of three; the score of 2 stands at the second, and all add up to eq. 2's bracket.

    Killed: the score at the last place, padding or not; the sign of the penalty.
    """
    new, sft = torch.tensor([[-1.0, -2.0, 0.0]]), torch.tensor([[-2.0, -1.5, 5.0]])
    found = instructgpt.token_rewards(new, sft, torch.tensor([[1.0, 1.0, 0.0]]), torch.tensor([2.0]), 0.5)
    assert found.tolist() == [[-0.5, 2.25, 0.0]]
    assert float(found.sum()) == 2 - 0.5 * ((-1 - 2) - (-2 - 1.5))


def test_log_ratios_of_words_add_up_to_that_of_the_reply() -> None:
    """Killed: log-probabilities read one place late."""
    nets = [fresh(0).double(), fresh(1).double()]
    for text in some_texts(6):
        whole = [0.0, 0.0]
        n = int((text != world.PAD).sum())
        for i, net in enumerate(nets):
            for t in range(world.PROMPT, n):  # a word at a time
                whole[i] += net(text[None, :t])[0, -1].log_softmax(-1)[text[t]].item()
        ratio, kl = instructgpt.kl(nets[0], nets[1], text[None], world.PROMPT, world.PAD)
        assert abs(ratio.sum().item() - (whole[0] - whole[1])) < 1e-5
        assert kl == pytest.approx(whole[0] - whole[1], abs=1e-5)


def test_a_value_is_told_before_its_word_is_written() -> None:
    """Killed: the value read at the word itself."""
    critic = instructgpt.Critic(fresh(0))
    torch.nn.init.ones_(critic.head.weight)
    texts = some_texts(1)
    other = texts.clone()
    other[0, 6] = 5 if int(texts[0, 6]) != 5 else 7
    a, b = critic(texts, world.PROMPT)[0], critic(other, world.PROMPT)[0]
    assert torch.equal(a[:4], b[:4])  # words 3 to 6
    assert not torch.equal(a[4:], b[4:])
