"""Shared by the page tests: an empty home, and a watch on the supervisor."""

from collections.abc import Iterator

import pytest

from app.page import live, moments


@pytest.fixture(autouse=True, scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs of this machine's owner do not count: the pages of one file see the shipped ones alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSBOX_HOME", str(tmp_path_factory.mktemp("home")))
        moments.store.cache_clear()
        live.client.cache_clear()
        yield
    moments.store.cache_clear()
    live.client.cache_clear()


@pytest.fixture(scope="module")
def no_training(empty_home: None) -> Iterator[list[str]]:
    """What was asked of the supervisor while a page was open. Opening one must ask for nothing."""
    asked: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "order", lambda *actions: asked.append("order"))
        yield asked
