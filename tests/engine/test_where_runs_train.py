"""Which place a run is given: of a cluster, of its kind, or of this machine. Without a cluster."""

import importlib.util
from pathlib import Path

import pytest
from running import LAB, LONG, made

from engine.runs import places as module
from engine.runs.cluster import Cluster
from engine.runs.job import Job
from engine.runs.places import Places, large
from engine.runs.request import Bad, cluster_of
from engine.runs.store import Store

SMALL, WIDE = LONG, LONG.but(layers=8, channels=64)


def joined(**places: int) -> Cluster:
    """As if a bridge had told of so many places."""
    cluster = Cluster("auto")
    cluster.joined, cluster.places = True, places
    cluster.nodes = [("a", ""), ("b", "node b has torch 2.9.0, here it is 2.13.0: it gets no runs")]
    return cluster


def job(tmp_path: Path, spec) -> Job:
    """Of a run that was made."""
    return Job(made(Store(tmp_path), spec, stop_after=0), "ann", keep=False)


def test_a_large_net_takes_a_gpu_while_one_is_free_and_a_small_one_never(tmp_path, monkeypatch):
    """Killed: a GPU for all; a place that is given back twice."""
    assert large("language.base", "{}"), "450,000 weights, at its defaults"
    assert not large(LAB, "{}")
    large.cache_clear()
    monkeypatch.setattr(module, "LARGE", 60_000)
    places = Places(tmp_path, 2, joined(core=2, gpu=1))
    jobs = [job(tmp_path, one) for one in (SMALL, WIDE, WIDE, SMALL)]
    assert [places.take(one) for one in jobs] == ["core", "gpu", "core", None]
    assert jobs[2].place is not None
    jobs[2].place.release()
    jobs[2].place.release()
    assert [places.take(jobs[3]), places.take(jobs[2])] == ["core", None]


def test_a_run_waits_for_a_cluster_that_is_asked_and_trains_here_when_there_is_none(tmp_path):
    """Killed: no wait."""
    cluster = Cluster("auto")
    places, waiting = Places(tmp_path, 1, cluster), job(tmp_path, SMALL)
    assert cluster.asked
    assert places.take(waiting) is None
    cluster.trouble = "no Ray cluster runs on this machine"
    assert places.take(waiting) == "cpu"
    assert places.standing([waiting], 0).troubles == [
        "no Ray cluster runs on this machine: trainings run on this machine"
    ]


def test_what_is_wrong_with_a_node_is_told_while_the_others_train(tmp_path):
    now = Places(tmp_path, 1, joined(core=2, gpu=0)).standing([], 5)
    assert (now.where, now.places, now.taken, now.waiting) == ("on node a", 2, 0, 5)
    assert now.troubles == ["node b has torch 2.9.0, here it is 2.13.0: it gets no runs"]


def test_without_ray_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    cluster = Cluster()
    cluster.call("auto")
    assert cluster.trouble == "Ray is not installed (pip install -r requirements-ray.txt)"
    assert cluster.bridge is None


@pytest.mark.parametrize(
    "address", ["ten", "10.0.0.2", "10.0.0.2:", ":6379", "10.0.0.2:0", "a:70000", "Auto"]
)
def test_an_address_that_is_none_is_refused_by_name(address):
    with pytest.raises(Bad, match=r"GLASSBOX_RAY must be auto, or an address as in 10.0.0.2:6379, got"):
        cluster_of({"cluster": address})


def test_an_address_is_taken_as_it_is():
    assert [cluster_of({"cluster": one}) for one in ("", None, "auto", "a.example.org:6379")] == [
        "",
        "",
        "auto",
        "a.example.org:6379",
    ]
