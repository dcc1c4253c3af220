"""Who trains: sharing, waiting, pausing, stopping, leaving, and what is refused. With real processes."""

import contextlib
import re
import socket
import time
from functools import partial
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client as connect
from pathlib import Path

import psutil
import pytest
from running import LAB, LONG, SHORT, made, same, trained, wait_until

from engine.core.params import Spec
from engine.labs import load
from engine.runs import wire
from engine.runs.client import Client, Refused
from engine.runs.code import engine_hash
from engine.runs.store import Store, run_key
from engine.runs.work import device, resolve
from engine.runs.writing import pack


@pytest.fixture(scope="module")
def two(supervise, home):
    """Two workers, and nobody has to watch for long."""
    return supervise(home, workers=2, unwatched=2, pause=600)


def begin(servant, spec: Spec, who: str = "ann", **more) -> str:
    """Start, wait until it trains, return its key."""
    status = servant.client.start(LAB, spec, session=who, **more)
    assert status.mine
    wait_until(lambda: servant.state(status.key, who) == "running" and servant.steps(status.key) > 2)
    return status.key


def end(servant, key: str, who: str = "ann") -> None:
    servant.client.stop(LAB, key, who)
    wait_until(lambda: servant.state(key, who) == "stopped")


def test_a_worker_trains_the_very_run_that_this_process_would(two):
    status = two.client.start(LAB, SHORT, session="ann")
    assert (status.state, status.mine, status.attempt) == ("running", True, "0001")
    wait_until(lambda: two.state(status.key) == "done")
    run = two.store.find(LAB, status.key)
    assert same(run.trace(), trained(SHORT))
    assert run.manifest["device"] == "cpu"
    again = two.client.start(LAB, SHORT, session="ann")
    assert again.attempt == "0002", "train always trains"
    wait_until(lambda: two.state(status.key) == "done")


def test_pause_holds_step_steps_resume_goes_on_and_stop_stops(two):
    key = begin(two, LONG)
    assert two.client.pause(LAB, key, "ann").state == "paused"
    run = two.store.find(LAB, key)
    wait_until(lambda: run.state == "paused")
    before = two.steps(key)
    for n in (1, 3):
        two.client.step(LAB, key, "ann", n)
        wait_until(lambda: two.state(key) == "paused" and run.state == "paused")
        before += n
        assert two.steps(key) == before
    assert two.client.resume(LAB, key, "ann").state == "running"
    wait_until(lambda: two.steps(key) > before + 2)
    began = time.monotonic()
    two.client.stop(LAB, key, "ann")
    wait_until(lambda: two.state(key) == "stopped")
    assert time.monotonic() - began < 5, "about a second; a busy machine is forgiven"
    steps = two.steps(key)
    assert before < steps < LONG.steps
    assert run.trace().scalars["loss"][0] == list(range(1, steps + 1))


def test_two_who_ask_for_the_same_share_it_and_who_stays_may_steer(two):
    key = begin(two, LONG.but(seed=1), keep=True)
    other = two.client.start(LAB, LONG.but(seed=1), session="ben")
    assert (other.key, other.attempt, other.mine) == (key, "0001", False)
    for forbidden in (two.client.pause, two.client.step, two.client.stop):
        with pytest.raises(Refused, match="somebody else started this run"):
            forbidden(LAB, key, "ben")
    two.client.leave(LAB, key, "ann")
    steps = two.steps(key)
    assert two.client.watch(LAB, key, "ben").mine, "who stays inherits it"
    wait_until(lambda: two.steps(key) > steps)
    assert two.client.watch(LAB, key, "ann").mine, "until the starter is back"
    assert not two.client.watch(LAB, key, "ben").mine
    end(two, key)


def test_a_run_that_nobody_watches_pauses_and_goes_on_when_somebody_does(two):
    key = begin(two, LONG.but(seed=2))
    run = two.store.find(LAB, key)
    wait_until(lambda: run.state == "paused")  # nobody calls watch meanwhile
    steps = two.steps(key)
    assert "nobody watched" in two.client.watch(LAB, key, "ben").message
    wait_until(lambda: two.steps(key) > steps + 2)
    assert two.state(key, "ben") == "running"
    end(two, key, "ben")


def test_a_run_that_is_kept_goes_on_unwatched(two):
    key = begin(two, LONG.but(seed=3), keep=True)
    until = time.monotonic() + 4  # twice what makes another one pause
    while time.monotonic() < until:
        assert two.store.find(LAB, key).state == "running"
        time.sleep(0.1)
    end(two, key)


def test_the_fourth_waiting_is_refused_and_everyone_sees_their_place(supervise, tmp_path):
    tmp_path.chmod(0o700)
    one = supervise(tmp_path, workers=1, unwatched=600, pause=0.5)
    first = begin(one, LONG)
    waiting = [one.client.start(LAB, LONG.but(seed=n), session="ann") for n in (1, 2, 3)]
    assert [status.place for status in waiting] == [1, 2, 3]
    assert [one.store.find(LAB, status.key).state for status in waiting] == ["queued"] * 3
    with pytest.raises(Refused, match="3 runs waiting already"):
        one.client.start(LAB, LONG.but(seed=4), session="ann")
    bens = one.client.start(LAB, LONG.but(seed=4), session="ben")
    assert bens.place == 1, "another one may still ask, and is next: ann trains already"
    one.client.stop(LAB, bens.key, "ben")
    one.client.stop(LAB, waiting[1].key, "ann")
    assert one.state(waiting[1].key) == "stopped"
    assert one.client.watch(LAB, waiting[2].key, "ann").place == 2
    one.client.pause(LAB, first, "ann")  # gives up its place after half a second
    wait_until(lambda: one.state(waiting[0].key) == "running")
    assert one.state(first) == "paused"
    assert one.client.resume(LAB, first, "ann").place == 2, "behind those that wait"
    steps = one.steps(first)
    for key in (waiting[0].key, waiting[2].key):
        end(one, key)
    wait_until(lambda: one.state(first) == "running" and one.steps(first) > steps + 2)

    run = one.store.find(LAB, first)
    losses = run.trace().scalars["loss"]
    assert losses[0] == list(range(1, len(losses[0]) + 1)), "no step is lost or told twice"


def test_made_up_visitors_of_one_address_neither_fill_the_queue_nor_go_before_others(supervise, tmp_path):
    """Sixty of them queued 180 runs in 21 seconds. Killed: first come, first served; no total of an address;
    none in all; the address not asked."""
    tmp_path.chmod(0o700)
    one = supervise(tmp_path, workers=1, unwatched=600, waiting_from=5, waiting_in_all=7)
    begin(one, LONG)
    start = partial(one.client.start, LAB, keep=True)
    crowd = [start(LONG.but(seed=n), session=f"crowd {n}", address="192.0.2.1") for n in range(1, 6)]
    assert [status.place for status in crowd] == [1, 2, 3, 4, 5]
    with pytest.raises(Refused, match="5 runs wait already"):
        start(LONG.but(seed=6), session="crowd 6", address="192.0.2.1")
    assert start(LONG.but(seed=7), session="ben", address="192.0.2.2").place == 2, "the second of turns"
    assert start(LONG.but(seed=8), session="ben", address="192.0.2.2").place == 7, "his second, behind all"
    with pytest.raises(Refused, match="7 runs wait already"):
        start(LONG.but(seed=9), session="cleo", address="192.0.2.3")


def test_a_fork_starts_from_the_weights_of_its_moment(two, tmp_path):
    origin = made(two.store, SHORT)
    status = two.client.start(LAB, SHORT.but(seed=5), session="ann", start_from=(origin.key, 4))
    assert status.key == run_key(LAB, SHORT.but(seed=5), {"start": f"{origin.key}@4"})
    wait_until(lambda: two.state(status.key) == "done")
    weights = origin.weights(4)
    assert same(two.store.find(LAB, status.key).trace(), trained(SHORT.but(seed=5), {"start": weights}))
    pack(origin, tmp_path / LAB / origin.key)
    shipped = resolve(load(LAB), {"start": f"{origin.key}@4"}, Store(tmp_path / "no", tmp_path), device())
    assert all(shipped["start"][name].equal(weights[name]) for name in weights), (
        "trained again to that moment"
    )
    with pytest.raises(Refused, match="train it first"):
        two.client.start(LAB, SHORT, session="ann", start_from=("0123456789abcdef", 4))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"spec": {"layers": 99}}, r"layers must be a whole number in \[1, 8\], got 99"),
        ({"spec": {"lr": float("nan")}}, r"lr must be a number in .*, got nan"),
        ({"spec": {"lr": "1e-3"}}, "lr must be"),
        ({"spec": {"deeper": 1}}, "deeper must be one of the parameters"),
        ({"spec": {"steps": 10**30}}, "steps must be"),
        ({"spec": [1]}, "spec must be an object"),
        ({"spec": None}, "spec must be an object"),
        ({"lab": "os.path"}, "lab must be one of"),
        ({"lab": None}, "lab must be a text"),
        ({"lab": ["x"]}, "lab must be a text"),
        ({"session": ""}, "session must be a text of 1 to 128"),
        ({"session": "x" * 129}, "session must be a text"),
        ({"start_from": "x"}, "start_from must be"),
        ({"start_from": ["a", -1]}, "start_from must be"),
        ({"start_from": ["../../x", 1]}, "train it first"),
        ({"do": "explode"}, "do must be one of"),
        ({"do": None}, "do must be a text"),
        ({"do": ["watch"]}, "do must be a text"),
        ({"do": "watch", "key": 3}, "key must be a text"),
        ({"do": "watch"}, "key must be a text"),
    ],
)
def test_a_request_out_of_bounds_is_refused_by_name_and_starts_nothing(two, home, change, said):
    before = len(Store(home).all())
    good = {
        "do": "start",
        "lab": LAB,
        "spec": {},
        "session": "eve",
        "start_from": None,
        "keep": False,
    }
    with raw(home) as connection:
        wire.send(connection, {**good, **change})
        refused = wire.receive(connection)["refused"]
    assert re.search(said, refused), refused
    assert len(Store(home).all()) == before
    assert two.client.reachable()


def raw(home: Path):
    return connect(wire.address(home, engine_hash()), authkey=wire.secret(home))


@pytest.mark.parametrize("noise", [b"", b"{", b"[1, 2]", b"\xff\xff", b"null", b"x" * 70_000, b"[" * 60_000])
def test_noise_from_one_client_disturbs_no_other(two, home, noise):
    hangs_up = contextlib.suppress(EOFError, OSError)  # on what is too long to be read at all
    with raw(home) as connection, hangs_up:
        connection.send_bytes(noise)
        assert "refused" in wire.receive(connection)
    assert two.client.watch(LAB, "0123456789abcdef", "ann").state == "absent"


def test_who_does_not_know_the_secret_is_not_heard(two, home):
    with pytest.raises(AuthenticationError):
        connect(wire.address(home, engine_hash()), authkey=b"guess")
    silent = socket.socket(socket.AF_UNIX)
    silent.connect(wire.address(home, engine_hash()))  # and never says a word
    assert two.client.watch(LAB, "0123456789abcdef", "ann").state == "absent"
    silent.close()
    assert (home / "secret").stat().st_mode & 0o777 == 0o600
    assert Path(wire.address(home, "x")).parent.stat().st_mode & 0o777 == 0o700


def test_a_folder_of_sockets_that_others_can_open_is_not_used(tmp_path):
    (tmp_path / "run").mkdir(mode=0o755)
    (tmp_path / "run").chmod(0o755)
    with pytest.raises(PermissionError, match="must belong to you alone"):
        wire.address(tmp_path, "x") if len(str(tmp_path)) < 80 else Client(tmp_path)._connect("x", False)


def test_a_home_with_a_long_path_gets_a_socket_all_the_same(tmp_path):
    long = tmp_path / ("long" * 25)
    assert len(wire.address(long, "0123456789ab")) < 100
    assert wire.address(long, "a") != wire.address(tmp_path / ("Long" * 25), "a")


def test_the_first_client_starts_a_supervisor_and_an_idle_one_goes(supervise, tmp_path):
    tmp_path.chmod(0o700)
    client = Client(tmp_path)
    assert client.watch(LAB, "0123456789abcdef", "ann").state == "absent"
    assert not client.reachable(), "to watch starts nothing"
    idle = supervise(tmp_path, idle=0.5)
    assert idle.process.wait(60) == 0
    status = client.start(LAB, SHORT, session="ann")  # it starts one by itself
    wait_until(lambda: client.watch(LAB, status.key, "ann").state == "done")
    log = (tmp_path / "supervisor.log").read_text()
    assert log == ""
    own = [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in (p.info["cmdline"] or [])]
    assert len(own) == 1
    own[0].terminate()
    own[0].wait(20)
