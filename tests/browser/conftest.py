"""A real Chromium and real servers, for all browser tests."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
FOUND = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("gpu", "quic", "background-networking", "component-update", "sync")
FLAGS = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in QUIET)]

CALLS = count()
expect.set_options(timeout=60_000)  # milliseconds: machines may be busy
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
        page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page of 1280 x 720 in a fresh context."""
    return new_page()


def opened(page: Page, app: str, slug: str, query: str = "") -> Page:
    """A page of the app behind a link, drawn to its end, and at rest. Nothing on it has failed."""
    page.goto(f"{app}/{slug}{'?' if query else ''}{query}")
    drawn(page)
    return page


def drawn(page: Page) -> None:
    """The page is there to its last line and at rest, and nothing on it has failed."""
    last = page.get_by_role("link", name="Present this page", exact=True, include_hidden=True)
    expect(last).to_be_attached()
    at_rest(page)
    if page.locator(".st-key-quiet-take").count():
        whole(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def whole(page: Page) -> None:
    """What waits for a reader who comes near is drawn, as for one who prints the page."""
    page.wait_for_function(
        """() => {
            dispatchEvent(new Event("beforeprint"));  // heard once the script that listens is there
            return document.querySelector(".st-key-quiet-take [data-testid=stDownloadButton]");
        }""",
        polling=100,
        timeout=60_000,
    )
    at_rest(page)


def at_rest(page: Page) -> None:
    """No script of the page has run for a sixth of a second: nothing is under way any more."""
    page.wait_for_function(
        """(call) => {
            if (window.call !== call) Object.assign(window, { call, rested: null });
            const app = document.querySelector("[data-testid=stApp]");
            if (app?.dataset.testScriptState !== "notRunning") window.rested = null;
            else window.rested ??= performance.now();
            return window.rested && performance.now() - window.rested > 160;
        }""",
        arg=next(CALLS),
        timeout=60_000,
    )


def stage(page: Page, name: str) -> Locator:
    """One stage of a page."""
    return page.locator(f".st-key-stage-{name}")


def link(page: Page, words: str) -> Locator:
    """The link under "Take it with you", once these words stand in it."""
    return page.locator(".st-key-quiet-take [data-testid=stText]").filter(has_text=words)


def touch(canvas: Locator, across: float, down: float) -> None:
    """Click at shares of a picture's width and height."""
    canvas.hover()  # scrolls there, and waits where the page is just being drawn anew
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": across * box["width"], "y": down * box["height"]})


def frames(canvas: Locator, count: int = 12) -> int:
    """How many different pictures a canvas shows in so many frames."""
    return canvas.evaluate(
        """(canvas, count) => new Promise((done) => {
            const seen = new Set();
            const look = () => {
                seen.add(canvas.toDataURL());
                count-- ? requestAnimationFrame(look) : done(seen.size);
            };
            requestAnimationFrame(look);
        })""",
        count,
    )


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


@pytest.fixture(scope="module")
def gallery(request: pytest.FixtureRequest, serve: Serve) -> str:
    """The address of the components that a module looks at: its `GALLERY`, a file of this folder."""
    return serve(Path(__file__).parent / request.module.GALLERY)


def scene(page: Page, gallery: str, name: str, more: str = "") -> Page:
    """One scene of a gallery, with its pictures drawn."""
    page.goto(f"{gallery}/?show={name}{more}")
    expect(page.locator(".gb").first).to_be_visible()
    at_rest(page)
    return page


def runs(page: Page, count: int) -> None:
    """The script of a scene has run so many times, and does not run again."""
    at_rest(page)
    expect(page.get_by_text(re.compile(r"^runs \d+$"))).to_have_text(f"runs {count}")


def spot(page: Page, selector: str, across: float, down: float) -> tuple[float, float]:
    """A point inside an element, at shares of its width and height."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def drag(page: Page, selector: str, *points: tuple[float, float]) -> None:
    """Press at the first point, move over the others and let go."""
    page.mouse.move(*spot(page, selector, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*spot(page, selector, *point), steps=8)
    page.mouse.up()


def narrow(page: Page) -> list[dict[str, float]]:
    """A scene on a phone: nothing of its component sticks out. Gives the boxes of its pictures."""
    page.set_viewport_size({"width": 390, "height": 844})
    inside = "document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot.querySelector('.gb')"
    until(lambda: page.evaluate(f"{inside}.scrollWidth") <= 390, "390 pixels", 10)
    frames(page.locator(".gb canvas").first)  # they take their new heights
    boxes = [{**box} for one in page.locator(".pane canvas").all() if (box := one.bounding_box())]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    return boxes


def below_each_other(boxes: list[dict[str, float]]) -> bool:
    """Each picture begins further down than the one before it."""
    tops = [box["y"] for box in boxes]
    return tops == sorted(set(tops))


def script(component: str, file: str) -> str:
    """Where a script of a component is served."""
    return f"/_stcore/bidi-components/glassbox.{component}/{file}"


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
