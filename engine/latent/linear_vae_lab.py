"""Lab: a VAE of straight lines climbs to probabilistic PCA, whose answer is known to the digit."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, at_least, at_most, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data.digits import digits
from engine.latent.linear_vae import PCA, LinearVAE, alike

PAPERS = ("lucas2019", "tipping1999")
MOMENTS, TILES = 30, 5


@dataclass(frozen=True)
class LinearVAESpec(Spec):
    k: int = param(5, "Numbers in z", "The page shows the first five directions.", low=1, high=16)
    lr: float = param(0.03, "Learning rate", "Of Adam; it falls to 0.", low=1e-4, high=1.0, log=True)
    steps: int = param(800, "Training steps", "Each takes all digits.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: LinearVAESpec, weights: State | None) -> LinearVAE:
    """The model with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: LinearVAE(64, spec.k))


@cache
def covariance() -> Tensor:
    """Of the learned digits, levels 0..1 -> (64, 64)."""
    x = torch.from_numpy(digits().train_x.reshape(-1, 64) / 16.0).double()
    x = x - x.mean(0)
    return x.T @ x / len(x)


def run(spec: LinearVAESpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Climbs; at each moment tells how far it is from the closed form. `given["start"]` makes a fork."""
    S = covariance().to(device)
    best = PCA(S, spec.k)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)
    yield from shots(0, 0, look(net, S, best), net)
    for step in range(1, spec.steps + 1):
        adam.param_groups[0]["lr"] = spec.lr * 0.5 * (1 + math.cos(math.pi * step / spec.steps))
        loss = -net.bound(S)
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": round(loss.item(), 4)})
        else:
            seen = look(net, S, best)
            figures = {name: float(value) for name, value in seen["score"].items()}
            yield Step(step, spec.steps, {"loss": round(loss.item(), 4)} | figures)
            yield from shots(moment, step, seen, net)


@torch.no_grad()
def look(net: LinearVAE, S: Tensor, best: PCA) -> dict[str, Arrays]:
    """score: the bound, its distance from the closed form, noise against its in percent (off:
    without sign), the cosine of the spaces.
    tiles: what of each of PCA's directions lies in the model's space (below), under them (above)."""
    Q = torch.linalg.qr(net.W)[0]
    bound = net.bound(S)
    inside = Q @ (Q.T @ best.U)  # (64, k)
    shown = torch.cat([part[:, :TILES].T for part in (best.U, inside)])
    shown = (shown * torch.sign(best.U.sum(0))[:TILES].repeat(2)[:, None]).view(-1, 8, 8)
    ratio = (net.log_sigma2 - best.sigma2.log()).exp() - 1
    score = {
        "bound": bound,
        "short": best.log_p - bound,
        "noise": 100 * ratio,
        "off": 100 * ratio.abs(),
        "cosine": alike(net.W, best.U),
    }
    return {
        "tiles": {"x": shown.cpu().numpy().round(2).astype(np.float16)},
        "score": {name: np.asarray(value.item()) for name, value in score.items()},
    }


SPEC = LinearVAESpec
split = None  # nothing is scored on other digits: the closed form is of the same ones
CLAIMS = (
    Claim(
        "The bound of a linear VAE comes within 0.05 nats of the most that probabilistic PCA can reach.",
        at_most(
            0.05, "{:.4f} nats short of it, bound {:.4f}", "at most 0.05 nats",
            last("score", "short", "bound"),
        ),
        "A linear VAE that stays 0.05 nats short.",
    ),
    Claim(
        "Its noise and its space are those of PCA: the variance to 1 percent, and the cosine of the largest "
        "angle between the spaces is 0.999 at least.",
        at_least(
            0, "variance off by {1:+.3f}%, cosine {2:.6f}", "1% and 0.999",
            lambda traces: [
                min(1 - abs(float(traces["this"].last("score")["noise"])),
                    1000 * float(traces["this"].last("score")["cosine"]) - 999),
            ],
            last("score", "noise", "cosine"),
        ),
        "A variance off by more, or a space at a larger angle.",
    ),
)  # fmt: skip
RECORDED = (LinearVAESpec(),)
