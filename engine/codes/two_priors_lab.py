"""Lab: a prior writes the top codes, another the bottom codes given these; both are decoded."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.codes import two_levels
from engine.codes.prior import independent, nats, unigram
from engine.codes.two_priors import TwoPriors
from engine.core.claims import Claim, Traces, Verdict
from engine.core.inputs import Answer, Inputs, whole
from engine.core.judges import nearest
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.striped_shapes import striped_shapes

PAPERS = ("razavi2019vqvae2", "oord2016pixelrnn")
NEEDS = {"two_levels": "codes.two_levels"}
BATCH, MOMENTS = 64, 14
CODES = 256, 4  # of the stage one that a fresh net is built for; weights say it for themselves
DRAWN, SHOWN, INK = 48, 6, 15
LEVELS = ("top", "bottom")


@dataclass(frozen=True)
class TwoPriorsSpec(Spec):
    sees: bool = param(True, "Bottom hears top", "Else zeros stand in the top's place; as many weights.")
    layers: int = param(3, "Layers", "Of each prior: a convolution, then residual blocks.", low=1, high=8)
    channels: int = param(20, "Channels", "Feature maps of each layer.", low=4, high=64)
    lr: float = param(4e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(400, "Training steps", "Batches of 64 pictures' codes.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def split(spec: TwoPriorsSpec) -> tuple[Tensor, Tensor]:
    """The pictures whose codes both stages learn from, and those that the priors are scored on."""
    learned, kept = striped_shapes()
    return torch.tensor(learned.x), torch.tensor(kept.x)


def restore(spec: TwoPriorsSpec, weights: State | None, codes: tuple[int, int] = CODES) -> TwoPriors:
    """The net with these weights, or as it starts from the seed."""
    if weights is not None:
        codes = len(weights["top.vectors.weight"]), len(weights["bottom.vectors.weight"])
    return restored(spec.seed, weights, lambda: TwoPriors(*codes, spec.layers, spec.channels, spec.sees))


def run(spec: TwoPriorsSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the codes of `given["two_levels"]`; shows what it writes, decoded. `given["start"]` makes a
    fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    stage_one = two_levels.from_weights(given["two_levels"]).to(device)
    K = len(stage_one.top.e), len(stage_one.bottom.e)
    x, x_kept = (part.to(device) for part in split(spec))
    with torch.no_grad():
        learned, kept = stage_one.indices(x), stage_one.indices(x_kept)
    uniforms = [torch.rand(DRAWN, side, side, generator=rng).to(device) for side in (4, 8)]
    by_itself = [unigram(k, n) for k, n in zip(learned, K, strict=True)]
    evenly = [torch.full_like(p, 1 / len(p)) for p in by_itself]
    net = restore(spec, given.get("start"), K).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)

    @torch.no_grad()
    def decoded(*k: Tensor) -> tuple[np.ndarray, float]:
        drawn = stage_one.decode_indices(*k)
        shown = (drawn[:SHOWN].clamp(0, 1) * INK).round().cpu().numpy().astype(np.uint8)
        return shown, float(nearest(drawn, x)[1].mean())

    still = {
        name: decoded(*(independent(one, u) for one, u in zip(p, uniforms, strict=True)))
        for name, p in (("frequency", by_itself), ("any", evenly))
    }
    floor = decoded(*kept)[1]
    still_costs = {f"{name}_any": math.log(n) for name, n in zip(LEVELS, K, strict=True)}
    for name, p, k in zip(LEVELS, by_itself, kept, strict=True):
        still_costs[f"{name}_alone"] = nats(p, k)

    def look() -> dict[str, Arrays]:
        with torch.no_grad():
            cost = [float(one) for one in net.nats(*kept)]
        seen = {"prior": decoded(*net.write(*uniforms)[:2]), **still}
        costs = dict(zip(LEVELS, cost, strict=True)) | still_costs
        far = {name: one for name, (_, one) in seen.items()} | {"kept": floor}
        return {
            "samples": {name: seen[name][0] for name in ("prior", "frequency")},
            "nats": {name: np.asarray(one, np.float32) for name, one in costs.items()},
            "distance": {name: np.asarray(one, np.float32) for name, one in far.items()},
        }

    yield from shots(0, 0, look(), net, half=True)
    for step in range(1, spec.steps + 1):
        mine = torch.randint(len(x), (BATCH,), generator=rng).to(device)
        top, bottom = net.nats(learned[0][mine], learned[1][mine])
        adam.zero_grad()
        (top + bottom).backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": bottom.item()})
        else:
            seen = look()
            told = {"loss": bottom.item(), "kept": float(seen["nats"]["bottom"])}
            yield Step(step, spec.steps, told)
            yield from shots(moment, step, seen, net, half=True)


def write(net: TwoPriors, inputs: Inputs) -> Answer:
    """The codes of three pictures: {"seed"} -> k_t (3, 4, 4), k_b (3, 8, 8), and nats (3, 80): what each code
    cost when it was drawn, the top's first."""
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999))
    k_t, k_b, p_t, p_b = net.write(torch.rand(3, 4, 4, generator=rng), torch.rand(3, 8, 8, generator=rng))
    cost = [-p.gather(2, k.flatten(1)[..., None]).log()[..., 0] for p, k in ((p_t, k_t), (p_b, k_b))]
    return {"k_t": k_t.numpy(), "k_b": k_b.numpy(), "nats": torch.cat(cost, 1).numpy()}


def cost(trace: Trace, name: str) -> float:
    """At the end: nats a kept code."""
    return float(trace.last("nats")[name])


def heard(traces: Traces) -> Verdict:
    """What a bottom code costs with the top and without."""
    one, other = (cost(traces[name], "bottom") for name in ("told", "not told"))
    alone = cost(traces["told"], "bottom_alone")
    return Verdict(
        other - one >= 0.12,
        f"{one:.2f} nats a kept bottom code told the top, {other:.2f} told zeros; by frequency {alone:.2f}",
        "at least 0.12 nats less",
    )


def nearer(traces: Traces) -> Verdict:
    """How far from a learned picture the written ones are."""
    far = {name: float(one) for name, one in traces["told"].last("distance").items()}
    return Verdict(
        far["prior"] <= 0.9 * far["frequency"],
        f"{far['prior']:.2f} to the nearest learned picture, codes by frequency {far['frequency']:.2f}, any "
        "codes "
        f"{far['any']:.2f}; kept pictures, redrawn, {far['kept']:.2f}",
        "nearer by a tenth at least",
    )


SPEC = TwoPriorsSpec
PROBES = {"write": write}
CLAIMS = (
    Claim(
        "Told the top codes, the bottom prior pays at least 0.12 nats less for a bottom code than one of as "
        "many "
        "weights that is told zeros.",
        heard,
        "A bottom prior without the top that comes within 0.12 nats.",
        {"told": {"sees": True}, "not told": {"sees": False}},
    ),
    Claim(
        "Pictures from the two priors lie nearer to learned pictures than pictures from codes by their "
        "frequency, by "
        "a tenth at least.",
        nearer,
        "Priors whose pictures lie less than a tenth nearer.",
        {"told": {"sees": True}},
    ),
)
RECORDED = (TwoPriorsSpec(), TwoPriorsSpec(sees=False))
