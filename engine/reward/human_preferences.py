"""Deep Reinforcement Learning from Human Preferences. Christiano, Leike, Brown, Martic, Legg & Amodei, 2017.
arXiv:1706.03741.

Names follow the paper: sigma (a clip), mu (an answer), r_hat (the predicted reward), D (the answers so far).
Departures from it:
  - the world is a grid of 7 by 7 cells, and a reward depends on the cell that is entered;
  - each predictor is a table with one number a cell, so nothing carries over from a cell to its neighbour;
  - the policy comes from value iteration, which knows how moves work, in the place of TRPO and A2C;
  - the three processes take turns: walk, ask, fit, where the paper lets them run side by side;
  - an answer enters each predictor's bootstrap when it is given, as often as a Poisson draw of mean 1 says
    (drawing anew at each fit would make the whole map flicker);
  - the l2 penalty is fixed; the paper tunes it on the answers that a predictor's bootstrap leaves out.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

SIDE, CELLS, ACTIONS = 7, 49, 4
MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))  # up, right, down, left
DISCOUNT = 0.95
RANDOM_ANSWERS = 0.1  # "a 10% chance that the human responds uniformly at random"


def next_cell() -> Tensor:
    """Where each move leads from each cell; a wall leaves you where you are. (S, A)"""
    at = torch.arange(CELLS)
    row, col = at // SIDE, at % SIDE
    steps = [((row + r).clamp(0, SIDE - 1) * SIDE + (col + c).clamp(0, SIDE - 1)) for r, c in MOVES]
    return torch.stack(steps, 1)


NEXT = next_cell()


def action_values(r: Tensor, sweeps: int = 200) -> Tensor:
    """Value iteration: the worth of each move, for rewards r (S,) of cells that are entered. -> (S, A)"""
    V = torch.zeros(CELLS)
    for _ in range(sweeps):
        V = (r + DISCOUNT * V)[NEXT].amax(1)
    return (r + DISCOUNT * V)[NEXT]


def greedy(Q: Tensor) -> Tensor:
    """The policy that takes the best move, all of them alike where several are best. (S, A) -> (S, A)"""
    best = torch.isclose(Q, Q.amax(1, keepdim=True), rtol=0, atol=1e-5).float()
    return best / best.sum(1, keepdim=True)


def soft(Q: Tensor, temperature: float) -> Tensor:
    """A policy that still tries other moves. (S, A) -> (S, A)"""
    return (Q / temperature).softmax(1)


def worth(pi: Tensor, r: Tensor, start: int) -> float:
    """What a policy (S, A) earns from `start`, discounted, in rewards r (S,): solved exactly, not sampled."""
    P = torch.zeros(CELLS, CELLS, dtype=torch.float64)
    P.scatter_add_(1, NEXT, pi.double())  # (S, S)
    I = torch.eye(CELLS, dtype=torch.float64)
    return float(torch.linalg.solve(I - DISCOUNT * P, P @ r.double())[start])


def walks(pi: Tensor, start: int, n: int, steps: int, rng: torch.Generator) -> Tensor:
    """n walks of a policy: the cells entered. (n, steps)"""
    at, cells = torch.full((n,), start), []
    for _ in range(steps):
        a = torch.multinomial(pi[at], 1, generator=rng)[:, 0]
        at = NEXT[at, a]
        cells.append(at)
    return torch.stack(cells, 1)


def clips(paths: Tensor, length: int, rng: torch.Generator) -> Tensor:
    """One piece sigma of each walk, at a random place. (n, steps) -> (n, length)"""
    first = torch.randint(paths.shape[1] - length + 1, (len(paths), 1), generator=rng)
    return paths.gather(1, first + torch.arange(length))


@dataclass(frozen=True)
class Pairs:
    """Pairs of clips sigma1, sigma2 (n, k), and the steps that were walked to choose them."""

    sigma1: Tensor
    sigma2: Tensor
    steps: int


def preferred(
    r_hat: Tensor, sigma1: Tensor, sigma2: Tensor, random_answers: float = RANDOM_ANSWERS
) -> Tensor:
    """Eq. 1 and the note below it: P[sigma1 > sigma2], mixed with answers given at random.

    r_hat (..., S); sigma1, sigma2 (n, k) -> (..., n).
    """
    gap = r_hat[..., sigma1].sum(-1) - r_hat[..., sigma2].sum(-1)
    return (1 - random_answers) * gap.sigmoid() + random_answers / 2


def losses(r_hat: Tensor, sigma1: Tensor, sigma2: Tensor, mu: Tensor, random_answers: float) -> Tensor:
    """Sec. 2.2.3: cross-entropy of answers mu (n,), the share of sigma1: 1, 0, or 1/2. -> (..., n)"""
    P = preferred(r_hat, sigma1, sigma2, random_answers).clamp(1e-6, 1 - 1e-6)
    return -(mu * P.log() + (1 - mu) * (1 - P).log())


class Ensemble:
    """Several predictors, each fitted to a bootstrap of its own."""

    def __init__(self, members: int, random_answers: float, l2: float, rng: torch.Generator):
        self.first = 0.3 * torch.randn(members, CELLS, generator=rng)  # as nets that were never trained
        self.r_hat = self.first.clone()  # (M, S)
        self.random_answers, self.l2, self.rng = random_answers, l2, rng
        self.sigma1 = self.sigma2 = torch.zeros(0, 1, dtype=torch.long)
        self.mu = torch.zeros(0)
        self.times = torch.zeros(members, 0)  # how often an answer stands in a member's bootstrap

    def told(self, sigma1: Tensor, sigma2: Tensor, mu: Tensor) -> None:
        """Take in answers: clips (n, k) and mu (n,)."""
        if not len(self.mu):
            self.sigma1, self.sigma2 = sigma1[:0], sigma2[:0]
        self.sigma1, self.sigma2 = torch.cat([self.sigma1, sigma1]), torch.cat([self.sigma2, sigma2])
        self.mu = torch.cat([self.mu, mu])
        often = torch.poisson(torch.ones(len(self.r_hat), len(mu)), generator=self.rng)
        if len(self.r_hat) == 1:
            often = torch.ones_like(often)  # nobody to disagree with: all answers count
        self.times = torch.cat([self.times, often], 1)

    def fit(self, steps: int = 60, lr: float = 0.1) -> float:
        """Minimise the loss of every member, from where it stands. Returns the mean loss."""
        r_hat = self.r_hat.clone().requires_grad_()
        adam = torch.optim.Adam([r_hat], lr=lr)
        loss = torch.zeros(())
        for _ in range(steps):
            each = losses(r_hat, self.sigma1, self.sigma2, self.mu, self.random_answers)
            loss = (self.times * each).sum() + self.l2 * (r_hat - self.first).square().sum()
            adam.zero_grad()
            loss.backward()
            adam.step()
        self.r_hat = r_hat.detach()
        return loss.item() / max(1.0, float(self.times.sum()))

    def normalised(self) -> Tensor:
        """Each member with mean 0 and standard deviation 1 over the cells. (M, S)"""
        centred = self.r_hat - self.r_hat.mean(1, keepdim=True)
        return centred / centred.std(1, keepdim=True)

    def reward(self) -> Tensor:
        """The mean of the normalised members: what the policy is trained on. (S,)"""
        return self.normalised().mean(0)

    def disagreement(self, sigma1: Tensor, sigma2: Tensor) -> Tensor:
        """Sec. 2.2.4: the variance of the members' predictions for each pair. (n, k) twice -> (n,)"""
        return preferred(self.r_hat, sigma1, sigma2, 0.0).var(0, unbiased=False)
