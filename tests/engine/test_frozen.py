"""Processes that stand still, and requests that fail: whoever waits is told, and the others are served."""

import contextlib
import json
import shutil
import signal
import socket
import threading
import time
from multiprocessing.connection import Client as connect

import psutil
import pytest
from running import LAB, LONG, SHORT, made, wait_until

from engine.runs import job, supervisor, wire
from engine.runs.client import Client, Unavailable
from engine.runs.code import engine_hash
from engine.runs.pool import CONTEXT, Pool
from engine.runs.store import Store, run_key


@pytest.fixture
def home(tmp_path):
    tmp_path.chmod(0o700)
    return tmp_path


def answers(client: Client, key: str) -> str:
    """How a run stands, or an empty text for no answer: a busy machine needs a moment."""
    with contextlib.suppress(Unavailable):
        return client.watch(LAB, key, "ann").state
    return ""


@pytest.mark.usefixtures("impatient")
def test_a_frozen_supervisor_is_waited_for_two_seconds_and_then_no_more(supervise, home):
    """By ten who watch at once, on an open connection and on new ones; and it is found again.

    Killed: a handshake without a time-out (it waits for ever); no memory of who was given up.
    """
    servant = supervise(home, unwatched=600)
    key = servant.client.start(LAB, LONG, session="ann", keep=True).key
    wait_until(lambda: servant.steps(key) > 2)
    servant.process.send_signal(signal.SIGSTOP)
    try:
        for client in (servant.client, Client(home)):
            waited, said = [], []

            def watch(client=client, waited=waited, said=said):
                before = time.monotonic()
                with pytest.raises(Unavailable) as silent:
                    client.watch(LAB, key, "ann")
                waited.append(time.monotonic() - before)
                said.append(str(silent.value))

            threads = [threading.Thread(target=watch) for _ in range(10)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert max(waited) < 2 * 2 + 1.5, "one turn, and one wait for it; a busy machine is forgiven"
            assert all("the supervisor does not answer" in one for one in said)
            before = time.monotonic()
            with pytest.raises(Unavailable):
                client.watch(LAB, key, "ann")
            assert time.monotonic() - before < 0.5
    finally:
        servant.process.send_signal(signal.SIGCONT)
    fresh = Client(home)
    wait_until(lambda: answers(fresh, key) == "running")
    servant.client.stop(LAB, key, "ann")


@pytest.mark.usefixtures("impatient")
def test_a_door_behind_which_nobody_answers_and_whose_queue_is_full(home):
    """As it is after many tries at a frozen supervisor. Killed: a connect that waits."""
    where = wire.address(home, "0" * 12)
    with socket.socket(socket.AF_UNIX) as door, pytest.MonkeyPatch.context() as patch:
        door.bind(where)
        door.listen(0)
        client = Client(home)
        patch.setattr(client, "_own_code", lambda: "0" * 12)
        for _ in range(4):
            client._gave_up = -10.0
            before = time.monotonic()
            with pytest.raises(Unavailable, match="does not answer"):
                client.watch(LAB, "0" * 16, "ann")
            assert time.monotonic() - before < 5


def test_a_worker_that_stands_still_is_said_to_and_can_be_stopped(supervise, home):
    servant = supervise(home, unwatched=600, still=0.5)
    key = servant.client.start(LAB, LONG, session="ann").key
    wait_until(lambda: servant.steps(key) > 2)
    worker = psutil.Process(servant.store.find(LAB, key).manifest["pid"])
    worker.suspend()
    wait_until(lambda: "its worker has done nothing for" in servant.client.watch(LAB, key, "ann").message)
    assert servant.state(key) == "running"
    servant.client.stop(LAB, key, "ann")
    wait_until(lambda: servant.state(key) == "stopped")
    assert not worker.is_running()


def test_a_manifest_that_lies_stops_no_other_training(supervise, home):
    """Killed: the manifest taken as it is."""
    servant = supervise(home, unwatched=600)
    for seed, bad in enumerate(("yesterday", None, [1], 1e400)):
        run = made(servant.store, SHORT.but(seed=seed))
        told = json.loads((run.folder / "manifest.json").read_text())
        (run.folder / "manifest.json").write_text(
            json.dumps(told | {"started": bad, "spec": bad, "pid": "x"})
        )
        for ask in (servant.client.watch, servant.client.resume):
            assert ask(LAB, run.key, "ann").state == "done"
    status = servant.client.start(LAB, SHORT.but(seed=9), session="ann")
    wait_until(lambda: servant.state(status.key) == "done")
    assert servant.process.poll() is None


@pytest.mark.parametrize("spec", [{"lr": 10**400}, {"self": 1}, {"layers": {}}, {"": None}, {"lr": [1]}])
def test_a_request_that_fails_is_answered_and_so_is_the_next(supervise, home, spec):
    """On one connection. Killed: an error of another kind than ValueError, which ended it without a word."""
    supervise(home, unwatched=600)
    with connect(wire.address(home, engine_hash()), authkey=wire.secret(home)) as door:
        ask = {"do": "start", "lab": LAB, "spec": spec, "session": "eve", "salt": "", "own": ""}
        wire.send(door, ask)
        assert set(wire.receive(door)) == {"refused"}
        wire.send(door, {"do": "watch", "lab": LAB, "key": "0" * 16, "session": "eve"})
        assert wire.receive(door)["state"] == "absent"


def test_what_goes_wrong_with_one_run_ends_that_one_alone(home):
    """Killed: a tending that is broken off."""
    servant = supervisor.Supervisor(home, job.Limits(workers=2))
    jobs = [job.Job(made(servant.store, SHORT.but(seed=n)), "ann", True) for n in range(2)]
    for one in jobs:
        servant.pool.jobs[LAB, one.run.key] = one
    jobs[0].since = None  # anything that nobody thought of
    servant.pool.tend()
    assert list(servant.pool.jobs) == [(LAB, jobs[1].run.key)]
    assert servant.pool.ended[LAB, jobs[0].run.key][1] == "failed"


def test_no_worker_to_be_had_fails_the_run_in_words(home):
    """Killed: an error of the system that ends the supervisor."""
    pool, store = Pool(home, job.Limits(workers=1)), Store(home)
    one = job.Job(made(store, SHORT), "ann", True)
    pool.jobs[LAB, one.run.key] = one
    pool.admit()
    one.process = CONTEXT.Process(target=lambda: None)  # cannot be handed to another process
    pool.launch()
    pool.tend()
    assert "no worker could be started" in pool.ended[LAB, one.run.key][2]
    assert not pool.jobs


def test_a_run_that_is_deleted_while_it_waits_harms_nobody(supervise, home):
    servant = supervise(home, workers=1, unwatched=600)
    first = servant.client.start(LAB, LONG, session="ann", keep=True)
    wait_until(lambda: servant.steps(first.key) > 2)
    second = servant.client.start(LAB, SHORT, session="ben")
    shutil.rmtree(servant.store.find(LAB, second.key).folder)
    servant.client.stop(LAB, first.key, "ann")
    wait_until(lambda: servant.state(second.key, "ben") != "running")
    third = servant.client.start(LAB, SHORT.but(seed=3), session="ben")
    wait_until(lambda: servant.state(third.key, "ben") == "done")
    assert run_key(LAB, SHORT) == second.key
