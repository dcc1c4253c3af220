"""A fault in a script is one line in the log, and a kind of fault is told once."""

import logging
from collections.abc import Callable

import pytest

from app.faults import Once


def a(n: int) -> float:
    return 1 / n


def b(n: int) -> int:
    return [1][n + 1]


def log_of(caplog: pytest.LogCaptureFixture, *faults: Callable[[int], object]) -> list[str]:
    """What the log says of these faults, in order."""
    log = logging.getLogger("test.faults")
    keep = Once()
    log.addFilter(keep)
    for fault in faults:
        try:
            fault(0)
        except Exception as error:
            log.error("Uncaught app execution", exc_info=error)
    log.removeFilter(keep)
    return caplog.text.splitlines()


def test_a_thousand_faults_of_a_kind_are_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """Ten minutes of one bad link were 5 MB. Killed: the traceback left in the record; nothing remembered;
    kinds told apart by their type alone."""
    lines = log_of(caplog, *[a] * 1000, b, lambda n: 1 / n)
    assert len(lines) == 3
    assert "ZeroDivisionError at" in lines[0]
    assert f"{__file__}:" in lines[0]
    assert "IndexError at" in lines[1]


def test_what_is_no_fault_passes(caplog: pytest.LogCaptureFixture) -> None:
    """Killed: every record taken for the same kind."""
    keep = Once()
    log = logging.getLogger("test.faults")
    log.addFilter(keep)
    log.warning("one")
    log.warning("one")
    log.removeFilter(keep)
    assert caplog.messages == ["one", "one"]
