"""`python -m tests.load cluster`: a class presses Train within a minute; how long each waits, on few and many
places, and how the server bears it.

Server, supervisor, queue and pages are real; the runs sleep (see `sleepers`), so that two cores can be 32.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from engine.runs import wire
from engine.runs.client import Client
from engine.runs.code import engine_hash
from engine.runs.job import Limits
from engine.runs.reading import Run
from engine.runs.store import Store
from engine.runs.supervisor import Supervisor
from tests.benchmarks.servers import APP, ROOT, Server, served
from tests.benchmarks.table import Row, median, percentile
from tests.browser.conftest import until
from tests.load.client import Answer, Session

SLUG = "pixelcnn"
ASKED = "auto"  # any address: nobody is called


class Student(Session):
    """A visitor who trains a seed of their own."""

    async def press(self, words: str) -> None:
        """Press the button whose words begin so, on the page as it is shown."""
        answer = await self.open(SLUG)
        buttons = [message.delta.new_element.button for message in answer.messages]
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page_hash
        id = next(one.id for one in buttons if one.label.startswith(words))
        message.rerun_script.widget_states.widgets.append(WidgetState(id=id, trigger_value=True))
        self.fragments = {}
        await self._rerun(message)

    async def look(self, fragment: str) -> Answer:
        """Poll. Where that drew the whole page anew, its parts are others now."""
        answer = await self.poll(fragment)
        if any(message.WhichOneof("type") == "navigation" for message in answer.messages):
            told = [message.auto_rerun for message in answer.messages]
            self.fragments = {one.fragment_id: one.interval for one in told if one.fragment_id}
        return answer


@dataclass
class Class:
    """What a class met with."""

    polls: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    over: bool = False


async def attend(student: Student, delay: float, seen: Class) -> None:
    """Come, press Train, follow the run as the page does until the class is over."""
    await asyncio.sleep(delay)
    try:
        async with student:
            await student.press("Train")
            due = {one: time.perf_counter() + every for one, every in student.fragments.items()}
            while not seen.over:
                due = {
                    one: due.get(one, time.perf_counter() + every) for one, every in student.fragments.items()
                }
                if not due:
                    seen.errors.append("a page of a run polls nothing")
                    return
                first = min(due, key=lambda one: due[one])
                await asyncio.sleep(min(1.0, max(0.0, due[first] - time.perf_counter())))
                if time.perf_counter() < due[first]:
                    continue
                seen.polls.append((await student.look(first)).seconds)
                due[first] = time.perf_counter() + student.fragments.get(first, 1.0)
    except Exception as error:  # whatever went wrong for one is a figure, and the others go on
        seen.errors.append(repr(error))
    seen.errors += [f"on the page: {text}" for text in student.exceptions]


async def taught(server: Server, presses: int, within: float) -> Class:
    """All of them, until every run has ended."""
    seen = Class()
    students = [Student(server.port, f"{SLUG}.seed={n + 1}&{SLUG}.steps=77") for n in range(presses)]
    async with Session(server.port) as first:
        await first.open(SLUG)  # what the first visitor makes the server load is no part of this
    going = [asyncio.create_task(attend(s, within * n / presses, seen)) for n, s in enumerate(students)]
    store = Store(server.home)
    while not all(task.done() for task in going):
        await asyncio.sleep(0.5)
        runs = await asyncio.to_thread(store.all)
        seen.over = len(runs) + len(seen.errors) >= presses and all(_over(run) for run in runs)
    return seen


def _over(run: Run) -> bool:
    return run.manifest.get("state") in ("done", "stopped", "failed", "interrupted")


@contextlib.contextmanager
def housed(places: int, seconds: float) -> Iterator[Server]:
    """A server whose supervisor has a cluster of so many places, where a run sleeps for so long."""
    with served(APP, lambda home: supervised(home, places, seconds), GLASSBOX_RAY=ASKED) as server:
        until(
            lambda: (now := Client(server.home).standing()) is not None and now.places == places, "the places"
        )
        yield server


def supervised(home: Path, places: int, seconds: float) -> subprocess.Popen:
    """Its supervisor; it listens when this returns."""
    words = ["--home", str(home), "--places", str(places), "--seconds", str(seconds)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen([sys.executable, "-m", "tests.load.cluster", *words], cwd=ROOT, env=env)
    until(lambda: Path(wire.address(home, engine_hash())).exists(), "the supervisor")
    return child


def table(places: int, presses: int, within: float, seconds: float) -> list[Row]:
    """Start all, let the class press, end all."""
    with housed(places, seconds) as server:
        seen = asyncio.run(taught(server, presses, within))
        told = [run.manifest for run in Store(server.home).all()]
    for error in sorted(set(seen.errors)):
        print(f"{seen.errors.count(error)} times: {error}", file=sys.stderr)
    waits = [facts["begun"] - facts["started"] for facts in told if "begun" in facts]
    at = f"{places} places: "
    return [
        Row(f"{at}a run waits, p50", median(waits), "s", note=f"{len(waits)} runs of {seconds:g} s"),
        Row(f"{at}a run waits, p95", percentile(waits, 0.95), "s"),
        Row(f"{at}a run waits, longest", max(waits), "s"),
        Row(f"{at}a poll, p50", 1e3 * median(seen.polls), "ms", note=f"{len(seen.polls)} polls"),
        Row(f"{at}a poll, p95", 1e3 * percentile(seen.polls, 0.95), "ms", most=100),
        Row(f"{at}presses that trained nothing", presses - len(waits), "", most=0),
        Row(f"{at}errors and exceptions", len(seen.errors), "", most=0),
    ]


def main() -> None:
    """A supervisor as `engine.runs.supervisor`, but for its bridge."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.cluster")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--places", required=True)
    parser.add_argument("--seconds", required=True)
    given = parser.parse_args()
    supervisor = Supervisor(given.home, Limits())
    words = ("--places", given.places, "--seconds", given.seconds)
    supervisor.pool.cluster.program = ("-m", "tests.load.sleepers", *words)
    with FileLock(given.home / f"supervisor-{supervisor.code}.lock"):
        supervisor.pool.cluster.call(ASKED)
        supervisor.serve()


if __name__ == "__main__":
    main()
