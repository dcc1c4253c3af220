"""The folder of a run as it is written, line by line: each file is complete under its name or not there.

Imports no torch: of the process that writes what a cluster trains there is one for all runs, and it is small.
"""

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def put(path: Path, text: str) -> None:
    """Write a small file as a whole. Raises OSError, and then the old content still stands."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, "utf-8")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def amend(folder: Path, **facts: Any) -> None:
    """Change facts of a run's manifest when no worker writes to it. Raises OSError or ValueError."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    put(folder / "manifest.json", json.dumps({**manifest, **facts}, indent=1))


def this_process() -> dict[str, Any]:
    """`pid` and `born` of this process, by which a reader sees whether it still runs."""
    return {"pid": os.getpid(), "born": psutil.Process().create_time()}


def sum_of(data: bytes) -> str:
    """Sixteen hexadecimal digits by which a file is known again."""
    return hashlib.sha256(data).hexdigest()[:16]


def kept(step: int) -> str:
    """What is left of a run that ended after a step, in words."""
    return f"all {step} finished steps are kept" if step else "no step was finished"


def disk_full(step: int) -> str:
    """Why a run ended whose lines the disk did not take."""
    return f"the disk is full: make room, then train again; {kept(step)}"


def mark(line: Mapping[str, Any]) -> tuple:
    """By which an event that was written already is known again."""
    names = sorted(line["scalars"]) if line["is"] == "step" else [line.get("name", "")]
    return (line["is"], line.get("moment"), line["step"], *names)


class Lines:
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
        self._digest, self.step = hashlib.sha256(told), 0  # the last step that is written
        lines = told.splitlines()
        for line in lines:
            self._remember(line)
        # how many events are written, if they are the first ones of the run and none is missing
        self.known = len(lines) if len(lines) == len(self._written) else 0

    def _remember(self, line: bytes) -> None:
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            self._written.add(
                mark(read := json.loads(line))
            )  # of a damaged line nothing: it is written again
            self.step = max(self.step, read["step"]) if read["is"] == "step" else self.step

    def set(self, **facts: Any) -> None:
        """Change facts of the manifest (`state`, `message`, ...). Raises OSError."""
        self.manifest.update(facts)
        put(self.folder / "manifest.json", json.dumps(self.manifest, indent=1))

    def write(self, line: dict[str, Any], name: str = "", data: Callable[[], bytes] = bytes) -> None:
        """Write one event, and before it the file that it names. Raises OSError for a full disk."""
        if (known := mark(line)) in self._written:
            return
        if name:
            line = {**line, "sum": self._save(name, data())}
        told = json.dumps(line).encode() + b"\n"
        if self._file.write(told) != len(told):
            raise OSError(errno.ENOSPC, "only a part of a line was taken", str(self.folder / "events.jsonl"))
        self._digest.update(told)
        self._written.add(known)
        self.known += 1
        self.step = max(self.step, line["step"]) if line["is"] == "step" else self.step

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
