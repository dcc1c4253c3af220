"""Start servers of this machine alone, and end every process that came of them, by its id."""

import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, FOUND, ROOT, free_port, until

APP, NULL = "app.serve", "tests.benchmarks.null_serve"


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, where its runs live, its process, what it wrote of faults."""

    port: int
    home: Path
    process: psutil.Process
    log: Path

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://localhost:{self.port}"


@contextmanager
def served(
    module: str, before: Callable[[Path], subprocess.Popen] | None = None, **around: str
) -> Iterator[Server]:
    """`python -m module --port N` with a fresh GLASSBOX_HOME, ready to answer.

    before: starts what the home needs first, and is ended last. around: its environment besides.

    Raises RuntimeError with the server's last words if it ends before, TimeoutError if it does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="glassbox-") as folder, open(Path(folder) / "log", "wb") as log:
        port, home = free_port(), Path(folder) / "home"
        home.mkdir(mode=0o700)
        needed = before(home.resolve()) if before else None
        child = subprocess.Popen(
            [sys.executable, "-m", module, "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "GLASSBOX_HOME": str(home), **around},
            stdout=log,
            stderr=log,
        )
        server = Server(port, home.resolve(), psutil.Process(child.pid), Path(log.name))
        try:
            until(lambda: _answers(server, child), module, 180)
            yield server
        finally:
            end(server.process)
            child.wait()
            if needed is not None:
                end(psutil.Process(needed.pid))
                needed.wait()
            for other in psutil.Process().children():  # a supervisor that a client in this process started
                with suppress(psutil.Error):
                    if str(server.home) in other.cmdline():
                        end(other)


def _answers(server: Server, child: subprocess.Popen) -> bool:
    if child.poll() is not None:
        raise RuntimeError(f"the server ended: {server.log.read_text()[-2000:]}")
    try:
        return urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5).status == 200
    except OSError:
        return False


def end(process: psutil.Process) -> None:
    """End a process and all that it started, a supervisor and its workers too."""
    everyone = [*process.children(recursive=True), process]
    for one in everyone:
        with suppress(psutil.NoSuchProcess):
            one.terminate()
    for one in psutil.wait_procs(everyone, timeout=5)[1]:
        with suppress(psutil.NoSuchProcess):
            one.kill()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A real Chromium, software-rendered: that of this machine, else Playwright's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=FOUND, args=FLAGS)
        yield browser
        browser.close()
