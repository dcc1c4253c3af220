"""What a supervisor allows, and one run that it looks after."""

import contextlib
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess, SpawnProcess
from typing import Any, Protocol

from engine.runs import wire
from engine.runs.cluster import Far
from engine.runs.reading import Run
from engine.runs.store import setting


@dataclass(frozen=True)
class Limits:
    """What a supervisor allows. Seconds, unless the name says otherwise."""

    workers: int = 0  # at once; 0: as many as there are cores, or GPUs
    waiting: int = 3  # runs of one session in the queue
    waiting_from: int = 90  # and of one address
    waiting_in_all: int = 120
    unwatched: float = 20.0  # then a run pauses
    pause: float = 30.0  # then a paused run gives up its place
    parked: float = 600.0  # then a paused run is ended; it goes on by training again
    run: float = 900.0  # of training
    stop: float = 0.7  # a run that was asked to stop is killed then
    idle: float = 600.0  # then the supervisor goes
    still: float = 30.0  # then it is said that a worker has done nothing
    worker_gb: float = setting("GLASSBOX_WORKER_GB", 4)  # memory of one worker


class Place(Protocol):
    """Whatever a run holds while it is trained."""

    def release(self) -> None:
        """Let another one have it."""
        ...


@dataclass
class Job:
    """One run that is queued, running or paused."""

    run: Run
    starter: str
    keep: bool
    address: str = ""  # where the starter asks from, as far as the app knows
    state: str = "queued"
    # session -> when it last looked, in order of coming
    watchers: dict[str, float] = field(default_factory=dict)
    looked: float = field(default_factory=time.monotonic)  # when anybody last did
    asleep: bool = False  # paused because nobody watched
    process: ForkServerProcess | SpawnProcess | Far | None = None
    pipe: Connection | Far | None = None
    orders: int = 0  # how many were sent
    next: dict[str, Any] | None = None  # what is sent when it gets a place again
    place: Place | None = None  # a core, while it has one
    since: float = 0.0  # when the state last changed
    worked: float = 0.0  # seconds of running before that
    stopping: float | None = None  # when the stop was asked for
    fate: tuple[str, str] | None = None  # (state, message), when the supervisor ends it

    def become(self, state: str) -> None:
        """Change the state and keep the time."""
        now = time.monotonic()
        if self.state == "running":
            self.worked += now - self.since
        self.state, self.since = state, now

    def order(self, do: str, **more: Any) -> None:
        """Tell the worker. A worker that is gone is noticed by `Pool.tend`."""
        self.orders += 1
        with contextlib.suppress(OSError):
            if self.pipe:
                self.pipe.send_bytes(wire.packed({"do": do, "number": self.orders, **more}))

    def still(self) -> float:
        """For how many seconds its worker has written nothing; 0 unless it should be training."""
        if self.state != "running":
            return 0.0
        with contextlib.suppress(OSError):
            wrote = time.time() - (self.run.folder / "events.jsonl").stat().st_mtime
            return max(0.0, min(wrote, time.monotonic() - self.since))
        return 0.0

    def owner(self, patience: float) -> str:
        """Who may pause and stop it: the starter, or while that one is away the first who watches."""
        now = time.monotonic()
        here = [who for who, when in self.watchers.items() if now - when < patience]
        return self.starter if self.starter in here or not here else here[0]
