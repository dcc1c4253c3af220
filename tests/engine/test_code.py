"""The hash of a lab's code changes when what it computes may change, and for nothing else."""

import shutil

import pytest

from engine.labs import load
from engine.runs import code

LAB = "autoregressive.pixelcnn"


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A copy of the engine that may be edited: edit(file, old, new) -> the lab's hash afterwards."""
    shutil.copytree(code.ROOT, tmp_path / "engine")
    monkeypatch.setattr(code, "ROOT", tmp_path / "engine")

    def edit(file, old, new):
        path = tmp_path / "engine" / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return code.code_hash(load(LAB))

    return edit


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("autoregressive/pixelcnn_lab.py", "BATCH = 64", "BATCH = 32"),
        ("autoregressive/pixelcnn_lab.py", "steps: int = param(400", "steps: int = param(401"),
        ("autoregressive/masks.py", "def mask(", "def mask(extra, "),
        ("data/digits.py", "TRAIN = 1400", "TRAIN = 1300"),
        ("core/trace.py", "** 2 * total", "** 3 * total"),
        ("core/params.py", ":.6g}", ":.5g}"),
        ("core/params.py", "value = float(value)", "value = float(value + 1)"),
    ],
)
def test_it_changes_with_what_a_run_reaches(tree, file, old, new):
    """Killed mutant: only the lab's own file is read."""
    before = code.code_hash(load(LAB))
    assert tree(file, old, new) != before
    assert tree(file, new, old) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("autoregressive/pixelcnn_lab.py", '"""Lab:', '"""A lab:'),
        ("autoregressive/pixelcnn_lab.py", "Batches of 64 digits.", "Sixty-four digits each."),
        ("autoregressive/pixelcnn_lab.py", "CLAIMS = (", "CLAIMS = () + ("),
        ("autoregressive/pixelcnn_lab.py", "RECORDED = (", "RECORDED = () + ("),
        ("autoregressive/pixelcnn_lab.py", "PROBES", "PROBES: object = 1  # no\nPROBES"),
        ("core/trace.py", "trace.finished = True", "trace.finished = False"),
        ("runs/work.py", "import sys", "import sys  # and so on"),
        ("core/params.py", "except OverflowError:", "except (OverflowError, TypeError):"),
        ("autoregressive/pixelcnn_lab.py", "BATCH = 64", "BATCH  =  64  # digits"),
    ],
)
def test_it_does_not_change_with_words_claims_or_machinery(tree, file, old, new):
    before = code.code_hash(load(LAB))
    assert tree(file, old, new) == before


def test_every_edit_of_the_engine_calls_for_another_supervisor(tree):
    before = code.engine_hash()
    tree("runs/work.py", "import sys", "import sys  # and so on")
    assert code.engine_hash() != before


def test_a_parse_that_another_thread_disturbed_is_done_once_more(monkeypatch):
    """Killed: the SystemError of python/cpython#106905 let through to the page."""
    before, parse, failures = code.code_hash(load(LAB)), code.ast.parse, iter([True] * 3)

    def disturbed(*given, **named):
        if next(failures, False):
            raise SystemError("AST constructor recursion depth mismatch (before=48, after=45)")
        return parse(*given, **named)

    code._parsed.cache_clear()
    monkeypatch.setattr(code.ast, "parse", disturbed)
    assert code.code_hash(load(LAB)) == before
    assert next(failures, None) is None
