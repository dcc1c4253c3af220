"""What a page says of a run whose supervisor, or files, leave it alone."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.page import live, moments, runbar, standing
from engine.adversarial import gan_lab as gan
from engine.autoregressive import pixelcnn_lab as lab
from engine.runs import wire
from engine.runs.client import Standing, Status
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


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (
            Standing("on this machine", 2, 1, 0, []),
            "Trainings run on this machine: 1 of 2 places taken, nobody waits.",
        ),
        (
            Standing("on 3 nodes", 24, 24, 7, ["node b has torch 2.9.0, here it is 2.13.0: it gets no runs"]),
            "Trainings run on 3 nodes: 24 of 24 places taken, 7 wait. "
            "Node b has torch 2.9.0, here it is 2.13.0: it gets no runs.",
        ),
        (Standing("on this machine", 2, 0, 0, [], asked=True), "The cluster is being asked."),
    ],
)
def test_the_foot_says_where_trainings_run_and_how_many_wait(now: Standing, words: str) -> None:
    """Killed: the refused node left out."""
    assert standing.words(now) == words


def test_the_run_bar_says_the_place_among_those_that_wait_and_the_node(home: Path) -> None:
    """Killed: the number of all left out."""
    writer = Writer.create(moments.store(), LAB, run_key(LAB, SPEC), SPEC, {})
    view = live.view(lab, SPEC)
    waits = Status("queued", view.key, "0001", 3, True, "", 12)
    assert runbar.said(view, waits, "loss", "nats") == "waiting, place 3 of 12"
    writer.set(state="running", node="10.0.0.3")
    there = Status("running", view.key, "0001", None, True, "", 0, "on node 10.0.0.3, 1 of 8 places")
    said = runbar.said(live.view(lab, SPEC), there, "loss", "nats")
    assert said == "step 0 of ? · on node 10.0.0.3, 1 of 8 places"
    writer.ended("done", "", 3.0)
    writer.close()
    assert live.view(lab, SPEC).badge[1].endswith("3 s on cpu of node 10.0.0.3")


def test_an_address_that_is_none_is_said_in_one_line_as_the_server_starts(monkeypatch) -> None:

    class Door:
        def warm(self, cluster: str) -> Standing:
            raise live.Refused(
                f"GLASSBOX_RAY must be auto, or an address as in 10.0.0.2:6379, got {cluster!r}"
            )

    monkeypatch.setattr(live, "client", Door)
    assert standing.cluster("ten").endswith("got 'ten': trainings run on this machine.")


def test_the_seconds_told_are_those_of_the_run_that_is_most_alike(home: Path) -> None:
    """Eight steps of G for each of D's take longer than one; a finished run of the same parameters is known
    best. Killed: the first recorded run for all; a run that was stopped taken for a whole one."""

    def told(**changed: int) -> float:
        found = live.seconds(gan, gan.SPEC().but(**changed))
        assert found is not None
        return found

    assert told(k_G=8) > 1.5 * told()
    assert told(k_G=8, seed=3, steps=1000) == pytest.approx(told(k_G=8) / 2)
    spec = gan.SPEC(k_G=8, seed=3)
    for state, seconds in (("stopped", 1.0), ("done", 90.0)):
        writer = Writer.create(moments.store(), "adversarial.gan", run_key("adversarial.gan", spec), spec, {})
        writer.ended(state, "", seconds)
        writer.close()
        assert (told(k_G=8, seed=3) == 90.0) == (state == "done")
