"""A real Chromium and real servers, for all browser tests."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).parents[2]
FOUND = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("gpu", "quic", "background-networking", "component-update", "sync")
FLAGS = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in QUIET)]

Serve = Callable[..., str]
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine, or else the one that Playwright installed."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=FOUND, args=FLAGS)
        yield chromium
        chromium.close()


def wrong(said: ConsoleMessage) -> bool:
    """An error in the console. On a deep link Streamlit tries a wrong base path first."""
    asked = said.location.get("url", "").endswith(("/_stcore/health", "/_stcore/host-config"))
    return said.type == "error" and not (asked and "404" in said.text)


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Make pages, each in a fresh context: `new_page(viewport=..., reduced_motion="reduce")`.

    The test fails if the console of one of them had an error in it.
    """
    errors: list[str] = []
    contexts = []

    def make(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: errors.append(said.text) if wrong(said) else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page of 1280 x 720 in a fresh context."""
    return new_page()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(ready: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until `ready()`. Raises TimeoutError, naming what did not come."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {seconds:.0f} s")
        time.sleep(0.05)


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start a server once a session and get its address: `serve(script_or_app, env={...})`.

    A Path to app/serve.py is started as `python -m app.serve`, any other script under `streamlit run`, in
    an empty folder (so without the project's theme and fonts); an ASGI app is run in a thread.
    GLASSBOX_HOME is a fresh folder unless `env` names one.
    """
    started: dict[Any, str] = {}
    stops: list[Callable[[], None]] = []

    def start(target: Path | Any, env: Mapping[str, str] | None = None) -> str:
        name = (str(target) if isinstance(target, Path) else id(target), tuple(sorted((env or {}).items())))
        if name not in started:
            port = free_port()
            started[name] = f"http://localhost:{port}"
            if isinstance(target, Path):
                stops.append(_process(target, port, tmp_path_factory.mktemp("served"), env or {}))
            else:
                stops.append(_thread(target, port))
        return started[name]

    yield start
    for stop in stops:
        stop()


@pytest.fixture(scope="session")
def app(serve: Serve) -> str:
    """The address of the app, on a home of its own."""
    return serve(ROOT / "app" / "serve.py")


def _process(script: Path, port: int, folder: Path, env: Mapping[str, str]) -> Callable[[], None]:
    own = script.resolve() == ROOT / "app" / "serve.py"
    options = {"port": port, "headless": "true", "fileWatcherType": "none"}
    flags = [f"--server.{name}={value}" for name, value in options.items()]
    run = ["streamlit", "run", str(script), "--browser.gatherUsageStats=false", *flags]
    command = [sys.executable, "-m", *(["app.serve", "--port", str(port)] if own else run)]
    around = {**os.environ, "PYTHONPATH": str(ROOT), "GLASSBOX_HOME": str(folder / "home"), **env}
    log = (folder / "log").open("wb")
    server = subprocess.Popen(command, cwd=ROOT if own else folder, env=around, stdout=log, stderr=log)

    def healthy() -> bool:
        if server.poll() is not None:
            raise RuntimeError(f"{script.name} ended: {(folder / 'log').read_text()[-2000:]}")
        try:
            return urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5).status == 200
        except OSError:
            return False

    def stop() -> None:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()

    try:
        until(healthy, script.name)
    except BaseException:
        stop()
        raise
    return stop


def _thread(app: Any, port: int) -> Callable[[], None]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started, "the app")

    def stop() -> None:
        server.should_exit = True
        thread.join(10)

    return stop
