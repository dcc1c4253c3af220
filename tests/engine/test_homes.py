"""A home that cannot be used, and settings that are none: one sentence, at the start."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import LAB, ROOT, SHORT, made

from engine.__main__ import main
from engine.runs import store as stores
from engine.runs.client import Client, Unavailable
from engine.runs.store import Store, fit, trimmed

ARGUMENTS = ["run", LAB, "--layers", "1", "--channels", "4", "--kernel", "3", "--steps", "10"]
NOBODY = 65534


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("GLASSBOX_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir(mode=0o700)
    return tmp_path / "home"


@pytest.mark.parametrize(("name", "value"), [
    ("GLASSBOX_QUOTA_GB", "abc"), ("GLASSBOX_QUOTA_GB", "inf"), ("GLASSBOX_QUOTA_GB", "nan"),
    ("GLASSBOX_QUOTA_GB", "-1"), ("GLASSBOX_QUOTA_GB", ""), ("GLASSBOX_WORKER_GB", "4 GB"),
])  # fmt: skip
def test_a_setting_that_is_no_number_is_told_at_the_start(home, monkeypatch, capsys, name, value):
    """Killed: float() alone."""
    assert fit() == ""
    monkeypatch.setenv(name, value)
    words = f"{name} must be a number of gigabytes in [0, 1000000], got {value!r}"
    assert fit() == words
    assert main(ARGUMENTS) == 2
    assert words in capsys.readouterr().err
    said = subprocess.run(
        [sys.executable, "-m", "app.serve", "--port", "1"], cwd=ROOT, capture_output=True, text=True
    )
    assert (said.returncode, said.stderr.strip()) == (1, f"Glassbox does not start: {words}")


def test_a_home_of_somebody_else_or_that_is_a_file_is_told(home, monkeypatch, capsys):
    monkeypatch.setattr(os, "getuid", lambda: home.stat().st_uid + 1)
    assert fit().startswith(f"{home} must belong to you alone (mode 0700); it belongs to user ")
    monkeypatch.undo()
    monkeypatch.setenv("GLASSBOX_HOME", str(home / "file"))
    (home / "file").write_text("")
    assert fit() == f"{home}/file cannot be used: it is no folder: name another one in GLASSBOX_HOME"
    assert main(ARGUMENTS) == 2
    assert "Traceback" not in capsys.readouterr().err


SCRIPT = """
import os, resource, sys
{before}
from engine.runs.store import Store, fit
print(fit())
"""


@pytest.mark.parametrize(("before", "words"), [
    ("resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))", "the disk is full: make room"),
    ("os.chmod(os.environ['GLASSBOX_HOME'], 0o500)", "this user may not write there"),
])  # fmt: skip
def test_a_full_and_a_closed_home_are_told_at_the_start(tmp_path, before, words):
    """A file may have no byte, as on a full disk; the folder takes none. Killed: a home that is only made."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    root = os.geteuid() == 0 and "chmod" in before  # who may do anything is made a user who may not
    if root:
        os.chown(home, NOBODY, NOBODY)
        before = f"{before}; os.setgroups([]); os.setgid({NOBODY})"
        for above in home.parents[:3]:
            above.chmod(0o711)
    text = SCRIPT.format(before=before)
    if root:  # imports first: the new user may not read them
        text = text.replace("print(", f"os.setuid({NOBODY})\nprint(")
    said = subprocess.run(
        [sys.executable, "-c", text],
        cwd=ROOT, env={**os.environ, "GLASSBOX_HOME": str(home)}, capture_output=True, text=True,
    )  # fmt: skip
    assert f"{home} cannot be used: {words}" in said.stdout, said.stderr


def test_who_asks_for_a_training_in_a_home_that_went_bad_is_told(home):
    """Killed: a PermissionError, or NotADirectoryError, that nobody expects."""
    client = Client(home)
    shutil.rmtree(home)
    home.write_text("")
    with pytest.raises(Unavailable, match="it is no folder"):
        client.start(LAB, SHORT, session="ann")


def test_the_command_line_keeps_the_quota_and_says_so(home, monkeypatch, capsys):
    """Killed: a run that does not trim."""
    old = [made(Store(home), SHORT.but(seed=seed)) for seed in (1, 2)]
    monkeypatch.setenv("GLASSBOX_QUOTA_GB", "0")
    assert main(ARGUMENTS) == 0
    assert "the 2 oldest runs were dropped to stay within the quota of 0 GB" in capsys.readouterr().out
    assert not any(run.folder.exists() for run in old)


def test_a_run_that_cannot_be_deleted_stops_nothing(home, monkeypatch):
    """Killed: an error of the first that ends the sweep."""
    store = Store(home)
    stuck, other = (made(store, SHORT.but(seed=seed)) for seed in (1, 2))
    drop = store.drop
    monkeypatch.setattr(
        store, "drop", lambda run: (_ for _ in ()).throw(PermissionError()) if run is stuck else drop(run)
    )
    monkeypatch.setenv("GLASSBOX_QUOTA_GB", "0")
    assert trimmed(store) == "the oldest run was dropped to stay within the quota of 0 GB"
    assert stuck.folder.exists()
    assert not other.folder.exists()
    assert stores.quota() == 0
