"""Shared by the page tests: an empty home, and a watch on the supervisor."""

from pathlib import Path

import pytest

from app.page import live, moments


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of this machine's owner do not count: the pages see the shipped ones alone."""
    monkeypatch.setenv("GLASSBOX_HOME", str(tmp_path))
    moments.store.cache_clear()
    live.client.cache_clear()


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the supervisor while a page was open. Opening one must ask for nothing."""
    asked: list[str] = []
    monkeypatch.setattr(live, "order", lambda *actions: asked.append("order"))
    return asked
