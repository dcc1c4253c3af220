"""The route that feeds the film, asked over a real socket: blocks, headers, refusals, damaged runs."""

import http.client
import json
import shutil
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from app import visitor
from app.page import moments
from engine.autoregressive.pixelcnn_lab import PixelCNNSpec
from engine.core.trace import Snapshot, Step, Trace
from engine.runs.own import owner
from engine.runs.reading import Run
from engine.runs.store import Store, run_key
from engine.runs.work import train
from engine.runs.writing import Writer
from tests.helpers import unpack

LAB = "autoregressive.pixelcnn"
SPEC = PixelCNNSpec(layers=1, channels=4, kernel=3, steps=30)
Answer = tuple[int, str, bytes]  # status, cache-control, body


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The route alone under uvicorn, as app/serve.py mounts it."""
    route = Route("/moments/{lab}/{key}/{attempt}", moments.answer)
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=[route]), host="127.0.0.1", port=0, log_level="critical")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)


def fresh_store(home: Path, patch: pytest.MonkeyPatch) -> Store:
    home.chmod(0o700)
    patch.setenv("GLASSBOX_HOME", str(home))
    moments.store.cache_clear()
    return moments.store()


def trained(store: Store, stop_after: int | None = None, **facts: object) -> Run:
    """A run that is trained here and now; stopped after so many events if told."""
    torch.set_num_threads(1)
    key = run_key(LAB, SPEC)
    writer = Writer.create(store, LAB, key, SPEC, {}, **{"private": False, "supervisor": "", **facts})
    events = train(writer, store, torch.device("cpu"))
    for n, _ in enumerate(events):
        if n == stop_after:
            cast(Generator, events).close()
            break
    run = store.attempt(LAB, key, writer.folder.name)
    assert run is not None
    return run


@pytest.fixture(scope="module")
def patched() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch
    moments.store.cache_clear()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, patched: pytest.MonkeyPatch) -> Run:
    """A small finished run."""
    return trained(fresh_store(tmp_path_factory.mktemp("home"), patched))


@pytest.fixture
def own(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A copy of the run that a test may damage, in a home of its own."""
    store = fresh_store(tmp_path, monkeypatch)
    shutil.copytree(run.folder, store.home / "runs" / run.lab / run.key / run.attempt)
    copy = store.attempt(run.lab, run.key, run.attempt)
    assert copy is not None
    yield copy
    monkeypatch.undo()
    moments.store.cache_clear()


def ask(port: int, path: str, cookie: str = "") -> Answer:
    """GET exactly this path: no client tidies its dots away."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    wire.request("GET", path, headers={"cookie": f"{visitor.COOKIE}={cookie}"} if cookie else {})
    answer = wire.getresponse()
    told = answer.status, answer.getheader("cache-control", ""), answer.read()
    wire.close()
    return told


def address(run: Run, query: str = "") -> str:
    return f"/moments/{run.lab}/{run.key}/{run.attempt}{query}"


def test_blocks_join_to_the_whole_training(port: int, run: Run) -> None:
    """Killed: the range ending one early; arrays from moment 0 in every block; scalars told twice."""
    trace, joined, steps, scalars = run.trace(), {}, [], {}
    while len(steps) < len(trace.moments):
        status, _, body = ask(port, address(run, f"?from={len(steps)}&to={len(steps) + 7}"))
        header, arrays = unpack(body)
        assert status == 200
        assert header["from"] == len(steps)
        assert header["count"] == len(trace.moments)
        assert header["total"] == SPEC.steps
        steps += header["moments"]
        for name, stack in arrays.items():
            joined.setdefault(name, []).append(stack)
        for name, line in header["scalars"].items():
            scalars.setdefault(name, []).extend(zip(line["step"], line["value"], strict=True))
    assert steps == trace.moments
    for name in trace.names:
        for part, last in trace.last(name).items():
            stack = np.concatenate(joined[f"{name}.{part}"])
            assert len(stack) == len(steps)
            assert np.array_equal(stack[-1], last)
            assert np.array_equal(stack[0], trace.at(name, 0)[part])
    for name, (told_at, values) in trace.scalars.items():
        assert [step for step, _ in scalars[name]] == told_at
        assert np.allclose([value for _, value in scalars[name]], values, atol=1e-5)


def test_one_answer_holds_at_most_a_block(port: int, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of five, for a small run has fewer than 64 moments. Killed: `last` taken as asked."""
    monkeypatch.setattr(moments, "BLOCK", 5)
    _, _, body = ask(port, address(run, "?from=2&to=100000"))
    assert unpack(body)[0]["moments"] == run.moments()[2:7]


def test_what_is_full_is_kept_for_ever_and_what_grows_is_not(port: int, own: Run) -> None:
    """Killed: `full` always true; always false; a block past the end of a stopped run kept."""
    stopped = trained(moments.store(), stop_after=40)
    count = len(stopped.moments())
    assert stopped.state == "stopped"
    assert count > 2
    assert "immutable" in ask(port, address(stopped, "?from=0&to=2"))[1]
    assert ask(port, address(stopped, f"?from=0&to={count + 1}"))[1] == "no-store"
    for beyond in (count, count + 1, 99_999):  # Killed: 500 beyond the end
        status, kept, body = ask(port, address(stopped, f"?from={beyond}&to={beyond + 1}"))
        assert (status, kept, unpack(body)[0]["moments"]) == (200, "no-store", [])


def test_a_finished_run_is_kept_though_its_block_is_short(port: int, run: Run) -> None:
    """Killed: `done` not looked at, so that no film of a finished run is ever kept."""
    assert "immutable" in ask(port, address(run))[1]
    assert "no-store" not in ask(port, address(run))[1]


def test_a_private_run_is_answered_to_its_owner_alone_and_kept_by_nobody(port: int, own: Run) -> None:
    """Killed: the door that does not ask; a name without its seal taken; `immutable` for a private run."""
    mine, others = visitor.issued(), visitor.issued()
    run = trained(moments.store(), private=True, owner=owner(visitor.read(mine)))
    status, kept, body = ask(port, address(run), mine)
    assert (status, kept) == (200, "private, no-store")
    assert unpack(body)[0]["moments"] == run.moments()
    for cookie in ("", others, visitor.read(mine), visitor.read(mine) + ".", mine[:-1] + "g", mine + "0"):
        assert ask(port, address(run), cookie) == (404, "no-store", b"no such run")


@pytest.mark.parametrize(
    "cookie", ["", ".", "a" * 32, "a" * 32 + "." + "0" * 32, "\u00e9" * 32 + ".", "." * 65]
)
def test_a_name_that_this_server_did_not_give_is_none(own: Run, cookie: str) -> None:
    """Sixty made-up names would be sixty visitors. Killed: any 32 digits taken."""
    assert visitor.read(cookie) == ""
    assert len(visitor.read(visitor.issued())) == 32


@pytest.mark.parametrize(
    "query",
    [
        "?from=x",
        "?to=",
        "?from=1.5",
        "?from=1&to=1",
        "?from=-1",
        "?to=100001",
        "?from=5&to=2",
        "?from=" + "9" * 5000,
        "?from=%00",
        "?to=nan",
    ],
)
def test_a_range_that_is_none_is_refused_in_words(port: int, run: Run, query: str) -> None:
    """Killed: the check of order; the check of the upper end; ValueError let through."""
    status, _, body = ask(port, address(run, query))
    assert status == 400
    assert b"from and to must" in body


@pytest.mark.parametrize(
    "path",
    [
        "no.lab/0123456789abcdef/0001",
        f"{LAB}/0123456789abcdef/0001",
        f"{LAB}/KEY/9999",
        "../../etc/passwd",
        f"{LAB}/KEY/..",
        f"{LAB}/%2e%2e/manifest.json",
        f"%2e%2e/{LAB}/0001",
        f"{LAB}/KEY/%2e%2e%2f%2e%2e%2fsecret",
        f"{LAB}/..%5c..%5csecret/0001",
        f"{LAB}/KEY/0001%00",
        f"{LAB}/KEY/0001%0a",
        f"{LAB}/KEY/new-1",
        f"{LAB}/{'a' * 10_000}/0001",
        f"{'x.' * 3000}/KEY/0001",
        f"{LAB}/KEY/{'1' * 9000}",
        f"{LAB}//0001",
        f"{LAB}/KEY/%D9%A0%D9%A0%D9%A0%D9%A1",
    ],
)
def test_what_is_not_a_run_is_not_found_and_no_other_file_is_read(port: int, run: Run, path: str) -> None:
    """Killed: the pattern of names dropped from `Store.attempt` (then `..` reaches a manifest)."""
    (run.folder.parent.parent / "manifest.json").write_text('{"state": "done", "secret": 1}')
    status, _, body = ask(port, "/moments/" + path.replace("KEY", run.key))
    (run.folder.parent.parent / "manifest.json").unlink()
    assert status == 404
    assert len(body) < 40


def test_a_run_that_is_not_here_is_said_to_be_so(port: int, run: Run) -> None:
    """Killed: an empty block instead, which the film would take for a training that never begins."""
    assert ask(port, f"/moments/{LAB}/0123456789abcdef/0001")[::2] == (404, b"no such run")


def test_a_shipped_run_is_answered(port: int, run: Run) -> None:
    """Killed: the attempt `shipped` looked for among the runs of this home."""
    shipped = next(iter((moments.store().shipped / LAB).iterdir()))
    status, _, body = ask(port, f"/moments/{LAB}/{shipped.name}/shipped")
    assert status == 200
    assert unpack(body)[0]["moments"][0] == 0


@pytest.mark.parametrize("harm", [b"", b"PK\x03\x04 torn", None])
def test_one_damaged_picture_hides_its_own_panel_and_nothing_else(
    port: int, own: Run, harm: bytes | None
) -> None:
    """A file empty, torn, gone. Killed: Unreadable let through (500); moments shifted by the one left out;
    a block that lacks an array kept for ever; the array back in a later block, out of its place."""
    file = own.folder / "0002-surprise.npz"
    file.unlink() if harm is None else file.write_bytes(harm)
    status, kept, body = ask(port, address(own))
    header, arrays = unpack(body)
    assert (status, kept) == (200, "no-store")
    assert header["moments"] == own.moments()
    assert "surprise.bits" not in arrays
    assert {name.split(".")[0] for name in arrays} == set(own.trace().names) - {"surprise"}
    assert all(len(stack) == len(own.moments()) for stack in arrays.values())
    before, after = (unpack(ask(port, address(own, f"?{q}"))[2])[1] for q in ("from=0&to=2", "from=3&to=5"))
    assert len(before["surprise.bits"]) == 2
    assert "surprise.bits" not in after


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        '{"is": "snapshot"}',
        '{"is": "snapshot", "moment": "x", "name": "../x", "step": 1}',
    ],
)
def test_damaged_events_are_passed_over(port: int, own: Run, line: str) -> None:
    """One line of the events overwritten. Killed: KeyError of a missing snapshot let through (500)."""
    events = own.folder / "events.jsonl"
    lines = events.read_text().splitlines()
    told = [n for n, text in enumerate(lines) if json.loads(text).get("name") == "score"]
    lines[told[1]] = line
    events.write_text("\n".join(lines) + "\n")
    moments.store.cache_clear()
    status, kept, body = ask(port, address(own))
    header, arrays = unpack(body)
    assert (status, kept) == (200, "no-store")
    assert len(header["moments"]) >= 2
    assert all(len(stack) == len(header["moments"]) for stack in arrays.values())


def test_a_manifest_that_is_no_manifest_does_not_bring_the_route_down(port: int, own: Run) -> None:
    """Nor does it tell of a run that may be private. Killed: the manifest's fields taken without a look; a
    run of nobody knows whom taken for a public one."""
    for text, status in {
        "": 404,
        "{": 404,
        "[]": 404,
        "null": 404,
        '{"state": 3}': 404,
        '{"state": "done"}': 200,
    }.items():
        (own.folder / "manifest.json").write_text(text)
        moments.store.cache_clear()
        assert ask(port, address(own))[0] == status


def test_an_array_that_changes_its_shape_or_kind_is_left_out() -> None:
    """Killed: `np.stack` over shapes that differ (ValueError); text handed to `pack` (ValueError)."""
    trace = Trace()
    for moment, grown in enumerate((np.zeros(2), np.zeros(3))):
        trace.add(Step(moment + 1, 2, {}))
        trace.add(Snapshot(moment, moment, "a", {"x": grown, "t": np.array("word"), "y": np.ones(2)}))
    arrays, missing = moments.stacks(trace, 0, 2)
    assert missing
    assert {name: stack.shape for name, stack in arrays.items()} == {"a.y": (2, 2)}


def test_many_ask_at_once_and_all_get_the_same(port: int, own: Run) -> None:
    """Killed: a reader without its lock, shared by the threads of the route."""
    with ThreadPoolExecutor(8) as pool:
        bodies = set(pool.map(lambda _: ask(port, address(own))[2], range(24)))
    assert len(bodies) == 1
