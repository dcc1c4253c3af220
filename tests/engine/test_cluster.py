"""Runs on a Ray cluster: a real one of this machine alone, a head and two nodes, for all tests of this file.

They come in this order: the last ones kill a node, the bridge, the supervisor and the head.
"""

import re
import time
from collections.abc import Iterator

import psutil
import pytest
from raying import CORES, Ray, free_port
from running import LAB, LONG, SHORT, Servant, made, same, trained, wait_until

from engine.core.trace import traced
from engine.labs import load
from engine.runs.store import run_key
from engine.runs.work import device

NODES = ("one", "two")
LIGHT = "words.text"  # imports no scikit-learn, which costs each of twelve workers a second


@pytest.fixture(scope="module")
def ray() -> Iterator[Ray]:
    cluster = Ray()
    for name in NODES:
        cluster.add(name)
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def far(ray, supervise, home) -> Servant:
    """A supervisor that uses the cluster, both of whose nodes have come."""
    servant = supervise(home, unwatched=600, pause=3)
    servant.client.warm(ray.address)
    wait_until(lambda: places(servant) == 2 * CORES, 90)
    return servant


def places(servant: Servant) -> int:
    """How many there are; what is wrong goes to the test's output."""
    now = servant.client.standing()
    print(now)
    return now.places


def begin(servant: Servant, spec, who: str = "ann", **more) -> str:
    status = servant.client.start(LAB, spec, session=who, **more)
    wait_until(lambda: servant.state(status.key, who) == "running" and servant.steps(status.key) > 2)
    return status.key


def node_of(servant: Servant, key: str) -> str:
    return servant.store.find(LAB, key).manifest["node"]


def bridge_of(servant: Servant) -> psutil.Process:
    found = psutil.Process(servant.process.pid).children()
    return next(one for one in found if "engine.runs.bridge" in one.cmdline())


def test_twelve_train_at_once_and_say_what_they_would_say_here_to_the_bit(far):
    lab = load(LIGHT)
    specs = [lab.SPEC(words=60, d=4, steps=200, seed=seed) for seed in range(12)]
    started = [far.client.start(LIGHT, spec, session=f"s{n}") for n, spec in enumerate(specs)]
    assert [status.place for status in started] == [None] * 12
    assert far.client.standing().taken == 12
    thirteenth = far.client.start(LAB, SHORT.but(seed=99), session="late")
    assert (thirteenth.place, thirteenth.waiting) == (1, 1)
    runs = [far.store.find(LIGHT, status.key) for status in started]
    wait_until(lambda: all(run.state == "done" for run in runs), 90)
    for run, spec in zip(runs, specs, strict=True):
        assert same(run.trace(), traced(lab.run(spec, device(), {})))
    assert {run.manifest["node"] for run in runs} == set(NODES)
    wait_until(lambda: far.state(thirteenth.key, "late") == "done")
    bridge = bridge_of(far)
    assert not [one for one in bridge.memory_maps() if "libtorch" in one.path], "one process, and a small one"


def test_pause_holds_the_far_side_step_steps_resume_goes_on_and_stop_stops(far, ray):
    key = begin(far, LONG)
    assert re.fullmatch("on node (one|two), 1 of 12 places", far.client.watch(LAB, key, "ann").where)
    assert far.client.pause(LAB, key, "ann").state == "paused"
    run = far.store.find(LAB, key)
    wait_until(lambda: run.state == "paused")
    before = far.steps(key)
    for n in (1, 3):
        far.client.step(LAB, key, "ann", n)
        wait_until(lambda: far.state(key) == "paused" and run.state == "paused")
        before += n
        assert far.steps(key) == before
    wait_until(lambda: _resting(ray))
    assert far.client.resume(LAB, key, "ann").state == "running"
    wait_until(lambda: far.steps(key) > before + 2)
    began = time.monotonic()
    far.client.stop(LAB, key, "ann")
    wait_until(lambda: far.state(key) == "stopped")
    assert time.monotonic() - began < 5
    steps = far.steps(key)
    assert before < steps < LONG.steps
    assert run.trace().scalars["loss"][0] == list(range(1, steps + 1))
    wait_until(lambda: _resting(ray))  # and its node trains no more for it


def _resting(ray: Ray) -> bool:
    """Whether what trains used no processor for a second."""
    before = _used(ray)
    time.sleep(1)  # a rate needs a time
    return _used(ray) - before < 0.2


def _used(ray: Ray) -> float:
    return sum(sum(one.cpu_times()[:2]) for one in ray.workers())


def test_a_fork_starts_from_weights_that_travel(far):
    origin = made(far.store, SHORT)
    status = far.client.start(LAB, SHORT.but(seed=5), session="ann", start_from=(origin.key, 4))
    assert status.key == run_key(LAB, SHORT.but(seed=5), {"start": f"{origin.key}@4"})
    wait_until(lambda: far.state(status.key) == "done")
    weights = origin.weights(4)
    assert same(far.store.find(LAB, status.key).trace(), trained(SHORT.but(seed=5), {"start": weights}))


def test_a_node_with_another_torch_is_refused_by_name_and_gets_no_run(far, ray, tmp_path):
    fake = tmp_path / "torch-2.9.0.dist-info"
    fake.mkdir()
    (fake / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 2.9.0\n")
    ray.add("three", PYTHONPATH=str(tmp_path))
    said = "node three has torch 2.9.0, here it is 2.13.0: it gets no runs"
    wait_until(lambda: said in far.client.standing().troubles, 60)
    assert places(far) == 2 * CORES
    ray.kill("three")


def test_a_run_whose_node_is_killed_goes_on_elsewhere_and_loses_nothing(far, ray):
    key = begin(far, LONG.but(seed=1))
    run, lost = far.store.find(LAB, key), node_of(far, key)
    first = run.folder / "0000-samples.npz"
    written, before = first.stat().st_mtime_ns, far.steps(key)
    ray.kill(lost)
    wait_until(lambda: node_of(far, key) != lost and far.steps(key) > before + 2, 90)
    steps = run.trace().scalars["loss"][0]
    assert steps == list(range(1, len(steps) + 1))
    assert first.stat().st_mtime_ns == written, "what was finished stands as it was written"
    assert re.match(
        f"node {lost} was lost at step [0-9]+; trained again on another one", run.manifest["note"]
    )
    far.client.stop(LAB, key, "ann")
    wait_until(lambda: far.state(key) == "stopped")
    wait_until(lambda: places(far) == CORES)


def test_a_pause_gives_its_place_up_and_the_run_goes_on_by_replay(far):
    key = begin(far, LONG.but(seed=3))
    far.client.pause(LAB, key, "ann")
    wait_until(lambda: far.client.standing().taken == 0)
    wait_until(lambda: places(far) == CORES)
    steps = far.steps(key)
    far.client.resume(LAB, key, "ann")
    wait_until(lambda: far.steps(key) > steps + 2)
    told = far.store.find(LAB, key).trace().scalars["loss"][0]
    assert told == list(range(1, len(told) + 1))
    far.client.stop(LAB, key, "ann")


def test_with_the_bridge_killed_a_run_is_interrupted_and_goes_on_at_a_press(far):
    key = begin(far, LONG.but(seed=2))
    steps = far.steps(key)
    bridge_of(far).kill()
    wait_until(lambda: far.state(key) == "interrupted")
    assert "the cluster was lost; started again it goes on" in far.client.watch(LAB, key, "ann").message
    far.client.resume(LAB, key, "ann")
    wait_until(lambda: far.steps(key) > steps + 2)
    assert node_of(far, key) in NODES


def test_where_no_head_answers_it_is_said_and_trained_here_until_one_is_named(supervise, tmp_path, ray):
    """And with the supervisor a run ends everywhere."""
    tmp_path.chmod(0o700)
    servant, nobody = supervise(tmp_path, unwatched=600), f"127.0.0.1:{free_port()}"
    assert servant.client.warm(nobody).asked
    status = servant.client.start(LAB, SHORT, session="ann")
    wait_until(lambda: servant.state(status.key) == "done")
    assert "node" not in servant.store.find(LAB, status.key).manifest
    said = f"no head of a Ray cluster answers at {nobody}: trainings run on this machine"
    assert servant.client.standing().troubles == [said]

    servant.client.warm(ray.address)
    wait_until(lambda: places(servant) > 0 and servant.client.standing().where != "on this machine")
    key = begin(servant, LONG)
    assert node_of(servant, key) in NODES
    bridge = bridge_of(servant)
    servant.end()
    wait_until(lambda: not bridge.is_running() or bridge.status() == psutil.STATUS_ZOMBIE)
    assert servant.store.find(LAB, key).state == "interrupted"


def test_with_the_head_lost_runs_end_in_words_and_the_next_trains_here(far, ray):
    """Goes on from the test before."""
    key = run_key(LAB, LONG.but(seed=2))
    for name in list(ray.started)[::-1]:
        ray.kill(name)
    wait_until(lambda: far.state(key) == "interrupted")
    wait_until(lambda: far.client.standing().where == "on this machine")
    status = far.client.start(LAB, SHORT.but(seed=77), session="ann")
    wait_until(lambda: far.state(status.key) == "done")
    assert "node" not in far.store.find(LAB, status.key).manifest
    said = f"no head of a Ray cluster answers at {ray.address}: trainings run on this machine"
    wait_until(lambda: far.client.standing().troubles == [said])
