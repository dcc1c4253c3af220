"""Lab: a room votes on pairs, and a ladder comes of it, with error bars; or two ladders, if it is split."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, Trace, shots
from engine.reward import bradley_terry as method
from engine.reward import rooms

PAPERS = ("bradley1952",)
ROOMS, SPLIT_ROOMS, FEATURES, FRAMES = 40, 8, 6, 40
GOOD, SHRUNK, FOUND = 0.9, 0.3, 0.95


@dataclass(frozen=True)
class BradleyTerrySpec(Spec):
    votes: int = param(200, "Votes", "In all.", low=20, high=600)
    items: int = param(20, "Things", "How many are compared.", low=4, high=30)
    voters: int = param(25, "Voters", "They vote in turn.", low=4, high=60)
    minority: float = param(0.0, "Other camp", "Share that wants the opposite.", low=0.0, high=0.5)
    lazy: float = param(0.0, "Left-clickers", "Share that always presses left.", low=0.0, high=0.8)
    rule: str = param("random", "Next pair", "By lot, or what tells most.", choices=("random", "information"))
    scale: float = param(2.0, "Decidedness", "Spread of the true worth.", low=0.3, high=4.0)
    seed: int = param(0, "Seed", "Of the worth, the pairs and the slips.", low=0, high=9999)


def restore(spec: BradleyTerrySpec, weights: State | None) -> rooms.Room:
    """The room of this spec, voted out: all there is to restore."""
    return _room(spec, spec.seed)


def _room(spec: BradleyTerrySpec, seed: int, features: int = 0) -> rooms.Room:
    shared = (spec.items, spec.voters, spec.votes, spec.scale, spec.minority, spec.lazy, spec.rule)
    return rooms.simulated(seed, *shared, features)


def run(spec: BradleyTerrySpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moments are votes. On the CPU whatever the device: a second or two."""
    room = restore(spec, None)
    rng = np.random.default_rng(spec.seed)
    frames = np.unique(np.linspace(0, spec.votes, min(spec.votes, FRAMES) + 1).round().astype(int))
    order = np.argsort(-room.true)  # drawn from the best down
    many = {name: np.zeros(ROOMS) for name in ("rho", "free", "learned")}  # other rooms: told at the end
    many |= {name: np.zeros(SPLIT_ROOMS) for name in ("shrunk", "placed")}
    for moment, t in enumerate(frames.tolist()):
        seen = rooms.read(room.votes[:t], room.voter[:t], spec.items, rng)
        rho = rooms.rank_correlation(seen.u, room.true) if t else 0.0
        if t == spec.votes:
            many = _same_rooms(spec) | _split_rooms(spec)
        if t:
            more = {name: float(many[name][0]) for name in ("shrunk", "placed") if t == spec.votes}
            agree = {} if np.isnan(seen.agree) else {"agree": seen.agree}
            yield Step(t, spec.votes, {"rho": rho, "cycles": float(len(seen.cycles)), **agree, **more})
        ladder = {"u": seen.u[order], "se": seen.se[order], "true": (room.true - room.true.mean())[order]}
        shown = {
            "ladder": {name: a.round(3).astype(np.float32) for name, a in ladder.items()},
            "met": {"wins": seen.wins[np.ix_(order, order)].astype(np.uint8)},
            "rooms": {name: of.astype(np.float32) for name, of in many.items()},
        }
        yield from shots(moment, t, shown)


def _same_rooms(spec: BradleyTerrySpec) -> dict[str, np.ndarray]:
    """Rank correlations with the truth, (ROOMS,) each. rho: of free numbers.

    In other rooms, whose worth follows from six features, with pairs by lot: free, of free numbers; learned,
    of the features' weights, from half of the votes.
    """
    plain, free, learned = [], [], []
    half = spec.votes // 2
    for one in range(ROOMS):
        room = _room(spec, 1000 * (spec.seed + 1) + one)
        plain.append(_rho(room, spec.votes))
        room = _room(spec.but(rule="random"), 1000 * (spec.seed + 1) + one, FEATURES)
        free.append(_rho(room, spec.votes))
        learned.append(_rho(room, half, room.X))
    return {"rho": np.array(plain), "free": np.array(free), "learned": np.array(learned)}


def _rho(room: rooms.Room, votes: int, X: np.ndarray | None = None) -> float:
    """How well a fit to the room's first votes orders its things, by the features X or without."""
    theta = method.fit(method.wins(room.votes[:votes], len(room.true)), X).theta
    return rooms.rank_correlation(theta if X is None else X @ theta, room.true)


def _split_rooms(spec: BradleyTerrySpec) -> dict[str, np.ndarray]:
    """In eight rooms, the room at hand first: the mean worth as a share of what one camp would give, and the
    share of voters that two camps place right. (SPLIT_ROOMS,) each."""
    shrunk, placed = [], []
    for one in range(SPLIT_ROOMS):
        seed = spec.seed if one == 0 else 1000 * (spec.seed + 1) + one
        room, united = _room(spec, seed), _room(spec.but(minority=0.0), seed)
        size = [np.abs(method.fit(method.wins(r.votes, spec.items)).theta).mean() for r in (room, united)]
        shrunk.append(size[0] / size[1])
        _, belongs, _ = method.two_camps(room.votes, room.voter, spec.items, np.random.default_rng(seed))
        right = float(((belongs > 0.5) == (room.camp > 0)).mean())
        placed.append(max(right, 1 - right))  # which camp is called the first is by chance
        if spec.minority == 0:  # nothing to tell apart: one room says it
            return {name: np.resize(of, SPLIT_ROOMS) for name, of in (("shrunk", shrunk), ("placed", placed))}
    return {"shrunk": np.array(shrunk), "placed": np.array(placed)}


def mean_of(values: np.ndarray) -> tuple[float, float]:
    """A mean over rooms, and two standard errors of it."""
    return float(values.mean()), float(2 * values.std(ddof=1) / len(values) ** 0.5)


def _over_rooms(trace: Trace, *names: str) -> list[np.ndarray]:
    """Figures of many rooms, once all votes are in. LookupError: they are not."""
    if not trace.total or trace.moments[-1] < trace.total:
        raise LookupError("the votes are not all in")
    return [np.asarray(trace.last("rooms")[name], float) for name in names]


def _ranks(traces: Mapping[str, Trace]) -> Verdict:
    (rho,) = _over_rooms(traces["lot"], "rho")
    mean, error = mean_of(rho)
    said = f"mean {mean:.3f} ± {error:.3f} of {ROOMS} rooms, least {rho.min():.2f}"
    return Verdict(mean >= GOOD, said, f"a mean of at least {GOOD}")


def _features_save_votes(traces: Mapping[str, Trace]) -> Verdict:
    free, learned = _over_rooms(traces["lot"], "free", "learned")
    ahead, error = mean_of(learned - free)
    both = f"{learned.mean():.3f} from 100 votes, {free.mean():.3f} from 200 without"
    said = f"{both}; ahead {ahead:.3f} ± {error:.3f}"
    return Verdict(ahead >= 0, said, f"no worse, in the same {ROOMS} rooms")


def _asking_pays(traces: Mapping[str, Trace]) -> Verdict:
    asked, lot = (_over_rooms(traces[name], "rho")[0] for name in ("asked", "lot"))
    ahead, error = mean_of(asked - lot)
    said = f"mean {asked.mean():.3f} against {lot.mean():.3f} by lot; ahead {ahead:.3f} ± {error:.3f}"
    return Verdict(ahead > 0, said, f"above, over {ROOMS} rooms of the same worth")


def _two_camps(traces: Mapping[str, Trace]) -> Verdict:
    (shrunk, off), (placed, _) = (mean_of(one) for one in _over_rooms(traces["split"], "shrunk", "placed"))
    said = f"worth {shrunk:.2f} ± {off:.2f} of united rooms'; {placed:.0%} of voters placed right"
    wanted = f"at most {SHRUNK}, and {FOUND:.0%} or more, over {SPLIT_ROOMS} rooms"
    return Verdict(shrunk <= SHRUNK and placed >= FOUND, said, wanted)


PLAIN = {
    "rule": "random",
    "votes": 200,
    "items": 20,
    "voters": 25,
    "minority": 0.0,
    "lazy": 0.0,
    "scale": 2.0,
}
SPEC = BradleyTerrySpec
split = None  # measured against the true worth of things
CLAIMS = (
    Claim(
        "200 votes put 20 things nearly in order.",
        _ranks,
        "A mean rank correlation with the true order below 0.9 over 40 rooms.",
        runs={"lot": PLAIN},
    ),
    Claim(
        "Where worth follows from six features, knowing them saves half of the votes.",
        _features_save_votes,
        "Forty such rooms that 100 votes and the features rank worse than 200 votes without.",
        runs={"lot": PLAIN},
    ),
    Claim(
        "As many votes rank better on the pairs that tell most than on pairs drawn by lot.",
        _asking_pays,
        "Pairs drawn by lot that rank as well or better, in the mean of 40 rooms.",
        runs={"lot": PLAIN, "asked": {**PLAIN, "rule": "information"}},
    ),
    Claim(
        "One order of two opposed halves is nearly flat; fitted as two camps, the voters are told apart.",
        _two_camps,
        f"A mean worth above {SHRUNK} of a united room's, or under {FOUND:.0%} of voters placed right.",
        runs={"split": {**PLAIN, "minority": 0.5, "votes": 400}},
    ),
)
RECORDED = (
    BradleyTerrySpec(),
    BradleyTerrySpec(rule="information"),
    BradleyTerrySpec(minority=0.5, votes=400),
)
