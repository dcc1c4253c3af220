"""The template of a page, made in a copy of the house, is green; what cannot be a page is refused by name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.new_page import ROOT, written

SHARED = ("app", "engine", "pages", "assets", "tests", ".streamlit", "pyproject.toml", "glassbox.py")


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Path:
    """A copy of all that a page needs."""
    root = tmp_path_factory.mktemp("house")
    for name in SHARED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    return root


def ran(root: Path, *words: str) -> subprocess.CompletedProcess:
    around = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run([sys.executable, *words], cwd=root, env=around, capture_output=True, text=True)


def test_a_page_from_the_template_is_green_and_in_no_list(house: Path) -> None:
    """Killed: a claim of the template that fails; a slug with a hyphen as a package; an entry not hidden."""
    written(house, "two-coins", "words", "Words")
    recorded = ran(house, "-m", "engine", "record", "words.two_coins")
    assert recorded.returncode == 0, recorded.stderr
    own = ["tests/science/words/test_two_coins.py", "tests/pages/two_coins"]
    alike = ["tests/engine/test_battery.py", "tests/pages/test_pages.py", "tests/app/test_catalogue.py"]
    done = ran(house, "-m", "pytest", "-p", "no:cacheprovider", *own, *alike, "-k", "two_coins or two-coins")
    assert done.returncode == 0, done.stdout[-3000:]
    code = "from app.catalogue import CATALOGUE, LISTED; print('two-coins' in {e.slug for e in CATALOGUE}, "
    code += "'two-coins' in {e.slug for e in LISTED})"
    said = ran(house, "-c", code)
    assert said.stdout.split() == ["True", "False"], said.stderr


@pytest.mark.parametrize(
    ("slug", "field", "named"),
    [("Two Coins", "words", "SLUG"), ("../up", "words", "SLUG"), ("coins", "wo/rds", "FIELD"),
     ("tokens", "words", "is there already")],
)  # fmt: skip
def test_what_cannot_be_a_page_is_refused_and_nothing_is_written(
    house: Path, slug: str, field: str, named: str
) -> None:
    """Killed: a path taken as a slug; a page written over."""
    before = sorted(path for path in house.rglob("*") if "__pycache__" not in path.parts)
    with pytest.raises(ValueError, match=named):
        written(house, slug, field, "Words")
    assert sorted(path for path in house.rglob("*") if "__pycache__" not in path.parts) == before
