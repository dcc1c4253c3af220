"""What a damaged file takes with it: every page stands, says so, and offers to train what is lost.

The runs are the recorded ones, kept in an empty home as if they had been trained there.
"""

import shutil
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
import torch

from app.catalogue import CATALOGUE
from app.entries import Entry
from app.page import moments
from engine.core.trace import Snapshot, Step, Weights
from engine.labs import Lab, lab_id, load
from engine.runs.reading import Run
from engine.runs.store import SHIPPED, Store, ancestry, run_key
from engine.runs.writing import Writer, safetensors
from tests.helpers import again, opened, shipped


def kept(lab: Lab) -> Run:
    """The recorded run of a lab as an attempt of this home: events, arrays, the newest weights."""
    known, id = shipped(lab), lab_id(lab)
    spec, trace = lab.RECORDED[0], known.trace()
    key = run_key(id, spec, ancestry(id))
    facts = {"code": known.manifest["code"], "device": "cpu"}
    writer = Writer.create(moments.store(), id, key, spec, ancestry(id), **facts)
    told = {name: dict(zip(*values, strict=True)) for name, values in trace.scalars.items()}
    steps = sorted({step for values in told.values() for step in values} | set(trace.moments))
    for step in steps:
        scalars = {name: values[step] for name, values in told.items() if step in values}
        if scalars or step:
            writer.add(Step(step, trace.total, scalars), 0.1)
        for moment, at in enumerate(trace.moments):
            if at == step:
                for name in trace.names:
                    writer.add(Snapshot(moment, step, name, dict(trace.at(name, moment))), 0.1)
    if trace.state is not None:
        writer.add(Weights(len(trace.moments) - 1, trace.moments[-1], dict(trace.state)), 0.1)
    writer.ended("done", "", 1.0)
    writer.close()
    run = moments.store().attempt(id, key, writer.folder.name)
    assert run is not None
    return run


def arrays_gone(folder: Path) -> None:
    for file in folder.glob("*.npz"):
        file.unlink()


def one_array_garbled(folder: Path) -> None:
    file = sorted(folder.glob("*.npz"))[len(list(folder.glob("*.npz"))) // 2]
    file.write_bytes(file.read_bytes()[:-9] + b"\xff" * 9)


def weights_garbled(folder: Path) -> None:
    for file in folder.glob("*.safetensors"):
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 255
        file.write_bytes(data)


def events_cut(folder: Path) -> None:
    data = (folder / "events.jsonl").read_bytes()
    (folder / "events.jsonl").write_bytes(data[: len(data) // 2])


def a_line_garbled(folder: Path) -> None:
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    lines[-2] = b'{"is": "step", "st\xff\n'
    (folder / "events.jsonl").write_bytes(b"".join(lines))


def another_net(folder: Path) -> None:
    """With its checksum in place, as code that has changed since leaves it."""
    text = (folder / "events.jsonl").read_text()
    for file in folder.glob("*.safetensors"):
        file.write_bytes(safetensors({"other": torch.zeros(3)}))
    lines = [line.split(', "sum"')[0] + "}" if "weights" in line else line for line in text.splitlines()]
    (folder / "events.jsonl").write_text("\n".join(lines) + "\n")


DAMAGES = (arrays_gone, one_array_garbled, weights_garbled, events_cut, a_line_garbled, another_net)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.slug)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_run_ends_no_page(
    entry: Entry, damage: Callable[[Path], None], no_training: list[str]
) -> None:
    """Of each lab that the page opens on."""
    runs = [kept(load(id)) for id in entry.labs]
    try:
        for run in runs:
            damage(run.folder)
        test = opened(entry.slug)
        options = [one.options for one in test.get("button_group") if one.key == "lab"]
        for lab in options[0] if options else []:
            again(test, {"lab": lab})
    finally:
        for run in runs:
            shutil.rmtree(run.folder)


@pytest.fixture
def damaged_recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every recorded run has lost its trace."""
    shutil.copytree(SHIPPED, tmp_path / "recorded")
    for file in (tmp_path / "recorded").glob("*/*/trace.npz"):
        file.write_bytes(file.read_bytes()[:-1])
    monkeypatch.setattr(moments, "store", lru_cache(lambda: Store(shipped=tmp_path / "recorded")))


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.slug)
def test_a_page_whose_recorded_run_is_damaged_says_so(
    entry: Entry, damaged_recordings: None, no_training: list[str]
) -> None:
    """Killed: a page that looks for the last moment of none."""
    test = opened(entry.slug)
    assert any("trace.npz cannot be read" in warning.value.replace("\\", "") for warning in test.warning)
