"""Lab: a PixelCNN learns which codes stand beside each other, and its samples are decoded."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.autoregressive.sampling import sample
from engine.codes import measures, vqvae
from engine.codes.images import DEFAULT, images
from engine.codes.prior import CodePrior, independent, nats, unigram
from engine.core.claims import Claim, Verdict, check, last
from engine.core.inputs import Answer, Inputs, whole
from engine.core.judges import nearest
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots

PAPERS = ("oord2017vqvae", "oord2016pixelrnn")
NEEDS = {"vqvae": "codes.vqvae"}
BATCH = 64
DRAWN = 512  # grids of each kind, decoded and measured
SHOWN = 9
CODES = 64  # of the stage one that a fresh net is built for; weights say it for themselves
INK = 15
KINDS = ("prior", "unigram", "uniform")


@dataclass(frozen=True)
class PriorSpec(Spec):
    layers: int = param(4, "Layers", "The first convolution, then residual blocks.", low=1, high=8)
    channels: int = param(24, "Channels", "Feature maps of each layer.", low=4, high=64)
    lr: float = param(4e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(500, "Training steps", "Batches of 64 grids of codes.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: PriorSpec, weights: State | None, K: int = CODES) -> CodePrior:
    """The net with these weights, or as it starts from the seed."""
    net = restored(
        spec.seed,
        weights,
        lambda: CodePrior(
            K if weights is None else len(weights["vectors.weight"]), spec.layers, spec.channels
        ),
    )
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def run(spec: PriorSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the codes of `given["vqvae"]`; shows what its grids decode to, beside codes with no prior.

    `given["start"]` makes a fork.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    stage_one = vqvae.from_weights(given["vqvae"]).to(device)
    K = len(stage_one.codebook.e)
    x_train, x_test = (part.to(device) for part in images(DEFAULT))
    with torch.no_grad():
        train, test = stage_one.indices(x_train), stage_one.indices(x_test)
    p = unigram(train, K)
    uniforms = torch.rand(DRAWN, *train.shape[1:], generator=rng).to(device)
    net = restore(spec, given.get("start"), K).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps)

    @torch.no_grad()
    def decoded(k: torch.Tensor) -> tuple[np.ndarray, float]:
        x = stage_one.decode_indices(k)
        shown = (x[:SHOWN].clamp(0, 1) * INK).round().cpu().numpy().astype(np.uint8)
        return shown, float(nearest(x, x_train)[1].mean())

    flat = {"unigram": p, "uniform": torch.full_like(p, 1 / K)}
    still = {name: decoded(independent(one, uniforms)) for name, one in flat.items()}
    floor = decoded(test)[1]
    rate = {
        "uniform": math.log2(K),
        "unigram": nats(p, test) / math.log(2),
        "perplexity": math.log2(measures.perplexity(measures.usage(test, K))),
    }

    def look() -> dict[str, Arrays]:
        with torch.no_grad():
            bits = float(net.loss(test))
        drawn = sample(net.pixelwise(DRAWN, *train.shape[1:]), uniforms)[0]
        seen = {"prior": decoded(drawn), **still}
        return {
            "samples": {name: x for name, (x, _) in seen.items()},
            "grids": {"k": drawn[:SHOWN].cpu().numpy().astype(np.uint8)},
            "bits": {name: np.asarray(value, np.float32) for name, value in {"prior": bits, **rate}.items()},
            "distance": {
                name: np.asarray(value, np.float32)
                for name, value in {**{n: d for n, (_, d) in seen.items()}, "test": floor}.items()
            },
        }

    yield from shots(0, 0, look(), net)
    for step in range(1, spec.steps + 1):
        loss = net.loss(train[torch.randint(len(train), (BATCH,), generator=rng)])
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            seen = look()
            yield Step(step, spec.steps, {"loss": loss.item(), "test": float(seen["bits"]["prior"])})
            yield from shots(moment, step, seen, net)


def split(spec: PriorSpec) -> tuple[torch.Tensor, torch.Tensor]:
    """The pictures that stage one and the prior learn from, and those that they are scored on."""
    return images(DEFAULT)


def _prior_below_unigram(traces: Mapping[str, Trace]) -> Verdict:
    bits = traces["this"].last("bits")
    prior, alone, uniform = (float(bits[name]) * math.log(2) for name in KINDS)
    return Verdict(
        prior <= alone - 1 and alone < uniform,
        f"{prior:.2f} < {alone:.2f} < {uniform:.2f} nats a code",
        "prior at least 1 nat below unigram, unigram below uniform",
    )


@torch.no_grad()
def _write(net: CodePrior, inputs: Inputs) -> Answer:
    """One grid, code by code: {"seed"} -> k (16,), p (16, K) before each was chosen, uniforms (4, 4)."""
    seed = whole(inputs, "seed", 0, 9999)
    uniforms = torch.rand(1, 4, 4, generator=torch.Generator().manual_seed(seed))
    k, p = sample(net.pixelwise(1, 4, 4), uniforms)
    return {"k": k.flatten().numpy(), "p": p[0].numpy(), "uniforms": uniforms[0].numpy()}


SPEC = PriorSpec
PROBES: dict[str, Callable[[CodePrior, Inputs], Answer]] = {"write": _write}
CLAIMS = (
    Claim(
        "Knowing the codes before it, the prior predicts a code 1 nat better than its frequency does.",
        _prior_below_unigram,
        "A prior within 1 nat of the unigram on test pictures.",
    ),
    Claim(
        "Grids of the prior decode nearer to the data than codes drawn each by itself.",
        check(
            lambda prior, alone, uniform, test: prior <= 0.8 * min(alone, uniform),
            "{:.2f}; frequency {:.2f}, any code {:.2f}; test pictures {:.2f}",
            "at least a fifth nearer to a training picture than both",
            last("distance", *KINDS, "test"),
        ),
        "Grids of codes by frequency, or of any codes, that decode nearly as near to a training picture.",
    ),
)
RECORDED = (PriorSpec(),)
