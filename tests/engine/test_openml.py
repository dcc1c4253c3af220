"""MNIST from a server that speaks OpenML's API, with generated pictures; and what is said without one."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.data import openml

sys.path.insert(0, str(Path(__file__).parents[1]))
from openml_server import PIXELS, serving


def fetched(folder: Path, server: str, name: str = "MNIST") -> subprocess.CompletedProcess:
    """As the app does it: in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "engine.data.openml", name, str(folder)],
        env={**os.environ, "GLASSBOX_OPENML": server},
        cwd=Path(openml.__file__).parents[2],
        capture_output=True,
        text=True,
    )


def test_it_is_fetched_once_and_kept(tmp_path: Path) -> None:
    """The second time there is no server. Killed: the pictures turned on their side; nothing kept."""
    with serving(40) as server:
        done = fetched(tmp_path, server)
        assert done.returncode == 0, done.stderr
    x = openml.pictures("MNIST", tmp_path)
    order = np.random.default_rng(0).permutation(40)
    wanted = np.random.default_rng(0).integers(0, 256, (40, PIXELS))[order].reshape(-1, 28, 28)
    assert np.array_equal(x, wanted)
    assert fetched(tmp_path, server).returncode == 0


def test_without_a_network_it_says_so_in_one_line(tmp_path: Path) -> None:
    """Killed: a stack trace for an answer."""
    with serving() as server:
        pass  # its port is closed again
    done = fetched(tmp_path, server)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("No network, or no answer from OpenML")
    assert "Traceback" not in done.stderr
    with pytest.raises(openml.OfflineDataError, match="has not been fetched"):
        openml.pictures("MNIST", tmp_path)


def test_a_file_that_is_not_what_it_should_be_is_refused(tmp_path: Path) -> None:
    """Killed: the checksum not looked at."""
    with serving(spoiled=True) as server:
        done = fetched(tmp_path, server)
    assert done.returncode == 1
    assert "OpenML sent something else than MNIST" in done.stderr
    assert not openml.file_of("MNIST", tmp_path).exists()


def test_no_other_set_is_ever_asked_for(tmp_path: Path) -> None:
    """Killed: a file named after any text."""
    with pytest.raises(ValueError, match="name must be one of MNIST, Fashion-MNIST"):
        openml.file_of("../secret", tmp_path)
