"""What a training says while it runs, and what is kept of it: events, moments, traces."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

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


def weights_of(moment: int, step: int, model: torch.nn.Module) -> Weights:
    """A Weights event: copies, so that later steps do not change them."""
    return Weights(moment, step, {k: v.detach().to("cpu", copy=True) for k, v in model.state_dict().items()})


def halved(moment: int, step: int, model: torch.nn.Module) -> Weights:
    """The same in half precision: half as large to ship. Forks and questions start from these."""
    state = weights_of(moment, step, model).state
    return Weights(moment, step, {name: value.half() for name, value in state.items()})


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Build a net inside this: initial weights come from `seed`, the global generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield


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
