"""Lab: hands of clocks. A query and a key walk on together, a fixed distance apart. Nothing is trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.attention.rotary import BASE, angles, by_distance, sinusoids, turn
from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, Trace, shots

PAPERS = ("su2021", "vaswani2017")
PLACES, FAR = 48, 128  # that the key walks over; distances of the curve
RANGES = ((1, 8), (9, 64), (65, 128))  # of distances, over which the curve is averaged
LOWER = 0.05


@dataclass(frozen=True)
class RotarySpec(Spec):
    distance: int = param(3, "Distance", "Places from the key on to the query.", low=0, high=64)
    base: float = param(BASE, "Base", "The larger, the slower the later hands.", low=2.0, high=1e6, log=True)
    d: int = param(12, "Width d", "Numbers in q and in k; two for each hand.", choices=(4, 8, 12, 16))
    seed: int = param(0, "Seed", "Of q and k.", low=0, high=9999)


class Couple(nn.Module):
    """A query and a key of length 1."""

    def __init__(self, q: Tensor, k: Tensor):
        super().__init__()
        self.q, self.k = q / q.norm(), k / k.norm()


def restore(spec: RotarySpec, weights: State | None) -> Couple:
    """The query and the key: all there is."""
    rng = torch.Generator().manual_seed(spec.seed)
    return Couple(torch.randn(spec.d, generator=rng), torch.randn(spec.d, generator=rng))


def run(spec: RotarySpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moment i: the key at place i + 1, the query `distance` farther on. On the CPU whatever the device.

    hands: of the clocks at both places, and the pairs of q and k, turned by them, as (pairs, 2) of x and y.
    score: turned, and with sinusoids added instead. curve: the turned score by distance, of q and k and of
    two equal vectors.
    """
    two, one = restore(spec, None), torch.ones(spec.d) / spec.d**0.5
    curve = {
        "these": by_distance(two.q, two.k, FAR, spec.base).numpy(),
        "equal": by_distance(one, one, FAR, spec.base).numpy(),
    }
    n = torch.arange(1.0, PLACES + 1)
    m = n + spec.distance
    q, k = turn(two.q.expand(PLACES, -1), m, spec.base), turn(two.k.expand(PLACES, -1), n, spec.base)
    at_m, at_n = (sinusoids(p, spec.d, spec.base) / (spec.d / 2) ** 0.5 for p in (m, n))  # of length 1, too
    turned, added = (q * k).sum(1), ((two.q + at_m) * (two.k + at_n)).sum(1)
    clocks = [torch.stack([a.cos(), a.sin()], 2) for a in (angles(p, spec.d, spec.base) for p in (m, n))]
    pairs = [x.view(PLACES, -1, 2) for x in (q, k)]
    for i in range(PLACES):
        hands = {
            name: whole[i].numpy()
            for name, whole in zip(("at_m", "at_n", "q", "k"), (*clocks, *pairs), strict=True)
        }
        yield Step(i + 1, PLACES, {"turned": turned[i].item(), "added": added[i].item()})
        yield from shots(i, i + 1, {"hands": hands, "curve": curve})


def falls(traces: Mapping[str, Trace]) -> Verdict:
    """The score of two equal vectors, averaged over three ranges of distances."""
    equal = traces["this"].last("curve")["equal"]
    near, middle, far = (float(equal[a : b + 1].mean()) for a, b in RANGES)
    return Verdict(
        min(near - middle, middle - far) >= LOWER,
        f"{near:.2f} over distances 1 to 8, {middle:.2f} over 9 to 64, {far:.2f} over 65 to 128; 1 at 0",
        f"each lower by at least {LOWER}",
    )


SPEC = RotarySpec
split = None  # exact: nothing is learned
CLAIMS = (
    Claim(
        "Turned by their places, two equal vectors match less, on average, the farther apart they stand.",
        falls,
        "A base with which they match as well over distances 65 to 128 as over 9 to 64, or there as over 1 "
        "to 8.",
    ),
)
RECORDED = (RotarySpec(),)
