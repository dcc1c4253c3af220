"""Somebody's own data, for runs that nobody else finds: `<home>/own/<id>.safetensors`.

An id is 32 random hexadecimal digits. Whoever has it may train on the data; it is the salt of such a run's
key, stands in no link, and goes with the session of the visitor who brought it, after a day at the latest.
"""

import contextlib
import os
import re
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save

from engine.runs.store import PRIVATE_S, Store

GONE = "the data of your own that this run learns from is gone: bring it again"
BYTES = 16_000_000  # of one set
_ID = re.compile(r"[0-9a-f]{32}")


def given(ancestry: Mapping[str, str], id: str) -> dict[str, str]:
    """What a run is given, with somebody's own data where there is an id."""
    return {**ancestry, "own": id} if id else dict(ancestry)


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
    for old in folder.glob("*.safetensors"):
        with contextlib.suppress(OSError):  # somebody else was faster
            if time.time() - old.stat().st_mtime > PRIVATE_S:
                old.unlink()
    id = secrets.token_hex(16)
    temporary = folder / f".{id}"
    temporary.write_bytes(save({name: tensor.contiguous() for name, tensor in data.items()}))
    os.replace(temporary, _path(home, id))
    return id


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


def load(home: Path, id: str) -> dict[str, torch.Tensor]:
    """A set by its id. Raises LookupError where it is gone."""
    path = _path(home, id)
    if not path.exists():
        raise LookupError(GONE)
    return load_file(path)


def forget(store: Store, id: str) -> int:
    """Delete a set and every run on it that is not active; how many runs."""
    _path(store.home, id).unlink(missing_ok=True)
    dropped = 0
    for run in store.all():
        if run.manifest.get("given", {}).get("own") == id:
            with contextlib.suppress(ValueError, OSError):  # active, or just going
                store.drop(run)
                dropped += 1
    return dropped
