"""Deep Reinforcement Learning: Pong from Pixels. Karpathy, 2016 (blog). REINFORCE: Williams, 1992.

Names follow the blog: x, h, p, W1, W2, discounted rewards. Departures from it:
  - a court of 12 x 12 for a screen of 80 x 80, fewer hidden units, biases, a batch of rallies played at once;
  - a second output V of the same hidden layer, learned from the returns, may be the baseline;
  - Adam for RMSProp; the chance of each move is kept, as in PPO, so that a batch can be used again.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.reward.pong import SIZE, Games

LONGEST = 200  # frames; a rally as long as this counts as none's


class Player(nn.Module):
    """x, the difference of two frames -> the logit of p(up), and V. (n, SIZE^2) -> (n,), (n,)."""

    def __init__(self, hidden: int):
        super().__init__()
        self.W1, self.W2 = nn.Linear(SIZE * SIZE, hidden), nn.Linear(hidden, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        logit, V = self.W2(self.W1(x).relu()).unbind(1)
        return logit, V


@dataclass(frozen=True)
class Batch:
    """Rallies that were played to their end: n frames of B rallies, in the order of time."""

    x: Tensor  # (n, SIZE^2)
    up: Tensor  # (n,), what was done
    p: Tensor  # (n,), how likely up was
    rally: np.ndarray  # (n,)
    time: np.ndarray  # (n,)
    places: np.ndarray  # (n, 4): the ball's x and y, the agent's paddle, the other one
    rewards: Tensor  # (B, T)
    real: Tensor  # (B, T), 1 for frames that were played


def play(net: Player, B: int, rng: np.random.Generator) -> Batch:
    """Play B rallies at once, each action drawn from p."""
    W1, b1, W2, b2 = (one.detach().cpu().numpy() for one in net.parameters())
    games, alive = Games.serve(B, rng), np.arange(B)
    before, told = games.frames(), []
    for _ in range(LONGEST):
        now = games.frames()
        x = (now - before).astype(np.float32)
        p = 1 / (1 + np.exp(-(np.maximum(x @ W1.T + b1, 0) @ W2[0] + b2[0]).clip(-30, 30)))
        up = rng.random(len(p)) < p
        places = np.stack([games.x, games.y, games.agent, games.other], 1)
        reward = games.step(up)
        told.append((x, up, p, alive, places, reward))
        on = reward == 0
        games.only(on)
        before, alive = now[on], alive[on]
        if not len(alive):
            break
    time = np.repeat(np.arange(len(told)), [len(one[1]) for one in told])
    x, up, p, rally, places, reward = (np.concatenate(one) for one in zip(*told, strict=True))
    rewards, real = torch.zeros(B, len(told)), torch.zeros(B, len(told))
    rewards[rally, time] = torch.from_numpy(reward).float()
    real[rally, time] = 1
    return Batch(
        torch.from_numpy(x), torch.from_numpy(up), torch.from_numpy(p), rally, time, places, rewards, real
    )


def discounted(rewards: np.ndarray, gamma: float) -> np.ndarray:
    """The return of each frame of a game: sum_l gamma^l r_{t+l}, begun anew at each point. (T,) -> (T,)."""
    out, after = np.zeros(len(rewards)), 0.0
    for t in reversed(range(len(rewards))):
        # A point: what comes later is not to its credit.
        after = rewards[t] if rewards[t] != 0 else gamma * after
        out[t] = after
    return out


def log_pi(logit: Tensor, up: Tensor) -> Tensor:
    """log pi(a | s) of what was done. (n,) -> (n,)."""
    return nn.functional.logsigmoid(torch.where(up, logit, -logit))


def longest(batch: Batch, won: bool, frames: int) -> np.ndarray:
    """Which of n frames are the last `frames` of the longest rally that was won, or lost (else of any)."""
    ends, long = batch.rewards.sum(1).numpy(), batch.real.sum(1).numpy()
    rally = int((long + LONGEST * (ends == (1 if won else -1))).argmax())
    return np.flatnonzero(batch.rally == rally)[-frames:]
