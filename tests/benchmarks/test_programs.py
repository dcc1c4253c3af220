"""Each program that prints figures still runs: one visit, one step of every section, one short load.

What it measures then says nothing, and no bound is asked of it.
"""

import math
import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest

from engine.autoregressive import pixelcnn_lab
from engine.autoregressive.pixelcnn_lab import PixelCNNSpec
from tests.benchmarks.__main__ import SECTIONS
from tests.benchmarks.table import printed
from tests.browser.conftest import ROOT, free_port
from tests.load import __main__ as load
from tests.load import cluster, openings

SHORT = PixelCNNSpec(steps=400, channels=4, layers=1, kernel=3)
PLAIN = {"PixelCNN": (pixelcnn_lab, lambda net: net)}
SMALL: dict[str, dict[str, Any]] = {  # section -> the constants of its module that make it short
    "pages": {"VISITS": 1, "CHANGES": 1, "POLLS": 1, "STARTS": 1},
    "film": {"PLAYED": SHORT, "WATCHED": SHORT.but(seed=1), "PLAYS": 1, "AT_REST_MS": 100},
    "attention": {"MOVES": 1},
    "training": {"SPECS": {"small": SHORT}, "ROUNDS": 2, "BURST": 1},
    "sampling": {"NETS": PLAIN, "ROUNDS": 1, "LEARNT": 10, "MANY": 2, "FEW": (1,)},
    "transformer": {"ROUNDS": 1, "BURST": 1, "WARM": 1, "LONG": 9},
    "plot": {"PLAYS": 1, "DOTS": 50},
    "language": {"LONG": 8},
    "runs": {"all_ids": lambda: ["autoregressive.receptive_field"], "STARTS": 1},
}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_of_the_benchmarks_prints_its_table(section: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every figure of it is a number."""
    module = import_module(f"tests.benchmarks.{section}")
    for name, value in SMALL[section].items():
        monkeypatch.setattr(module, name, value)
    rows = module.table()
    assert rows
    assert [row.what for row in rows if not math.isfinite(row.measured)] == []
    assert printed(SECTIONS[section], rows)


def test_two_viewers_follow_a_training() -> None:
    """Without an error, on the page and of its film."""
    rows = {row.what: row for row in load.table(viewers=2, seconds=3, trainings=1, film=True)}
    assert rows["errors and exceptions"].measured == 0
    assert math.isfinite(rows["a poll, p95"].measured)


def test_three_press_train_where_two_have_a_place() -> None:
    """Each trains; the third waits."""
    rows = {row.what.partition(": ")[2]: row for row in cluster.table(2, 3, 1.0, 1.0)}
    assert rows["presses that trained nothing"].measured == 0
    assert rows["errors and exceptions"].measured == 0
    assert rows["a run waits, longest"].measured > 0.3


def test_a_few_open_a_page_at_once() -> None:
    """Without an error, beside the null app."""
    rows = {row.what: row for row in openings.table("pixelcnn", 2, 0.1, 1, load.occupied)}
    assert rows["errors and exceptions"].measured == 0
    assert all(math.isfinite(row.measured) for row in rows.values())


def test_a_few_phones_vote_and_nothing_is_lost() -> None:
    """What was acknowledged is what is kept."""
    words = ["--voters", "3", "--every", "0.3", "--seconds", "2", "--port", str(free_port())]
    command = [sys.executable, "-m", "tests.load.rooms", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "alike True, errors 0" in done.stdout
