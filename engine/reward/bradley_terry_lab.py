"""Lab: a room votes on pairs, and a ladder comes of it, with error bars; or two ladders, if it is split."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, at_least, check, latest
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.reward import bradley_terry as method
from engine.reward import rooms

PAPERS = ("bradley1952",)
ROOMS, FEATURES, FRAMES = 20, 6, 40
GOOD, LEARNED, SHRUNK, FOUND = 0.9, 0.94, 0.5, 0.9


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
    """Moments are votes. On the CPU whatever the device: a few tenths of a second."""
    room = restore(spec, None)
    rng = np.random.default_rng(spec.seed)
    frames = np.unique(np.linspace(0, spec.votes, min(spec.votes, FRAMES) + 1).round().astype(int))
    order = np.argsort(-room.true)  # drawn from the best down
    for moment, t in enumerate(frames.tolist()):
        seen = rooms.read(room.votes[:t], room.voter[:t], spec.items, rng)
        rho = rooms.rank_correlation(seen.u, room.true) if t else 0.0
        if t:
            more = _many(spec) if t == spec.votes else {}
            agree = {} if np.isnan(seen.agree) else {"agree": seen.agree}
            yield Step(t, spec.votes, {"rho": rho, "cycles": float(len(seen.cycles)), **agree, **more})
        ladder = {"u": seen.u[order], "se": seen.se[order], "true": (room.true - room.true.mean())[order]}
        shown = {
            "ladder": {name: a.round(3).astype(np.float32) for name, a in ladder.items()},
            "met": {"wins": seen.wins[np.ix_(order, order)].astype(np.uint8)},
        }
        yield from shots(moment, t, shown)


def _many(spec: BradleyTerrySpec) -> dict[str, float]:
    """The same in twenty rooms: free numbers, and numbers that follow from six features. And camps."""
    free, learned = [], []
    for one in range(ROOMS):
        room = _room(spec, 1000 * (spec.seed + 1) + one)
        u = method.fit(method.wins(room.votes, spec.items)).theta
        free.append(rooms.rank_correlation(u, room.true))
        room = _room(spec.but(rule="random"), 1000 * (spec.seed + 1) + one, FEATURES)
        assert room.X is not None
        theta = method.fit(method.wins(room.votes, spec.items), room.X).theta
        learned.append(rooms.rank_correlation(room.X @ theta, room.true))
    said = {"rooms_mean": np.mean(free), "rooms_least": np.min(free), "features_mean": np.mean(learned)}
    return {name: float(value) for name, value in (said | _camps(spec)).items()}


def _camps(spec: BradleyTerrySpec) -> dict[str, float]:
    """The mean worth as a share of what one camp would give; how many voters two camps place right."""
    room, one = _room(spec, spec.seed), _room(spec.but(minority=0.0), spec.seed)
    size = [np.abs(method.fit(method.wins(r.votes, spec.items)).theta).mean() for r in (room, one)]
    rng = np.random.default_rng(spec.seed)
    _, belongs, _ = method.two_camps(room.votes, room.voter, spec.items, rng)
    right = float(((belongs > 0.5) == (room.camp > 0)).mean())
    return {"shrunk": float(size[0] / size[1]), "placed": max(right, 1 - right)}


PLAIN = {"rule": "random", "votes": 200, "items": 20, "voters": 25, "minority": 0.0, "lazy": 0.0}
SPEC = BradleyTerrySpec
CLAIMS = (
    Claim(
        "200 votes rank 20 things.",
        at_least(
            GOOD,
            "mean {:.3f} of 20 rooms, least {:.2f}",
            f"a mean of at least {GOOD}",
            latest("rooms_mean", "rooms_least", runs=("lot",)),
        ),
        "A mean rank correlation with the true order below 0.9 over 20 rooms.",
        runs={"lot": PLAIN},
    ),
    Claim(
        "A reward that is a function of features needs fewer votes than free numbers.",
        check(
            lambda learned, free: learned >= LEARNED and learned > free,
            "mean {:.3f} with features, {:.3f} without",
            f"at least {LEARNED}, and above the other",
            latest("features_mean", "rooms_mean", runs=("lot",)),
        ),
        "Twenty rooms whose worth follows from six features, and is ranked no better for knowing them.",
        runs={"lot": PLAIN},
    ),
    Claim(
        "The pair that tells most is worth more than any pair.",
        check(
            lambda asked, by_lot: asked > by_lot,
            "mean {:.3f} against {:.3f} by lot",
            "above, over 20 rooms",
            latest("rooms_mean", runs=("asked", "lot")),
        ),
        "As many votes on pairs drawn by lot that rank as well.",
        runs={"lot": PLAIN, "asked": {**PLAIN, "rule": "information"}},
    ),
    Claim(
        "In a room of two opposed halves the mean reward pleases neither; two camps are found.",
        check(
            lambda shrunk, placed: shrunk <= SHRUNK and placed >= FOUND,
            "its mean worth is {:.2f} of a united room's; {:.0%} of voters placed right",
            f"at most {SHRUNK}, and {FOUND:.0%} or more",
            latest("shrunk", "placed", runs=("split",)),
        ),
        "A mean worth as large as a united room's, or voters that the fit cannot place.",
        runs={"split": {**PLAIN, "minority": 0.5, "votes": 400}},
    ),
)
RECORDED = (
    BradleyTerrySpec(),
    BradleyTerrySpec(rule="information"),
    BradleyTerrySpec(minority=0.5, votes=400),
)
