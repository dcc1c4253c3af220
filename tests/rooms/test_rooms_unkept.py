"""A database of rooms that cannot be used: every door says so in a sentence."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event
from starlette.requests import Request
from starlette.responses import Response

from app.voting import routes
from app.voting.exhibits import KINDS
from app.voting.store import Rooms, Unkept

VOTER = "0123456789abcdef" * 2


def read_only(path: Path) -> Rooms:
    return Rooms(f"sqlite:///file:{path}?mode=ro&uri=true")


def full(path: Path) -> Rooms:
    """A database that may not grow: the same error as that of a full disk."""
    found = Rooms(f"sqlite:///{path}")
    event.listen(found.engine, "begin", lambda db: db.exec_driver_sql("PRAGMA max_page_count=1"))
    return found


def no_file(path: Path) -> Rooms:
    if path.is_file():
        path.unlink()
        path.mkdir()
    return Rooms(f"sqlite:///{path}")


@pytest.mark.parametrize(("broken", "words"), [
    (read_only, "their file can only be read"), (full, "the disk is full"), (no_file, "cannot be opened"),
])  # fmt: skip
def test_a_database_that_cannot_be_used_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Callable[[Path], Rooms], words: str
) -> None:
    """Killed: the OperationalError of the driver, which a phone saw as status 500."""
    path = tmp_path / "rooms.sqlite"
    made = Rooms(f"sqlite:///{path}")
    code = made.open("ann", KINDS[0], "random").code
    made.engine.dispose()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode=DELETE")
    db.close()

    def vote_on() -> None:
        rooms = broken(path)
        for n in range(300):  # until the last page of the file is full
            rooms.vote(code, f"{n:032x}", (0, 1), 0)

    with pytest.raises(Unkept, match=words):
        vote_on()
    monkeypatch.setattr(routes, "store", lambda: broken(path))
    answer = asyncio.run(sent(phone(code)))
    assert answer.status_code == 503
    assert words in json.loads(bytes(answer.body))["error"]


async def sent(request: Request) -> Response:
    return await routes.told(routes.vote)(request)


def phone(code: str) -> Request:
    """What a phone sends."""

    async def body() -> dict:
        return {"type": "http.request", "body": b'{"pair": [0, 1], "choice": 0}', "more_body": False}

    headers = [(b"content-type", b"application/json"), (b"cookie", f"{routes.COOKIE}={VOTER}".encode())]
    scope = {"type": "http", "method": "POST", "path": f"/room/{code}/vote", "headers": headers,
             "path_params": {"code": code}, "query_string": b"", "client": ("127.0.0.1", 1)}  # fmt: skip
    return Request(scope, body)
