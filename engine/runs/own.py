"""Somebody's own data, for runs that nobody else finds: `<home>/own/<id>.safetensors`.

An id is 32 random hexadecimal digits. Whoever has it may train on the data; it is the salt of such a run's
key, stands in no link, and goes with the session of the visitor who brought it, after a day at the latest.
A run on it, and each fork of one, is private: its manifest says whose it is, and every door asks (`may`).
"""

import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save

from engine.runs.lines import this_process
from engine.runs.reading import Run, alive
from engine.runs.store import PRIVATE_S, Store

GONE = "the data of your own that this run learns from is gone: bring it again"
BYTES = 16_000_000  # of one set
_ID = re.compile(r"[0-9a-f]{32}")


def given(ancestry: Mapping[str, str], id: str) -> dict[str, str]:
    """What a run is given, with somebody's own data where there is an id."""
    return {**ancestry, "own": id} if id else dict(ancestry)


def owner(session: str) -> str:
    """What a private run's manifest says of its owner: it names nobody, and no door takes it for the name."""
    return hashlib.sha256(f"owner {session}".encode()).hexdigest()[:32]


def may(run: Run, session: str) -> bool:
    """Whether a visitor may see, ask, stop or fork a run: anybody a public one, its owner a private one."""
    return not run.private or (bool(session) and run.manifest.get("owner") == owner(session))


def _path(home: Path, id: Any) -> Path:
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise LookupError(f"own data has an id of 32 hexadecimal digits, got {str(id)[:60]!r}")
    return home / "own" / f"{id}.safetensors"


def put(home: Path, data: Mapping[str, torch.Tensor]) -> str:
    """Keep a set (name -> uint8 tensor) and give its id. What is older than a day goes on this occasion.

    Raises ValueError for a set of more than 16 MB or of another type, OSError for a full disk.
    """
    size = sum(tensor.numel() for tensor in data.values())
    if size > BYTES or any(tensor.dtype != torch.uint8 for tensor in data.values()):
        raise ValueError(f"own data must be bytes, at most {BYTES}, got {size}")
    folder = home / "own"
    folder.mkdir(mode=0o700, exist_ok=True)
    sweep(home)
    id = secrets.token_hex(16)
    temporary = folder / f".{id}"
    whose = {name: str(value) for name, value in this_process().items()}  # the process whose visitor it is of
    packed = save({name: tensor.contiguous() for name, tensor in data.items()}, whose)
    try:
        with open(temporary, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(packed)
        os.replace(temporary, _path(home, id))
    finally:
        temporary.unlink(missing_ok=True)
    return id


def sweep(home: Path) -> None:
    """Delete the sets that nobody can ask for any more: older than a day, or of a server that is gone."""
    for file in (home / "own").glob("*.safetensors"):
        with contextlib.suppress(OSError):  # somebody else was faster
            if time.time() - file.stat().st_mtime > PRIVATE_S or not _served(file):
                file.unlink()


def _served(file: Path) -> bool:
    """Whether the process that a set's visitor speaks to still runs; a damaged set is of nobody."""
    try:
        with safe_open(file, "pt") as opened:
            whose = opened.metadata() or {}
        return alive(int(whose["pid"]), float(whose["born"]))
    except (OSError, ValueError, KeyError, SafetensorError):
        return False


def there(home: Path, id: Any) -> bool:
    """Whether a set is here. Any value may be asked for."""
    try:
        return _path(home, id).exists()
    except LookupError:
        return False


def asked(home: Path, id: Any) -> str:
    """The id of a request, empty for none. Raises ValueError where its set is gone."""
    if id and not there(home, id):
        raise ValueError(GONE)
    return str(id or "")


def path_of(home: Path, id: Any) -> Path:
    """The file of a set. Raises LookupError where it is gone."""
    path = _path(home, id)
    if not path.exists():
        raise LookupError(GONE)
    return path


def load(home: Path, id: str) -> dict[str, torch.Tensor]:
    """A set by its id. Raises LookupError where it is gone."""
    return load_file(path_of(home, id))


def forget(store: Store, id: str) -> int:
    """Delete a set and every run on it that is not active; how many runs."""
    _path(store.home, id).unlink(missing_ok=True)
    return drop_orphans(store)


def drop_orphans(store: Store) -> int:
    """Delete every private run whose set is gone, but those that are active; how many."""
    dropped = 0
    for run in store.all():
        id = run.manifest.get("given", {}).get("own")
        if id is not None and not there(store.home, id):
            with contextlib.suppress(ValueError, OSError):  # active, or just going
                store.drop(run)
                dropped += 1
    return dropped
