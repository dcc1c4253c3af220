"""The supervisor's side of a Ray cluster: the bridge to it (see `bridge`), its places, and each run there.

To the pool a run on the cluster is what a worker process and its pipe are to it: `Far` is both.
"""

import contextlib
import importlib.util
import itertools
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import engine
from engine.runs import wire

PROGRAM = ("-m", "engine.runs.bridge")
ASKED_S = 30.0  # as long as it is waited for a cluster before trainings begin here
SILENT_S = 12.0  # without a report the head is taken for lost
AGAIN_S = 20.0  # then another bridge is tried
DEAF_S = 5.0  # a bridge that lets go of no run in this time is ended


class Far:
    """One run on a cluster, with the names of a process and of a pipe."""

    def __init__(self, cluster: "Cluster", number: str, begin: Callable[[], dict[str, Any]]):
        self.cluster, self.number, self._begin = cluster, number, begin
        self.pid: int | None = None  # of the bridge
        self.exitcode: int | None = None
        self.gone, self.inbox, self.killed = False, deque[bytes](), 0.0
        self._bridge: subprocess.Popen | None = None  # this one: a later bridge knows nothing of this run

    def start(self) -> None:
        """Send it. Raises LookupError where what it learns from is not here, OSError without a bridge."""
        self._bridge = self.cluster.bridge
        if self._bridge is None:
            raise OSError("the cluster is gone")
        self.pid = self._bridge.pid
        self.cluster.send({"run": self.number, "do": "begin", **self._begin()})

    def is_alive(self) -> bool:
        """Whether the bridge still has it."""
        return not self.gone and self._bridge is self.cluster.bridge and self.cluster.joined

    def kill(self) -> None:
        """Have the bridge let go of it now."""
        self.killed = self.killed or time.monotonic()
        with contextlib.suppress(OSError, ValueError):
            self.cluster.send({"run": self.number, "do": "kill"})

    def join(self) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """Hear of it no more."""
        self.cluster.runs.pop(self.number, None)

    def send_bytes(self, data: bytes) -> None:
        """An order, for the bridge to hand on. Raises OSError."""
        self.cluster.send({**wire.parsed(data), "run": self.number})

    def recv_bytes(self, longest: int) -> bytes:
        """What was said first. Raises EOFError where nothing was."""
        if not self.inbox:
            raise EOFError
        return self.inbox.popleft()

    def poll(self) -> bool:
        """Whether something was said."""
        return bool(self.inbox)


class Seat:
    """A place of the cluster that a run has; `release` as a lock's."""

    def __init__(self, taken: Counter[str], kind: str):
        self.taken, self.kind = taken, kind
        taken[kind] += 1

    def release(self) -> None:
        """Give it back, once."""
        self.taken[self.kind] -= bool(self.kind)
        self.kind = ""


class Cluster:
    """A cluster by its address; empty: none. All but `send` is called with the supervisor's lock held."""

    def __init__(self, address: str = "", program: tuple[str, ...] = PROGRAM):
        self.address, self.program = address, program
        self.bridge: subprocess.Popen | None = None
        self.runs: dict[str, Far] = {}
        self.taken: Counter[str] = Counter()  # places, by kind
        self.places: dict[str, int] = {}  # how many there are
        self.nodes: list[tuple[str, str]] = []  # name, and why it gets no runs
        self.trouble = ""  # why it cannot be used, in a sentence
        self.joined = False  # the bridge is there, and as far as we know the head
        self._numbers, self._saying = itertools.count(), threading.Lock()
        self._connection: Connection | None = None
        self._asked, self._again, self._heard = time.monotonic(), 0.0, 0.0

    @property
    def up(self) -> bool:
        """Whether runs can be trained there."""
        return self.joined and any(self.places.values())

    @property
    def asked(self) -> bool:
        """It may yet answer: a run waits for it, at the beginning, rather than begin here."""
        begun = time.monotonic() - self._asked < ASKED_S
        return bool(self.address) and begun and not self.trouble and not any(self.places.values())

    def call(self, address: str) -> None:
        """Use another cluster from now on, or none. Runs on the one before are lost, and say so."""
        if address == self.address:
            return
        self.close()
        self.address, self._asked, self._again, self.trouble = address, time.monotonic(), 0.0, ""
        self.tend()

    def tend(self) -> None:
        """See that there is a bridge, and that it does what it is told."""
        if not self.address:
            return
        now = time.monotonic()
        if self.bridge is None:
            if now >= self._again:
                self._dial()
            return
        deaf = any(run.killed and now - run.killed > DEAF_S for run in self.runs.values() if not run.gone)
        silent = now - self._heard > (SILENT_S if self.joined else ASKED_S)
        if self.bridge.poll() is not None or deaf or silent:
            was = self.joined
            self.close()
            if was:  # the bridge alone may have fallen: it is asked at once
                self._asked, self._again, self.trouble = now, now, ""
            else:
                self.trouble = self.trouble or f"the Ray cluster ({self.address}) does not answer"
                self._again = now + AGAIN_S

    def _dial(self) -> None:
        self._heard, self._again = time.monotonic(), time.monotonic() + AGAIN_S
        if sys.platform == "win32":
            self.trouble = "a Ray cluster is used from Linux and macOS only"
        elif self.program is PROGRAM and importlib.util.find_spec("ray") is None:
            self.trouble = "Ray is not installed (pip install -r requirements-ray.txt)"
        else:
            mine, theirs = socket.socketpair()
            with theirs:
                words = ["--address", self.address, "--socket", str(theirs.fileno())]
                path = os.path.dirname(os.path.dirname(engine.__file__))
                self.bridge = subprocess.Popen(
                    [sys.executable, *self.program, *words],
                    cwd=path,
                    stdin=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                )
            # an order is never waited for long: a bridge that stands still is ended by `tend`
            mine.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 1, 0))
            self._connection = Connection(mine.detach())
            listener = threading.Thread(target=self._listen, args=(self._connection,), daemon=True)
            listener.start()

    def _listen(self, connection: Connection) -> None:
        """Hear one bridge until it hangs up."""
        with contextlib.suppress(EOFError, OSError, ValueError):
            while connection is self._connection:
                said = wire.receive(connection)
                self._heard = time.monotonic()
                if "trouble" in said:
                    self.trouble = said["trouble"]
                elif report := said.get("cluster"):
                    self._take(report)
                elif (run := self.runs.get(str(said.pop("run", "")))) is not None:
                    run.gone = run.gone or "gone" in said
                    run.inbox.append(wire.packed(said))
        connection.close()

    def _take(self, report: dict[str, Any]) -> None:
        self.joined, self.nodes = True, [(name, refused) for name, refused in report["nodes"]]
        self.places = dict(report["places"])
        self.trouble = ""
        if not any(self.places.values()) and not report["asked"]:
            refused = "; ".join(words for _, words in self.nodes if words)
            self.trouble = f"no node of the Ray cluster ({self.address}) can train" + f": {refused}" * bool(
                refused
            )

    def take(self, kind: str) -> Seat | None:
        """A place: of this kind where one is free, else a core; None where none is."""
        for one in dict.fromkeys((kind, "core")):
            if self.taken[one] < self.places.get(one, 0):
                return Seat(self.taken, one)
        return None

    def run(self, begin: Callable[[], dict[str, Any]]) -> Far:
        """A run to be started there. begin: what the bridge must know of it, asked when it starts."""
        run = Far(self, str(next(self._numbers)), begin)
        self.runs[run.number] = run
        return run

    def send(self, message: dict[str, Any]) -> None:
        """Tell the bridge, from any thread. Raises OSError or ValueError."""
        with self._saying:
            if self._connection is None:
                raise OSError("there is no bridge")
            wire.send(self._connection, message)

    def close(self) -> None:
        """End the bridge; what trains on the cluster ends with it."""
        bridge = self.bridge
        self.bridge = self._connection = None
        self.joined, self.places, self.nodes = False, {}, []
        if bridge is not None:
            bridge.kill()  # then `_listen` hears of it, and closes its end
            with contextlib.suppress(subprocess.TimeoutExpired):
                bridge.wait(1)
