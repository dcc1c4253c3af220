"""A plot of 2,000 dots, as a film in a real Chromium: frames a second while all of them move."""

import numpy as np
from playwright.sync_api import Page

from app.components.blocks import pack
from app.components.film import inline
from app.figures import marks
from app.figures.films import header
from app.figures.kinds import Panel
from app.figures.plot import Axis, plot
from tests.benchmarks.film import FRAMES
from tests.benchmarks.servers import APP, chromium, served
from tests.benchmarks.table import Row, median, percentile

DOTS, MOMENTS, PLAYS = 2000, 61, 3
PLACE = Axis(low=-1.2, high=1.2)

# A film of its own in a page of the app, as Streamlit would mount it.
MOUNTED = """async ([where, data]) => {
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  const { default: mount } = await import(`${where}/film/film.js`);
  mount({ parentElement: place, data, setStateValue() {}, setTriggerValue() {} });
}"""


def panel(dots: int) -> Panel:
    """Dots that turn, with names under the pointer."""
    x, y = (marks.at("turn.xy", column=k) for k in (0, 1))
    names = [f"dot {i}" for i in range(dots)]
    return plot([marks.dots(x, y, size=3, alpha=0.6, names=names)], [("All move", None)], PLACE, PLACE)


def data(dots: int) -> dict:
    """What a film is told: a spiral of `dots`, turned once in all its moments."""
    angle = 2 * np.pi * np.arange(MOMENTS)[:, None] / MOMENTS + 2.4 * np.arange(dots)
    far = np.sqrt(np.arange(dots) / dots)
    place = np.stack([far * np.cos(angle), far * np.sin(angle)], 2).astype(np.float32)
    source = inline(pack(header(range(MOMENTS)), {"turn.xy": place}), f"{dots} dots")
    rest = {"pinned": None, "band": [], "start": 0, "live": False, "timeline": "", "timelineUnit": ""}
    told = {"sentence": "", "height": 420, "name": "bench", "time": "step", "plays": False, "training": False}
    return {"panels": [panel(dots)], "source": source, **rest, **told}


def table() -> list[Row]:
    """Plays the film and rests, in turns."""
    with served(APP) as server, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.add_init_script(FRAMES)
        page.goto(f"{server.url}/vqvae")  # a page with a film, so that its scripts are served
        page.locator(".film").first.wait_for(timeout=120_000)
        where = f"{server.url}/_stcore/bidi-components/glassbox.film"
        page.evaluate(MOUNTED, [where, data(DOTS)])
        page.get_by_role("button", name="Play").wait_for()
        page.wait_for_timeout(1500)
        rest, play, costs = [], [], []
        for _ in range(PLAYS):
            rest.append(_frames(page, 2000)[0])
            page.get_by_role("button", name="Play").click()
            rate, took = _frames(page, 4500)
            play.append(rate)
            costs += took
            page.get_by_role("button", name="Play").wait_for()
        page.close()
    return [
        Row(f"frames a second as {DOTS} dots move", median(play), "1/s", least=0.95 * 60, beside=median(rest),
            note=f"at rest {median(rest):.0f}; of {PLAYS} plays {min(play):.0f} to {max(play):.0f}"),
        Row("a draw, p50 (script)", median(costs), "ms"),
        Row("a draw, p95", percentile(costs, 0.95), "ms", most=1000 / 60),
    ]  # fmt: skip


def _frames(page: Page, wait: int) -> tuple[float, list[float]]:
    """Frames a second in so many milliseconds, and what each cost."""
    page.evaluate("window.frames_ = []")
    page.wait_for_timeout(wait)
    frames = page.evaluate("window.frames_")
    rate = 1000 * (len(frames) - 1) / (frames[-1]["at"] - frames[0]["at"])
    return rate, [one["took"] for one in frames]
