"""Whoever is asked, a labeller of ours or a person: walks, pairs, answers, fits, and what comes of them."""

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.core.inputs import Answer, Inputs, whole
from engine.reward import gardens
from engine.reward import human_preferences as method

STEPS = 24  # of a walk
CANDIDATES = 10  # pairs that are looked at for each that is asked
LENGTHS = (1, STEPS)
MOST = 400  # answers of a person
LEFT, RIGHT, EQUAL = 1.0, 0.0, 0.5


class Asker:
    """A garden, its labeller, the predictors, and the policy that climbs what they predict."""

    def __init__(
        self,
        garden: str,
        camera: str,
        members: int,
        length: int,
        allowed: float,
        l2: float,
        heat: float,
        seed: int,
    ):
        self.rng = torch.Generator().manual_seed(seed)
        self.length, self.heat = length, heat
        world = gardens.GARDENS[garden]
        self.start, self.true = gardens.start_of(world), gardens.wanted(world)
        self.judged = gardens.seen(self.true, camera)
        self.ensemble = method.Ensemble(members, allowed, l2, self.rng)
        self.uniform = torch.full((method.CELLS, method.ACTIONS), 1 / method.ACTIONS)
        self.walking, self.greedy = self.uniform, self.uniform  # before the first answer: no idea

    def ask(self, active: bool, own: bool, n: int) -> method.Pairs:
        """The next n pairs, out of ten times as many."""
        pi, many = self.walking if own else self.uniform, CANDIDATES * n
        paths = method.walks(pi, self.start, 2 * many, STEPS, self.rng)
        sigma1, sigma2 = method.clips(paths, self.length, self.rng).split(many)
        doubt = self.ensemble.disagreement(sigma1, sigma2)
        pick = doubt.topk(n).indices if active else torch.arange(n)
        return method.Pairs(sigma1[pick], sigma2[pick], paths.numel())

    def labelled(self, sigma1: Tensor, sigma2: Tensor, errors: float) -> Tensor:
        """The labeller's answers by what it sees; a share of them at random. -> mu (n,)"""
        gap = self.judged[sigma1].sum(1) - self.judged[sigma2].sum(1)
        mu = torch.where(gap > 1e-4, LEFT, torch.where(gap < -1e-4, RIGHT, EQUAL))
        slips = torch.rand(len(mu), generator=self.rng) < errors
        coin = (torch.rand(len(mu), generator=self.rng) < 0.5).float()
        return torch.where(slips, coin, mu)

    def improve(self) -> None:
        """Value iteration on the predicted reward: how it walks, and what it would do in earnest."""
        Q = method.action_values(self.ensemble.reward())
        self.walking, self.greedy = method.soft(Q, self.heat), method.greedy(Q)

    def share(self, of: Tensor | None = None) -> float:
        """What the policy earns, truly or as judged by `of`: 0 as at random, 1 as the best policy."""
        r = self.true if of is None else of
        floor = method.worth(self.uniform, r, self.start)
        best = method.worth(method.greedy(method.action_values(r)), r, self.start)
        return (method.worth(self.greedy, r, self.start) - floor) / (best - floor)

    def shares(self) -> dict[str, float]:
        """What it truly earns, and what the labeller believes that it earns."""
        return {"return": self.share(), "pleased": self.share(self.judged)}

    def maps(self) -> dict[str, np.ndarray]:
        """Over the cells: predicted reward, spread of the predictors, the true reward, visits of walks."""
        spread = self.ensemble.normalised().std(0, unbiased=False)
        at = torch.zeros(method.CELLS)
        at[self.start] = 1.0
        visits = torch.zeros(method.CELLS)
        for _ in range(STEPS):
            flow = at[:, None] * self.walking
            at = torch.zeros(method.CELLS).index_add_(0, method.NEXT.flatten(), flow.flatten())
            visits += at
        found = {"r_hat": self.ensemble.reward(), "spread": spread, "true": self.true, "visits": visits}
        return {name: np.asarray(a.numpy().round(2), np.float16) for name, a in found.items()}


def teach(model: Asker, inputs: Inputs) -> Answer:
    """Fit predictors that know nothing to answers, and choose the next pair.

    left, right: n clips of cells; mu: the answers, 1 for left, 0 for right, 1/2 for equal. turn: how often a
    pair was asked so far, which draws the next. active: 1 or 0. Raises ValueError.
    """
    left, right, mu = answers_in(inputs, model.length)
    active, turn = whole(inputs, "active", 0, 1) == 1, whole(inputs, "turn", 0, 10_000)
    fresh = method.Ensemble(
        len(model.ensemble.r_hat), model.ensemble.random_answers, model.ensemble.l2,
        torch.Generator().manual_seed(model.rng.initial_seed()),
    )  # fmt: skip
    asked = copy(model)
    asked.ensemble = fresh
    asked.rng = torch.Generator().manual_seed(10_001 * model.rng.initial_seed() + turn)
    asked.walking, asked.greedy = model.uniform, model.uniform
    for at in range(len(mu)):  # one by one, so that an answer's bootstrap does not depend on later ones
        fresh.told(left[at : at + 1], right[at : at + 1], mu[at : at + 1])
    if len(mu):
        fresh.fit(80)
        asked.improve()
    pair = asked.ask(active, True, 1)
    shown = {"left": pair.sigma1[0].numpy(), "right": pair.sigma2[0].numpy(), "best": asked.greedy.numpy()}
    odds = float(method.preferred(fresh.r_hat, pair.sigma1, pair.sigma2).mean())
    judged = asked.labelled(pair.sigma1, pair.sigma2, 0.0)
    numbers = {"share": asked.share(), "odds": odds, "steps": pair.steps, "labeller": float(judged[0])}
    return asked.maps() | shown | {name: np.array(value) for name, value in numbers.items()}


def answers_in(inputs: Inputs, length: int) -> tuple[Tensor, Tensor, Tensor]:
    """Answers from outside, looked at. Raises ValueError for what is none."""
    left, right, mu = (_listed(inputs, name) for name in ("left", "right", "mu"))
    if not len(left) == len(right) == len(mu) <= MOST:
        raise ValueError(
            f"left, right and mu must be as many, {MOST} at most, got {len(left)}, {len(right)}, {len(mu)}"
        )
    for name, clips in (("left", left), ("right", right)):
        for clip in clips:
            good = isinstance(clip, list | tuple) and len(clip) == length
            if not good or not all(type(c) is int and 0 <= c < method.CELLS for c in clip):
                raise ValueError(f"{name} must be clips of {length} cells in [0, 48], got {str(clip)[:60]}")
    for one in mu:
        if one not in (LEFT, RIGHT, EQUAL):
            raise ValueError(f"mu must be 1, 0 or 0.5, got {str(one)[:60]}")
    shape = (len(mu), length)
    cells = [torch.tensor(clips, dtype=torch.long).reshape(shape) for clips in (left, right)]
    return cells[0], cells[1], torch.tensor(mu, dtype=torch.float32)


def _listed(inputs: Inputs, name: str) -> Sequence[Any]:
    value = inputs.get(name)
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name} must be a list, got {str(value)[:60]}")
    return value
