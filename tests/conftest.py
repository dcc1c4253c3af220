"""For all tests: one torch thread, as in a worker; and none is skipped."""

from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# How long a busy machine takes to make an example says nothing of the code; and each run tries the same ones.
settings.register_profile(
    "busy", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Small nets gain nothing from more threads, and lose much when the machine is busy."""
    import torch  # here, so that the process that only hands out the tests is spared it

    torch.set_num_threads(1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What was skipped, or expected to fail, has failed: here a test says something, or it is not there."""
    report = yield
    if report.skipped:
        report.outcome, report.longrepr = "failed", f"{report.nodeid} was skipped: {report.longrepr}"
        if hasattr(report, "wasxfail"):
            del report.wasxfail
    return report
