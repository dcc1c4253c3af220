"""A run as it is begun, as it is written where it is trained, and as it is shipped."""

import errno
import io
import json
import os
import platform
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save

from engine.core.params import Spec
from engine.core.trace import Event, Snapshot, State, Step, Weights
from engine.labs import load
from engine.runs.code import code_hash
from engine.runs.lines import Lines, put, sum_of, this_process
from engine.runs.reading import Run
from engine.runs.store import Store


def told(event: Event, seconds: float) -> tuple[dict[str, Any], str, Callable[[], bytes]]:
    """An event as a line of events.jsonl, the name of the file that goes with it, and what makes that."""
    line: dict[str, Any] = {"is": type(event).__name__.lower(), "step": event.step}
    match event:
        case Step():
            line |= {"total": event.total, "scalars": dict(event.scalars), "seconds": round(seconds, 3)}
            return line, "", bytes
        case Snapshot():
            assert event.name.isidentifier(), f"a snapshot's name must be a plain word, got {event.name!r}"
            line |= {"moment": event.moment, "name": event.name}
            return line, f"{event.moment:04d}-{event.name}.npz", partial(npz, event.arrays)
        case Weights():
            line |= {"moment": event.moment}
            return line, f"{event.moment:04d}.safetensors", partial(safetensors, event.state)


class Writer(Lines):
    """The write side of a run whose events are made in this process."""

    @classmethod
    def create(
        cls, store: Store, lab: str, key: str, spec: Spec, given: Mapping[str, str], **facts: Any
    ) -> "Writer":
        """A new attempt under a key, queued. Raises OSError where the disk does not take it."""
        above = store.home / "runs" / lab / key
        fresh = above / f"new-{os.getpid()}-{threading.get_ident()}"
        fresh.mkdir(parents=True, exist_ok=True)
        manifest = {
            "lab": lab,
            "key": key,
            "spec": asdict(spec),
            "given": dict(given),
            "state": "queued",
            "message": "",
            "code": code_hash(load(lab)),
            "python": platform.python_version(),
            "torch": torch.__version__,
            "started": time.time(),
            "seconds": 0.0,
            **this_process(),
            **facts,
        }
        put(fresh / "manifest.json", json.dumps(manifest, indent=1))
        number = max((int(f.name) for f in above.iterdir() if f.name.isdigit()), default=0)
        while True:
            number += 1
            try:
                # readers see it with its manifest or not at all
                return cls(fresh.rename(above / f"{number:04d}"))
            except OSError as error:
                # these: somebody asked in the same moment
                if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                    raise

    def add(self, event: Event, seconds: float) -> None:
        """Write one event, `seconds` of training after the start. Raises OSError for a full disk."""
        self.write(*told(event, seconds))


def npz(arrays: Mapping[str, np.ndarray], pressed: bool = False) -> bytes:
    """An .npz file of plain arrays. Raises ValueError for arrays of objects."""
    out = io.BytesIO()
    (np.savez_compressed if pressed else np.savez)(out, allow_pickle=False, **arrays)
    return out.getvalue()


def safetensors(state: State) -> bytes:
    """A .safetensors file."""
    return save({name: tensor.contiguous() for name, tensor in state.items()})


def pack(run: Run, folder: Path) -> int:
    """Ship a finished run: manifest, all moments stacked and compressed, final weights. Returns its bytes.

    Raises ValueError for a run that is not finished, Unreadable for one that is damaged.
    """
    if run.state != "done":
        raise ValueError(f"only a finished run is shipped, this one is {run.state}")
    trace = run.trace()
    stacks: dict[str, np.ndarray] = {"moments": np.asarray(trace.moments)}
    for name, (steps, values) in trace.scalars.items():
        stacks[f"scalar/{name}/step"] = np.asarray(steps, np.int32)
        stacks[f"scalar/{name}/value"] = np.asarray(values, np.float64)
    for name in trace.names:
        for part in trace.last(name):
            stack = [trace.at(name, moment)[part] for moment in range(len(trace.moments))]
            if len({array.shape for array in stack}) == 1:
                stacks[f"snapshot/{name}/{part}"] = np.stack(stack)
            else:  # a picture that grows from moment to moment
                stacks |= {f"grown/{name}/{part}/{moment}": array for moment, array in enumerate(stack)}
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = {"trace.npz": npz(stacks, pressed=True)}
    if trace.state is not None:
        files["final.safetensors"] = safetensors(trace.state)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    unsaid = ("pid", "born", "session", "private", "note", "events")
    facts = {k: v for k, v in run.manifest.items() if k not in unsaid}
    facts |= {"total": trace.total, "sums": {name: sum_of(data) for name, data in files.items()}}
    put(folder / "manifest.json", json.dumps(facts, indent=1) + "\n")
    return sum(file.stat().st_size for file in folder.iterdir())
