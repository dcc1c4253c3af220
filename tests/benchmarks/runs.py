"""What runs cost: CPU-seconds until the claims show, bytes that are shipped, seconds to the first step."""

import math
import tempfile
import time
from pathlib import Path

import psutil
import torch

from app.catalogue import CATALOGUE
from engine.core.params import Spec
from engine.core.trace import Trace, traced
from engine.labs import all_ids, load
from engine.runs.client import Client
from engine.runs.judge import judge
from engine.runs.store import SHIPPED, Store, ancestry
from engine.runs.work import resolve
from tests.benchmarks.servers import end
from tests.benchmarks.table import Row, median, spread
from tests.browser.conftest import until

CPU = torch.device("cpu")
STARTS, WHO, LAB = 5, "benchmark", "autoregressive.pixelcnn"
PAGE_MB = 0.5


def table() -> list[Row]:
    """All labs trained in this process on one thread; then all pages weighed; then a supervisor asked."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        rows = [row for id in all_ids() for row in _trained(id)]
    finally:
        torch.set_num_threads(threads)
    return [*rows, *_shipped(), *_started()]


def _trained(id: str) -> list[Row]:
    """CPU-seconds of a lab's default training, and of all trainings that its claims compare."""
    lab, spent, known = load(id), {}, {}
    given = resolve(
        lab, ancestry(id), Store(Path("/nonexistent")), CPU
    )  # needs are taken from the shipped runs

    def find(spec: Spec) -> tuple[Trace, bool]:
        if spec not in known:
            began = time.process_time()
            known[spec] = traced(lab.run(spec, CPU, given))
            spent[spec] = time.process_time() - began
        return known[spec], True

    judged = judge(lab, lab.SPEC(), find)
    short = [str(one.number) for one in judged if one.verdict == "falls short"]
    said = f"claims {', '.join(one.verdict for one in judged)}" + f"; short: {', '.join(short)}" * bool(short)
    rows = [Row(f"{id}: its default training", spent[lab.SPEC()], "CPU-s", most=15, note=said)]
    if len(spent) > 1:
        note = f"{len(spent)} trainings"
        rows.append(
            Row(f"{id}: all that its claims compare", sum(spent.values()), "CPU-s", most=30, note=note)
        )
    return rows


def _shipped() -> list[Row]:
    """Bytes of the shipped runs of each page; no figure while one of them is missing."""
    rows = []
    for entry in CATALOGUE:
        files = [file for id in entry.labs for file in (SHIPPED / id).rglob("*") if file.is_file()]
        wanted = sum(len(load(id).RECORDED) for id in entry.labs)
        here = sum(file.name == "manifest.json" for file in files)
        size = sum(file.stat().st_size for file in files) / 1e6 if here == wanted else math.nan
        rows.append(
            Row(f"{entry.slug}: its shipped runs", size, "MB", most=PAGE_MB, note=f"{here} of {wanted} runs")
        )
    return rows


def _started() -> list[Row]:
    """Seconds from Train to the first step that can be read, with a supervisor that already stands."""
    with tempfile.TemporaryDirectory(prefix="glassbox-") as folder:
        client, waits = Client(Path(folder)), []
        try:
            for number in range(STARTS + 1):
                waits.append(_first_step(client, load(LAB).SPEC().but(seed=number)))
        finally:
            for child in psutil.Process().children():
                if child.status() == psutil.STATUS_ZOMBIE or folder in child.cmdline():
                    end(child)
    cold, warm = waits[0], waits[1:]
    return [
        Row("from Train to the first step, warm supervisor", median(warm), "s", note=spread(warm)),
        Row("the same with no supervisor yet", cold, "s"),
    ]


def _first_step(client: Client, spec: Spec) -> float:
    began = time.perf_counter()
    run = client.start(LAB, spec, session=WHO, keep=True)

    def stepped() -> bool:
        found = client.store.attempt(LAB, run.key, run.attempt)
        return bool(found and found.trace().scalars)

    until(stepped, "the first step")
    waited = time.perf_counter() - began
    client.stop(LAB, run.key, WHO)
    until(lambda: client.watch(LAB, run.key, WHO).state == "stopped", "the end of the run")
    return waited
