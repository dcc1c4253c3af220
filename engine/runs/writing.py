"""One run as it is written: each file is complete under its name or not there, killed or not."""

import errno
import hashlib
import io
import json
import os
import platform
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch
from safetensors.torch import save

from engine.core.params import Spec
from engine.core.trace import Event, Snapshot, State, Step, Weights
from engine.labs import load
from engine.runs.code import code_hash
from engine.runs.reading import Run
from engine.runs.store import Store
from engine.runs.stored import sum_of


def put(path: Path, text: str) -> None:
    """Write a small file as a whole. Raises OSError, and then the old content still stands."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, "utf-8")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def this_process() -> dict[str, Any]:
    """`pid` and `born` of this process, by which a reader sees whether it still runs."""
    return {"pid": os.getpid(), "born": psutil.Process().create_time()}


class Writer:
    """The write side of a run, used by one process at a time. Events written already are passed over."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
        self._written: set[tuple] = set()
        for leftover in folder.glob(".*"):
            leftover.unlink()
        self._file = open(folder / "events.jsonl", "a+b", buffering=0)  # noqa: SIM115  (closed in `close`)
        self._file.seek(0)
        told = self._file.read()
        told = told[: told.rfind(b"\n") + 1]  # a torn last line would spoil the next one
        if self.manifest.pop("events", sum_of(told)) != sum_of(told):
            told = b""  # damaged since it was finished: all of it is written again
        self._file.truncate(len(told))
        self._digest = hashlib.sha256(told)
        for line in told.splitlines():
            self._remember(line)

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

    def _remember(self, line: bytes) -> None:
        try:
            read = json.loads(line)
            names = sorted(read["scalars"]) if read["is"] == "step" else [read.get("name", "")]
            self._written.add((read["is"], read.get("moment"), read["step"], *names))
        except (ValueError, KeyError, TypeError, AttributeError):
            pass  # a damaged line: what it said is written again

    def set(self, **facts: Any) -> None:
        """Change facts of the manifest (`state`, `message`, ...). Raises OSError."""
        self.manifest.update(facts)
        put(self.folder / "manifest.json", json.dumps(self.manifest, indent=1))

    def add(self, event: Event, seconds: float) -> None:
        """Write one event, `seconds` of training after the start. Raises OSError for a full disk."""
        line: dict[str, Any] = {"is": type(event).__name__.lower(), "step": event.step}
        match event:
            case Step():
                line |= {"total": event.total, "scalars": dict(event.scalars), "seconds": round(seconds, 3)}
                mark = ("step", None, event.step, *sorted(event.scalars))
            case Snapshot():
                assert event.name.isidentifier(), (
                    f"a snapshot's name must be a plain word, got {event.name!r}"
                )
                line |= {"moment": event.moment, "name": event.name}
                mark = ("snapshot", event.moment, event.step, event.name)
            case Weights():
                line |= {"moment": event.moment}
                mark = ("weights", event.moment, event.step, "")
        if mark in self._written:
            return
        if isinstance(event, Snapshot):
            line["sum"] = self._save(f"{event.moment:04d}-{event.name}.npz", npz(event.arrays))
        elif isinstance(event, Weights):
            line["sum"] = self._save(f"{event.moment:04d}.safetensors", safetensors(event.state))
        data = json.dumps(line).encode() + b"\n"
        if self._file.write(data) != len(data):
            raise OSError(errno.ENOSPC, "only a part of a line was taken", str(self.folder / "events.jsonl"))
        self._digest.update(data)
        self._written.add(mark)

    def _save(self, name: str, data: bytes) -> str:
        """Write one file; its checksum."""
        temporary = self.folder / f".{name}"
        try:
            temporary.write_bytes(data)
            os.replace(temporary, self.folder / name)
        finally:
            temporary.unlink(missing_ok=True)
        return sum_of(data)

    def ended(self, state: str, message: str, seconds: float) -> None:
        """Say how the run ended, with the checksum of its events. Raises OSError, and then it is known to
        `manifest` alone."""
        digest = self._digest.hexdigest()[:16]
        self.set(state=state, message=message, seconds=seconds, events=digest)

    def close(self) -> None:
        """Let go of the events' file."""
        self._file.close()


def npz(arrays: Mapping[str, np.ndarray], pressed: bool = False) -> bytes:
    """An .npz file of plain arrays. Raises ValueError for arrays of objects."""
    out = io.BytesIO()
    (np.savez_compressed if pressed else np.savez)(out, allow_pickle=False, **arrays)
    return out.getvalue()


def safetensors(state: State) -> bytes:
    """A .safetensors file."""
    return save({name: tensor.contiguous() for name, tensor in state.items()})


def amend(folder: Path, **facts: Any) -> None:
    """Change facts of a run's manifest when no worker writes to it. Raises OSError or ValueError."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    put(folder / "manifest.json", json.dumps({**manifest, **facts}, indent=1))


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
