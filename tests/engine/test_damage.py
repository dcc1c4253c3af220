"""Files of a run that were changed, cut or lost: what can be read is read, and the rest is named."""

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import LAB, SHORT, made, same, trained

from engine.core.claims import Claim, Verdict
from engine.labs import load
from engine.runs import arms, facts
from engine.runs.judge import judge
from engine.runs.reading import Run
from engine.runs.store import SHIPPED, Store, run_key
from engine.runs.stored import Stored, Unreadable, arrays_in, sum_of, tensors_in
from engine.runs.work import device, train
from engine.runs.writing import Writer, npz, pack, safetensors

KEY = run_key(LAB, SHORT)


@pytest.fixture(scope="module")
def origin(tmp_path_factory) -> Path:
    """The folder of a finished run, to be copied."""
    return made(Store(tmp_path_factory.mktemp("origin")), SHORT).folder


@pytest.fixture
def store(tmp_path, origin) -> Store:
    """A home of its own with a copy of that run."""
    shutil.copytree(origin, tmp_path / "runs" / LAB / KEY / "0001")
    return Store(tmp_path, tmp_path / "shipped")


def everything(run: Run) -> None:
    """Ask a run for all that it has; what is damaged may be said by Unreadable, and by nothing else."""
    for ask in (run.trace, run.sound, run.moments, run.seconds_left, lambda: run.state, lambda: run.message):
        ask()
    for moment in range(12):
        run.arrays(moment)
        for ask in (lambda m=moment: run.weights(m), run.weights):
            try:
                ask()
            except (Unreadable, LookupError):
                continue
    sound = run.sound()
    for name in sound.names:
        for moment in range(len(sound.moments)):
            dict(sound.at(name, moment))
    assert run.lost in (True, False)
    judge(load(LAB), SHORT, lambda spec: (run.sound(), run.sound().finished))


@settings(max_examples=60)
@given(data=st.data())
def test_whatever_became_of_its_files_a_run_can_be_read(data, tmp_path_factory, origin):
    """Killed: a checksum that is not compared."""
    home = tmp_path_factory.mktemp("fuzz")
    folder = shutil.copytree(origin, home / "runs" / LAB / KEY / "0001")
    name = data.draw(st.sampled_from(sorted(file.name for file in folder.iterdir())))
    whole = (folder / name).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    put = data.draw(st.one_of(st.binary(min_size=1, max_size=8), st.just(b"")))
    changed = whole[:at] + (put + whole[at + len(put) :] if put else b"")
    (folder / name).write_bytes(changed)
    run = Store(home, home / "shipped").find(LAB, KEY)
    everything(run)
    if name != "manifest.json" and changed != whole and run.moments():
        run.arrays(0)
        weights = (
            name.endswith("safetensors") and not run.problems
        )  # not the newest: looked at when asked for
        if weights:
            with pytest.raises(Unreadable, match=name):
                run.weights(int(name[:4]))
        assert any(name in problem for problem in run.problems), name


@settings(max_examples=150)
@given(at=st.integers(0, 3000), flip=st.integers(1, 255), data=st.sampled_from(["npz", "safetensors"]))
def test_a_file_without_a_checksum_is_unreadable_or_read_and_nothing_else(at, flip, data, tmp_path_factory):
    """As earlier code left it. Killed: errors caught by their names (BadZipFile, ValueError ...)."""
    arrays = {"x": np.arange(40.0), "y": np.ones((2, 3), np.int8)}
    whole = bytearray(npz(arrays) if data == "npz" else safetensors(trained_state()))
    whole[at % len(whole)] ^= flip
    path = tmp_path_factory.mktemp("file") / "one"
    path.write_bytes(whole)
    with contextlib.suppress(Unreadable):
        dict(Stored(path, arrays_in if data == "npz" else tensors_in))
    with pytest.raises(Unreadable, match="not what was written"):
        dict(Stored(path, arrays_in, sum_of(b"what was written")))


def trained_state():
    """The weights of a small net."""
    return load(LAB).restore(SHORT, None).state_dict()


@pytest.mark.parametrize("line", [
    '{"is": "step", "step": 1e999, "total": 10, "scalars": {}, "seconds": 0}',
    '{"is": "snapshot", "step": 3, "moment": 1000000000000, "name": "samples"}',
    '{"is": "snapshot", "step": 3, "moment": -1, "name": "samples"}',
    '{"is": "step", "step": 1, "total": 1, "scalars": {"loss": 1' + "0" * 400 + '}, "seconds": 0}',
    "[" * 100_000,
])  # fmt: skip
def test_a_line_that_no_run_writes_is_named(store, line):
    """Killed: a number of a moment that is believed."""
    with open(store.home / "runs" / LAB / KEY / "0001" / "events.jsonl", "a") as file:
        file.write(line + "\n")
    run = store.find(LAB, KEY)
    everything(run)
    assert run.problems == ("events.jsonl has a damaged line",)


def test_a_run_whose_events_were_cut_is_not_done_and_trained_again_it_is_whole(store):
    """Killed: the state of the manifest believed; a replay that keeps what is damaged."""
    run = store.find(LAB, KEY)
    assert (run.state, run.sound().finished) == ("done", True)
    path = run.folder / "events.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert run.problems == ("events.jsonl is not what was written",)
    assert (run.state, run.trace().finished) == ("interrupted", False)
    assert 0 < len(run.sound().moments) < 11
    (run.folder / "0001-samples.npz").unlink()
    for _ in train(Writer(run.folder), store, device()):
        pass
    assert (run.state, run.problems) == ("done", ())
    assert same(run.sound(), trained(SHORT))


def test_one_changed_digit_of_a_figure_is_seen(store):
    path = store.find(LAB, KEY).folder / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"total": 10', b'"total": 11', 1))
    assert Store(store.home, store.shipped).find(LAB, KEY).problems == (
        "events.jsonl is not what was written",
    )


def test_a_repaired_file_loses_its_warning(store):
    """Killed: problems that are only ever added to."""
    run = store.find(LAB, KEY)
    names = (
        "0002-samples.npz",
        sorted(run.folder.glob("*.safetensors"))[-1].name,
        "events.jsonl",
        "manifest.json",
    )
    for name in names:
        whole = (run.folder / name).read_bytes()
        (run.folder / name).write_bytes(whole[:-20])
        run = Store(store.home, store.shipped).find(LAB, KEY)
        assert any(name in problem for problem in run.problems), name
        (run.folder / name).write_bytes(whole)
        assert (run.state, run.problems) == ("done", ()), name
    assert same(run.sound(), trained(SHORT))


def test_what_is_damaged_ends_the_sound_trace_and_its_claims_are_provisional(store):
    """Killed: a check that raises on a damaged run."""
    run = store.find(LAB, KEY)
    (run.folder / "0003-samples.npz").write_bytes(b"PK")
    with pytest.raises(Unreadable, match="0003"):  # it was seen sound, and was not read till now
        run.trace().at("samples", 3)["x"]
    assert len(run.trace().moments) == 11, "others of that moment can still be read"
    assert (len(run.sound().moments), run.sound().finished) == (3, False)
    assert run.sound().latest("loss") == trained(SHORT).latest("loss")

    def check(traces):
        return Verdict(float(traces["this"].at("samples", 3)["x"].sum()) > -1, "", "")

    lab = type("Lab", (), {"CLAIMS": (Claim("It ends.", check, "nothing"),)})
    for seen in (run.sound(), run.trace()):
        found = judge(lab, SHORT, lambda _, seen=seen: (seen, seen.finished))
        assert [one.verdict for one in found] == ["provisional"]
    for file in run.folder.glob("*-samples.npz"):
        file.unlink()
    fresh = Store(store.home, store.shipped).find(LAB, KEY)
    assert fresh.sound().moments == []
    with pytest.raises(Unreadable, match="FileNotFound"):
        fresh.trace().at("samples", 9)["x"]


@pytest.mark.parametrize("damage", [
    lambda folder: next(folder.glob("0010.safetensors")).write_bytes(safetensors(trained_state())),
    lambda folder: (folder / "0010.safetensors").unlink(),
], ids=["of another run", "gone"])  # fmt: skip
def test_lost_weights_are_known_before_anybody_asks_them(store, damage: Callable[[Path], object]):
    run = store.find(LAB, KEY)
    assert not run.lost
    damage(run.folder)
    fresh = Store(store.home, store.shipped).find(LAB, KEY)
    assert fresh.lost
    with pytest.raises(Unreadable, match="0010"):
        fresh.weights()
    assert len(fresh.sound().moments) == 11


def test_a_whole_run_is_found_before_a_damaged_one(store):
    shutil.copytree(store.home / "runs" / LAB / KEY / "0001", store.home / "runs" / LAB / KEY / "0002")
    assert store.find(LAB, KEY).attempt == "0002"
    (store.home / "runs" / LAB / KEY / "0002" / "0001-samples.npz").unlink()
    assert Store(store.home, store.shipped).find(LAB, KEY).attempt == "0001"


def test_a_shipped_run_is_checked_and_a_repaired_one_is_read(store):
    pack(store.find(LAB, KEY), store.shipped / LAB / KEY)
    for name in ("trace.npz", "final.safetensors"):
        run = Store(store.home, store.shipped).attempt(LAB, KEY, "shipped")
        path = store.shipped / LAB / KEY / name
        whole = path.read_bytes()
        path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
        assert run.problems == (f"{name} cannot be read (not what was written)",)
        path.write_bytes(whole)
        assert run.problems == ()
        assert run.weights()
        assert same(run.trace(), trained(SHORT))


@pytest.mark.parametrize(("name", "value"), [
    ("started", "yesterday"), ("started", 1e300), ("started", None), ("seconds", []), ("state", ["done"]),
    ("spec", "all"), ("pid", 10**30), ("born", True), ("message", 7), ("given", {"own": 3}), ("code", {}),
])  # fmt: skip
def test_a_fact_of_another_type_is_left_out_and_named(store, name, value):
    """Killed: a manifest that is taken as it is (one text for a number stopped all training of a home)."""
    run = store.find(LAB, KEY)
    told = json.loads((run.folder / "manifest.json").read_text())
    (run.folder / "manifest.json").write_text(json.dumps(told | {name: value}))
    everything(run)
    assert any(name in problem for problem in run.problems)
    assert store.all() == [run]
    assert store.trim() == []


def test_a_run_is_private_unless_it_says_clearly_that_it_is_not():
    assert facts.read('{"private": "no"}')[0]["private"] is True
    assert facts.read('{"private": false}')[0]["private"] is False


def test_every_recorded_run_carries_checksums_that_hold():
    for path in SHIPPED.glob("*/*/manifest.json"):
        sums = json.loads(path.read_text())["sums"]
        files = {file.name for file in path.parent.iterdir()} - {"manifest.json"}
        assert sums == {name: sum_of((path.parent / name).read_bytes()) for name in files}


def test_a_damaged_arm_is_none(tmp_path):
    path = tmp_path / "arm.npz"
    arms.ship(path, trained(SHORT), "code")
    whole = path.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 200)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        arms._read(path, at)
