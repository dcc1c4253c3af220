"""`python -m engine verify`: train what the claims of labs need, on several seeds, and say what holds."""

import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from typing import Any

import torch
from tqdm import tqdm

from engine.core.params import Spec, params_of
from engine.core.trace import Trace, traced
from engine.labs import load
from engine.runs.judge import arms, judge
from engine.runs.store import SHIPPED, Store, ancestry, run_key
from engine.runs.work import device, resolve

Unit = tuple[str, Spec]  # a lab and the spec that its claims are judged on
Row = dict[str, Any]  # lab, spec, claim, verdict, measured, wanted, seconds


def units(labs: Iterable[str], seeds: int) -> list[Unit]:
    """Each lab at its defaults with seeds 0, 1, ...; a lab without a seed once."""
    found: list[Unit] = []
    for lab in labs:
        base = load(lab).SPEC()
        seeded = "seed" in {f.name for f, _ in params_of(type(base))}
        found += [(lab, base.but(seed=seed)) for seed in range(seeds)] if seeded else [(lab, base)]
    return found


def verified(unit: Unit) -> list[Row]:
    """The verdict of each claim of one lab on one spec; all that they compare is trained here."""
    torch.set_num_threads(1)
    lab, base = unit
    module, known = load(lab), dict[Spec, Trace]()
    before = time.perf_counter()
    given = resolve(module, ancestry(lab), Store(), device())

    def find(spec: Spec) -> tuple[Trace, bool]:
        if spec not in known:
            known[spec] = traced(module.run(spec, device(), given))
        return known[spec], True

    judgements = judge(module, base, find)
    told = {"lab": lab, "spec": asdict(base), "seconds": round(time.perf_counter() - before, 1)}
    return [
        told | {"claim": j.claim.sentence, "verdict": j.verdict, "measured": j.measured, "wanted": j.wanted}
        for j in judgements
    ]


def verify(wanted: list[Unit], jobs: int | None) -> Iterator[list[Row]]:
    """The rows of each unit as it ends, the dearest begun first; on stderr how far it is, and the time left.

    jobs: processes, one torch thread each; None: as many as this machine lends us cores.
    """
    costs = {unit: cost(unit) for unit in wanted}
    order = sorted(wanted, key=costs.__getitem__, reverse=True)
    jobs = min(jobs or len(os.sched_getaffinity(0)), len(wanted))
    form = "{percentage:3.0f}% |{bar}| {elapsed} gone, {remaining} left{postfix}"
    with tqdm(total=sum(costs.values()), bar_format=form, dynamic_ncols=True, leave=False) as bar:
        for unit, rows in _each(order, jobs):
            yield rows
            bar.set_postfix_str(f" {unit[0]}", refresh=False)
            bar.update(costs[unit])


def _each(order: list[Unit], jobs: int) -> Iterator[tuple[Unit, list[Row]]]:
    if jobs == 1:
        for unit in order:
            yield unit, verified(unit)
        return
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        asked = {pool.submit(verified, unit): unit for unit in order}
        try:
            for one in as_completed(asked):
                yield asked[one], one.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def cost(unit: Unit) -> float:
    """About how many seconds a unit takes: its runs, each as long as the shipped run of the lab."""
    lab, base = unit
    runs = {spec for claim in load(lab).CLAIMS for spec in arms(claim, base).values()}
    known = Store(shipped=SHIPPED).attempt(lab, run_key(lab, load(lab).RECORDED[0], ancestry(lab)), "shipped")
    return len(runs) * (float(known.manifest.get("seconds", 1)) if known else 1) + 0.1
