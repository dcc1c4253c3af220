"""What a page says of a run whose supervisor, or files, leave it alone."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.page import live, moments, runbar
from engine.autoregressive import pixelcnn_lab as lab
from engine.runs import wire
from engine.runs.code import engine_hash
from engine.runs.store import run_key
from engine.runs.writing import Writer

LAB, SPEC = "autoregressive.pixelcnn", lab.SPEC().but(layers=1, channels=4, steps=10)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GLASSBOX_HOME", str(tmp_path))
    moments.store.cache_clear()
    live.client.cache_clear()
    yield tmp_path
    moments.store.cache_clear()
    live.client.cache_clear()


def test_a_supervisor_that_does_not_answer_is_said_so_and_the_page_goes_on(home: Path) -> None:
    """After two seconds the first time, at once the next. Killed: a follow that is silent about it."""
    note = "the oldest run was dropped to stay within the quota of 5 GB"
    Writer.create(moments.store(), LAB, run_key(LAB, SPEC), SPEC, {}, note=note).close()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(wire.address(home, engine_hash()))
        door.listen(9)
        view = live.view(lab, SPEC)
        began = time.monotonic()
        status = live.follow(view)
        assert time.monotonic() - began < 5
        assert status is not None
        assert (status.state, status.mine) == ("queued", False)
        assert "the supervisor does not answer" in runbar.said(view, status, "loss", "nats")
        began = time.monotonic()
        assert live.follow(view) == status
        assert time.monotonic() - began < 1
    assert moments.store().attempts(LAB, view.key)[0].manifest["note"] == note


def test_what_a_run_was_dropped_for_is_read_in_the_run_bar(home: Path) -> None:
    """Killed: the note in the message, which the worker overwrites as it begins."""
    writer = Writer.create(moments.store(), LAB, run_key(LAB, SPEC), SPEC, {}, note="two were dropped")
    writer.set(state="running", message="")
    writer.ended("done", "", 1.0)
    writer.close()
    assert runbar.said(live.view(lab, SPEC), None, "loss", "nats").endswith("two were dropped")
