"""Lab: a DCGAN that learns nine kinds of bright shapes, with its guidelines kept or one of them broken."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.adversarial.dcgan import (
    ALL,
    GUIDELINES,
    NO_NORM,
    Discriminator,
    Generator,
    combined,
    d_loss,
    draw_z,
    g_loss,
    initialised,
)  # fmt: skip
from engine.core.claims import Claim, check, late
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data.bright_shapes import KINDS, Judged, bright_shapes, judged

PAPERS = ("radford2015",)
BATCH, MOMENTS, DRAWN = 32, 16, 300
SHOWN = 12  # of the drawn: in the film
EXAMPLES = 3  # of each word of a sum
LEAST = 3  # pictures of a kind, of DRAWN, that count it as there
PAIRS = 20  # at least, of which the middle is judged
MAP = 15  # places along a side of a plane of z
SLOWER = 0.5  # D's steps, of G's
SHIPPED = 16  # levels a colour that a film has
THROWS = 50


@dataclass(frozen=True)
class DCGANSpec(Spec):
    rule: str = param(ALL, "Guidelines", "Which of the paper's guidelines is broken.", choices=GUIDELINES)
    d: int = param(12, "Numbers in z", "How many random numbers G starts from.", low=2, high=100)
    width: int = param(
        16,
        "Width",
        "Maps of 4 x 4 in G are four times as many, of 8 x 8 twice; in D half of that.",
        low=4,
        high=48,
    )
    lr: float = param(
        7e-4, "Learning rate", "Step size of G; D's is half of it.", low=1e-5, high=0.1, log=True
    )
    steps: int = param(
        1500, "Training steps", "Each is one of D and one of G, 32 pictures.", low=10, high=6000
    )
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


class Pair(nn.Module):
    """Both players."""

    def __init__(self, spec: DCGANSpec):
        super().__init__()
        self.d = spec.d
        w = spec.width
        self.G = Generator(spec.d, (4 * w, 2 * w), spec.rule)
        self.D = Discriminator((2 * w, w), spec.rule)
        initialised(self)


def restore(spec: DCGANSpec, weights: State | None) -> Pair:
    """Both players with these weights, or as they start from the seed."""
    pair = restored(spec.seed, weights, lambda: Pair(spec))
    return pair.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


split = None  # scored on new draws of z by a judge that learned nothing: nothing has to be held back


def run(spec: DCGANSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment draws the same 300 z and asks the judge. `given["start"]` makes a fork."""
    rng, fixed = (torch.Generator().manual_seed(spec.seed + more) for more in (0, 10_000))
    x = coded(bright_shapes()[0]).to(device).contiguous(memory_format=torch.channels_last)
    z_shown = draw_z(DRAWN, spec.d, fixed).to(device)
    pair = restore(spec, given.get("start")).to(device)
    G, D = pair.G, pair.D
    quick = {"betas": (0.5, 0.999), "fused": True}
    adam_g, adam_d = (
        torch.optim.Adam(one.parameters(), lr=lr, **quick)
        for one, lr in ((G, spec.lr), (D, SLOWER * spec.lr))
    )
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, look(pair, z_shown, x, spec)[1], pair, half=True)
    for step in range(1, spec.steps + 1):
        real = x[torch.randint(len(x), (BATCH,), generator=rng).to(device)]
        fake = G(draw_z(BATCH, spec.d, rng).to(device))
        says_real, says_fake = D(real), D(fake.detach())  # apart, so that batch norm sees each alone
        loss_d = d_loss(says_real, says_fake)
        adam_d.zero_grad()
        loss_d.backward()
        adam_d.step()
        D.requires_grad_(False)
        loss_g = g_loss(D(fake))
        adam_g.zero_grad()
        loss_g.backward()
        adam_g.step()
        D.requires_grad_(True)
        figures = {
            "real": says_real.sigmoid().mean().item(),
            "fake": says_fake.sigmoid().mean().item(),
        }  # fmt: skip
        figures = {name: round(value, 3) for name, value in figures.items()}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            scores, seen = look(pair, z_shown, x, spec)
            yield Step(step, spec.steps, figures | scores)
            yield from shots(moment, step, seen, pair, half=True)


def coded(x: np.ndarray) -> Tensor:
    """Pictures (N, 16, 16, 3) in [0, 1] -> (N, 3, 16, 16) in [-1, 1], the range of tanh."""
    return 2 * torch.from_numpy(x.copy()).permute(0, 3, 1, 2) - 1


@torch.no_grad()
def pictures(G: nn.Module, z: Tensor) -> np.ndarray:
    """What G makes of each z (N, d), batch norm by its running averages -> (N, 16, 16, 3) in [0, 1]."""
    was = G.training
    G.eval()
    made = G(z)
    G.train(was)
    return (made.permute(0, 2, 3, 1).cpu().float().numpy() + 1) / 2


def eight_bits(x: np.ndarray, levels: int = 256) -> np.ndarray:
    """[0, 1] as 0..255; fewer levels are smaller to ship."""
    return ((x * (levels - 1)).round() * (255 / (levels - 1))).round().astype(np.uint8)


def look(pair: Pair, z: Tensor, x: Tensor, spec: DCGANSpec) -> tuple[dict[str, float], dict[str, Arrays]]:
    """Of DRAWN pictures: percent that are a bright shape, how many of nine kinds. Of middles of a walk and of
    a crossfade, percent that are one. Of sums, percent that come out as the kind wanted."""
    made = pictures(pair.G, z)
    seen = judged(made)
    count = np.bincount(seen.kind[seen.sure], minlength=len(KINDS))
    scores = {"share": 100 * seen.sure.mean(), "kinds": float((count >= LEAST).sum())}
    scores |= middles(pair.G, z, made, seen) | sums(pair.G, z, seen, spec)
    film = {"x": eight_bits(made[:SHOWN], SHIPPED), "sure": seen.sure[:SHOWN].astype(np.uint8)}
    return {name: round(float(v), 3) for name, v in scores.items()}, {"samples": film, "kinds": {"n": count}}


def middles(G: nn.Module, z: Tensor, made: np.ndarray, seen: Judged) -> dict[str, float]:
    """Pairs of recognised pictures of two kinds: what lies halfway between their z, and between them."""
    sure = np.flatnonzero(seen.sure)
    a, b = sure, np.roll(sure, 1)
    apart = seen.kind[a] != seen.kind[b]
    a, b = a[apart], b[apart]
    if len(a) < PAIRS:
        return {"walk": 0.0, "fade": 0.0}
    walk = judged(pictures(G, (z[a] + z[b]) / 2)).sure
    return {"walk": 100 * walk.mean(), "fade": 100 * judged((made[a] + made[b]) / 2).sure.mean()}


def sums(G: nn.Module, z: Tensor, seen: Judged, spec: DCGANSpec) -> dict[str, float]:
    """All sums like red disc - green disc + green square, twice. Percent that come out right: of means of
    three examples; of one example each; of z at random in their place."""
    rng = torch.Generator().manual_seed(spec.seed)
    pools = [torch.from_numpy(np.flatnonzero(seen.sure & (seen.kind == k))) for k in range(len(KINDS))]
    kept, wanted = [], []
    for has, hasnt, other, target in asked_sums():
        words = [pools[k] for k in (has, hasnt, other)]
        if min(len(one) for one in words) < EXAMPLES:
            continue
        for _ in range(2):
            kept.append([one[torch.randperm(len(one), generator=rng)[:EXAMPLES]] for one in words])
            wanted.append(target)
    if not kept:
        return {"three": 0.0, "one": 0.0, "chance": 0.0}
    a, b, c = (z[torch.stack([row[i] for row in kept]).to(z.device)] for i in range(3))  # (N, 3, d)
    ways = {"three": combined(a, b, c), "one": combined(a[:, :1], b[:, :1], c[:, :1])}
    ways |= {"chance": draw_z(len(kept), spec.d, rng).to(z)}
    found = {name: judged(pictures(G, one)) for name, one in ways.items()}
    return {name: 100 * (j.sure & (j.kind == np.array(wanted))).mean() for name, j in found.items()}


def asked_sums() -> list[tuple[int, int, int, int]]:
    """(has, has not, other, target): a kind, minus its shape in another hue, plus another shape in that."""
    pairs = [(p, q) for p in range(3) for q in range(3) if p != q]
    return [(3 * s + h, 3 * s + g, 3 * t + g, 3 * t + h) for s, t in pairs for h, g in pairs]


def plane(corners: Tensor) -> Tensor:
    """Between four z (4, d): MAP x MAP of them, row by row, to and fro, so that neighbours are close."""
    t = torch.linspace(0, 1, MAP)
    down, right = t.repeat_interleave(MAP)[:, None], t.repeat(MAP).view(MAP, MAP)
    right[1::2] = right[1::2].flip(1)
    right = right.reshape(-1, 1)
    a, b, c, d = corners
    return (1 - down) * ((1 - right) * a + right * b) + down * ((1 - right) * c + right * d)


@torch.no_grad()
def walk(pair: Pair, inputs: Inputs) -> Answer:
    """{"seed"} -> a plane between four corners: pictures (225, 16, 16, 3); of each step inside G the six maps
    that change most, each from 0 to its largest number; what the judge says of the pictures."""
    z = plane(draw_z(4, pair.d, torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999))))
    pair.eval()
    small, middle, made = pair.G.maps(z)
    x = (made.permute(0, 2, 3, 1).numpy() + 1) / 2
    seen = judged(x)
    found: Answer = {"x": eight_bits(x), "kind": seen.kind, "sure": seen.sure, "overlap": 100 * seen.overlap}
    for name, maps in (("small", small), ("middle", middle)):
        most = maps[:, maps.std(0).mean((1, 2)).argsort(descending=True)[:6]]
        found[name] = eight_bits((most / most.amax((0, 2, 3), keepdim=True).clamp_min(1e-6)).numpy())
    return found


def add(pair: Pair, inputs: Inputs) -> Answer:
    """{"has", "hasnt", "other": kinds, "seed"} -> THROWS sums, each with EXAMPLES of each kind: their
    pictures (THROWS, 3, EXAMPLES, ...), those of means and of sums; which are right; percent of random z.

    Raises ValueError where G does not make three pictures of a kind in 2,000 draws."""
    kinds = [whole(inputs, name, 0, len(KINDS) - 1) for name in ("has", "hasnt", "other")]
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999))
    z = draw_z(2000, pair.d, rng)
    seen = judged(pictures(pair.G, z))
    pools = [torch.from_numpy(np.flatnonzero(seen.sure & (seen.kind == k))) for k in kinds]
    for kind, pool in zip(kinds, pools, strict=True):
        if len(pool) < EXAMPLES:
            raise ValueError(f"of 2000 pictures at least {EXAMPLES} must be a {KINDS[kind]}, got {len(pool)}")
    words = torch.stack(
        [
            z[torch.stack([pool[torch.randperm(len(pool), generator=rng)[:EXAMPLES]] for _ in range(THROWS)])]
            for pool in pools
        ]
    )  # (3, THROWS, EXAMPLES, d)
    shown = {"examples": words.transpose(0, 1), "means": words.mean(2).transpose(0, 1)}
    shown |= {"three": combined(*words), "one": combined(*words[:, :, :1])}
    found: Answer = {"chance": np.array(100 * (seen.sure & (seen.kind == target(*kinds))).mean())}
    for name, zs in shown.items():
        made = pictures(pair.G, zs.flatten(0, -2))
        found[name] = eight_bits(made).reshape(*zs.shape[:-1], *made.shape[1:])
        if name in ("three", "one"):
            j = judged(made)
            found[f"{name}_right"] = j.sure & (j.kind == target(*kinds))
    return found


def target(has: int, hasnt: int, other: int) -> int:
    """What a - b + c asks for, shape and hue each on its own; where they clash, the other's."""

    def part(a: int, b: int, c: int) -> int:
        return a if b == c else c

    return 3 * part(has // 3, hasnt // 3, other // 3) + part(has % 3, hasnt % 3, other % 3)


SPEC = DCGANSpec
PROBES: Mapping[str, Callable[..., Answer]] = {"walk": walk, "add": add}
KEPT, UNNORMED = ({"rule": one} for one in (ALL, NO_NORM))
CLAIMS = (
    Claim(
        "Without batch norm most of the nine kinds of picture are missing.",
        check(
            lambda kept, unnormed: kept - unnormed >= 5,
            "{0:.1f} of nine kinds with batch norm, {1:.1f} without",
            "at least five kinds fewer",
            late("kinds", runs=("kept", "unnormed")),
        ),
        "A net without batch norm that comes within five kinds of the one with it.",
        {"kept": KEPT, "unnormed": UNNORMED},
        beside="Same pictures and steps; batch norm's own weights, under 1% of all, are missing.",
    ),
    Claim(
        "Halfway between two z lies a shape far more often than halfway between their two pictures.",
        check(
            lambda walk, fade: walk - fade >= 15,
            "a shape halfway between two z: {0:.0f}%; halfway between two pictures: {1:.0f}%",
            "at least 15 points more",
            late("walk", "fade", runs=("kept",)),
        ),
        "Middles of walks that are recognised less than 15 points more often than middles of crossfades.",
        {"kept": KEPT},
    ),
    Claim(
        "A sum of means of three z comes out as the kind it asks for more often than a z at random.",
        check(
            lambda three, chance: three - chance >= 5,
            "{0:.0f}% of sums are what they ask for, {1:.0f}% of random z",
            "at least 5 points more",
            late("three", "chance", runs=("kept",)),
        ),
        "Sums that come out right less than 5 points more often than random z.",
        {"kept": KEPT},
    ),
)
RECORDED = (DCGANSpec(), DCGANSpec(rule=NO_NORM))
