"""Where runs are trained: places of a cluster, when one is named and answers, else of this machine."""

import contextlib
import json
import os
from collections.abc import Collection
from functools import cached_property, lru_cache
from pathlib import Path

import torch
from filelock import FileLock, Timeout

from engine.labs import load
from engine.runs.client import Standing
from engine.runs.cluster import Cluster, Far
from engine.runs.job import Job

LARGE = 200_000  # weights of a net that gains by a GPU


class Places:
    """How many runs at once, and which of them is free. Asked with the supervisor's lock held."""

    def __init__(self, home: Path, workers: int, cluster: Cluster):
        self.home, self.workers, self.cluster = home, workers, cluster
        (home / "places").mkdir(exist_ok=True)

    @cached_property
    def here(self) -> list[str]:
        """The devices of this machine, one for each worker at once: every GPU, else every core."""
        if gpus := torch.cuda.device_count():
            return [f"cuda:{n % gpus}" for n in range(self.workers or gpus)]
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return ["cpu"] * (self.workers or cores or 1)

    @property
    def count(self) -> int:
        """How many runs can be trained at once."""
        return sum(self.cluster.places.values()) if self.cluster.up else len(self.here)

    def far(self, job: Job) -> bool:
        """Whether a job is trained on the cluster: it is already, or will be."""
        return self.cluster.up if job.process is None else isinstance(job.process, Far)

    def take(self, job: Job) -> str | None:
        """A free place for the job, or None; which device, or the kind of the cluster's place."""
        if self.far(job):
            seat = self.cluster.take("gpu" if self.cluster.places.get("gpu") and _large(job) else "core")
            job.place = seat
            return seat.kind if seat else None
        if job.process is None and self.cluster.asked:
            return None  # it may answer in a moment
        # Lock files of the home, so that two supervisors of two checkouts do not train on one core; the
        # system frees those of a dead supervisor.
        for n, device in enumerate(self.here):
            lock = FileLock(self.home / "places" / f"{n}", thread_local=False)
            with contextlib.suppress(Timeout):
                lock.acquire(blocking=False)
                job.place = lock
                return device
        return None

    def told(self) -> str:
        """Where trainings run, in words for people."""
        if not self.cluster.up:
            return "on this machine"
        fit = [name for name, refused in self.cluster.nodes if not refused]
        return f"on node {fit[0]}" if len(fit) == 1 else f"on {len(fit)} nodes"

    def where(self, job: Job) -> str:
        """On which node a job is trained, in words; empty for this machine, or no place."""
        if not isinstance(job.process, Far) or job.place is None:
            return ""
        node = job.run.manifest.get("node", "")
        return f"on node {node}, 1 of {self.count} places" if node else "on its way to a node"

    def standing(self, jobs: Collection[Job], waiting: int) -> Standing:
        """How the training of all stands."""
        taken = sum(job.place is not None for job in jobs)
        return Standing(self.told(), self.count, taken, waiting, self.troubles(), self.cluster.asked)

    def troubles(self) -> list[str]:
        """What is wrong with the cluster, in sentences."""
        refused = [words for _, words in self.cluster.nodes if words]
        return (
            refused
            if self.cluster.up
            else [f"{self.cluster.trouble}: trainings run on this machine"] * bool(self.cluster.trouble)
        )


@lru_cache(maxsize=256)
def large(id: str, spec: str) -> bool:
    """Whether the net of a lab and a spec (as JSON) is so large that a GPU trains it faster than a core."""
    with contextlib.suppress(Exception):  # its net needs more than its spec to be built: a core will do
        lab = load(id)
        net = lab.restore(lab.SPEC().but(**json.loads(spec)), None)
        return sum(weight.numel() for weight in net.parameters()) > LARGE
    return False


def _large(job: Job) -> bool:
    facts = job.run.manifest
    return large(facts["lab"], json.dumps(facts["spec"], sort_keys=True))
