"""The nodes of a Ray cluster: which of them may train, how many runs at once. For the bridge alone."""

import json
from collections import Counter
from typing import Any, Protocol

import ray
from ray import exceptions
from ray._private.state import (
    available_resources_per_node,
)  # the public call tells the sum of all nodes alone
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from engine.runs import far

KINDS = {"core": "CPU", "gpu": "GPU"}  # our word for a place, and Ray's


class Placed(Protocol):
    """A run that takes a place."""

    kind: str


class Nodes:
    """Asked once a second by one thread; `fit` by others, too."""

    def __init__(self):
        self.here = far.versions()
        self.names: dict[str, str] = {}  # of all nodes that ever were: some run may have been lost there
        self.fit: list[str] = []  # ids of those that may train
        self._asked: dict[str, Any] = {}  # id -> answer to come
        self._judged: dict[str, str] = {}  # id -> empty, or why it gets no runs
        self._unheard: dict[str, str] = {}  # id -> why it could not be asked, until it can
        self._strangers: dict[str, list[int]] = {kind: [] for kind in KINDS}

    def counted(self, runs: list[Placed]) -> dict[str, Any]:
        """What there is: nodes with what each has, and places, without those that others of the cluster use.

        Raises what Ray raises when the head is gone.
        """
        alive = {one["NodeID"]: one for one in ray.nodes() if one["Alive"]}
        working = {id: one for id, one in alive.items() if one["Resources"].get("CPU", 0) >= 1}
        self._name(working)
        for id in working.keys() - self._asked.keys():
            self._asked[id] = self._on(id, far.look)
        self._hear(working)
        self.fit = [id for id in working if self._judged.get(id) == ""]
        free, ours = available_resources_per_node(), Counter(run.kind for run in runs)
        places = {}
        for kind, resource in KINDS.items():
            there = sum(int(working[id]["Resources"].get(resource, 0)) for id in self.fit)
            used = there - sum(int(free.get(id, {}).get(resource, 0)) for id in self.fit)
            lately = self._strangers[kind]
            lately.append(max(0, used - ours[kind]))
            del lately[:-3]  # a run that has just ended may hold its core for a moment
            places[kind] = there - min(lately)
        said = {**self._unheard, **self._judged}
        told = [(self.names[id], said[id]) for id in working if id in said]
        return {"places": places, "nodes": sorted(told), "asked": len(working) - len(told)}

    def _name(self, working: dict[str, dict[str, Any]]) -> None:
        called = Counter(one["NodeName"] for one in working.values())
        for id, one in working.items():
            twice = f" ({id[:4]})" if called[one["NodeName"]] > 1 else ""
            self.names.setdefault(id, f"{one['NodeName']}{twice}")

    def _on(self, id: str, ask: Any) -> Any:
        there = NodeAffinitySchedulingStrategy(id, soft=False)
        return ray.remote(ask).options(num_cpus=0, max_retries=0, scheduling_strategy=there).remote()

    def _hear(self, working: dict[str, Any]) -> None:
        for id, answer in list(self._asked.items()):
            if id in self._judged or id not in working or not ray.wait([answer], timeout=0)[0]:
                continue
            try:
                self._judged[id] = self.unlike(json.loads(ray.get(answer)), self.names[id])
            except (exceptions.RayError, ValueError) as error:  # it may be busy: it is asked again
                said = " ".join(str(error).split())[:200]
                self._unheard[id] = (
                    f"node {self.names[id]} does not say what it has, and gets no runs: {said}"
                )
                self._asked[id] = self._on(id, far.look)
                continue
            self._unheard.pop(id, None)
            if not self._judged[id]:
                self._on(id, far.warm)

    def unlike(self, there: dict[str, str], node: str) -> str:
        """Why a node gets no runs; empty where it has all that we have."""
        for name, mine in self.here.items():
            if (theirs := there.get(name, "none")) != mine:
                return f"node {node} has {name} {theirs}, here it is {mine}: it gets no runs"
        return ""
