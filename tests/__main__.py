"""`python -m tests`, which is `make test`: all tests, what they found, and where the time went.

What needs no browser, then what needs one, in two processes each with a server, a browser and a home of its
own; then the programs that print figures, alone on the machine. All run, whatever the first finds.
"""

import contextlib
import subprocess
import sys
import time

from tests import browser_setup, budget
from tests.rooms import postgres

BROWSER = ("browser", "benchmarks", "load")  # folders of tests/; the last two drive a browser of their own
WHOLE_FILES = ("-n", "2", "--dist", "loadfile")
ONE_BY_ONE = (
    "-n",
    "2",
    "--dist",
    "worksteal",
)  # the walk through all pages is one file, and half of the time
STAGES = {
    "without a browser": ["tests", *WHOLE_FILES, *(f"--ignore=tests/{f}" for f in BROWSER)],
    "in a browser": ["tests/browser", *ONE_BY_ONE],
    "programs that print figures": ["tests/benchmarks", "tests/load"],
}


def main() -> int:
    """Run all three, print the summary. Returns 1 if a test failed."""
    browser_setup.main()
    with contextlib.suppress(AssertionError):  # the tests of rooms will say what is missing
        postgres.installed()  # by one process, before two look for it
    said, codes = [], []
    for number, (where, words) in enumerate(STAGES.items(), 1):
        report = budget.REPORTS / f"tests{number}.xml"
        report.unlink(missing_ok=True)
        began = time.monotonic()
        command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *words]
        codes.append(subprocess.run(command, cwd=budget.ROOT).returncode)
        verdict = "all passed" if codes[-1] == 0 else f"FAILED (pytest ended with {codes[-1]}, see above)"
        said.append(f"{where}: {verdict}, {time.monotonic() - began:.0f} s")
    report = list(budget.reported())
    over = budget.over(budget.seconds(report), budget.SECONDS)
    print("\nThe ten dearest tests", *budget.dearest(report), sep="\n  ")
    print("Pages over their seconds (all: python -m tests.budget)", *(over or ["none"]), sep="\n  ")
    print(f"{len(report)} tests", *said, sep="\n  ")
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
