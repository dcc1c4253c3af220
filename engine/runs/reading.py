"""One run as it is read, while it grows or long after: manifest, events, pictures, weights."""

import json
import os
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import psutil
from safetensors import SafetensorError
from safetensors.torch import load_file

from engine.core.trace import Arrays, Event, Snapshot, State, Step, Trace, Weights

ACTIVE = ("queued", "running", "paused")
FINAL = ("done", "stopped", "failed", "interrupted")
UNREADABLE = (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, SafetensorError)

V = TypeVar("V")


class Unreadable(OSError):
    """A file of a run is damaged or gone. The message names the file; the rest of the run can be read."""


class Stored(Mapping[str, V], Generic[V]):
    """Named arrays or tensors of one file, read when first looked at. Raises Unreadable."""

    def __init__(self, path: Path, reader: Callable[[Path], Mapping[str, V]], report: Callable[[str], None]):
        self._path, self._reader, self._report = path, reader, report
        self._read: Mapping[str, V] | None = None

    def _all(self) -> Mapping[str, V]:
        if self._read is None:
            try:
                self._read = self._reader(self._path)
            except UNREADABLE as error:
                self._report(f"{self._path.name} cannot be read ({type(error).__name__})")
                raise Unreadable(f"{self._path} cannot be read: {error}") from error
        return self._read

    def __getitem__(self, name: str) -> V:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def arrays_in(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an .npz file. Never unpickles. Raises one of UNREADABLE."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


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
        self._stamp: tuple[int, int] | None = None
        self._trace, self._offset = Trace(), 0
        self._pending: list[Snapshot] = []  # of the newest moment, until all of it is there
        self._weights: dict[int, str] = {}  # moment -> file
        self._pace = (0, 0.0)  # the newest step, and the seconds of training until then
        self._problems: dict[str, None] = {}  # in order, each once

    def __repr__(self) -> str:
        return f"Run({self.lab}, {self.key}, {self.attempt}, {self.state})"

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read of this run so far, in sentences."""
        return tuple(self._problems)

    def _problem(self, sentence: str) -> None:
        self._problems[sentence] = None

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The facts: lab, key, spec, given, state, message, code, python, torch, device, seconds, ..."""
        path = self.folder / "manifest.json"
        with self._lock:
            try:
                facts = os.stat(path)
                if self._stamp != (facts.st_mtime_ns, facts.st_ino):
                    read = json.loads(path.read_text("utf-8"))
                    if not isinstance(read, dict):
                        raise ValueError("not an object")
                    self._manifest, self._stamp = read, (facts.st_mtime_ns, facts.st_ino)
            except (OSError, ValueError) as error:
                self._problem(f"manifest.json cannot be read ({type(error).__name__})")
            return self._manifest

    @property
    def state(self) -> str:
        """queued, running, paused, done, stopped, failed, or interrupted (its process is gone)."""
        facts = self.manifest
        state = facts.get("state", "interrupted")
        if state in ACTIVE and not alive(int(facts.get("pid", 0)), float(facts.get("born", 0))):
            return "interrupted"
        return state

    @property
    def private(self) -> bool:
        """It learned from somebody's own data, or descends from a run that did."""
        facts = self.manifest
        return bool(facts.get("private")) or "own" in (facts.get("given") or {})

    @property
    def message(self) -> str:
        """Why it failed or ended, in a sentence, or an empty text."""
        return str(self.manifest.get("message", ""))

    def seconds_left(self) -> float | None:
        """How long the training will still take, from its pace so far; None before the first step."""
        with self._lock:
            self._poll()
            step, spent = self._pace
            return spent / step * (self._trace.total - step) if step else None

    def trace(self) -> Trace:
        """All that the run has said so far, in whole moments. Arrays are read from disk when looked at."""
        with self._lock:
            self._poll()
            kept = self._trace
            scalars = {name: (list(steps), list(values)) for name, (steps, values) in kept.scalars.items()}
            copy = Trace(kept.total, scalars, list(kept.moments), dict(kept.snapshots), kept.state)
        copy.finished = self.manifest.get("state") == "done"
        return copy

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
        self.trace()
        if not self._weights:
            raise LookupError(f"run {self.lab}/{self.key}/{self.attempt} keeps no weights")
        moment = max(self._weights) if moment is None else moment
        if moment not in self._weights:
            raise LookupError(f"run {self.lab}/{self.key}/{self.attempt} keeps no weights of moment {moment}")
        stored = Stored(self.folder / self._weights[moment], load_file, self._problem)
        return dict(stored)

    def _poll(self) -> None:
        if self.shipped:
            if not self._offset:
                self._unpack()
            return
        try:
            if os.stat(self.folder / "events.jsonl").st_size <= self._offset:
                fresh = b""
            else:
                with open(self.folder / "events.jsonl", "rb") as file:
                    file.seek(self._offset)
                    fresh = file.read()
        except FileNotFoundError:
            return
        except OSError as error:
            return self._problem(f"events.jsonl cannot be read ({type(error).__name__})")
        whole = fresh.rfind(b"\n") + 1
        for line in fresh[:whole].splitlines():
            try:
                read = json.loads(line)
                self._take(event_from(read, self.folder, self._problem))
                self._pace = (read["step"], float(read["seconds"])) if read["is"] == "step" else self._pace
            except (ValueError, KeyError, TypeError, AttributeError):
                self._problem("events.jsonl has a damaged line")
        self._offset += whole
        if self._pending and not self._trace.moments and self.manifest.get("state") in FINAL:
            self._settle()  # the first moment: no later one will tell that it is complete

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
            self._weights[event.moment] = f"{event.moment:04d}.safetensors"
        elif self._pending and event.step > self._pending[0].step:
            self._settle()
        self._trace.add(event)

    def _settle(self) -> None:
        for snapshot in self._pending:
            self._trace.add(snapshot)
        self._pending = []

    def _unpack(self) -> None:
        """Read the shipped form (see `writing.pack`) at one go: it is small."""
        self._offset, facts = 1, self.manifest
        self._trace.total = int(facts.get("total", 0))
        try:
            stacks = arrays_in(self.folder / "trace.npz")
        except UNREADABLE as error:
            return self._problem(f"trace.npz cannot be read ({type(error).__name__})")
        moments = [int(step) for step in stacks.pop("moments")]
        for path, stack in stacks.items():
            kind, name, part, *rest = path.split("/")
            if kind == "scalar" and part == "step":
                values = stacks[f"scalar/{name}/value"]
                self._trace.scalars[name] = (stack.tolist(), values.tolist())
            elif kind != "scalar":
                for moment, array in [(int(rest[0]), stack)] if rest else enumerate(stack):
                    arrays = self._trace.snapshots.setdefault((name, moment), {})
                    arrays[part] = np.asarray(array)  # type: ignore[index]
        self._trace.moments = moments
        if (self.folder / "final.safetensors").exists():
            self._weights[len(moments) - 1] = "final.safetensors"
            self._trace.state = Stored(self.folder / "final.safetensors", load_file, self._problem)


def event_from(line: Mapping[str, Any], folder: Path, report: Callable[[str], None]) -> Event:
    """The event that a line of events.jsonl stands for; its arrays are read when looked at.

    Raises KeyError, TypeError, AttributeError or ValueError for a damaged line.
    """
    match line["is"]:
        case "step":
            return Step(
                int(line["step"]), int(line["total"]), {k: float(v) for k, v in line["scalars"].items()}
            )
        case "snapshot":
            moment, name = int(line["moment"]), line["name"]
            if not name.isidentifier():
                raise ValueError(f"a snapshot is not called {name!r}")
            arrays: Arrays = Stored(folder / f"{moment:04d}-{name}.npz", arrays_in, report)
            return Snapshot(moment, int(line["step"]), name, arrays)
        case "weights":
            moment = int(line["moment"])
            state: State = Stored(folder / f"{moment:04d}.safetensors", load_file, report)
            return Weights(moment, int(line["step"]), state)
        case other:
            raise ValueError(f"no event is called {other!r}")
