"""The film in a real Chromium: played, scrubbed, and watched while a training goes on."""

import json
import urllib.request
from dataclasses import asdict

from playwright.sync_api import Browser, Locator, Page

from app.page.runbar import REST_S
from engine.autoregressive.pixelcnn_lab import PixelCNNSpec
from engine.runs.client import Client, Status
from tests.benchmarks.servers import APP, Server, chromium, served
from tests.benchmarks.table import Row, median, percentile
from tests.browser.conftest import until

LAB, SLUG, WHO = "autoregressive.pixelcnn", "pixelcnn", "benchmark"
STAGE = ".st-key-stage-train"  # the film of the training; the page may show others
PLAYS, AT_REST_MS, STALL_MS = 3, 3000, 100
PLAYED, WATCHED = PixelCNNSpec(), PixelCNNSpec(seed=1)  # the second is surely not trained before

# Every frame of the browser: when it came, and how long all that asked for it took to draw.
FRAMES = """
window.frames_ = [];
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (act) => ask((now) => {
  const began = performance.now();
  act(now);
  const last = window.frames_.at(-1), took = performance.now() - began;
  if (last?.at === now) last.took += took;
  else window.frames_.push({ at: now, took });
});
const tick = () => window.requestAnimationFrame(tick);
tick();
"""

# From now on: how many moments the film holds, each time that there are more, from the second on.
COUNT = """(stage) => {
  window.shown = [];
  const began = performance.now();
  const look = () => {
    for (const { shadowRoot } of document.querySelectorAll(`${stage} [data-testid=stBidiComponentIsolated]`))
    {
      const slider = shadowRoot?.querySelector(".gb.film [role=slider]");
      const count = 1 + Number(slider?.getAttribute("aria-valuemax")), at = performance.now() - began;
      if (count > (window.shown.at(-1)?.count ?? 1)) window.shown.push({ count, at });
    }
    setTimeout(look, 10);
  };
  look();
}"""


def table() -> list[Row]:
    """Trains a run, plays and scrubs its film, then watches another training live."""
    with served(APP) as server, chromium() as browser:
        client = Client(server.home)
        run = client.start(LAB, PLAYED, session=WHO, keep=True)
        until(lambda: client.watch(LAB, run.key, WHO).state == "done", "the training", 300)
        weight, moments = _weighed(server, run)
        rows = [Row(f"bytes of the film ({moments} moments)", weight / 1e6, "MB", most=1)]
        return rows + _played(browser, server, moments) + _live(browser, server)


def _weighed(server: Server, run: Status) -> tuple[int, int]:
    """Bytes of all blocks, and how many moments they hold."""
    weight = moments = 0
    while True:
        address = f"{server.url}/moments/{LAB}/{run.key}/{run.attempt}?from={moments}&to={moments + 64}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            body = answer.read()
        new = len(json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")])["moments"])
        weight, moments = weight + len(body) * bool(new), moments + new
        if not new:
            return weight, moments


def _opened(browser: Browser, server: Server, spec: PixelCNNSpec) -> tuple[Page, list[str]]:
    """The page of the film at this spec, and all that passes between browser and server from now on."""
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    passed: list[str] = []
    page.add_init_script(FRAMES)
    page.on("request", lambda request: passed.append(request.url))
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: passed.append("sent")))
    page.on("websocket", lambda socket: socket.on("framereceived", lambda _: passed.append("received")))
    query = "&".join(f"{SLUG}.{name}={value}" for name, value in asdict(spec).items())
    page.goto(f"{server.url}/{SLUG}?{query}")
    return page, passed


def _slider(page: Page) -> Locator:
    return page.locator(STAGE).get_by_role("slider", name="Moment of the training")


def _at(page: Page, name: str = "now") -> int:
    return int(_slider(page).get_attribute(f"aria-value{name}") or -1)


def _played(browser: Browser, server: Server, moments: int) -> list[Row]:
    page, passed = _opened(browser, server, PLAYED)
    until(lambda: _slider(page).count() > 0 and _at(page, "max") == moments - 1, "the film")
    _slider(page).scroll_into_view_if_needed()
    page.wait_for_timeout(2500)  # what the page shows first has come to rest
    rest, play, costs = [], [], []
    for _ in range(PLAYS):
        page.evaluate("window.frames_ = []")
        page.wait_for_timeout(AT_REST_MS)
        rest.append(_rate(page))
        page.evaluate("window.frames_ = []")
        page.locator(STAGE).get_by_role("button", name="Play").click()
        page.wait_for_timeout(500)
        until(
            lambda: page.locator(STAGE).get_by_role("button", name="Pause").count() == 0,
            "the end of the film",
        )
        play.append(_rate(page))
        costs += page.evaluate("window.frames_.map(({ took }) => took)")
        page.wait_for_timeout(1000)
    scrubbed = _scrubbed(page, passed)
    page.context.close()
    return [
        Row("frames a second while it plays", median(play), "1/s", least=0.95 * 60, beside=median(rest),
            note=f"at rest {median(rest):.0f}; of {PLAYS} plays {min(play):.0f} to {max(play):.0f}"),
        Row("a draw, p50 (script, all panels)", median(costs), "ms"),
        Row("a draw, p95", percentile(costs, 0.95), "ms", most=1000 / 60),
        *scrubbed,
    ]  # fmt: skip


def _rate(page: Page) -> float:
    """Frames a second since `frames_` was emptied."""
    return page.evaluate(
        "(window.frames_.length - 1) / (window.frames_.at(-1).at - window.frames_[0].at) * 1000"
    )


def _scrubbed(page: Page, passed: list[str]) -> list[Row]:
    """Drag along the timeline and count what passes, and the moments that were shown."""
    box = _slider(page).bounding_box()
    assert box is not None
    across = [box["x"] + share / 60 * box["width"] for share in range(2, 59)]
    down, seen = box["y"] + box["height"] / 2, set()
    passed.clear()

    def asked() -> bool:
        page.wait_for_timeout(20)  # what passes is heard while this waits
        return "sent" in passed

    until(asked, "the run bar's question at rest: no second one falls into the drag", 2 * REST_S)
    page.wait_for_timeout(500)  # its answer
    page.mouse.move(across[0], down)
    page.mouse.down()
    passed.clear()
    for x in across:
        page.mouse.move(x, down)
        page.wait_for_timeout(16)
        seen.add(_at(page))
    during = len(passed)
    page.mouse.up()
    page.wait_for_timeout(1500)
    after = passed[during:].count("sent")
    return [
        Row(f"messages and requests while scrubbing {len(seen)} moments", during, "", most=0),
        Row("reports to the server on letting go", after, "", most=1, least=1),
    ]


def _live(browser: Browser, server: Server) -> list[Row]:
    """Press Train, and count the moments as they come and the frames that came late."""
    page, _ = _opened(browser, server, WATCHED)
    button = page.locator(f".st-key-runbar-{SLUG} button[kind=primary]")
    button.wait_for()
    page.wait_for_timeout(2500)
    page.evaluate(COUNT, STAGE)
    button.click()
    until(lambda: page.evaluate("window.shown.length > 0"), "a second moment")
    page.evaluate("window.frames_ = []")
    page.locator(STAGE).get_by_role("button", name="Train again").wait_for(timeout=300_000)
    shown = page.evaluate("window.shown")
    gaps = page.evaluate("window.frames_.slice(1).map((f, i) => f.at - window.frames_[i].at)")
    page.context.close()
    seconds = (shown[-1]["at"] - shown[0]["at"]) / 1000
    updates = (len(shown) - 1) / seconds
    arrived = (shown[-1]["count"] - shown[0]["count"]) / seconds
    return [
        Row("from the press of Train to two pictures", shown[0]["at"] / 1000, "s"),
        Row("new pictures a second while it trains", updates, "1/s", least=5,
            note=f"{arrived:.1f} moments a second came, over {seconds:.1f} s"),
        Row("longest stall while it trains", max(gaps), "ms", most=STALL_MS,
            note=f"{sum(gap > STALL_MS for gap in gaps)} of {len(gaps)} frames came later than that"),
    ]  # fmt: skip
