"""Training language models to follow instructions with human feedback: step 3.

Ouyang et al., 2022. arXiv:2203.02155, section 3.5, eq. 2. Names follow the paper: pi^RL, pi^SFT,
r_theta(x, y), beta, gamma. Departures from it:
  - beta and gamma are ours: the paper's are for rewards and losses of another scale;
  - 128 replies an update in two passes, Adam at one step size, lambda 0.95: all ours;
  - the value function starts as the judge, as there, with a head of zeros.
"""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.language import gpt
from engine.reward import ppo

EPSILON, LAMBDA, DISCOUNT = 0.2, 0.95, 1.0
VALUE = 0.5  # weight of the value's loss


class Critic(nn.Module):
    """V(s_t): what a reply will have earned from its t-th word on, told before that word is written."""

    def __init__(self, trunk: gpt.GPT):
        super().__init__()
        self.trunk, self.head = copy.deepcopy(trunk), nn.Linear(trunk.d_model, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, texts: Tensor, after: int) -> Tensor:
        """texts (B, T) -> (B, T - after)."""
        return self.head(self.trunk.trunk(texts[:, :-1])[:, after - 1 :])[..., 0]


@dataclass(frozen=True)
class Batch:
    """Replies of the policy, as it was, and how much better than expected each word did. All (B, T)."""

    texts: Tensor
    real: Tensor  # 1 for words, 0 for padding
    old: Tensor  # log pi of each word when it was drawn
    advantage: Tensor
    returns: Tensor


def token_rewards(new: Tensor, sft: Tensor, real: Tensor, score: Tensor, beta: float) -> Tensor:
    """The reward of each word: -beta [log pi^RL(y_t) - log pi^SFT(y_t)], and r_theta(x, y) at the last.

    new, sft, real (B, T), score (B,) -> (B, T). Summed over t it is eq. 2's bracket, with beta a reply.
    """
    out = -beta * (new - sft) * real
    last = real.sum(1).long() - 1
    out[range(len(out)), last] += score
    return out


@torch.no_grad()
def weighed(
    texts: Tensor,
    policy: gpt.GPT,
    sft: gpt.GPT,
    critic: Critic,
    score: Tensor,
    beta: float,
    after: int,
    pad: int,
) -> Batch:
    """Replies that the policy has just drawn, with advantages by GAE. texts (B, T), score (B,)."""
    real = (texts[:, after:] != pad).float()
    old, ref = (gpt.log_probs(net, texts, after) for net in (policy, sft))
    rewards = token_rewards(old, ref, real, score, beta)
    values = critic(texts, after)
    advantage = ppo.gae(rewards, values, real, DISCOUNT, LAMBDA)
    return Batch(texts, real, old, ppo.standard(advantage, real), advantage + values)


def objective(policy: gpt.GPT, critic: Critic, batch: Batch, after: int) -> tuple[Tensor, Tensor]:
    """What is made small: minus PPO's clipped surrogate, plus the value's loss. And log pi of each word."""
    new = gpt.log_probs(policy, batch.texts, after)
    surrogate = ppo.mean(ppo.clipped(new, batch.old, batch.advantage, EPSILON), batch.real)
    value = ppo.mean(ppo.value_loss(critic(batch.texts, after), batch.returns), batch.real)
    return VALUE * value - surrogate, new


def kl(policy: gpt.GPT, sft: gpt.GPT, texts: Tensor, after: int, pad: int) -> tuple[Tensor, float]:
    """log pi^RL - log pi^SFT of each word of the policy's replies; and their KL, in nats a reply."""
    with torch.no_grad():
        ratio = gpt.log_probs(policy, texts, after) - gpt.log_probs(sft, texts, after)
    ratio = ratio * (texts[:, after:] != pad)
    return ratio, ratio.sum(1).mean().item()
