"""A PostgreSQL for as long as it is needed, for tests and for `tests.load.rooms`.

It is looked for on the path and where Debian keeps it; else Debian's is installed by apt when root; else
an AssertionError says so. It listens on a socket in a folder of its own, on no port.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _tools() -> Path | None:
    for folder in [
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
        Path("/usr/local/pgsql/bin"),
    ]:
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def installed() -> Path:
    """The folder of its tools; they are installed if need be. Raises AssertionError where they cannot be."""
    if (tools := _tools()) is not None:
        return tools
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update"], capture_output=True, timeout=300)
        subprocess.run(["apt-get", "install", "-y", "postgresql"], capture_output=True, timeout=600)
    tools = _tools()
    assert tools is not None, "PostgreSQL is missing: install Debian's `postgresql`, or run the tests as root"
    return tools


@contextmanager
def running() -> Iterator[str]:
    """The DATABASE_URL of a PostgreSQL that lives as long as the block; as root it is run by its own user."""
    tools = installed()
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
    try:
        yield f"postgresql://glassbox@/postgres?host={folder}"
    finally:
        subprocess.run(
            [*control, "-m", "immediate", "stop"], capture_output=True, timeout=60, cwd="/", **user
        )
        shutil.rmtree(folder, ignore_errors=True)
