"""`python -m tests.load openings`: a hall opens one page in the same few seconds, two trainings beside.

How long each waits for the whole page, beside the null app, and what stays in the server's memory after they
have left.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.benchmarks.servers import APP, NULL, Server, served
from tests.benchmarks.table import Row, median, percentile
from tests.load.client import Session

WAVES = 2  # the first one finds nothing made, later ones what the first has left
REST_S = 2.0  # after a wave has left, before memory is read


@dataclass
class Hall:
    """What the visitors of a server met: seconds of each opening, by wave, and what went wrong."""

    waits: list[list[float]] = field(default_factory=list)
    cpu: float = 0.0  # seconds of the server for one opening of the last wave
    left: list[float] = field(default_factory=list)  # MB of the server after each wave
    errors: list[str] = field(default_factory=list)


async def wave(server: Server, slug: str, count: int, within: float, hall: Hall) -> None:
    """So many openings, evenly over so many seconds; all stay until the last one has its page."""
    sessions = [Session(server.port) for _ in range(count)]
    waits: list[float] = []

    async def arrive(number: int, session: Session) -> None:
        await asyncio.sleep(within * number / count)
        began = time.perf_counter()
        try:
            await session.__aenter__()
            await session.open(slug)
        except Exception as error:  # whatever went wrong for one visitor is a figure, and the others go on
            hall.errors.append(repr(error))
        waits.append(time.perf_counter() - began)

    await asyncio.gather(*(arrive(*one) for one in enumerate(sessions)))
    hall.waits.append(waits)
    hall.errors += [f"on the page: {text}" for session in sessions for text in session.exceptions]
    for session in sessions:
        await session.__aexit__()


async def filled(server: Server, slug: str, count: int, within: float) -> Hall:
    """A first visitor, then the waves."""
    hall = Hall()
    async with Session(server.port) as first:
        await first.open(slug)
    for _ in range(WAVES):
        used = sum(server.process.cpu_times()[:2])
        await wave(server, slug, count, within, hall)
        hall.cpu = (sum(server.process.cpu_times()[:2]) - used) / count
        await asyncio.sleep(REST_S)
        hall.left.append(server.process.memory_info().rss / 1e6)
    return hall


def table(
    slug: str, count: int, within: float, trainings: int, train: Callable[[Server, int], object]
) -> list[Row]:
    """Fill the app, then the null app, each with so many trainings that `train` begins beside it."""
    halls = []
    for module, page in ((APP, slug), (NULL, "chart")):
        with served(module) as server:
            train(server, trainings)
            halls.append(asyncio.run(filled(server, page, count, within)))
    app, null = halls
    errors = app.errors + null.errors
    for error in sorted(set(errors)):
        print(f"{errors.count(error)} times: {error}", file=sys.stderr)
    now, beside = app.waits[-1], null.waits[-1]
    return [
        Row("an opening, p50", median(now), "s", beside=median(beside)),
        Row("an opening, p95", percentile(now, 0.95), "s", most=3, beside=percentile(beside, 0.95)),
        Row("an opening of the first wave, p95", percentile(app.waits[0], 0.95), "s"),
        Row("the server's time for an opening", app.cpu, "CPU-s", beside=null.cpu),
        Row("memory that an opening leaves", 1e3 * (app.left[-1] - app.left[0]) / count, "kB"),
        Row("errors and exceptions", len(errors), "", most=0),
    ]
