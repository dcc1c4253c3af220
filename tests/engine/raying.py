"""A Ray cluster of this machine alone: a head without cores, and nodes, as processes that a test may kill."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

RAY = Path(sys.executable).parent / "ray"
CORES = 6  # that each node says it has


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Ray:
    """Started with `ray start`, as the README says; ended by the ids of its processes."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="gb"))  # short: sockets lie deep in it
        self.address = f"127.0.0.1:{free_port()}"
        self.started: dict[str, subprocess.Popen] = {}
        port = self.address.partition(":")[2]
        here = ["--head", "--port", port, "--temp-dir", str(self.folder), "--num-cpus=0"]
        self._start("head", [*here, "--include-dashboard=false", "--node-ip-address=127.0.0.1"])
        until = time.monotonic() + 60
        while not _answers(int(port)):
            assert time.monotonic() < until, "the head does not start"
            assert self.started["head"].poll() is None, "the head did not start"
            time.sleep(0.1)

    def add(self, name: str, **env: str) -> None:
        """A node of this name; one after the other, since on one machine two would choose the same ports."""
        words = ["--address", self.address, "--node-name", name, f"--num-cpus={CORES}"]
        self._start(name, [*words, "--node-ip-address=127.0.0.1"], **env)
        until = time.monotonic() + 60
        while "Ray runtime started" not in (log := (self.folder / f"{name}.log").read_text()):
            assert self.started[name].poll() is None, log
            assert time.monotonic() < until, log
            time.sleep(0.1)

    def _start(self, name: str, words: list[str], **env: str) -> None:
        common = ["start", "--block", "--disable-usage-stats", "--object-store-memory=80000000"]
        with open(self.folder / f"{name}.log", "wb") as log:
            self.started[name] = subprocess.Popen(
                [str(RAY), *common, *words], env={**os.environ, **env}, stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """As when the plug is pulled: `kill -9` of all that the node is, with its workers."""
        top = psutil.Process(self.started.pop(name).pid)
        everyone = [top, *top.children(recursive=True)]
        for one in everyone:
            with contextlib.suppress(psutil.Error):
                one.kill()
        psutil.wait_procs(everyone, timeout=10)

    def workers(self) -> list[psutil.Process]:
        """What trains."""
        found = []
        for top in self.started.values():
            for one in psutil.Process(top.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    if "train" in " ".join(one.cmdline()):
                        found.append(one)
        return found

    def close(self) -> None:
        """End all of it."""
        for name in list(self.started)[::-1]:
            with contextlib.suppress(psutil.Error):
                self.kill(name)
        shutil.rmtree(self.folder, ignore_errors=True)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
