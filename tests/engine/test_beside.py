"""What is computed beside the server: the same as here, bounded in time, and no end of anything else."""

import io
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as hs

from engine.core.trace import Snapshot, Weights, traced
from engine.labs import load
from engine.runs.beside import Beside, Fault, TooLong, packed, read
from engine.runs.reading import Unreadable
from engine.runs.store import Store, ancestry, run_key
from engine.runs.writing import Writer

FLOW = "diffusion.flow"


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    """One process beside, for all of these."""
    one = Beside(helpers=1)
    yield one
    one.close()


plain = hs.recursive(
    hs.none() | hs.booleans() | hs.integers() | hs.floats(allow_nan=False) | hs.text(),
    lambda parts: hs.lists(parts, max_size=4) | hs.dictionaries(hs.text(), parts, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_plain_data_come_back_as_they_were(value: object) -> None:
    """Killed: maps told from arrays by the key `array` in them."""
    assert read(io.BytesIO(packed(value))) == value


@pytest.mark.parametrize(
    "array", [np.zeros((2, 0, 3)), np.arange(6).reshape(2, 3).T, np.array(5, np.uint8), np.array(["a", "né"])]
)
def test_arrays_come_back_with_shape_and_type(array: np.ndarray) -> None:
    """Killed: bytes of an array that lies across sent as they lie."""
    [back, same] = read(io.BytesIO(packed([array, {"array": array}])))
    assert back.dtype == array.dtype
    assert np.array_equal(back, array)
    assert np.array_equal(same["array"], array)


def test_objects_and_torn_messages_are_none() -> None:
    """Killed: an array of objects sent as addresses; a short read taken for a whole one."""
    with pytest.raises(ValueError, match="object"):
        packed(np.array([{}]))
    whole = packed({"x": np.ones(3)})
    for cut in (0, 7, 20, len(whole) - 1):
        with pytest.raises(EOFError):
            read(io.BytesIO(whole[:cut]))


def test_an_exact_trace_is_the_one_computed_here(beside: Beside) -> None:
    """Killed: snapshots under their moment alone; the total left out."""
    lab = load(FLOW)
    here, there = traced(lab.run(lab.SPEC(), torch.device("cpu"), {})), beside.trace(FLOW, {})
    assert (there.total, there.moments, there.finished) == (here.total, here.moments, True)
    assert there.scalars == here.scalars
    assert there.snapshots.keys() == here.snapshots.keys()
    for at, arrays in here.snapshots.items():
        for name, array in arrays.items():
            np.testing.assert_allclose(there.snapshots[at][name], array, atol=1e-6)


def test_a_probe_asks_the_weights_of_a_run_and_its_refusals_come_back(beside: Beside, tmp_path: Path) -> None:
    """Killed: the untrained net asked; a refusal told as a fault."""
    lab = load("words.bpe")
    run = Store(tmp_path).attempt(
        "words.bpe", run_key("words.bpe", lab.RECORDED[0], ancestry("words.bpe")), "shipped"
    )
    assert run is not None
    spec = vars(lab.RECORDED[0])
    trained = beside.probe("words.bpe", spec, "encode", {"text": "the number"}, run, tmp_path)["ids"]
    bare = beside.probe("words.bpe", spec, "encode", {"text": "the number"}, None, tmp_path)["ids"]
    assert len(trained) < len(bare) == 10
    assert lab.restore(lab.RECORDED[0], run.weights()).encode("the number") == trained.tolist()
    with pytest.raises(ValueError, match="at most 20,000 characters"):
        beside.probe("words.bpe", spec, "encode", {"text": "a" * 20_001}, run, tmp_path)
    with pytest.raises(Fault, match="KeyError"):
        beside.probe("words.bpe", spec, "no such probe", {}, run, tmp_path)
    with pytest.raises(ValueError, match="steps must"):
        beside.trace(FLOW, {"steps": 10**9})


def test_weights_of_another_net_are_damage_and_no_fault(beside: Beside, tmp_path: Path) -> None:
    """Killed: a misfit told as a fault, which ends a page; the run not told of it."""
    id, lab = "words.bpe", load("words.bpe")
    spec, given = lab.RECORDED[0], ancestry(id)
    writer = Writer.create(Store(tmp_path), id, run_key(id, spec, given), spec, given, private=False)
    writer.add(Snapshot(0, 0, "x", {"x": np.zeros(2)}), 0.0)
    writer.add(Weights(0, 0, {"other": torch.zeros(3)}), 0.0)
    writer.ended("done", "", 1.0)
    writer.close()
    run = Store(tmp_path).find(id, run_key(id, spec, given))
    assert run is not None
    assert not run.lost
    with pytest.raises(Unreadable, match="do not fit"):
        beside.probe(id, vars(spec), "encode", {"text": "x"}, run, tmp_path)
    assert run.lost
    next(run.folder.glob("*.safetensors")).write_bytes(b"torn")
    with pytest.raises(Unreadable, match="safetensors"):
        beside.probe(id, vars(spec), "encode", {"text": "x"}, run, tmp_path)


def test_text_without_spaces_is_bounded_by_its_work(beside: Beside, tmp_path: Path) -> None:
    """20,000 Chinese characters and 400 merges held the server for half a minute. Killed: no bound."""
    spec, text = vars(load("words.bpe").SPEC()), "".join(chr(0x4E00 + n % 997) for n in range(20_000))
    with pytest.raises(ValueError, match="a word of 60,000 bytes takes at most 66 merges, got 400"):
        beside.probe("words.bpe", spec, "learn", {"text": text, "merges": 400}, None, tmp_path)
    told = beside.probe("words.bpe", spec, "learn", {"text": "low lower lowest", "merges": 9}, None, tmp_path)
    assert told["count"].tolist() == [3, 3, 2, 2]  # lo, low, " low", " lowe"
    assert told["size"].tolist() == [16, 13, 10, 8, 6]


def test_what_takes_too_long_is_ended_and_the_next_is_answered() -> None:
    """Killed: the timer left out; a process that was ended asked again."""
    one = Beside(helpers=1, limit=0.05)  # its start alone takes longer
    with pytest.raises(TooLong, match="more than 0 seconds"):
        one.trace(FLOW, {})
    helper = one._idle.get()
    helper.limit = 60
    one._idle.put(helper)
    assert one.trace(FLOW, {}).finished
    one.close()


def test_two_are_asked_at_once_and_a_third_waits(tmp_path: Path) -> None:
    """Killed: one process for all; two answers of one process mixed up."""
    two, spec = Beside(helpers=2), vars(load("words.bpe").SPEC())
    found: dict[int, list[int]] = {}

    def ask(n: int) -> None:
        told = two.probe("words.bpe", spec, "encode", {"text": "x" * n}, None, tmp_path)
        found[n] = told["ids"].tolist()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: len(ids) for n, ids in found.items()} == {n: n for n in range(1, 9)}
    two.close()


def test_it_ends_with_the_server() -> None:
    """Killed: a process that waits for ever where nobody will ask. `-9` leaves it no orphan."""
    one = subprocess.Popen([sys.executable, "-m", "engine.runs.beside"], stdin=subprocess.PIPE)
    assert one.stdin is not None
    one.stdin.close()
    before = time.monotonic()
    assert one.wait(60) == 0
    assert time.monotonic() - before < 60
