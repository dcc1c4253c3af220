"""To a page and to its next picture, in a real Chromium and on the server; in turns with the null app."""

import asyncio
import time
from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from engine.autoregressive import pixelcnn_lab
from engine.runs.client import Client
from tests.benchmarks.servers import APP, NULL, Server, chromium, served
from tests.benchmarks.table import Row, median, percentile, spread
from tests.load.client import Session, ids

VISITS, CHANGES, POLLS, STARTS = 12, 40, 20, 3
SLUG, SLIDER = "pixelcnn", "receptive_field.layers"

# Seconds from `begun` until there is a picture, and until it has stood still for half a second. A canvas
# counts once something was drawn into it, unless it stood there before; a chart once it has a line.
WATCH = """
const HERO = ".gb.field .result canvas, .gb.film canvas";
window.heroes = () => [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
  .map(({ shadowRoot }) => shadowRoot?.querySelector(HERO)).filter(Boolean);
window.pictured = (begun, before) => new Promise((done) => {
  const small = new OffscreenCanvas(48, 32), pen = small.getContext("2d", { willReadFrequently: true });
  const inked = () => {
    for (const canvas of window.heroes()) {
      if (before.includes(canvas) || !canvas.width || !canvas.height) continue;
      pen.clearRect(0, 0, 48, 32);
      pen.drawImage(canvas, 0, 0, 48, 32);
      const data = pen.getImageData(0, 0, 48, 32).data;
      return data.some(Boolean) && data.join();
    }
    const trace = document.querySelector("[data-testid=stVegaLiteChart] .mark-line path");
    return trace && trace.getBoundingClientRect().width > 0 && trace.getAttribute("d");
  };
  let first = 0, changed = 0, last = "";
  const look = (now) => {
    const seen = inked();
    if (seen && seen !== last) [first, changed, last] = [first || now, now, seen];
    if (first && now - changed > 500) done([(first - begun) / 1000, (changed - begun) / 1000]);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
"""
GO = """(name) => {
  const links = [...document.querySelectorAll("[data-testid=stSidebarNavLink]")];
  const link = links.find((a) => a.pathname === name);
  const before = window.heroes();
  link.click();
  return window.pictured(performance.now(), before);
}"""
HOME = """(title) => document.querySelector("h1")?.textContent !== title
  && document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]") !== null"""


def table() -> list[Row]:
    """All figures of the pages, each beside the same of the null app."""
    with served(APP) as app, served(NULL) as null:
        with chromium() as browser:
            rows = list(_in_the_browser(browser, app, null))
        rows += asyncio.run(_on_the_server(app, null))
    starts = [_start() for _ in range(STARTS)]
    return [*rows, Row("start of the server until a first page is sent", median(starts), "s", most=5)]


def _in_the_browser(browser: Browser, app: Server, null: Server) -> Iterator[Row]:
    pages = [(_tab(browser, app), app, f"/{SLUG}"), (_tab(browser, null), null, "/chart")]
    for page, server, name in pages:  # the first visit of all warms server and cache
        _reload(page, server.url + name)
    kinds = {
        "go to a page": _visit,
        "reload of a page": lambda page, server, name: _reload(page, server.url + name),
    }
    for what, act in kinds.items():
        taken: list[list[tuple[float, float]]] = [[], []]
        for _ in range(VISITS):
            for (page, server, name), into in zip(pages, taken, strict=True):
                into.append(act(page, server, name))
        firsts = [[first for first, _ in of] for of in taken]
        rests = [rest for _, rest in taken[0]]
        bound = 1.0 if act is _visit else None
        for share in (0.5, 0.95):
            yield Row(f"{what}, to its first picture, p{100 * share:.0f}", percentile(firsts[0], share), "s",
                      most=bound if share > 0.9 else None, most_ratio=1.5,
                      beside=percentile(firsts[1], share),
                      note=f"null {percentile(firsts[1], share):.2f} s; {spread(firsts[0])}")  # fmt: skip
        yield Row(f"{what}, until that rests (its growing is shown), p95", percentile(rests, 0.95), "s")
    calm = browser.new_context(reduced_motion="reduce").new_page()
    calm.add_init_script(WATCH)
    _reload(calm, f"{app.url}/{SLUG}")
    rests = [_visit(calm, app, f"/{SLUG}")[1] for _ in range(VISITS)]
    yield Row(
        "go to a page, finished picture with reduced motion, p95", percentile(rests, 0.95), "s", most=1.0
    )


def _tab(browser: Browser, server: Server) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.add_init_script(WATCH)
    page.goto(server.url)
    return page


def _visit(page: Page, _: Server, name: str) -> tuple[float, float]:
    """From the home page by the link in the sidebar; seconds to the first picture and to its rest."""
    title = page.locator("h1").first.text_content()
    page.locator("[data-testid=stSidebarNavLink]").first.click()
    page.wait_for_function(HOME, arg=title)
    page.wait_for_timeout(300)
    return tuple(page.evaluate(GO, name))


def _reload(page: Page, address: str) -> tuple[float, float]:
    """The same for a full load; the browser's clock starts with the request."""
    page.goto(address, wait_until="commit")
    return tuple(page.evaluate("() => window.pictured(0, [])"))


async def _on_the_server(app: Server, null: Server) -> list[Row]:
    """Reruns and polls over the websocket, without a browser."""
    rows = []
    async with Session(app.port) as session, Session(null.port) as nothing:
        shown = [await s.open(page) for s, page in ((session, SLUG), (nothing, "chart"))]
        sliders = ids(shown[0], SLIDER), ids(shown[1], "null.layers")
        row = ids(shown[0], "receptive_field.row")
        for what, fresh in (("seen before", False), ("never seen before", True)):
            spent: list[list[float]] = [[], []]
            for i in range(CHANGES):
                if fresh and i % 8 == 0:
                    await session.slide(row, i // 8)  # another pixel: no answer is kept from before
                spent[0].append((await session.slide(sliders[0], 1 + i % 8)).seconds)
                spent[1].append((await nothing.slide(sliders[1], 1 + i % 8)).seconds)
            rows += _compared(f"a control, to a setting {what}", spent[0], spent[1], 3)
        assert not session.exceptions, session.exceptions
    return rows + await _polls(app, null)


async def _polls(app: Server, null: Server) -> list[Row]:
    """The run bar's fragment while a training goes on, against one that says the same line each time."""
    client = Client(app.home)
    spec = pixelcnn_lab.SPEC(steps=3000)
    run = client.start("autoregressive.pixelcnn", spec, session="benchmark", keep=True)
    try:
        while client.watch("autoregressive.pixelcnn", run.key, "benchmark").state == "queued":
            await asyncio.sleep(0.1)
        async with Session(app.port, "pixelcnn.steps=3000") as session, Session(null.port) as nothing:
            await session.open(SLUG)
            await nothing.open("poll")
            spent: list[list[float]] = [[], []]
            for _ in range(POLLS):
                for s, into in zip((session, nothing), spent, strict=True):
                    into.append((await s.poll(next(iter(s.fragments)))).seconds)
                await asyncio.sleep(0.2)
            assert not session.exceptions, session.exceptions
    finally:
        client.stop("autoregressive.pixelcnn", run.key, "benchmark")
    return _compared("a poll of the run bar while it trains", spent[0], spent[1], None)


def _compared(what: str, ours: list[float], null: list[float], times: float | None) -> list[Row]:
    note = f"null {1e3 * median(null):.0f} and {1e3 * percentile(null, 0.95):.0f} ms; {spread(ours)}"
    return [
        Row(f"{what}, p50", 1e3 * median(ours), "ms", beside=1e3 * median(null), most_ratio=times, note=note),
        Row(f"{what}, p95", 1e3 * percentile(ours, 0.95), "ms", 100, beside=1e3 * percentile(null, 0.95)),
    ]


def _start() -> float:
    """Seconds from nothing to a whole page at the first visitor."""
    began = time.perf_counter()
    with served(APP) as app:
        asyncio.run(_opened(app))
        return time.perf_counter() - began


async def _opened(app: Server) -> None:
    async with Session(app.port) as session:
        await session.open(SLUG)
