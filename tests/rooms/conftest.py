"""Rooms on both databases: SQLite as it comes, and a PostgreSQL that the tests start for themselves.

PostgreSQL is looked for on the path and where Debian keeps it; else Debian's is installed by apt when root;
else the tests fail and say so. It listens on a socket in a folder of its own, on no port.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.rooms import routes, standing
from app.rooms import store as stored


def _tools() -> Path | None:
    for folder in [
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
        Path("/usr/local/pgsql/bin"),
    ]:
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _installed() -> Path:
    if (tools := _tools()) is not None:
        return tools
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update"], capture_output=True, timeout=300)
        subprocess.run(["apt-get", "install", "-y", "postgresql"], capture_output=True, timeout=600)
    tools = _tools()
    assert tools is not None, "PostgreSQL is missing: install Debian's `postgresql`, or run the tests as root"
    return tools


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The DATABASE_URL of a PostgreSQL that lives as long as the tests; as root it is run by its own user."""
    tools = _installed()
    folder = Path(tempfile.mkdtemp(prefix="gb-pg-", dir="/tmp"))  # short: a socket's path has 107 bytes
    user = {"user": "postgres"} if os.geteuid() == 0 else {}
    if user:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    make = [tools / "initdb", "-D", data, "-U", "glassbox", "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run(make, check=True, capture_output=True, timeout=120, cwd="/", **user)
    control = [tools / "pg_ctl", "-D", data, "-w", "-t", "60"]
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=60"
    start = [*control, "-l", folder / "log", "-o", options, "start"]
    subprocess.run(
        start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=120, **user
    )
    yield f"postgresql://glassbox@/postgres?host={folder}"
    subprocess.run([*control, "-m", "immediate", "stop"], capture_output=True, timeout=60, cwd="/", **user)
    shutil.rmtree(folder, ignore_errors=True)


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
        db.execute(stored.votes.delete())
        db.execute(stored.rooms.delete())
    standing._kept.clear()
    routes.guesses = routes.Guesses()
    yield given
    stored.store().engine.dispose()
    stored.store.cache_clear()
