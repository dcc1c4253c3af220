"""What a worker does: train one run, write what it says, obey a pipe."""

import contextlib
import errno
import math
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path

import torch

from engine.core.trace import Event, State, Step, Weights
from engine.labs import Lab, lab_id, load
from engine.runs import own, wire
from engine.runs.reading import Unreadable
from engine.runs.store import Store, ancestry, needed, run_key
from engine.runs.writing import Writer, this_process

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def device() -> torch.device:
    """Where this process trains when nobody says: CUDA when present, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def resolve(lab: Lab, given: Mapping[str, str], store: Store, on: torch.device) -> dict[str, State]:
    """Weights for the keys that a run is given. What is not kept is trained again, to the same weights.

    "own" is somebody's own data. Raises LookupError where a run, or that data, is not here.
    """
    weights, wanted = {}, needed(lab_id(lab))
    for name, text in given.items():
        if name == "own":
            weights[name] = own.load(store.home, text)
            continue
        key, _, at = text.partition("@")
        moment = int(at) if at else None
        id, spec = (lab_id(lab), None) if name == "start" else wanted[name]
        runs = [*store.attempts(id, key), store.attempt(id, key, "shipped")]
        known = [run for run in runs if run is not None]
        for run in known:
            with contextlib.suppress(LookupError, Unreadable):
                weights[name] = run.weights(moment)
                break
        if name in weights:
            continue
        if known:
            spec, before = load(id).SPEC().but(**known[0].manifest["spec"]), known[0].manifest["given"]
        elif spec is not None and run_key(id, spec, ancestry(id)) == key:
            before = ancestry(id)
        else:  # the start of a fork, or a run that this lab needed once
            raise LookupError(f"the run {id}/{key} that this one starts from is not here: train it first")
        for event in load(id).run(spec, on, resolve(load(id), before, store, on)):
            if isinstance(event, Weights) and moment in (None, event.moment):
                weights[name] = event.state
                if moment is not None:
                    break
        if name not in weights:
            raise LookupError(f"the run {id}/{key} has no weights of moment {moment}")
    return weights


def train(writer: Writer, store: Store, on: torch.device) -> Iterator[Event]:
    """Train the run that the writer's manifest describes. Yields each event *before* it is written.

    Pause by pulling later; stop by closing, then the event at hand is dropped. What ended it stands in the
    manifest afterwards: done, stopped, or failed with a message. What was written by then stays readable.
    """
    step, worked, state, message = 0, 0.0, "stopped", ""
    try:
        facts = writer.manifest
        lab = load(facts["lab"])
        spec = lab.SPEC().but(**facts["spec"])
        writer.set(state="running", message="", device=_name(on), **this_process())
        before = time.perf_counter()
        events = lab.run(spec, on, resolve(lab, facts["given"], store, on))
        for event in events:
            worked += time.perf_counter() - before
            if isinstance(event, Step):
                bad = [
                    f"{name} is {value}" for name, value in event.scalars.items() if not math.isfinite(value)
                ]
                if bad:
                    state = "failed"
                    message = f"diverged at step {event.step}: {', '.join(bad)}; the last good step is kept"
                    return
            yield event
            before = time.perf_counter()
            writer.add(event, worked)
            step = event.step
        state = "done"
    except KeyboardInterrupt:
        raise
    except Exception as error:
        state, message = "failed", _why(error, step)
    finally:
        # on a full disk the supervisor tries again, and readers see "interrupted"
        with contextlib.suppress(OSError):
            writer.ended(state, message, round(worked, 3))
        writer.close()


def _name(on: torch.device) -> str:
    return torch.cuda.get_device_name(on) if on.type == "cuda" else on.type


def _why(error: Exception, step: int) -> str:
    """The reason in a sentence for people."""
    kept = f"all {step} finished steps are kept" if step else "no step was finished"
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return f"the disk is full: make room, then train again; {kept}"
    text = str(error)
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or "allocate memory" in text:
        return f"out of memory after step {step}: choose a smaller model or batch; {kept}"
    if not isinstance(error, LookupError | ValueError):
        traceback.print_exception(error, file=sys.stderr)  # a fault of ours: the whole of it goes to the log
    return f"{type(error).__name__} after step {step}: {text[:300]}; {kept}"


class Gate:
    """Lets steps through as the supervisor says. Ends the process at once when the supervisor is gone."""

    def __init__(self, pipe: Connection, writer: Writer):
        self.pipe, self.writer = pipe, writer
        self._allowed: int | None = None  # None: as many as there are
        self._stop, self._seen = False, 0
        self._changed = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                order = wire.receive(self.pipe)
            except (EOFError, OSError, ValueError):
                os._exit(3)  # the supervisor died: never train on unseen
            with self._changed:
                self._seen = order["number"]
                match order["do"]:
                    case "pause":
                        self._allowed = 0
                    case "resume":
                        self._allowed = None
                    case "step":
                        self._allowed = (self._allowed or 0) + order["n"]
                    case "stop":
                        self._stop = True
                self._changed.notify_all()

    def passes(self) -> bool:
        """Called before a step is written: waits while paused; False when the run shall stop."""
        with self._changed:
            waited = False
            while self._allowed == 0 and not self._stop:
                if not waited:
                    self.writer.set(state="paused")
                    waited = True
                wire.send(self.pipe, {"paused": self._seen})
                self._changed.wait()
            if self._allowed:
                self._allowed -= 1
            if waited and not self._stop:
                self.writer.set(state="running")
            return not self._stop


def work(pipe: Connection, folder: str, home: str, on: str) -> None:
    """The whole life of a worker process: one run. Its last message says how it ended."""
    torch.set_num_threads(1)
    if hasattr(os, "nice"):
        os.nice(10)  # a page that is looked at comes before a training
    writer = Writer(Path(folder))
    gate = Gate(pipe, writer)
    events = train(writer, Store(Path(home)), torch.device(on))
    step = 0
    for event in events:
        if isinstance(event, Step) and event.step > step:
            step = event.step
            if not gate.passes():
                events.close()  # type: ignore[attr-defined]  (a generator)
                break
    wire.send(pipe, {"ended": writer.manifest["state"], "message": writer.manifest["message"]})
