"""Lab: one ladder of beta, climbed by two objectives: what becomes of the three parts of the KL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, Figures, check
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, State, Step, restored, shots
from engine.data.shapes import draw
from engine.latent.total_correlation import KINDS, draws, gaps, objective, parts, table
from engine.latent.vae import VAE, kl

PAPERS = ("higgins2017", "chen2018", "locatello2018")
BATCH, RUNGS = 64, 5
DRAWS, WALK = 8, 7  # of z for each picture, to measure the parts of the KL; pictures in a row, z from -2 to 2
HERE = 155  # the picture that is walked from: of middle size, near the middle
INK = 15  # levels of a picture that is shown
FIGURES = ("information", "dependence", "marginals", "kl", "error", "used", "mig")
USED = 0.1  # nats of KL from which a number of z counts as used


@dataclass(frozen=True)
class TotalCorrelationSpec(Spec):
    top: float = param(16.0, "Largest beta", "The ladder climbs to it from 1 in equal ratios.", low=1.0,
                       high=1000.0, log=True)  # fmt: skip
    D: int = param(6, "Numbers in z", "More than the three that the squares need.", low=2, high=10)
    hidden: int = param(64, "Hidden units", "Of each hidden layer.", low=8, high=256)
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(600, "Training steps", "Batches of 64 squares, for each net.", low=10, high=5000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


split = None  # the parts of the KL are those of the very pictures that it learned from, all of them


def restore(spec: TotalCorrelationSpec, weights: State | None) -> VAE:
    """A net with these weights, or as all of them start from the seed."""
    return restored(spec.seed, weights, lambda: VAE(spec.D, spec.hidden, 256))


@cache
def squares() -> tuple[Tensor, np.ndarray]:
    """A square in 5 sizes at 8 x 8 places: ink from 0 to 1 (320, 256); size, row, column of each (320, 3)."""
    every = np.array(list(product(range(5), range(8), range(8))))
    ink = [draw("square", 16, 4.5 + row, 4.5 + column, 2 + size / 2) for size, row, column in every]
    return torch.tensor(np.stack(ink), dtype=torch.float32).view(-1, 256), every


def run(spec: TotalCorrelationSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """On each rung (a moment) trains two nets, alike at the start and batch by batch. `given["start"]`
    makes a fork: all nets start from there."""
    x, step, total = squares()[0].to(device), 0, RUNGS * spec.steps
    for rung, beta in enumerate(np.geomspace(1, spec.top, RUNGS).round(2).tolist()):
        rng = torch.Generator().manual_seed(spec.seed)  # the same batches and draws on every rung
        nets = [restore(spec, given.get("start")).to(device) for _ in KINDS]
        adams = [torch.optim.Adam(net.parameters(), lr=spec.lr, fused=True) for net in nets]
        for last in range(spec.steps - 1, -1, -1):
            step += 1
            batch = x[torch.randint(len(x), (BATCH,), generator=rng)]
            epsilon = torch.randn(BATCH, spec.D, generator=rng).to(device)
            for net, adam, kind in zip(nets, adams, KINDS, strict=True):
                loss = objective(net, batch, epsilon, len(x), beta, kind)
                adam.zero_grad()
                loss.backward()
                adam.step()
            if last:
                yield Step(step, total, {})
        seen = watched(nets, x)
        score = seen["score"].items()  # for captions; with a t, of the other net
        figures = {f"{t}{name}": float(one[i]) for i, t in enumerate(("", "t_")) for name, one in score}
        yield Step(step, total, {"beta": beta} | figures)
        yield from shots(rung, step, seen, nets[-1], half=True)


@torch.no_grad()
def watched(nets: list[VAE], x: Tensor) -> dict[str, Arrays]:
    """Of both nets. score, in nats a picture: the three parts, kl (the same in bars), error (what its pixels
    cost beyond the least possible); used, mig. walks and table: rows by KL; the gaps of the table."""
    least = -(torch.xlogy(x, x) + torch.xlogy(1 - x, 1 - x)).sum(1).mean()  # grey pixels cost something
    score, seen = [], {"bars": {}, "walks": {}, "table": {}}
    for net, name in zip(nets, ("plain", "tc"), strict=True):
        mu, log_var = net.encode(x)
        epsilon = draws(DRAWS, len(mu), mu.shape[1], torch.Generator().manual_seed(0)).to(x.device)
        three = [float(one) for one in parts(mu, log_var, epsilon)]
        each = kl(mu, log_var).mean(0)
        order = each.argsort(descending=True)
        shares = table(mu, log_var, epsilon, squares()[1])[order].cpu().numpy()
        cost = -net.log_p(x, mu + (0.5 * log_var).exp() * epsilon).mean() - least
        seen["bars"][name] = np.array([*three, each.sum()], np.float32).round(4)
        score.append([*seen["bars"][name], float(cost),
                      float((each > USED).sum()), float(gaps(shares).mean())])  # fmt: skip
        seen["walks"][name] = walk(net, mu[HERE], order)
        seen["table"][name] = shares.round(3).astype(np.float32)
        seen["table"][f"{name}_gap"] = gaps(shares).round(3).astype(np.float32)
    return {"score": dict(zip(FIGURES, np.array(score, np.float32).T.round(4), strict=True)), **seen}


def walk(net: VAE, mu: Tensor, order: Tensor) -> np.ndarray:
    """Each number of z from -2 to 2, the others as they are in mu -> levels (D * WALK, 16, 16)."""
    one = torch.eye(len(mu), device=mu.device)[order][:, None]
    z = mu * (1 - one) + one * torch.linspace(-2, 2, WALK, device=mu.device)[:, None]  # (D, WALK, D)
    out = net.decode(z.flatten(0, 1)).sigmoid().view(-1, 16, 16)
    return (out * INK).round().cpu().numpy().astype(np.uint8)


SPEC = TotalCorrelationSpec
PLAIN, TC, EIGHT = 0, 1, 3  # the two objectives; the rung of beta 8
LADDER = {"ladder": {"top": 16.0}}


def rung(name: str, *which: tuple[int, int]) -> Figures:
    """A figure at (rung, objective), as often as asked."""
    return lambda traces: [float(traces["ladder"].at("score", at)[name][kind]) for at, kind in which]


CLAIMS = (
    Claim(
        "Raised from 1 to 8, beta costs a beta-VAE at least 0.7 nats more information about the picture than "
        "dependence among its numbers (total correlation).",
        check(lambda i1, i8, t1, t8: (i1 - i8) - (t1 - t8) >= 0.7,
              "information from {:.2f} to {:.2f} nats, total correlation from {:.2f} to {:.2f}",
              "information falls at least 0.7 nats further", rung("information", (0, PLAIN), (EIGHT, PLAIN)),
              rung("dependence", (0, PLAIN), (EIGHT, PLAIN))),
        "Information that falls less than 0.7 nats further than total correlation does.",
        LADDER,
    ),
    Claim(
        "At beta 8 beta-TCVAE keeps at least 1.5 nats more information about the picture than beta-VAE.",
        check(lambda tc, plain: tc >= plain + 1.5, "{:.2f} nats, beta-VAE {:.2f}", "at least 1.5 nats more",
              rung("information", (EIGHT, TC), (EIGHT, PLAIN))),
        "A beta-VAE that keeps within 1.5 nats as much.",
        LADDER,
    ),
    Claim(
        "With beta-TCVAE the total correlation of z at beta 8 is at least 1.3 nats below that at beta 1.",
        check(lambda one, eight: eight <= one - 1.3, "from {:.2f} to {:.2f} nats", "at least 1.3 nats lower",
              rung("dependence", (0, TC), (EIGHT, TC))),
        "Total correlation that falls by less than 1.3 nats.",
        LADDER,
    ),
    Claim(
        "At beta 16 the hidden numbers of a beta-VAE tell at most 0.3 nats about the picture.",
        check(lambda plain, tc: plain <= 0.3, "{:.2f} nats; with total correlation alone weighed {:.2f}; all "
              "would be 5.77", "0.3 nats at most",
              rung("information", (RUNGS - 1, PLAIN), (RUNGS - 1, TC))),
        "A beta-VAE at 16 whose hidden numbers tell more than 0.3 nats.",
        LADDER,
    ),
)  # fmt: skip
RECORDED = (TotalCorrelationSpec(),)
