"""How clients and supervisors find and trust each other: a local socket, a secret, small JSON messages."""

import hashlib
import json
import os
import secrets
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from filelock import FileLock

from engine.runs.store import alone

LONGEST = 1 << 16  # bytes of one message; a spec is a few hundred
PATH_MAX = 100  # bytes of a socket's path: 104 on macOS, 108 on Linux, with the final zero


def address(home: Path, code: str) -> str:
    """Where the supervisor of this home and this code listens: a socket in a folder of mode 0700, or a pipe.

    Raises PermissionError where that folder belongs to, or is open to, somebody else.
    """
    if sys.platform == "win32":
        return rf"\\.\pipe\glassbox-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}-{code}"
    folder = home / "run"
    if len(os.fsencode(folder / f"{code}.sock")) > PATH_MAX:
        short = hashlib.sha256(os.fsencode(home)).hexdigest()[:8]
        folder = Path(tempfile.gettempdir()) / f"glassbox-{os.getuid()}-{short}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    alone(folder)
    return str(folder / f"{code}.sock")


def secret(home: Path) -> bytes:
    """The key that both sides must know, from a file of mode 0600; made at the first use."""
    path = home / "secret"
    with FileLock(home / "secret.lock"):
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(32).encode())
        key = path.read_bytes()
        if len(key) != 64:
            path.unlink()  # damaged; supervisors that still hold the old one end when idle
            raise OSError(f"{path} was damaged and has been removed: ask again")
    return key


def send(connection: Connection, message: dict[str, Any]) -> None:
    """One message. Raises OSError or ValueError."""
    connection.send_bytes(json.dumps(message).encode())


def receive(connection: Connection) -> dict[str, Any]:
    """One message. Raises EOFError, OSError (longer than LONGEST), ValueError (no JSON object)."""
    message = json.loads(connection.recv_bytes(LONGEST))
    if not isinstance(message, dict):
        raise ValueError("a message must be a JSON object")
    return message
