"""How clients and supervisors find and trust each other: a local socket, a secret, small JSON messages."""

import contextlib
import hashlib
import json
import os
import secrets
import socket
import struct
import sys
import tempfile
from multiprocessing.connection import Client as named_pipe
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

from filelock import FileLock

LONGEST = 1 << 16  # bytes of one message; a spec is a few hundred
LOCK_S = 2.0  # a process that stands still may hold the lock of the secret
PATH_MAX = 100  # bytes of a socket's path: 104 on macOS, 108 on Linux, with the final zero


def alone(folder: Path) -> None:
    """Raises PermissionError where a folder belongs to, or is open to, somebody else."""
    facts = folder.stat()
    if sys.platform != "win32" and (facts.st_uid != os.getuid() or facts.st_mode & 0o077):
        raise PermissionError(
            f"{folder} must belong to you alone (mode 0700); it belongs to user {facts.st_uid} and has mode "
            f"{facts.st_mode & 0o777:04o}: chmod 700 it, or name another folder in GLASSBOX_HOME"
        )


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
    with contextlib.suppress(OSError):
        if len(key := path.read_bytes()) == 64:
            return key
    with FileLock(home / "secret.lock", timeout=LOCK_S):
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(32).encode())
        key = path.read_bytes()
        if len(key) != 64:
            path.unlink()  # damaged; supervisors that still hold the old one end when idle
            raise OSError(f"{path} was damaged and has been removed: ask again")
    return key


def connect(where: str, key: bytes, patience: float) -> Connection:
    """A connection to whoever listens there and knows the key. Raises BlockingIOError or TimeoutError after
    `patience` seconds: the system takes calls for a process that stands still. On Windows it waits.

    Raises OSError, EOFError and AuthenticationError besides.
    """
    if sys.platform == "win32":
        return named_pipe(where, authkey=key)
    with socket.socket(socket.AF_UNIX) as door:
        door.settimeout(patience)
        door.connect(where)
        door.settimeout(None)
        for way in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):  # for every later read and write, too
            door.setsockopt(socket.SOL_SOCKET, way, struct.pack("ll", int(patience) + 1, 0))
        connection = Connection(door.detach())
    try:
        answer_challenge(connection, key)
        deliver_challenge(connection, key)
    except BaseException:
        connection.close()
        raise
    return connection


def packed(message: dict[str, Any]) -> bytes:
    """A message as it travels."""
    return json.dumps(message).encode()


def parsed(data: bytes) -> dict[str, Any]:
    """What a message says. Raises ValueError (no JSON object)."""
    message = json.loads(data)
    if not isinstance(message, dict):
        raise ValueError("a message must be a JSON object")
    return message


def send(connection: Connection, message: dict[str, Any]) -> None:
    """One message. Raises OSError or ValueError."""
    connection.send_bytes(packed(message))


def receive(connection: Connection) -> dict[str, Any]:
    """One message. Raises EOFError, OSError (longer than LONGEST), ValueError (no JSON object)."""
    return parsed(connection.recv_bytes(LONGEST))
