"""What a worker does: train one run, write what it says, obey a pipe."""

import contextlib
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from math import isfinite
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch

from engine.core.trace import Event, State, Step
from engine.labs import Lab, lab_id, load
from engine.runs import wire
from engine.runs.gate import Gate
from engine.runs.lines import DISK_FULL, disk_full, kept, this_process
from engine.runs.origins import origins, weights
from engine.runs.store import Store
from engine.runs.writing import Writer


def device() -> torch.device:
    """Where this process trains when nobody says: CUDA when present, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def resolve(lab: Lab, given: Mapping[str, str], store: Store, on: torch.device) -> dict[str, State]:
    """Weights for the keys that a run is given. What is not kept is trained again, to the same weights.

    "own" is somebody's own data. Raises LookupError where a run, or that data, is not here.
    """
    return weights(origins(lab_id(lab), given, store), on)


def pulled(
    facts: Mapping[str, Any], given: Callable[[], Mapping[str, State]], on: torch.device
) -> Generator[tuple[Event, float], None, tuple[str, str, float]]:
    """Train the run that a manifest describes: each event, with the seconds of training until then.

    Returns how it ended: done, or failed with a message; and the seconds of all.
    """
    step, worked = 0, 0.0
    try:
        lab = load(facts["lab"])
        spec = lab.SPEC().but(**facts["spec"])
        before = time.perf_counter()
        for event in lab.run(spec, on, given()):
            worked += time.perf_counter() - before
            if isinstance(event, Step):
                bad = [f"{name} is {value}" for name, value in event.scalars.items() if not isfinite(value)]
                if bad:
                    words = f"diverged at step {event.step}: {', '.join(bad)}; the last good step is kept"
                    return "failed", words, worked
            yield event, worked
            before = time.perf_counter()
            step = event.step
    except Exception as error:
        return "failed", why(error, step), worked
    return "done", "", worked


def train(writer: Writer, store: Store, on: torch.device) -> Iterator[Event]:
    """Train the run that the writer's manifest describes. Yields each event *before* it is written.

    Pause by pulling later; stop by closing, then the event at hand is dropped. What ended it stands in the
    manifest afterwards: done, stopped, or failed with a message. What was written by then stays readable.
    """
    step, ended = 0, ("stopped", "", 0.0)
    try:
        facts = writer.manifest
        writer.set(state="running", message="", device=name(on), **this_process())
        events = pulled(facts, lambda: resolve(load(facts["lab"]), facts["given"], store, on), on)
        while True:
            try:
                event, worked = next(events)
            except StopIteration as end:
                ended = end.value
                return
            ended = ("stopped", "", worked)
            yield event
            writer.add(event, worked)
            step = event.step
    except KeyboardInterrupt:
        raise
    except Exception as error:
        ended = ("failed", why(error, step), ended[2])
    finally:
        # on a full disk the supervisor tries again, and readers see "interrupted"
        state, message, worked = ended
        with contextlib.suppress(OSError):
            writer.ended(state, message, round(worked, 3))
        writer.close()


def name(on: torch.device) -> str:
    """A device for people."""
    return torch.cuda.get_device_name(on) if on.type == "cuda" else on.type


def why(error: Exception, step: int) -> str:
    """The reason in a sentence for people."""
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return disk_full(step)
    text = str(error)
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or "allocate memory" in text:
        return f"out of memory after step {step}: choose a smaller model or batch; {kept(step)}"
    if not isinstance(error, LookupError | ValueError):
        traceback.print_exception(error, file=sys.stderr)  # a fault of ours: the whole of it goes to the log
    return f"{type(error).__name__} after step {step}: {text[:300]}; {kept(step)}"


def _listen(pipe: Connection, gate: Gate) -> None:
    while True:
        try:
            gate.obey(wire.receive(pipe))
        except (EOFError, OSError, ValueError):
            os._exit(3)  # the supervisor died: never train on unseen


def work(pipe: Connection, folder: str, home: str, on: str) -> None:
    """The whole life of a worker process: one run. Its last message says how it ended."""
    torch.set_num_threads(1)
    if hasattr(os, "nice"):
        os.nice(10)  # a page that is looked at comes before a training
    writer = Writer(Path(folder))
    gate = Gate(writer, partial(wire.send, pipe))
    threading.Thread(target=_listen, args=(pipe, gate), daemon=True).start()
    events = train(writer, Store(Path(home)), torch.device(on))
    step = 0
    for event in events:
        if isinstance(event, Step) and event.step > step:
            step = event.step
            if not gate.passes():
                events.close()  # type: ignore[attr-defined]  (a generator)
                break
    wire.send(pipe, {"ended": writer.manifest["state"], "message": writer.manifest["message"]})
