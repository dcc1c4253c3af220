"""One run on a Ray cluster, followed from here: what a node says is written, in the run's own pace."""

import contextlib
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import ray
from ray import exceptions

from engine.runs import far, faults
from engine.runs.gate import Gate
from engine.runs.lines import DISK_FULL, Lines, disk_full, this_process
from engine.runs.nodes import Nodes

WAIT_S = 0.2  # between two looks whether it shall end
LOSSES = 3  # of nodes under one run
ALONE_S = 20.0  # that it waits for a node when there is none
AGAIN = "started again it goes on from there"
CANCEL_S = 3.0  # that a worker has to leave a run by itself


class Vain(Exception):
    """All nodes are gone that it could be trained on."""


class Distant(threading.Thread):
    """Trains one run far away until it ends. Its last message says how."""

    def __init__(
        self, number: str, order: dict[str, Any], nodes: Nodes, say: Callable[[dict[str, Any]], None]
    ):
        super().__init__(daemon=True)
        self.number, self.order, self.nodes = number, order, nodes
        self.kind = order["kind"]
        self.say = lambda message: say({"run": number, **message})
        self.lines = Lines(Path(order["folder"]))
        self.gate = Gate(self.lines, self.say)
        self._writing = threading.Lock()  # who abandons a run waits until its line is whole
        self._dead = self._resting = False
        self._answers: Any = None  # what the node says
        self._sent_to: list[str] = []  # nodes, by their ids
        self._seconds, self._node = 0.0, ""

    def obey(self, order: dict[str, Any]) -> None:
        """Pause, step, resume, stop; or rest: let the place go while the run is paused."""
        if order["do"] == "rest":
            self._resting = True
            self._cancel(force=False)
        else:
            self.kind = order.get("kind", self.kind)  # of the place that it has now
            self.gate.obey(order)

    def abandon(self) -> None:
        """Write no more, from now on, and let go of the place."""
        with self._writing:
            self._dead = True
        self.gate.obey({"do": "stop", "number": 0})
        self._cancel(force=True)

    def run(self) -> None:
        """Until it ends: done, stopped, failed, interrupted."""
        try:
            state, message = self._trained()
        except OSError as error:
            full = error.errno in DISK_FULL
            state, message = (
                "failed",
                disk_full(self.lines.step) if full else f"{type(error).__name__}: {error}",
            )
        except Exception as error:
            faults.log(error)
            state, message = "failed", f"{type(error).__name__}: {error}"[:300]
        with self._writing:
            if not self._dead:
                with contextlib.suppress(OSError):  # a full disk: the supervisor tries again
                    self.lines.ended(state, message, round(self._seconds, 3))
            self.lines.close()
        self.say({"ended": state, "message": message})
        self.say({"gone": True})
        self._leave()

    def _trained(self) -> tuple[str, str]:
        losses = 0
        while True:
            if not self._anywhere():
                return "interrupted", f"no node of the cluster can train it; {AGAIN}"
            self._resting, self._answers = False, self._sent()
            try:
                return self._followed()
            except exceptions.TaskCancelledError:
                if not self._resting:
                    return "stopped", ""
                self.gate.wait()  # it gave its place up; when it goes on it is trained again to there
            except exceptions.RuntimeEnvSetupError as error:
                return "failed", f"its code did not arrive: {' '.join(str(error).split())[:200]}"
            except exceptions.OutOfMemoryError:
                return "failed", f"{self._at()} ran out of memory: choose a smaller model or batch"
            except (
                exceptions.RayTaskError
            ) as error:  # `far` tells what a lab does wrong in words: this is ours
                faults.log(error)
                return "failed", f"{self._at()}: {type(error.cause).__name__}: {str(error.cause)[:200]}"
            except (exceptions.RayError, Vain):
                self._cancel(force=True)  # of a node that is only cut off: two shall not train it
                words = f"{self._at()} was lost at step {self.lines.step}"
                self._node = ""
                if (losses := losses + 1) > LOSSES:
                    return "interrupted", f"{words}, the last of {losses}; {AGAIN}"
                self._set(note=f"{words}; trained again on another one to there, and further")

    def _at(self) -> str:
        return f"node {self._node}" if self._node else "its node"

    def _anywhere(self) -> bool:
        until = time.monotonic() + ALONE_S
        while not self.nodes.fit and not self.gate.stopped and time.monotonic() < until:
            time.sleep(WAIT_S)
        return bool(self.nodes.fit)

    def _sent(self) -> Any:
        """Begin it on a node that has a place."""
        self._sent_to = self.nodes.fit
        data = {file: Path(file).read_bytes() for file in self.order["files"]}
        order = {
            "facts": {name: self.lines.manifest[name] for name in ("lab", "spec", "code")},
            "origins": self.order["origins"],
            "gb": self.order["gb"],
            "known": self.lines.known,
        }
        return (
            ray.remote(far.train)
            .options(
                num_cpus=1,
                num_gpus=1 if self.kind == "gpu" else 0,
                num_returns="streaming",
                max_retries=0,  # by us: what is written already need not be sent again
                _generator_backpressure_num_objects=far.HELD,
                scheduling_strategy="SPREAD",
                label_selector={"ray.io/node-id": f"in({','.join(self._sent_to)})"},
            )
            .remote(order, data)
        )

    def _followed(self) -> tuple[str, str]:
        """Take frame after frame; how the run ended. Raises what Ray raises."""
        while True:
            while not ray.wait([self._answers], timeout=WAIT_S)[0]:
                if self.gate.stopped:
                    return "stopped", ""
                if not set(self._sent_to) & set(self.nodes.fit):
                    raise Vain
            frame: Any = ray.get(next(self._answers))
            head, body = far.unframed(frame)
            if begun := head.get("begun"):
                self._node = self.nodes.names.get(begun["node"], begun["node"][:8])
                facts = {"device": begun["device"], "torch": begun["torch"], "node": self._node}
                self._set(state="running", message="", **facts, **this_process())
            for line, file, size in head.get("lines", ()):
                data, body = body[:size], body[size:]
                if line["is"] == "step" and line["step"] > self.lines.step and not self.gate.passes():
                    return "stopped", ""
                with self._writing:
                    if self._dead:
                        return "stopped", ""
                    self.lines.write(line, file, partial(bytes, data))
                self._seconds = line.get("seconds", self._seconds)
            if ended := head.get("ended"):
                state, message, self._seconds = ended
                return state, message

    def _set(self, **facts: Any) -> None:
        with self._writing:
            if not self._dead:
                self.lines.set(**facts)

    def _cancel(self, force: bool) -> None:
        if self._answers is not None:
            with contextlib.suppress(exceptions.RayError, ValueError, TypeError):
                ray.cancel(self._answers, force=force)

    def _leave(self) -> None:
        """See that the worker does no more for this run: asked first, since it can be used again."""
        until = time.monotonic() + CANCEL_S
        self._cancel(force=False)
        with contextlib.suppress(StopIteration, exceptions.RayError):
            while self._answers is not None and time.monotonic() < until:
                if ray.wait([self._answers], timeout=WAIT_S)[0]:
                    ray.get(next(self._answers))
            self._cancel(force=True)
