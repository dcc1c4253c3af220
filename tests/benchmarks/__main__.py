"""`python -m tests.benchmarks [section …] [--json]`: tables of figures, with ratios measured in one run."""

import argparse
import importlib
import json
import sys
import time
from dataclasses import asdict

from tests.benchmarks.table import Row, busy, printed

SECTIONS = {
    "pages": "Pages: to the first picture, to the next one",
    "film": "Film: played, scrubbed, live",
    "attention": "Attention: pointed at",
    "plot": "Plot: two thousand dots",
    "training": "Training: one step, one thread",
    "sampling": "Sampling: pixel by pixel",
    "transformer": "The Transformer: one step, and writing",
    "runs": "Runs: what they cost and weigh",
}


def main() -> None:
    """Measure the chosen sections (default: all) and print them as they come."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", metavar="section", help=f"of {', '.join(SECTIONS)}; default: all"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object in the end")
    chosen = parser.parse_args()
    if unknown := set(chosen.sections) - set(SECTIONS):
        parser.error(f"no section is called {', '.join(sorted(unknown))}; there are: {', '.join(SECTIONS)}")
    measured: dict[str, list[Row]] = {}
    for name in chosen.sections or SECTIONS:
        before, began = busy(), time.perf_counter()
        rows = measured[name] = importlib.import_module(f"tests.benchmarks.{name}").table()
        took = f"{time.perf_counter() - began:.0f} s; {before} before, {busy()} after"
        print(
            printed(f"{SECTIONS[name]} ({took})", rows),
            file=sys.stderr if chosen.json else sys.stdout,
            flush=True,
        )
    if chosen.json:
        told = {
            name: [asdict(row) | {"ratio": row.ratio, "wanted": row.wanted, "met": row.met} for row in rows]
            for name, rows in measured.items()
        }
        print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
