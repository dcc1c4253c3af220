"""Where runs live, and how one is found: folders under GLASSBOX_HOME, and the shipped ones in assets.

A run made here is `<home>/runs/<lab>/<key>/<attempt>/`: manifest.json (replaced as a whole), events.jsonl
(only ever appended to; a torn last line is not a line yet), one .npz for each snapshot and one .safetensors
for the weights of each moment, each of them complete before the event that names it. A shipped run is
`assets/recorded/<lab>/<key>/`: the same manifest, trace.npz with all moments stacked, and the final
weights. Both are read through `Run`. Nothing is ever unpickled.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import platformdirs

import engine
from engine.core.params import Refusal, Spec
from engine.labs import load
from engine.runs.reading import ACTIVE, Run
from engine.runs.wire import alone

SHIPPED = Path(engine.__file__).parent.parent / "assets" / "recorded"
KEPT = 128  # runs whose events stay in memory
PRIVATE_S = 24 * 3600  # runs on somebody's own data are dropped after a day at the latest
MOST_GB = 1_000_000
FOLDERS = ("runs", "own", "places", "run")  # of a home
_NAME = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+/[0-9a-f]{12,64}(/(\d{4,6}|shipped))?")


def home() -> Path:
    """The folder of all runs: GLASSBOX_HOME, else the platform's user data folder; for this user only.

    Raises PermissionError, by name, where it belongs to, or is open to, somebody else.
    """
    given = os.environ.get("GLASSBOX_HOME")
    path = Path(given) if given else platformdirs.user_data_path("glassbox", appauthor=False)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    alone(path)
    return path.resolve()


def setting(name: str, usual: float) -> float:
    """A number of gigabytes from the environment. Raises Refusal for anything else."""
    text = os.environ.get(name, str(usual))
    with contextlib.suppress(ValueError):
        if 0 <= float(text) <= MOST_GB:
            return float(text)
    raise Refusal(name, text, f"be a number of gigabytes in [0, {MOST_GB}]")


def quota() -> int:
    """How many bytes the runs may take: GLASSBOX_QUOTA_GB, by default 5. Raises Refusal."""
    return int(setting("GLASSBOX_QUOTA_GB", 5) * 1e9)


def why(error: OSError) -> str:
    """What is wrong with a folder, and what to do about it, in words for people."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return "the disk is full: make room"
        case errno.EROFS:
            return "it is on a disk that can only be read: name another folder in GLASSBOX_HOME"
        case errno.EACCES | errno.EPERM:
            return "this user may not write there: name another folder in GLASSBOX_HOME"
        case errno.EEXIST | errno.ENOTDIR:
            return "it is no folder: name another one in GLASSBOX_HOME"
    return f"{error.strerror or error}: name another folder in GLASSBOX_HOME"


def fit() -> str:
    """Whether runs can be kept here, asked once at the start: empty, or a sentence why not and what to do."""
    place = os.environ.get("GLASSBOX_HOME", "the home of Glassbox")
    try:
        for name in ("GLASSBOX_QUOTA_GB", "GLASSBOX_WORKER_GB"):
            setting(name, 1)
        path = home()
        place = str(path)
        for folder in (path, *(path / name for name in FOLDERS if (path / name).exists())):
            place = str(folder)
            probe = folder / f".probe-{os.getpid()}"
            try:
                probe.write_bytes(bytes(4096))
            finally:
                probe.unlink(missing_ok=True)
    except OSError as error:
        return f"{place} cannot be used: {why(error)}" if error.errno else str(error)
    except Refusal as refusal:
        return str(refusal)
    return ""


def run_key(lab: str, spec: Spec, given: Mapping[str, str] | None = None, salt: str = "") -> str:
    """What a run is found by: its lab, its spec, and the keys of what it was given.

    `given`: name -> key of the run whose final weights it is, or `key@moment`. `salt`: for a run on private
    data, so that nobody else finds it. Sixteen hexadecimal digits, the same on every machine.
    """
    text = json.dumps([lab, asdict(spec), sorted((given or {}).items()), salt], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def ancestry(lab: str, start_from: tuple[str, int] | None = None) -> dict[str, str]:
    """What a run of this lab is given, as keys: the runs that it needs, and `start` for a fork."""
    given = {name: run_key(id, spec, ancestry(id)) for name, (id, spec) in needed(lab).items()}
    if start_from is not None:
        given["start"] = f"{start_from[0]}@{start_from[1]}"
    return given


def needed(lab: str) -> dict[str, tuple[str, Spec]]:
    """The runs whose weights a run of this lab is given: name -> lab and spec.

    NEEDS names a lab, for its default run, or a lab and what is changed in that: {"K": 9}. Raises Refusal for
    a change that the lab's Spec does not take, ValueError for a lab that there is not.
    """
    runs = {}
    for name, need in load(lab).NEEDS.items():
        id, changes = (need, {}) if isinstance(need, str) else need
        runs[name] = id, default_spec(id).but(**changes)
    return runs


def default_spec(lab: str) -> Spec:
    """The spec that a page opens on: the first of those that are shipped, else all defaults."""
    module = load(lab)
    return module.RECORDED[0] if module.RECORDED else module.SPEC()


class Store:
    """All runs of one home, and the shipped ones. Cheap to ask: what was read is not read again."""

    def __init__(self, home_folder: Path | None = None, shipped: Path = SHIPPED):
        self.home, self.shipped = home_folder or home(), shipped
        self._runs: OrderedDict[Path, Run] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, lab: str, key: str) -> Run | None:
        """The attempt to show: an active one, else the newest finished (a damaged one if no other is), else
        the newest with a moment, else the shipped one. None where nothing of it exists."""
        runs = self.attempts(lab, key)
        for run in runs:
            if run.state in ACTIVE:
                return run
        done = [run for run in runs if run.state == "done"]
        for run in done:
            if not run.problems:
                return run
        if done:
            return done[0]
        for run in runs:
            if run.moments():
                return run
        return self.attempt(lab, key, "shipped")

    def attempts(self, lab: str, key: str) -> list[Run]:
        """All attempts made in this home under a key, newest first."""
        if not _NAME.fullmatch(f"{lab}/{key}"):
            return []
        folder = self.home / "runs" / lab / key
        try:
            names = [name for name in os.listdir(folder) if name.isdigit()]
        except OSError:
            return []
        return [self._run(folder / name, lab, key) for name in sorted(names, key=int, reverse=True)]

    def attempt(self, lab: str, key: str, attempt: str) -> Run | None:
        """One attempt by its name ("shipped" for the shipped run), or None. Any text may be asked for."""
        if not _NAME.fullmatch(f"{lab}/{key}/{attempt}"):
            return None
        own = self.home / "runs" / lab / key / attempt
        folder = self.shipped / lab / key if attempt == "shipped" else own
        return self._run(folder, lab, key) if (folder / "manifest.json").exists() else None

    def _run(self, folder: Path, lab: str, key: str) -> Run:
        with self._lock:
            run = self._runs.pop(folder, None) or Run(
                folder, lab, key, shipped=folder.is_relative_to(self.shipped)
            )
            self._runs[folder] = run  # the last used is the last to go
            while len(self._runs) > KEPT:
                self._runs.popitem(last=False)
        return run

    def all(self) -> list[Run]:
        """Every attempt in this home, oldest first."""
        folders = (self.home / "runs").glob("*/*/*/")
        found = [self._run(f, f.parent.parent.name, f.parent.name) for f in folders if f.name.isdigit()]
        return sorted(found, key=lambda run: run.manifest.get("started", 0))

    def pin(self, run: Run, pinned: bool = True) -> None:
        """Keep a run whatever the quota says, or no longer."""
        if pinned:
            (run.folder / "pinned").touch()
        else:
            (run.folder / "pinned").unlink(missing_ok=True)

    def drop(self, run: Run) -> None:
        """Delete one attempt of this home. Raises ValueError for an active or a shipped one."""
        if run.shipped or run.state in ACTIVE:
            raise ValueError(f"a run that is {'shipped' if run.shipped else run.state} is not dropped")
        with self._lock:
            self._runs.pop(run.folder, None)
        going = run.folder.with_name(f"gone-{run.attempt}")
        run.folder.rename(going)  # readers see all of it or nothing
        shutil.rmtree(going, ignore_errors=True)
        for folder in (going.parent, going.parent.parent):
            if not any(folder.iterdir()):
                folder.rmdir()

    def trim(self, most: int | None = None) -> list[Run]:
        """Drop the oldest unpinned, inactive runs until the rest takes `most` bytes (default: the quota).

        Private runs go after a day. Returns what was dropped, so that whoever asked can say so.
        """
        most = quota() if most is None else most
        runs = self.all()
        sizes = {run.folder: _size(run.folder) for run in runs}
        total, dropped = sum(sizes.values()), []
        for run in runs:
            old = run.manifest.get("private") and time.time() - run.manifest.get("started", 0) > PRIVATE_S
            if (total <= most and not old) or run.state in ACTIVE or (run.folder / "pinned").exists():
                continue
            with contextlib.suppress(OSError, ValueError):  # it just began again, or cannot be deleted
                self.drop(run)
                total -= sizes[run.folder]
                dropped.append(run)
        return dropped


def trimmed(store: Store) -> str:
    """Keep the quota before a run is made: what was dropped for it, in a sentence, or an empty text."""
    count = len(store.trim())
    runs = "the oldest run was" if count == 1 else f"the {count} oldest runs were"
    return f"{runs} dropped to stay within the quota of {quota() / 1e9:g} GB" if count else ""


def _size(folder: Path) -> int:
    total = 0
    with contextlib.suppress(OSError):  # dropped by somebody else meanwhile
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):  # a temporary file that has just been renamed
                total += entry.stat().st_size
    return total
