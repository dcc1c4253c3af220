"""What a training says while it runs, and what is kept of it: events, moments, traces."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import torch

State = Mapping[str, torch.Tensor]
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Step:
    """One step of a training is done: its number (from 1), how many there will be, and its figures."""

    step: int
    total: int
    scalars: Mapping[str, float]


@dataclass(frozen=True)
class Snapshot:
    """Named numpy arrays at one moment. Every name exists at every moment of a run."""

    moment: int
    step: int
    name: str
    arrays: Arrays


@dataclass(frozen=True)
class Weights:
    """The model's state at one moment, detached copies on the CPU."""

    moment: int
    step: int
    state: State


Event = Step | Snapshot | Weights


class Moments:
    """About `count` steps out of `total`, dense at the start, where most happens; step 0 is moment 0."""

    def __init__(self, total: int, count: int = 60):
        spread = np.linspace(0, 1, count) ** 2 * total  # quadratic: half of the moments in the first quarter
        self.steps = tuple(int(s) for s in np.unique(np.concatenate([spread.round(), [total]])))
        self._moment = {step: moment for moment, step in enumerate(self.steps)}

    def at(self, step: int) -> int | None:
        """The number of the moment at this step, or None."""
        return self._moment.get(step)


def shots(
    moment: int,
    step: int,
    seen: Mapping[str, Arrays],
    net: torch.nn.Module | State | None = None,
    half: bool = False,
) -> Iterator[Event]:
    """The events of one moment: what was seen, name by name, then the weights, if a net or state is given.

    Weights are copies, so that later steps do not change them. half: in half precision, half as large to
    ship; forks and questions start from these.
    """
    for name, arrays in seen.items():
        yield Snapshot(moment, step, name, arrays)
    if net is not None:
        state = net.state_dict() if isinstance(net, torch.nn.Module) else net
        copies = {name: value.detach().to("cpu", copy=True) for name, value in state.items()}
        yield Weights(moment, step, {name: v.half() for name, v in copies.items()} if half else copies)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Build a net inside this: initial weights come from `seed`, the global generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


M = TypeVar("M", bound=torch.nn.Module)


def restored(seed: int, weights: State | None, build: Callable[[], M]) -> M:
    """The net that `build` builds, with these weights, or as it starts from the seed."""
    with seeded(seed):
        net = build()
    if weights is not None:
        net.load_state_dict(dict(weights))
    return net


@dataclass
class Trace:
    """All that one run has said so far."""

    total: int = 0
    scalars: dict[str, tuple[list[int], list[float]]] = field(default_factory=dict)  # name -> steps, values
    moments: list[int] = field(default_factory=list)  # the step of each moment
    snapshots: dict[tuple[str, int], Arrays] = field(default_factory=dict)  # (name, moment) -> arrays
    state: State | None = None  # the newest weights
    finished: bool = False

    def add(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case Step():
                self.total = event.total
                for name, value in event.scalars.items():
                    steps, values = self.scalars.setdefault(name, ([], []))
                    steps.append(event.step)
                    values.append(value)
            case Snapshot():
                while len(self.moments) <= event.moment:
                    self.moments.append(event.step)
                self.snapshots[event.name, event.moment] = event.arrays
            case Weights():
                self.state = event.state

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the snapshots."""
        return tuple(dict.fromkeys(name for name, _ in self.snapshots))

    def at(self, name: str, moment: int) -> Arrays:
        """The arrays of one snapshot. Raises KeyError if there is none."""
        return self.snapshots[name, moment]

    def last(self, name: str) -> Arrays:
        """The newest snapshot of this name. Raises KeyError if there is none."""
        return self.snapshots[name, max((m for n, m in self.snapshots if n == name), default=-1)]

    def latest(self, scalar: str) -> float:
        """The newest value of a figure. Raises KeyError if it was never given."""
        return self.scalars[scalar][1][-1]


def traced(events: Iterator[Event]) -> Trace:
    """Run to the end and keep everything."""
    trace = Trace()
    for event in events:
        trace.add(event)
    trace.finished = True
    return trace
