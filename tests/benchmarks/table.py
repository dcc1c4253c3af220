"""Rows of a table of figures: what, measured, wanted, ratio, met or not. Shared by all benchmarks."""

import math
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure. `beside` was measured in the same run, in turns with it; the ratio is measured / beside.

    most, least: the bounds wanted of the figure; most_ratio, least_ratio: of the ratio; None: no bound.
    """

    what: str
    measured: float
    unit: str
    most: float | None = None
    least: float | None = None
    beside: float | None = None
    most_ratio: float | None = None
    least_ratio: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """measured / beside, or None where nothing was measured beside it."""
        return self.measured / self.beside if self.beside else None

    @property
    def met(self) -> bool | None:
        """Whether all bounds hold; None for a row that has none."""
        ratio = self.ratio if self.ratio is not None else math.nan  # a bound on no ratio is not met
        held = [
            side(value, bound)
            for side, value, bound in (
                (_most, self.measured, self.most),
                (_least, self.measured, self.least),
                (_most, ratio, self.most_ratio),
                (_least, ratio, self.least_ratio),
            )
            if bound is not None
        ]
        return all(held) if held else None

    @property
    def wanted(self) -> str:
        """The bounds, for people."""
        bounds = (("<=", self.most, self.unit), (">=", self.least, self.unit))
        ratios = (("<=", self.most_ratio, "x"), (">=", self.least_ratio, "x"))
        return ", ".join(
            f"{sign} {bound:g} {unit}" for sign, bound, unit in bounds + ratios if bound is not None
        )

    def cells(self) -> list[str]:
        """As text, one cell a column."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} x"
        met = {True: "met", False: "NOT MET", None: ""}[self.met]
        return [self.what, f"{figure(self.measured)} {self.unit}", self.wanted, ratio, met, self.note]


def _most(value: float, bound: float) -> bool:
    return value <= bound


def _least(value: float, bound: float) -> bool:
    return value >= bound


def figure(value: float) -> str:
    """Three significant digits, without an exponent where people read none."""
    if not math.isfinite(value):
        return "nothing"
    if value == 0 or 1e-3 <= abs(value) < 1e3:
        return f"{value:.3g}"
    return f"{value:.0f}" if abs(value) >= 1e3 else f"{value:.1e}"


def printed(title: str, rows: Sequence[Row]) -> str:
    """A table for a terminal."""
    lines = [["what", "measured", "wanted", "ratio", "", ""], *(row.cells() for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    texts = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([title, "-" * len(title), *texts, ""])


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed.

    NaN where there are no values: it meets no bound.
    """
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Iterable[float]) -> float:
    """The 50th percentile."""
    return percentile(values, 0.5)


def in_turns(rounds: int, *acts: Callable[[], object]) -> list[list[float]]:
    """CPU-seconds of each act in this process, `rounds` times, in turns: a busy machine troubles all alike.

    On one thread and an idle machine they are the seconds of the wall clock.
    """
    spent: list[list[float]] = [[] for _ in acts]
    for _ in range(rounds):
        for act, seconds in zip(acts, spent, strict=True):
            began = time.process_time()
            act()
            seconds.append(time.process_time() - began)
    return spent


def spread(values: Sequence[float]) -> str:
    """How much a figure varied: the 10th to the 90th percentile against the median."""
    low, middle, high = (percentile(values, share) for share in (0.1, 0.5, 0.9))
    return f"noise {low / middle - 1:+.0%} {high / middle - 1:+.0%}"


def busy() -> str:
    """How busy this machine is: processes that want a core, and how many cores there are."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return f"load {load} on {os.cpu_count()} cores"
