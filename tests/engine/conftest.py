"""A home and a supervisor for the tests of one file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import Servant

from engine.runs import client


@pytest.fixture(autouse=True)
def _patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How long a busy machine takes to answer a watch says nothing of the code, but where that is tested."""
    if "impatient" not in request.fixturenames:
        monkeypatch.setattr(client, "WATCH_S", 30.0)


@pytest.fixture
def impatient() -> None:
    """For tests of how long a client waits: as long as it does outside of tests."""


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """An empty home for the tests of one file."""
    path = tmp_path_factory.mktemp("home")
    path.chmod(0o700)
    return path


@pytest.fixture(scope="module")
def supervise() -> Iterator[Callable[..., Servant]]:
    """Start a supervisor; all are killed when the file's tests are over."""
    started: list[Servant] = []

    def start(home: Path, **options) -> Servant:
        started.append(Servant(home, **options))
        return started[-1]

    yield start
    for one in started:
        one.end()
