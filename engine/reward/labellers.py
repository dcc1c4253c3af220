"""Simulated labellers of the toy world, and how a judge is trained on what they rank."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.data import instructions as world
from engine.language import answers, gpt
from engine.reward import ranking
from engine.reward.taste import Taste

AT_ONCE = 8  # prompts, with all their comparisons, in a batch
PASSES = 3
LR = 1e-3
POOL, POOL_SEED = 64, 11  # replies of SFT to each prompt, by which every judge is measured


@dataclass(frozen=True)
class Pool:
    """SFT's replies to all prompts: texts (24 x POOL, LENGTH), what people think of them (24, POOL)."""

    texts: Tensor
    gold: Tensor

    def scores(self, judge: torch.nn.Module) -> Tensor:
        """(24, POOL)."""
        with torch.no_grad():
            return judge(self.texts).view(24, -1)


def pool(sft: gpt.GPT, gold: world.Gold, device: torch.device) -> Pool:
    """The same replies for every judge of the same SFT model."""
    asked = world.prompts().repeat_interleave(POOL, 0).to(device)
    texts = answers.drawn(sft, asked, torch.Generator().manual_seed(POOL_SEED))
    return Pool(texts, answers.gold(texts, gold).view(24, POOL))


def ranked(
    sft: gpt.GPT, n: int, K: int, gold: world.Gold, noise: float, rng: torch.Generator, device: torch.device
) -> Tensor:
    """n prompts, K replies of SFT to each, ranked by a labeller, the best first. -> (n, K, LENGTH)."""
    number = torch.randint(24, (n,), generator=rng).repeat_interleave(K)
    texts = answers.drawn(sft, world.prompts()[number].to(device), rng)
    order = ranking.rank(answers.gold(texts, gold).view(n, K), noise, rng)
    return texts.view(n, K, -1).gather(1, order[:, :, None].expand(-1, -1, world.LENGTH))


def batches(n: int, passes: int, at_once: int, rng: torch.Generator) -> Iterator[Tensor]:
    """Numbers of what is learned from at each step, every one once a pass."""
    for _ in range(passes):
        yield from torch.randperm(n, generator=rng).split(at_once)


def centre(judge: ranking.RewardModel | Taste, seen: Pool) -> None:
    """A bias that makes the mean reward of SFT's replies 0, where the paper (section 3.5) makes that of the
    labellers' demonstrations 0. A constant moves no comparison, and no policy."""
    judge.bias += seen.scores(judge).mean()
