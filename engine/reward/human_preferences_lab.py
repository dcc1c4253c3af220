"""Lab: nobody writes the reward down. It is fitted to answers, two clips at a time, and then climbed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, State, Step, Trace, shots
from engine.reward import human_preferences as method
from engine.reward.asking import LENGTHS, Asker, teach
from engine.reward.gardens import CAMERAS, GARDENS

PAPERS = ("christiano2017",)
EARLY, LATE = 160, 200  # answers after which the claims are measured
GOOD, AHEAD = 0.9, 0.15
A_ROUND = 5  # pairs of a round that are kept


@dataclass(frozen=True)
class HumanPreferencesSpec(Spec):
    garden: str = param("one flag", "Garden", "Where flags and water are.", choices=tuple(GARDENS))
    clips: str = param(
        "its own", "Clips from", "Whose walks are shown.", choices=("its own", "a random walker")
    )
    queries: str = param(
        "active", "Pairs", "Active: where predictors disagree.", choices=("active", "random")
    )
    errors: float = param(0.0, "Slips", "Share of answers given at random.", low=0.0, high=0.5)
    members: int = param(3, "Predictors", "Each on a bootstrap of its own.", low=1, high=7)
    answers: int = param(200, "Answers", "Pairs judged in all.", low=20, high=400)
    length: int = param(8, "Clip length", "Steps in a clip.", low=LENGTHS[0], high=LENGTHS[1])
    a_round: int = param(5, "A round", "Pairs judged before the next fit.", low=1, high=20)
    allowed: float = param(0.1, "Slips allowed", "The paper's 10 %.", low=0.0, high=0.5)
    heat: float = param(1.0, "Curiosity", "Temperature of the walking policy.", low=0.2, high=4.0)
    l2: float = param(0.02, "Penalty", "Holds a table to its start.", low=0.0, high=0.5)
    camera: str = param("from above", "Camera", "What the labeller sees.", choices=CAMERAS)
    seed: int = param(0, "Seed", "Of tables, walks, bootstraps and slips.", low=0, high=9999)


def restore(spec: HumanPreferencesSpec, weights: State | None) -> Asker:
    """The predictors with these tables, and the world they are asked about."""
    asker = Asker(
        spec.garden, spec.camera, spec.members, spec.length, spec.allowed, spec.l2, spec.heat, spec.seed
    )
    if weights is not None:
        asker.ensemble.r_hat = weights["r_hat"].float().clone()
    return asker


def run(spec: HumanPreferencesSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Walk, ask, fit, in turn; a moment a round. On the CPU whatever the device: tables of 49 numbers."""
    asker = restore(spec, given.get("start"))
    ensemble, done, moment, walked = asker.ensemble, 0, 0, 0
    asked = asker.ask(spec.queries == "active", spec.clips == "its own", 1)
    yield from shots(moment, done, _look(asker, asked), {"r_hat": ensemble.r_hat})
    while done < spec.answers:
        n = min(spec.a_round, spec.answers - done)
        asked = asker.ask(spec.queries == "active", spec.clips == "its own", n)
        walked += asked.steps
        mu = asker.labelled(asked.sigma1, asked.sigma2, spec.errors)
        ensemble.told(asked.sigma1, asked.sigma2, mu)
        loss = ensemble.fit()
        asker.improve()
        done, moment = done + n, moment + 1
        yield Step(done, spec.answers, {"loss": loss, **asker.shares(), "walked": float(walked)})
        yield from shots(moment, done, _look(asker, asked, mu), {"r_hat": ensemble.r_hat})


def _look(asker: Asker, asked: method.Pairs, mu: torch.Tensor | None = None) -> dict[str, Arrays]:
    """What the predictors believe, where they disagree, where the policy walks, and what was asked."""
    maps = {name: a.reshape(method.SIDE, method.SIDE) for name, a in asker.maps().items()}
    pair = {"left": _cells(asked.sigma1), "right": _cells(asked.sigma2)}
    answers = np.full(A_ROUND, 0.5) if mu is None else np.resize(mu.numpy(), A_ROUND)
    return {"map": maps, "asked": {**pair, "mu": answers.astype(np.float32)}}


def _cells(sigma: torch.Tensor) -> np.ndarray:
    """The first pairs of a round, as many in every round. (A_ROUND, k)"""
    return np.resize(sigma.numpy(), (A_ROUND, sigma.shape[1])).astype(np.uint8)


def _at(trace: Trace, name: str, answers: int) -> float | None:
    """A figure after so many answers; None for a run that ends before. LookupError: not there yet."""
    steps, values = trace.scalars.get(name, ([], []))
    later = [value for step, value in zip(steps, values, strict=True) if step >= answers]
    if not later and trace.total >= answers:
        raise LookupError("the run is not so far yet")
    return later[0] if later else None


def _few_answers_suffice(traces: Mapping[str, Trace]) -> Verdict:
    found = _at(traces["own"], "pleased", EARLY)
    wanted = f"at least {GOOD} after {EARLY} answers; random is 0, the best 1"
    if found is None:
        return Verdict(None, f"fewer than {EARLY} answers", wanted)
    return Verdict(found >= GOOD, f"{found:.2f} of the way to the best", wanted)


def _own_clips_are_worth_more(traces: Mapping[str, Trace]) -> Verdict:
    own, other = (_at(traces[name], "return", LATE) for name in ("own", "random"))
    wanted = f"ahead by {AHEAD} or more after {LATE} answers"
    if own is None or other is None:
        return Verdict(None, f"fewer than {LATE} answers", wanted)
    return Verdict(own - other >= AHEAD, f"{own:.2f} against {other:.2f}", wanted)


SPEC = HumanPreferencesSpec
split = None  # measured against the true reward
PROBES = {"teach": teach}
CLAIMS = (
    Claim(
        "Comparisons of its own clips alone teach it what the labeller sees as good.",
        _few_answers_suffice,
        "A policy fitted to 160 answers that earns less than 0.9 of the best, as the labeller sees it.",
        runs={"own": {"clips": "its own"}},
    ),
    Claim(
        "Answers about its own clips teach more than answers about a random walker's.",
        _own_clips_are_worth_more,
        "The same number of answers about random walks that leads as far.",
        runs={"own": {"clips": "its own"}, "random": {"clips": "a random walker"}},
    ),
)
RECORDED = (
    HumanPreferencesSpec(),
    HumanPreferencesSpec(clips="a random walker"),
    HumanPreferencesSpec(queries="random"),
    HumanPreferencesSpec(camera="from the side"),
    *(
        HumanPreferencesSpec(seed=seed).but(**way)
        for seed in (1, 2)
        for way in ({}, {"clips": "a random walker"}, {"queries": "random"})
    ),
)
