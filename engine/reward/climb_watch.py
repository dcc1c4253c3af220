"""What the lab of InstructGPT looks at: the way from SFT, what a judge sees, what people get."""

import math

import numpy as np
import torch

from engine.core.trace import Arrays
from engine.data import instructions as world
from engine.language import answers, gpt
from engine.reward import instructgpt, labellers, lessons, measures

EACH = 20  # replies to each prompt that are judged at a moment
BEST = (1, 2, 4, 8, 16, 32, 64)
HELD = 150  # pages of the web


def _float(value: float | list[float]) -> np.ndarray:
    return np.asarray(value, np.float32)


class Watch:
    """The models that the policy is compared with answer once; their replies are kept."""

    def __init__(
        self, base: gpt.GPT, sft: gpt.GPT, gold: world.Gold, learned: torch.Tensor, device: torch.device
    ):
        """learned (..., LENGTH): replies that the judge is trained on."""
        self.sft, self.gold, self.device = sft, gold, device
        self.pool = labellers.pool(sft, gold, device)
        self.read = world.known(self.pool.texts, learned).view(24, -1)
        self.kinds = lessons.lessons(self.pool.texts.view(24, labellers.POOL, -1), gold.cap)
        self.web = world.web(HELD, torch.Generator().manual_seed(answers.EVAL)).to(device)
        before = [
            answers.judged(base, EACH, device),
            answers.judged(base, EACH, device, answers.parsed(answers.EXAMPLE)),
            answers.judged(sft, EACH, device),
        ]
        self.others = torch.stack(before)  # (3, 24 EACH, LENGTH)
        self.points = torch.stack([answers.gold(texts, gold) for texts in before])

    def unlike(self, pages: torch.Tensor) -> torch.Tensor:
        """Those pages (N, PAGE) that it does not measure by: what the policy may go on reading."""
        return pages[~world.known(pages, self.web)]

    def meet(self, judge: torch.nn.Module) -> None:
        """Look at a judge that has changed: what it thinks of all that does not change."""
        self.judge = judge
        r, gold = self.pool.scores(judge), self.pool.gold
        self.accuracy = measures.accuracy(r, gold)
        self.told = lessons.accuracy(r, gold, self.kinds) | measures.by_known(r, gold, self.read)
        self.best = {
            "d": _float([math.sqrt(measures.kl_of_best(n)) for n in BEST]),
            "proxy": _float([measures.best_of(n, r, r) for n in BEST]),
            "gain": _float([measures.best_of(n, r, gold) - gold.mean().item() for n in BEST]),
        }
        with torch.no_grad():
            self.r = torch.stack([judge(texts[:24]) for texts in self.others[[0, 2]]])

    def look(self, policy: gpt.GPT) -> tuple[dict[str, float], dict[str, Arrays]]:
        """Figures of this moment, and what is drawn of it."""
        texts = answers.judged(policy, EACH, self.device)
        ratio, kl = instructgpt.kl(policy, self.sft, texts, world.PROMPT, world.PAD)
        points = answers.gold(texts, self.gold)
        with torch.no_grad():
            r = self.judge(texts)
            web = gpt.loss(policy, self.web, self.web != world.PAD).item()
        figures = {
            "d": math.sqrt(max(kl, 0.0)),
            "proxy": r.mean().item(),
            "gain": (points.mean() - self.pool.gold.mean()).item(),
            "web": web,
            "accuracy": self.accuracy,
        }
        return figures, {
            "cards": {
                "words": self._cards(texts),
                "gold": torch.cat([self.points[[0, 2], :24], points[None, :24]]).cpu().half().numpy(),
                "r": torch.cat([self.r, r[None, :24]]).cpu().half().numpy(),
                "ratio": ratio[:24].cpu().half().numpy(),
            },
            "bon": self.best,
            "won": {
                name: self._won(theirs)
                for name, theirs in (("policy", points), ("web", self.points[0]), ("example", self.points[1]))
            },
            "level": {name: _float(value) for name, value in {**figures, **self.told, "kl": kl}.items()},
        }

    def _cards(self, texts: torch.Tensor) -> np.ndarray:
        shown = torch.cat([self.others[[0, 2], :24], texts[None, :24]])
        return shown[:, :, world.PROMPT :].cpu().numpy().astype(np.uint8)

    def _won(self, points: torch.Tensor) -> np.ndarray:
        """How often people like a model's reply better than SFT's to the same prompt: won, even, lost."""
        return np.array(measures.against(points, self.points[2]), np.uint16)
