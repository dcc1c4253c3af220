"""Rooms on both databases: SQLite as it comes, and a PostgreSQL that the tests start for themselves."""

from collections.abc import Iterator
from pathlib import Path

import postgres
import pytest

from app.voting import standing
from app.voting import store as stored


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The DATABASE_URL of a PostgreSQL that lives as long as the tests."""
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """What DATABASE_URL says: nothing, or a PostgreSQL. Emptied before each test."""
    monkeypatch.setenv("GLASSBOX_HOME", str(tmp_path))
    given = "" if request.param == "sqlite" else request.getfixturevalue("postgresql")
    monkeypatch.setenv("DATABASE_URL", given)
    stored.store.cache_clear()
    with stored.store().engine.begin() as db:
        for table in reversed(stored.meta.sorted_tables):
            db.execute(table.delete())
    standing._kept.clear()
    yield given
    stored.store().engine.dispose()
    stored.store.cache_clear()
