"""A run is read back as it was written, whatever happened to the files meanwhile."""

import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from running import LAB, SHORT, made, same, trained

from engine.autoregressive.receptive_field_lab import ReceptiveFieldSpec
from engine.core.trace import Snapshot, Step
from engine.labs import load
from engine.runs import store as stores
from engine.runs.reading import Unreadable
from engine.runs.store import Store, home, run_key
from engine.runs.work import device, resolve, train
from engine.runs.writing import Writer, pack

KEY = run_key(LAB, SHORT)


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path, tmp_path / "shipped")


def test_a_run_is_read_back_number_for_number(store):
    run, live = made(store, SHORT), trained(SHORT)
    assert run.state == "done"
    assert same(run.trace(), live)
    assert run.trace().finished
    assert run.moments() == live.moments
    for name, tensor in run.weights().items():
        assert tensor.equal(live.state[name])
    assert run.arrays(2)["samples"]["x"].tobytes() == live.at("samples", 2)["x"].tobytes()
    assert run.manifest["spec"]["steps"] == 10
    assert run.manifest["seconds"] > 0
    assert run.problems == ()


def test_a_reader_sees_whole_moments_while_they_are_written(store):
    """Killed mutant: moments shown as soon as their first snapshot is there."""
    writer = Writer.create(store, LAB, KEY, SHORT, {}, private=False, supervisor="")
    for event in train(writer, store, device()):
        run = store.find(LAB, KEY)
        trace = run.trace()
        for moment in range(len(trace.moments)):
            assert {name for name, m in trace.snapshots if m == moment} == {
                n for n, m in trace.snapshots if m == 0
            }
            assert run.arrays(moment)
        if isinstance(event, Step) and event.step == 2:
            assert trace.moments == [0, 1]
            assert run.seconds_left() > 0
    assert store.find(LAB, KEY).trace().moments[-1] == 10


@pytest.mark.parametrize("events", [1, 9, 20, 37])
def test_an_interrupted_run_continued_by_replay_equals_one_that_was_never_interrupted(store, events):
    """Killed mutant: the torn last line is not cut off before the next is appended."""
    run = made(store, SHORT, stop_after=events)
    assert run.state == "interrupted"
    with open(run.folder / "events.jsonl", "ab") as file:
        file.write(b'{"is": "step", "step": 4, "tot')
    (run.folder / ".0009-samples.npz").write_bytes(b"half a file")
    seen = len(run.trace().scalars.get("loss", ((), ()))[0])
    for _ in train(Writer(run.folder), store, device()):
        pass
    assert run.state == "done"
    assert len(run.trace().scalars["loss"][0]) == 10 >= seen
    assert same(run.trace(), trained(SHORT))
    assert not run.problems
    assert not list(run.folder.glob(".*"))
    lines = (run.folder / "events.jsonl").read_text().splitlines()
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("name", ["0002-samples.npz", "0002.safetensors"])
@pytest.mark.parametrize("content", [b"", b"not what it says", None])
def test_one_damaged_file_does_not_break_the_rest(store, name, content):
    run = made(store, SHORT)
    path = run.folder / name
    path.unlink() if content is None else path.write_bytes(content)
    assert run.trace().moments == trained(SHORT).moments
    if name.endswith("npz"):
        assert "samples" not in run.arrays(2)
        assert "score" in run.arrays(2)
        with pytest.raises(Unreadable, match="0002-samples"):
            run.trace().at("samples", 2)["x"]
    else:
        with pytest.raises(Unreadable, match="0002"):
            run.weights(2)
    assert run.problems == (f"{name} cannot be read ({run.problems[0].split('(')[1]}",)
    assert run.arrays(3)["samples"]["x"].shape == (16, 8, 8)
    assert run.weights(3)


def test_damaged_lines_are_passed_over_and_named(store):
    run = made(store, SHORT)
    path = run.folder / "events.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    bad = [
        b"\xff\xfe garbage\n",
        b"[1]\n",
        b'{"is": "snapshot", "moment": 1, "step": 1, "name": "../../x"}\n',
    ]
    path.write_bytes(b"".join([*lines[:8], *bad, *lines[8:]]))
    fresh = Store(store.home, store.shipped).find(LAB, KEY)
    assert same(fresh.trace(), trained(SHORT))
    assert fresh.problems == ("events.jsonl has a damaged line",)


def test_a_damaged_manifest_hides_neither_this_run_nor_the_others(store):
    run, other = made(store, SHORT), made(store, SHORT.but(seed=1))
    (run.folder / "manifest.json").write_text('{"state": "do')
    fresh = Store(store.home, store.shipped)
    assert fresh.find(LAB, KEY).trace().latest("loss") == trained(SHORT).latest("loss")
    assert fresh.find(LAB, KEY).state == "interrupted"
    assert any("manifest" in problem for problem in fresh.find(LAB, KEY).problems)
    assert fresh.find(LAB, other.key).state == "done"


def test_no_pickle_is_ever_read(store, tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "exploded"),)

    run = made(store, SHORT)
    np.savez(run.folder / "0001-samples.npz", x=np.array([Bomb()], dtype=object))
    assert "samples" not in run.arrays(1)
    assert not (tmp_path / "exploded").exists()
    with pytest.raises(ValueError, match="allow_pickle"):
        Writer(run.folder).add(Snapshot(99, 99, "bad", {"x": np.array([Bomb()], dtype=object)}), 0)


def test_find_prefers_active_then_finished_then_begun_then_shipped(store):
    assert store.find(LAB, KEY) is None
    done = made(store, SHORT)
    pack(done, store.shipped / LAB / KEY)
    begun = made(store, SHORT, stop_after=30)
    assert store.find(LAB, KEY) is done
    writer = Writer.create(store, LAB, KEY, SHORT, {}, private=False, supervisor="")
    assert store.find(LAB, KEY).attempt == "0003"
    writer.set(state="failed")
    assert store.find(LAB, KEY) is done
    store.drop(done)
    assert store.find(LAB, KEY) is begun
    store.drop(begun)
    assert store.find(LAB, KEY).shipped


@pytest.mark.parametrize(
    "bad", ["../../etc", "a/b", "", "x" * 500, "\x00", "..", "autoregressive.pixelcnn/.."]
)
def test_any_text_may_be_asked_for(store, bad):
    assert store.find(bad, KEY) is None
    assert store.find(LAB, bad) is None
    assert store.attempt(LAB, KEY, bad) is None


def test_the_quota_drops_the_oldest_that_are_neither_pinned_nor_active_and_says_which(store):
    runs = [made(store, SHORT.but(seed=seed)) for seed in range(4)]
    Writer.create(
        store, LAB, run_key(LAB, SHORT.but(seed=9)), SHORT.but(seed=9), {}, private=False, supervisor=""
    )
    store.pin(runs[0])
    one = sum(file.stat().st_size for file in runs[0].folder.iterdir())
    dropped = store.trim(int(3.5 * one))
    assert dropped == runs[1:2]
    assert [run.key for run in store.all()] == [r.key for r in (runs[0], *runs[2:])] + [
        run_key(LAB, SHORT.but(seed=9))
    ]
    assert not runs[1].folder.exists()
    store.pin(runs[0], pinned=False)
    assert store.trim(0) == [runs[0], *runs[2:]]
    assert [run.state for run in store.all()] == ["queued"]


def test_a_private_run_goes_after_a_day(store, monkeypatch):
    run = made(store, SHORT)
    Writer(run.folder).set(private=True)
    assert store.trim() == []
    Writer(run.folder).set(started=run.manifest["started"] - 25 * 3600)
    assert store.trim() == [run]


def test_a_shipped_run_reads_the_same_and_weighs_little(store):
    run = made(store, SHORT)
    size = pack(run, store.shipped / LAB / KEY)
    shipped = store.attempt(LAB, KEY, "shipped")
    assert size == sum(file.stat().st_size for file in shipped.folder.iterdir()) < 100_000
    assert same(shipped.trace(), run.trace())
    assert shipped.state == "done"
    assert shipped.trace().finished
    assert {k for k in ("pid", "born", "session") if k in shipped.manifest} == set()
    for name, tensor in shipped.weights().items():
        assert tensor.equal(run.weights()[name])
    with pytest.raises(LookupError, match="no weights of moment 3"):
        shipped.weights(3)
    early = resolve(load(LAB), {"start": f"{KEY}@3"}, Store(Path("/nonexistent"), store.shipped), device())
    for name, tensor in early["start"].items():  # not shipped, so trained again
        assert tensor.equal(run.weights(3)[name])
    with pytest.raises(ValueError, match="only a finished run"):
        pack(made(store, SHORT, stop_after=9), store.shipped / "x")


def test_pictures_that_grow_are_shipped_too(store):
    id, spec = "autoregressive.receptive_field", ReceptiveFieldSpec(layers=3)
    key = run_key(id, spec)
    writer = Writer.create(store, id, key, spec, {}, private=False, supervisor="")
    for _ in train(writer, store, device()):
        pass
    run = store.find(id, key)
    pack(run, store.shipped / id / key)
    assert same(store.attempt(id, key, "shipped").trace(), run.trace())


def test_a_damaged_shipped_run_says_so(store):
    pack(made(store, SHORT), store.shipped / LAB / KEY)
    (store.shipped / LAB / KEY / "trace.npz").write_bytes(b"PK")
    run = store.attempt(LAB, KEY, "shipped")
    assert run.moments() == []
    assert "trace.npz" in run.problems[0]


def test_a_key_tells_apart_what_differs_and_nothing_else():
    assert run_key(LAB, SHORT) == run_key(LAB, SHORT.but(lr=SHORT.lr)) == KEY
    keys = {run_key(LAB, SHORT), run_key(LAB, SHORT.but(seed=1)), run_key(LAB, SHORT, {"start": f"{KEY}@3"}),
            run_key(LAB, SHORT, {"start": f"{KEY}@4"}), run_key(LAB, SHORT, salt="mine"),
            run_key("a.b", SHORT)}  # fmt: skip
    assert len(keys) == 6
    script = f"from engine.runs.store import *; from engine.labs import load; l = load({LAB!r});"
    script += f"print(run_key({LAB!r}, l.SPEC(layers=1, channels=4, kernel=3, steps=10)))"
    said = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert said.stdout.strip() == KEY


def test_a_home_is_made_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSBOX_HOME", str(tmp_path / "new" / "home"))
    assert home() == tmp_path / "new" / "home"
    assert home().stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("GLASSBOX_QUOTA_GB", "0.5")
    assert stores.quota() == 500_000_000


def test_events_are_plain_lines_that_any_tool_reads(store):
    run = made(store, SHORT)
    lines = [json.loads(line) for line in (run.folder / "events.jsonl").read_text().splitlines()]
    assert [line["scalars"]["loss"] for line in lines if "loss" in line.get("scalars", {})] == trained(
        SHORT
    ).scalars["loss"][1]
    assert list(islice((line["is"] for line in lines), 1)) == ["snapshot"]
