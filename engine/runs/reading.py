"""One run as it is read, while it grows or long after: manifest, events, pictures, weights."""

import hashlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from engine.core.trace import Event, Snapshot, State, Trace, Weights
from engine.runs import facts
from engine.runs.facts import ACTIVE, FINAL
from engine.runs.forms import event_from, unstacked
from engine.runs.stored import Stamp, Stored, Unreadable, arrays_in, stamp_of, tensors_in

__all__ = ["ACTIVE", "FINAL", "Run", "Unreadable", "alive"]


def alive(pid: int, born: float) -> bool:
    """Whether this very process still runs (a number is used again, so its time of birth counts too)."""
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - born) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


class Run:
    """The read side of a run. Made by `Store`; may be asked from several threads; reads only what is new."""

    def __init__(self, folder: Path, lab: str, key: str, shipped: bool = False):
        self.folder, self.lab, self.key, self.shipped = folder, lab, key, shipped
        self.attempt = "shipped" if shipped else folder.name
        self._lock = threading.RLock()
        self._manifest: dict[str, Any] = {}
        self._stamp: Stamp | None = None  # of the manifest that was read
        self._problems: dict[str, str] = {}  # file -> what is wrong with it
        self._forget()

    def _forget(self) -> None:
        """As before the first event was read."""
        self._trace, self._offset = Trace(), 0
        self._events: Stamp | None = None  # the file of events that was read
        self._digest = hashlib.sha256()  # of its lines
        self._pending: list[Snapshot] = []  # of the newest moment, until all of it is there
        self._weights: dict[int, Stored] = {}  # by moment
        self._pace = (0, 0.0)  # the newest step, and the seconds of training until then
        for file in ("events.jsonl", "weights"):
            self._problems.pop(file, None)

    def __repr__(self) -> str:
        return f"Run({self.lab}, {self.key}, {self.attempt}, {self.state})"

    @property
    def problems(self) -> tuple[str, ...]:
        """What cannot be read of this run, in sentences; nothing any more once it was repaired."""
        with self._lock:
            self._poll()
            stored = [one for one in self._trace.snapshots.values() if isinstance(one, Stored)]
            newest = max(self._weights, default=0)  # others are looked at when they are asked for
            stored += [one for moment, one in self._weights.items() if moment == newest or one.fault]
            damaged = [one.fault for one in stored if not one.sound()]
            return (*self._problems.values(), *damaged)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The facts: lab, key, spec, given, state, message, code, python, torch, device, seconds, ...

        What has another type than it is written with is not among them.
        """
        path = self.folder / "manifest.json"
        with self._lock:
            stamp = stamp_of(path)
            if stamp is not None and stamp == self._stamp:
                return self._manifest
            try:
                self._manifest, wrong = facts.read(path.read_text("utf-8"))
                self._stamp = stamp
                self._told("manifest.json", "; ".join(wrong))
            except (OSError, ValueError, RecursionError) as error:
                self._told("manifest.json", f"manifest.json cannot be read ({type(error).__name__})")
            return self._manifest

    def _told(self, file: str, problem: str) -> None:
        self._problems.pop(file, None)
        if problem:
            self._problems[file] = problem

    @property
    def state(self) -> str:
        """queued, running, paused, done, stopped, failed, or interrupted.

        Interrupted is a run whose process is gone, and one that ended but whose events are damaged: both can
        be trained to where they were.
        """
        told = self.manifest
        state = told.get("state", "interrupted")
        if state in ACTIVE:
            return state if alive(told.get("pid", 0), told.get("born", 0)) else "interrupted"
        with self._lock:
            self._poll()
            return "interrupted" if "events.jsonl" in self._problems else state

    @property
    def private(self) -> bool:
        """It learned from somebody's own data, or descends from such a run; or its manifest does not say."""
        facts = self.manifest
        return not self.shipped and (
            not facts or facts.get("private", False) or "own" in facts.get("given", {})
        )

    @property
    def message(self) -> str:
        """Why it failed or ended, in a sentence, or an empty text."""
        return self.manifest.get("message", "")

    def seconds_left(self) -> float | None:
        """How long the training will still take, from its pace so far; None before the first step."""
        with self._lock:
            self._poll()
            step, spent = self._pace
            return spent / step * (self._trace.total - step) if step else None

    def trace(self) -> Trace:
        """All that the run has said so far, in whole moments. Arrays are read from disk when looked at."""
        state = self.state  # before the events: a run seen as done is all there
        with self._lock:
            self._poll()
            kept = self._trace
            scalars = {name: (list(steps), list(values)) for name, (steps, values) in kept.scalars.items()}
            copy = Trace(kept.total, scalars, list(kept.moments), dict(kept.snapshots), kept.state)
        copy.finished = state == "done"
        return copy

    def sound(self) -> Trace:
        """The same as far as nothing of it is damaged, for whoever looks at any of its moments: it ends
        before the first of which something is missing, and is not finished then. Scalars are told to the end.
        """
        trace = self.trace()
        if self.shipped:
            return trace
        names, whole = trace.names, 0
        while whole < len(trace.moments) and all(_sound(trace, name, whole) for name in names):
            whole += 1
        if whole < len(trace.moments):
            trace.moments, trace.finished = trace.moments[:whole], False
            trace.snapshots = {(n, m): arrays for (n, m), arrays in trace.snapshots.items() if m < whole}
        return trace

    def moments(self) -> list[int]:
        """The step of each moment that is complete."""
        with self._lock:
            self._poll()
            return list(self._trace.moments)

    def arrays(self, moment: int) -> dict[str, dict[str, np.ndarray]]:
        """All snapshots of one moment. What cannot be read is left out and named in `problems`."""
        trace, found = self.trace(), {}
        for name in trace.names:
            if (name, moment) in trace.snapshots:
                try:
                    found[name] = dict(trace.at(name, moment))
                except Unreadable:
                    continue
        return found

    def weights(self, moment: int | None = None) -> State:
        """The model's state at a moment, or the newest. Raises LookupError for none, and Unreadable."""
        return dict(self.stored(moment).fresh())

    def stored(self, moment: int | None = None) -> Stored:
        """The file of that state. Raises LookupError for none, and Unreadable for damaged events."""
        self.trace()
        if not self._weights and "events.jsonl" in self._problems:
            raise Unreadable(self._problems["events.jsonl"])  # it may have told of some
        if not self._weights:
            raise LookupError(f"run {self.lab}/{self.key}/{self.attempt} keeps no weights")
        moment = max(self._weights) if moment is None else moment
        if moment not in self._weights:
            raise LookupError(f"run {self.lab}/{self.key}/{self.attempt} keeps no weights of moment {moment}")
        return self._weights[moment]

    @property
    def lost(self) -> bool:
        """Its newest weights are damaged, or do not fit: it cannot be asked anything."""
        with self._lock:
            self._poll()
            if "weights" in self._problems or not self._weights:
                return bool(self._problems)  # where events are damaged, they may have told of some
            return not self._weights[max(self._weights)].sound()

    def misfit(self) -> Unreadable:
        """Note that its weights do not fit its net, which is the net of other code or of another run."""
        self._told("weights", "its weights do not fit this net")
        return Unreadable(self._problems["weights"])

    def _poll(self) -> None:
        if self.shipped:
            return self._unpack()
        told = self.manifest  # before the events: where it says that a run ended, they are all there
        path, ended = self.folder / "events.jsonl", told.get("state") in FINAL
        stamp, before = stamp_of(path), self._events
        if stamp is None:
            return self._told("events.jsonl", "events.jsonl is gone") if ended else None
        if stamp != before:
            if before and (
                stamp[0] != before[0] or stamp[1] <= before[1] or "events.jsonl" in self._problems
            ):
                self._forget()  # it is another file, or may be a repaired one
            try:
                with open(path, "rb") as file:
                    file.seek(self._offset)
                    fresh = file.read()
            except OSError as error:
                return self._told("events.jsonl", f"events.jsonl cannot be read ({type(error).__name__})")
            self._events = stamp
            self._read(fresh[: fresh.rfind(b"\n") + 1])
        if ended and told.get("events", digest := self._digest.hexdigest()[:16]) != digest:
            self._problems.setdefault("events.jsonl", "events.jsonl is not what was written")
        if self._pending and not self._trace.moments and ended:
            self._settle()  # the first moment: no later one will tell that it is complete

    def _read(self, lines: bytes) -> None:
        for line in lines.splitlines():
            try:
                read = json.loads(line)
                self._take(event_from(read, self.folder))
                self._pace = (read["step"], float(read["seconds"])) if read["is"] == "step" else self._pace
            except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
                self._told("events.jsonl", "events.jsonl has a damaged line")
        self._offset += len(lines)
        self._digest.update(lines)

    def _take(self, event: Event) -> None:
        if isinstance(event, Snapshot):
            if self._pending and self._pending[0].moment != event.moment:
                self._settle()
            self._pending.append(event)
            names = {s.name for s in self._pending}
            if self._trace.moments and names >= {n for n, m in self._trace.snapshots if m == 0}:
                self._settle()
            return
        if isinstance(event, Weights):
            assert isinstance(event.state, Stored)
            self._weights[event.moment] = event.state
        elif self._pending and event.step > self._pending[0].step:
            self._settle()
        self._trace.add(event)

    def _settle(self) -> None:
        for snapshot in self._pending:
            self._trace.add(snapshot)
        self._pending = []

    def _unpack(self) -> None:
        """Read the shipped form (see `writing.pack`) at one go: it is small."""
        stamp, told = stamp_of(self.folder / "trace.npz"), self.manifest
        if self._offset and stamp == self._events:
            return
        self._forget()
        self._offset, self._events = 1, stamp
        sums = told.get("sums", {})
        try:
            stacks = dict(Stored(self.folder / "trace.npz", arrays_in, sums.get("trace.npz")))
            self._trace = unstacked(stacks, told.get("total", 0))
            self._told("trace.npz", "")
        except Unreadable as error:
            self._told("trace.npz", str(error))
        except (LookupError, ValueError, TypeError) as error:
            self._told("trace.npz", f"trace.npz cannot be read ({type(error).__name__})")
        final = self.folder / "final.safetensors"
        if "final.safetensors" in sums or final.exists():
            self._trace.state = state = Stored(final, tensors_in, sums.get("final.safetensors"))
            self._weights[max(len(self._trace.moments) - 1, 0)] = state


def _sound(trace: Trace, name: str, moment: int) -> bool:
    arrays = trace.snapshots.get((name, moment))
    return arrays is not None and (not isinstance(arrays, Stored) or arrays.sound())
