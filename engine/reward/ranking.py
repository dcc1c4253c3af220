"""Training language models to follow instructions with human feedback: the reward model.

Ouyang et al., 2022. arXiv:2203.02155. Names follow the paper: r_theta(x, y), K, y_w, y_l. Departures from it:
  - the labeller is a program: the gold reward plus Gumbel noise, which makes its rankings Plackett-Luce;
  - its bias makes the mean reward of SFT's own replies 0; the paper's that of the labellers' demonstrations;
  - the trunk has two layers of 32 numbers, not 6B weights, and passes over the set thrice, not once.
"""

import copy
from itertools import combinations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.language.gpt import GPT


class RewardModel(nn.Module):
    """Section 3.5: the SFT model without its unembedding; a number at the reply's last word."""

    def __init__(self, sft: GPT, pad: int):
        super().__init__()
        self.trunk, self.pad = copy.deepcopy(sft), pad
        self.head = nn.Linear(sft.d_model, 1)
        nn.init.zeros_(self.head.bias)
        self.bias: Tensor
        self.register_buffer("bias", torch.zeros(()))  # makes the mean reward of SFT's replies 0

    def forward(self, texts: Tensor) -> Tensor:
        """Prompts with their replies (B, T) -> r_theta(x, y) (B,)."""
        last = (texts != self.pad).sum(1) - 1
        seen = self.trunk.trunk(texts)[torch.arange(len(texts)), last]
        return self.head(seen)[:, 0] - self.bias


def pairs(K: int) -> tuple[Tensor, Tensor]:
    """All K(K-1)/2 pairs of places in a ranking, the better first."""
    better, worse = zip(*combinations(range(K), 2), strict=True)
    return torch.tensor(better), torch.tensor(worse)


def ranking_loss(r: Tensor) -> Tensor:
    """Eq. 1: -1/C(K,2) sum log sigma(r(x, y_w) - r(x, y_l)), averaged over prompts.

    r (B, K): rewards of each prompt's replies, the best first. K rewards serve all the pairs.
    """
    better, worse = pairs(r.shape[1])
    return -F.logsigmoid(r[:, better] - r[:, worse]).mean()


def pair_loss(better: Tensor, worse: Tensor) -> Tensor:
    """The same for comparisons that come one by one: -log sigma(r_w - r_l), averaged."""
    return -F.logsigmoid(better - worse).mean()


def rank(score: Tensor, noise: float, rng: torch.Generator) -> Tensor:
    """A labeller's ranking, the best first: score plus noise times Gumbel. score (B, K) -> (B, K) places."""
    u = torch.rand(score.shape, generator=rng).clamp(1e-9, 1 - 1e-7).to(score.device)
    return (score - noise * (-u.log()).log()).argsort(1, descending=True)
