"""Deep Q-networks. Mnih et al., 2013, arXiv:1312.5602; the target network: Mnih et al., 2015, Nature 518.

Names follow the papers: Q, theta, theta^- (here `old`), D, phi, y. Departures from them:
  - phi is the row and the column of a cell, not frames of a screen; the net has two layers, not convolutions;
  - rewards are divided by a number, not clipped to -1, 0, 1;
  - Adam for RMSProp; the squared error of 2013, which the paper of 2015 clips.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn


class QNetwork(nn.Module):
    """phi(s) -> Q(s, a) of all moves in one pass. (B, rows + columns) -> (B, 4)."""

    def __init__(self, features: int, hidden: int, moves: int = 4):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(features, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(),
            nn.Linear(hidden, moves),
        )  # fmt: skip

    def forward(self, phi: Tensor) -> Tensor:
        return self.layers(phi)


def phi(rows: int, columns: int) -> Tensor:
    """A one for the row of a cell and one for its column -> (rows * columns, rows + columns)."""
    row, column = torch.arange(rows).repeat_interleave(columns), torch.arange(columns).repeat(rows)
    return torch.cat([torch.eye(rows)[row], torch.eye(columns)[column]], 1)


@dataclass
class Memory:
    """D: every step so far, as (S, A, R, S', whether it ended there)."""

    S: np.ndarray
    A: np.ndarray
    R: np.ndarray
    after: np.ndarray
    done: np.ndarray
    size: int = 0

    @classmethod
    def of(cls, steps: int) -> "Memory":
        """An empty one with room for so many steps."""
        whole, real = np.zeros(steps, np.int64), np.zeros(steps, np.float32)
        return cls(whole, whole.copy(), real, whole.copy(), real.copy())

    def keep(self, S: int, A: int, R: float, after: int, done: bool) -> None:
        """Put one step in."""
        i, self.size = self.size, self.size + 1
        self.S[i], self.A[i], self.R[i], self.after[i], self.done[i] = S, A, R, after, done

    def batch(self, which: np.ndarray) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """These steps, as tensors."""
        S, A, R, after, done = (
            torch.from_numpy(one[which]) for one in (self.S, self.A, self.R, self.after, self.done)
        )
        return S, A, R, after, done


@torch.no_grad()
def targets(old: nn.Module, seen: Tensor, R: Tensor, after: Tensor, done: Tensor, gamma: float) -> Tensor:
    """y = R + gamma max_a' Q(S', a'; theta^-); R alone where the walk ended. seen: phi of all cells."""
    return R + gamma * (1 - done) * old(seen[after]).max(1).values


def loss(Q: nn.Module, seen: Tensor, S: Tensor, A: Tensor, y: Tensor) -> Tensor:
    """(y - Q(S, A; theta))^2, the mean of a batch."""
    return (y - Q(seen[S]).gather(1, A[:, None])[:, 0]).square().mean()
