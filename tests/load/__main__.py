"""`python -m tests.load`: many viewers follow two trainings. How long a poll takes, what a session weighs.
`python -m tests.load openings`: as many open one page, see openings.py.
`python -m tests.load cluster`: as many press Train, with few places and with many, see cluster.py.

Each viewer is one websocket session that opens the page of a training and polls as often as the page asks.
With --film each also fetches the film's moments over HTTP as the film itself does; those are reported apart.
"""

import argparse
import asyncio
import json
import random
import sys
import time
import urllib.request
from dataclasses import asdict, dataclass, field

from engine.autoregressive.pixelcnn_lab import PixelCNNSpec
from engine.runs.client import Client
from tests.benchmarks.servers import APP, Server, served
from tests.benchmarks.table import Row, busy, median, percentile, printed
from tests.browser.conftest import until
from tests.load import cluster, openings
from tests.load.client import Session

LAB, SLUG = "autoregressive.pixelcnn", "pixelcnn"
AT_ONCE = 4  # viewers that open the page at the same time
MOMENTS, QUICK_S, SLOW_S, GROWTH = 64, 0.15, 1.0, 1.4  # how the film asks: see blocks.js


@dataclass
class Seen:
    """What all viewers met with: seconds of each poll and each request of the film, and what went wrong."""

    opens: list[float] = field(default_factory=list)
    polls: list[float] = field(default_factory=list)
    films: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)  # of this program itself: its share in the figures above
    bytes: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Training:
    """A training that goes on: its link's query and where its moments are."""

    query: str
    moments: str


def begin(client: Client, number: int) -> Training:
    """Ask for a training that outlasts the measuring. Raises engine.runs.client.Refused."""
    spec = PixelCNNSpec(channels=64, steps=3000, seed=number)
    run = client.start(LAB, spec, session=f"load{number}", keep=True)
    query = "&".join(f"{SLUG}.{name}={value}" for name, value in asdict(spec).items())
    return Training(query, f"/moments/{LAB}/{run.key}/{run.attempt}")


async def follow(session: Session, seen: Seen, end: float) -> None:
    """Poll each fragment of the page at its own interval, first after a random part of it."""

    async def one(fragment: str, interval: float) -> None:
        due = time.perf_counter() + random.random() * interval
        while due < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            async with lock:  # a browser too waits for the rerun before
                answer = await session.poll(fragment)
            seen.polls.append(answer.seconds)
            seen.bytes += answer.bytes
            due = max(due + interval, time.perf_counter())

    lock = asyncio.Lock()
    if not session.fragments:
        seen.errors.append("a page of a running training polls nothing")
    try:
        await asyncio.gather(*(one(*each) for each in session.fragments.items()))
    except Exception as error:  # whatever went wrong for one viewer is a figure, and the others go on
        seen.errors.append(repr(error))


async def watch(server: Server, training: Training, seen: Seen, end: float) -> None:
    """Fetch the moments as film.js does: each once, more slowly while nothing new comes."""
    known, pause = 0, QUICK_S
    await asyncio.sleep(random.random())
    try:
        while time.perf_counter() < end:
            url = f"{server.url}{training.moments}?from={known}&to={known + MOMENTS}"
            began = time.perf_counter()
            body = await asyncio.to_thread(_fetched, url)
            seen.films.append(time.perf_counter() - began)
            length = int.from_bytes(body[:4], "little")
            new = len(json.loads(body[4 : 4 + length])["moments"])
            known, pause = known + new, QUICK_S if new else min(SLOW_S, pause * GROWTH)
            await asyncio.sleep(pause)
    except OSError as error:
        seen.errors.append(repr(error))


def _fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()


async def lag(seen: Seen, end: float) -> None:
    """How late this program's own loop is: a poll can be measured no finer."""
    while time.perf_counter() < end:
        began = time.perf_counter()
        await asyncio.sleep(0.02)
        seen.lags.append(time.perf_counter() - began - 0.02)


async def attend(
    server: Server, trainings: list[Training], viewers: int, seconds: float, film: bool
) -> tuple[Seen, float, float]:
    """All that the viewers saw; MB per session over the server's base; the server's share of one core."""
    seen, doors = Seen(), asyncio.Semaphore(AT_ONCE)
    async with Session(server.port, trainings[0].query) as first:
        await first.open(SLUG)  # what the first visitor makes the server load counts to its base
    base = server.process.memory_info().rss
    sessions = [Session(server.port, trainings[i % len(trainings)].query) for i in range(viewers)]

    async def arrive(session: Session) -> None:
        async with doors:
            await session.__aenter__()
            seen.opens.append((await session.open(SLUG)).seconds)

    await asyncio.gather(*map(arrive, sessions))
    each = (server.process.memory_info().rss - base) / viewers / 1e6
    used, began = sum(server.process.cpu_times()[:2]), time.perf_counter()
    end = began + seconds
    films = [watch(server, trainings[i % len(trainings)], seen, end) for i in range(viewers * film)]
    await asyncio.gather(lag(seen, end), *(follow(session, seen, end) for session in sessions), *films)
    share = (sum(server.process.cpu_times()[:2]) - used) / (time.perf_counter() - began)
    seen.errors += [f"on the page: {text}" for session in sessions for text in session.exceptions]
    for session in sessions:
        await session.__aexit__()
    return seen, each, share


def occupied(server: Server, trainings: int) -> list[Training]:
    """So many trainings of a server's home, all begun."""
    client = Client(server.home)
    asked = [begin(client, number) for number in range(trainings)]
    until(lambda: all(_state(client, one) != "queued" for one in asked), "the trainings")
    return asked


def table(viewers: int, seconds: float, trainings: int, film: bool) -> list[Row]:
    """Start all, measure, end all."""
    with served(APP) as server:
        client, asked = Client(server.home), occupied(server, trainings)
        seen, each, share = asyncio.run(attend(server, asked, viewers, seconds, film))
        if seen.errors:
            print(server.log.read_text()[-3000:], file=sys.stderr)
        over = [state for one in asked if (state := _state(client, one)) != "running"]
    for error in sorted(set(seen.errors)):
        print(f"{seen.errors.count(error)} times: {error}", file=sys.stderr)
    note = f"{len(seen.polls)} polls, {seen.bytes / max(1, len(seen.polls)) / 1e3:.1f} kB each"
    rows = [
        Row("a poll, p50", 1e3 * median(seen.polls), "ms", note=note),
        Row("a poll, p95", 1e3 * percentile(seen.polls, 0.95), "ms", most=100),
        Row("a poll, p99", 1e3 * percentile(seen.polls, 0.99), "ms"),
        Row("errors and exceptions", len(seen.errors), "", most=0),
        Row("memory of a session over the server's base", each, "MB", most=1),
        Row("the server's share of one core", 100 * share, "%"),
        Row(f"opening the page, {AT_ONCE} at a time, p95", percentile(seen.opens, 0.95), "s"),
        Row(
            "this program's own lag, p95",
            1e3 * percentile(seen.lags, 0.95),
            "ms",
            note="is in each figure above",
        ),
        Row("trainings that ended before the measuring did", len(over), "", most=0, note=" ".join(over)),
    ]
    if film:
        told = f"{len(seen.films)} requests"
        rows.insert(3, Row("a request of the film, p50", 1e3 * median(seen.films), "ms", note=told))
        rows.insert(4, Row("a request of the film, p95", 1e3 * percentile(seen.films, 0.95), "ms"))
    return rows


def _state(client: Client, training: Training) -> str:
    run = client.store.attempt(*training.moments.removeprefix("/moments/").split("/"))
    return run.state if run else "absent"


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("watching", "openings", "cluster"), default="watching")
    parser.add_argument("--page", default=SLUG, help="which page is opened")
    parser.add_argument("--within", type=float, default=10.0, help="seconds in which all open it")
    parser.add_argument("--viewers", type=int, choices=range(1, 1001), default=100, metavar="1..1000")
    parser.add_argument("--seconds", type=int, choices=range(1, 601), default=30, metavar="1..600")
    parser.add_argument("--trainings", type=int, choices=range(1, 4), default=2, metavar="1..3")
    parser.add_argument("--film", action="store_true", help="viewers also fetch the film's moments over HTTP")
    parser.add_argument("--presses", type=int, choices=range(1, 201), default=100, metavar="1..200")
    parser.add_argument("--minute", type=float, default=60.0, help="cluster: seconds in which all press")
    parser.add_argument("--places", type=int, nargs="*", default=[2, 8, 32], help="cluster: runs at once")
    parser.add_argument("--training", type=float, default=12.0, help="cluster: seconds that a run takes")
    given = parser.parse_args()
    before = busy()
    if given.what == "cluster":
        sizes = (given.presses, given.minute, given.training)
        rows = [row for places in given.places for row in cluster.table(places, *sizes)]
        what = f"{given.presses} press Train within {given.minute:g} s"
        print(printed(f"{what} ({before} before, {busy()} after)", rows))
        return
    if given.what == "openings":
        rows = openings.table(given.page, given.viewers, given.within, given.trainings, occupied)
        what = f"{given.viewers} open {given.page} within {given.within:g} s, {given.trainings} trainings"
        print(printed(f"{what} ({before} before, {busy()} after)", rows))
        return
    rows = table(given.viewers, given.seconds, given.trainings, given.film)
    what = f"{given.viewers} viewers, {given.trainings} trainings, {given.seconds} s"
    print(printed(f"{what} ({before} before, {busy()} after)", rows))


if __name__ == "__main__":
    main()
