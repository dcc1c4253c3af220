"""Files of visitors have a bound for each and for all, also where no page asks for one."""

import asyncio

import pytest

from app import uploads
from app.uploads import OF_ALL, OF_ONE, Uploads

MB = 1_000_000


def put(door: Uploads, session: str, size: object, method: str = "PUT", path: str = uploads.PATH) -> int:
    """The status of an upload."""
    said: list[int] = []
    headers = [] if size is None else [(b"content-length", str(size).encode())]
    scope = {"type": "http", "method": method, "path": f"{path}{session}/file", "headers": headers}

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        if message["type"] == "http.response.start":
            said.append(message["status"])

    asyncio.run(door(scope, receive, send))  # type: ignore[arg-type]
    return said[0]


def house(kept: dict[str, int]) -> Uploads:
    """A house that keeps what it takes."""

    async def keep(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        session = scope["path"].removeprefix(uploads.PATH).partition("/")[0]
        kept[session] = kept.get(session, 0) + int(dict(scope["headers"]).get(b"content-length", 0))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return Uploads(keep, lambda: kept)


def test_sixty_files_of_one_visitor_end_at_the_bound() -> None:
    """They took 480 MB. Killed: the bound of one left out; counted for a single file alone."""
    kept: dict[str, int] = {}
    door = house(kept)
    answers = [put(door, "eve", 8 * MB) for _ in range(60)]
    assert answers == [204] * 8 + [413] * 52
    assert kept["eve"] == 64 * MB <= OF_ONE
    assert put(door, "ann", 8 * MB) == 204


def test_many_visitors_end_at_the_bound_of_all() -> None:
    """Killed: the bound of all left out."""
    kept: dict[str, int] = {}
    door = house(kept)
    answers = [put(door, f"eve {n}", 60 * MB) for n in range(12)]
    assert answers == [204] * 8 + [507] * 4
    assert sum(kept.values()) <= OF_ALL


@pytest.mark.parametrize("size", [None, "-1", "1e3", "9" * 400, "\u0661"])
def test_a_file_says_how_long_it_is(size: object) -> None:
    """Killed: an unknown length taken for none."""
    assert (
        put(house({}), "eve", None if size is None else str(size).encode("utf-8", "ignore").decode()) == 411
    )


def test_files_on_their_way_count() -> None:
    """Ten sent at once. Killed: only what has come is counted."""
    told: list[int] = []

    async def slow(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        await asyncio.sleep(0.01)
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def all_at_once() -> None:
        door = Uploads(slow, dict)
        scope = {
            "type": "http",
            "method": "PUT",
            "path": f"{uploads.PATH}eve/x",
            "headers": [(b"content-length", b"8000000")],
        }

        async def receive() -> dict[str, object]:
            return {"type": "http.request"}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                told.append(int(str(message["status"])))

        await asyncio.gather(*(door(scope, receive, send) for _ in range(10)))  # type: ignore[arg-type]
        assert not door.coming

    asyncio.run(all_at_once())
    assert sorted(told) == [204] * 8 + [413] * 2


def test_all_else_passes() -> None:
    """Killed: downloads and deletions refused where there is no room."""
    door = house({"eve": OF_ONE})
    assert put(door, "eve", 8 * MB, method="DELETE") == 204
    assert put(door, "eve", 8 * MB, path="/media/") == 204
    assert put(door, "eve", 8 * MB) == 413
