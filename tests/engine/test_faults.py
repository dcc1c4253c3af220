"""Bad luck: killed processes, full disks, diverging runs, edited code. What was finished stays."""

import os
import re
import shutil
import signal
import subprocess
import sys

import psutil
import pytest
import torch
from running import LAB, LONG, ROOT, SHORT, Servant, made, same, trained, wait_until

from engine.runs.client import Refused
from engine.runs.code import engine_hash
from engine.runs.store import Store, run_key
from engine.runs.stored import sum_of
from engine.runs.work import device, train
from engine.runs.writing import Writer, safetensors

MIDDLE = SHORT.but(steps=300)


@pytest.fixture
def home(tmp_path):
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.fixture
def begun(supervise, home):
    """A supervisor, and a run of 300 steps that has come to its tenth."""
    servant = supervise(home, workers=2, unwatched=600)
    key = servant.client.start(LAB, MIDDLE, session="ann").key
    wait_until(lambda: servant.steps(key) > 10)
    return servant, key


def test_a_killed_worker_loses_no_finished_step_and_a_press_goes_on(begun):
    servant, key = begun
    run = servant.store.find(LAB, key)
    os.kill(run.manifest["pid"], signal.SIGKILL)
    wait_until(lambda: servant.state(key) == "interrupted")
    status = servant.client.watch(LAB, key, "ann")
    assert "ended by signal 9" in status.message
    steps = servant.steps(key)
    assert steps > 10
    assert run.trace().scalars["loss"][0] == list(range(1, steps + 1))
    again = servant.client.start(LAB, MIDDLE, session="ann")
    assert again.attempt == run.attempt
    wait_until(lambda: servant.state(key) == "done")
    assert same(run.trace(), trained(MIDDLE))


def test_a_killed_supervisor_takes_its_workers_with_it_and_the_next_one_goes_on(begun, supervise, home):
    """Killed mutant: a worker that goes on when its pipe is closed."""
    servant, key = begun
    run = servant.store.find(LAB, key)
    worker = psutil.Process(run.manifest["pid"])
    children = psutil.Process(servant.process.pid).children(recursive=True)
    servant.end()
    wait_until(lambda: not worker.is_running())
    wait_until(lambda: not any(child.is_running() for child in children))
    assert run.state == "interrupted"
    assert servant.client.watch(LAB, key, "ann").state == "interrupted", "no supervisor is needed to say so"
    steps = servant.steps(key)
    assert steps > 10
    second = supervise(home, workers=2, unwatched=600)
    assert second.client.watch(LAB, key, "ann").state == "interrupted", "a restart trains nothing by itself"
    assert servant.client.resume(LAB, key, "ben").mine, "and an old client finds the new one"
    wait_until(lambda: second.state(key, "ben") == "done")
    assert same(run.trace(), trained(MIDDLE))


def test_a_run_begun_by_earlier_code_does_not_go_on_but_begins_anew(supervise, home):
    servant = supervise(home, unwatched=600)
    run = made(servant.store, SHORT, stop_after=20)
    writer = Writer(run.folder)
    writer.set(code="0123456789ab")
    with pytest.raises(Refused, match="earlier code"):
        servant.client.resume(LAB, run.key, "ann")
    assert servant.client.start(LAB, SHORT, session="ann").attempt == "0002"


def test_two_checkouts_with_different_code_train_in_one_home(supervise, home, tmp_path_factory):
    servant = supervise(home, workers=2, unwatched=600)
    key = servant.client.start(LAB, LONG, session="ann").key
    wait_until(lambda: servant.steps(key) > 3)
    other = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "engine", other / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    with open(other / "engine/core/trace.py", "a") as file:
        file.write("\n# another checkout\n")
    script = f"""
import time, sys
from engine.labs import load
from engine.runs.client import Client
from engine.runs.code import engine_hash
client = Client()
spec = load({LAB!r}).SPEC(**{vars(SHORT)!r})
status = client.start({LAB!r}, spec, session="ben")
while client.watch({LAB!r}, status.key, "ben").state != "done":
    time.sleep(0.05)
print(engine_hash(), client.store.find({LAB!r}, status.key).manifest["supervisor"])
shared = client.start({LAB!r}, load({LAB!r}).SPEC(**{vars(LONG)!r}), session="ben")
print(shared.state, shared.attempt, shared.mine)
"""
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=other,
        env={**os.environ, "PYTHONPATH": str(other), "GLASSBOX_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    try:
        code, supervisor, *_ = said.stdout.split()
        assert code == supervisor != engine_hash(), said.stderr
        assert len(list(home.glob("supervisor-*.lock"))) == 2
        shared = said.stdout.split()[2:]
        assert shared == ["running", "0001", "False"], "what the lab computes is the same: it is shared"
    finally:
        for process in psutil.process_iter(["cmdline"]):
            if str(home) in (process.info["cmdline"] or []) and process.pid != servant.process.pid:
                process.kill()


def test_two_supervisors_share_the_places_of_one_home(home):
    """Killed mutant: each supervisor counts its own workers only."""
    from engine.runs.pool import Job, Limits, Pool

    store = Store(home)
    one, other = Pool(home, Limits(workers=2)), Pool(home, Limits(workers=2))
    jobs = [Job(made(store, SHORT.but(seed=n)), "ann", True) for n in range(3)]
    assert one.places.take(jobs[0])
    assert other.places.take(jobs[1])
    assert one.places.take(jobs[2]) is None
    assert other.places.take(jobs[2]) is None
    one.leave_place(jobs[0])
    assert other.places.take(jobs[2])


def test_an_edited_supervisor_finishes_what_runs_and_goes(home, tmp_path_factory):
    """Killed mutant: a supervisor that stays although its code was edited."""
    root = tmp_path_factory.mktemp("edited")
    shutil.copytree(ROOT / "engine", root / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    servant = Servant(home, root=root, workers=1, unwatched=600)
    script = f"""
from engine.labs import load
from engine.runs.client import Client
print(Client().start({LAB!r}, load({LAB!r}).SPEC(**{vars(MIDDLE)!r}), session="ann").key)
"""
    environment = {**os.environ, "PYTHONPATH": str(root), "GLASSBOX_HOME": str(home)}
    try:
        wait_until(lambda: list((home / "run").glob("*.sock")) if (home / "run").exists() else False)
        said = subprocess.run(
            [sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, text=True
        )
        key = said.stdout.strip()
        assert re.fullmatch("[0-9a-f]{16}", key), said.stderr
        wait_until(lambda: servant.steps(key) > 3)
        with open(root / "engine/core/trace.py", "a") as file:
            file.write("\n# edited\n")
        assert servant.process.wait(90) == 0
        assert servant.store.find(LAB, key).state == "done"
    finally:
        servant.end()


def test_a_full_disk_ends_the_run_with_a_sentence_and_keeps_what_was_finished(supervise, home):
    """The system's limit on the size of a file stands in for a full disk: same call, same kind of error."""
    servant = supervise(home, largest_file=9_000, unwatched=600)
    key = servant.client.start(LAB, SHORT.but(steps=3000), session="ann").key
    wait_until(lambda: servant.state(key) == "failed")
    run = servant.store.find(LAB, key)
    assert run.message.startswith("the disk is full: make room, then train again; all ")
    kept = int(re.search(r"all (\d+) finished", run.message)[1])
    fresh = Store(home).find(LAB, key)
    assert fresh.trace().scalars["loss"][0][-1] == kept > 3
    assert fresh.arrays(2)["samples"]["x"].shape == (16, 8, 8)
    assert not fresh.problems
    other = servant.client.start(LAB, SHORT, session="ann")
    wait_until(lambda: servant.state(other.key) == "done")


def test_a_diverging_run_stops_and_its_last_good_step_is_kept(home):
    """Weights that are not numbers give a loss that is none. Killed mutant: no look at the figures."""
    store = Store(home)
    origin = made(store, SHORT)
    bad = {name: torch.full_like(tensor, torch.nan) for name, tensor in origin.weights().items()}
    weights, events = origin.folder / "0004.safetensors", origin.folder / "events.jsonl"
    told = events.read_text().replace(sum_of(weights.read_bytes()), sum_of(safetensors(bad)))
    weights.write_bytes(safetensors(bad))
    events.write_text(told)
    spec, given = SHORT.but(seed=1), {"start": f"{origin.key}@4"}
    key = run_key(LAB, spec, given)
    writer = Writer.create(store, LAB, key, spec, given, private=False, supervisor="")
    for _ in train(writer, store, device()):
        pass
    run = store.find(LAB, key)
    assert run.state == "failed"
    assert re.fullmatch("diverged at step 1: loss is nan.*; the last good step is kept", run.message)
    assert run.trace().scalars.get("loss") is None


def test_a_worker_that_takes_too_much_memory_is_ended_and_says_how_much(supervise, home):
    servant = supervise(home, worker_gb=0.01, unwatched=600)
    key = servant.client.start(LAB, LONG, session="ann").key
    wait_until(lambda: servant.state(key) == "failed")
    assert re.match(
        r"took 0\.\d GB of memory, more than the 0\.01 GB allowed",
        servant.store.attempts(LAB, key)[0].message,
    )


def test_a_run_that_takes_too_long_is_ended_and_says_so(supervise, home):
    servant = supervise(home, run=1.5, unwatched=600)
    key = servant.client.start(LAB, LONG, session="ann").key
    wait_until(lambda: servant.state(key) == "failed")
    assert "minutes allowed" in servant.store.attempts(LAB, key)[0].message
    assert servant.state(key) == "failed"


def test_a_run_paused_for_long_is_ended_and_goes_on_where_it_was(supervise, home):
    servant = supervise(home, pause=0.2, parked=0.5, unwatched=600)
    key = servant.client.start(LAB, MIDDLE, session="ann").key
    wait_until(lambda: servant.steps(key) > 5)
    servant.client.pause(LAB, key, "ann")
    wait_until(lambda: servant.state(key) == "interrupted")
    assert "its place was given up" in servant.client.watch(LAB, key, "ann").message
    servant.client.resume(LAB, key, "ann")
    wait_until(lambda: servant.state(key) == "done")
    assert same(servant.store.find(LAB, key).trace(), trained(MIDDLE))


def test_a_fork_that_does_not_fit_fails_with_a_sentence(home):
    store = Store(home)
    origin = made(store, SHORT)
    spec, given = SHORT.but(channels=8), {"start": f"{origin.key}@4"}
    key = run_key(LAB, spec, given)
    for _ in train(
        Writer.create(store, LAB, key, spec, given, private=False, supervisor=""), store, device()
    ):
        pass
    run = store.attempts(LAB, key)[0]
    assert run.state == "failed"
    assert "size mismatch" in run.message
