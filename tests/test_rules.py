"""The rules of the house, checked on the source itself: who may import whom, and what nobody may do."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST, LONGEST_PAGE = 300, 120
PARTS = ("app", "engine", "pages", "tests")
CODE = [ROOT / "glassbox.py", *(file for part in PARTS for file in sorted((ROOT / part).rglob("*.py")))]
SCRIPTS = sorted(file for kind in ("*.js", "*.css") for file in (ROOT / "app").rglob(kind))
LABS = sorted((ROOT / "engine").glob("*/*_lab.py"))
METHODS = [lab.with_name(lab.name.replace("_lab", "")) for lab in LABS]


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def imported(file: Path) -> Iterator[str]:
    """Every module that a file imports, at its head or inside a function, as `package.module`."""
    for node in ast.walk(tree(file)):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=module):
                yield module or "." * node.level
                yield from (f"{module}.{alias.name}" for alias in node.names)


def called(file: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a file, with the name of what is called, as in `np.load`."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_the_contracts_of_the_import_linter_hold() -> None:
    """Killed: `import streamlit` in a figure; `from app import live` in the engine."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("file", sorted((ROOT / "pages").glob("*/page.py")), ids=name)
def test_a_page_imports_no_page_and_does_no_arithmetic(file: Path) -> None:
    """Killed: `from pages import home`; `import torch` in a page."""
    found = set(imported(file))
    assert not [m for m in found if m.startswith("pages") and not m.startswith(f"pages.{file.parent.name}")]
    assert not {m.split(".")[0] for m in found} & {"torch", "numpy", "sklearn", "scipy"}


def test_the_layers_import_downwards_only() -> None:
    """pages -> app -> engine, and nobody the tests. Killed: `from pages import home` in an app module."""
    above = {"engine": {"app", "pages", "tests", "streamlit"}, "app": {"pages", "tests"}, "pages": {"tests"}}
    for part, not_these in above.items():
        for file in (ROOT / part).rglob("*.py"):
            wrong = {m for m in imported(file) if m.split(".")[0] in not_these}
            assert not wrong, f"{name(file)} imports {sorted(wrong)}"


@pytest.mark.parametrize("file", LABS, ids=name)
def test_a_lab_imports_no_lab(file: Path) -> None:
    """Killed: `from engine.autoregressive.pixelcnn_lab import BATCH` in the gated lab."""
    assert not [m for m in imported(file) if any(part.endswith("_lab") for part in m.split("."))]


@pytest.mark.parametrize("file", METHODS, ids=name)
def test_a_method_stands_alone(file: Path) -> None:
    """Beside each lab its method, which knows no lab, no parameters, no trace, no runs.

    Killed: `from engine.core.trace import seeded` in pixelcnn.py.
    """
    barred = ("engine.core.params", "engine.core.trace", "engine.core.claims", "engine.runs", "engine.labs")
    wrong = [
        m for m in imported(file) if m.startswith(barred) or any(p.endswith("_lab") for p in m.split("."))
    ]
    assert wrong == []


@pytest.mark.parametrize("file", CODE, ids=name)
def test_inside_the_project_names_are_whole(file: Path) -> None:
    """Always `app.x`, never bare `x` or `.x`. Killed: `from .core import params`."""
    bare = {path.stem for path in (ROOT / "app").glob("*.py")} - {"__init__"}
    relative = [n for n in ast.walk(tree(file)) if isinstance(n, ast.ImportFrom) and n.level]
    assert relative == []
    assert not [m for m in imported(file) if m.split(".")[0] in bare]


def test_nothing_is_ever_unpickled() -> None:
    """No pickle, no torch.load, no joblib; np.load only with allow_pickle=False. Tests may write a pickle
    to see it refused. Killed: `np.load(path)`; `torch.load(path)`; `import pickle`."""
    for file in CODE:
        if file.is_relative_to(ROOT / "tests"):
            continue
        modules = {m.split(".")[0] for m in imported(file)}
        assert not modules & {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}, (
            name(file)
        )
        for what, call in called(file):
            assert what not in ("torch.load", "pickle.load", "pickle.loads", "eval", "exec"), name(file)
            kept = {word.arg: ast.unparse(word.value) for word in call.keywords}
            assert kept.get("allow_pickle", "False") == "False", name(file)
            if what.endswith(("np.load", "numpy.load")):
                assert "allow_pickle" in kept, f"{name(file)}: np.load without allow_pickle=False"


def test_the_engine_says_what_it_has_to_say_in_events_and_errors() -> None:
    """Only the command line prints. Killed: a print in a lab's loop."""
    for file in (ROOT / "engine").rglob("*.py"):
        if file.name != "__main__.py":
            assert not [call for what, call in called(file) if what == "print"], name(file)


def test_chance_comes_from_generators_of_the_spec() -> None:
    """Nothing seeds or draws from a global generator. Killed: torch.manual_seed in a lab; np.random.rand."""
    own = {"np.random.default_rng", "torch.random.fork_rng", "torch.default_generator.manual_seed"}
    for file in (ROOT / "engine").rglob("*.py"):
        for what in {what.split("(")[0] for what, _ in called(file)} - own:
            assert not what.startswith(("np.random.", "random.", "torch.random.")), f"{name(file)}: {what}"
            assert what not in ("torch.manual_seed", "torch.cuda.manual_seed"), f"{name(file)}: {what}"


@pytest.mark.parametrize("file", [*(f for f in CODE if ROOT / "tests" not in f.parents), *SCRIPTS], ids=name)
def test_a_file_is_short_enough_to_be_read(file: Path) -> None:
    """Killed: a file of 301 lines; a page of 121."""
    most = LONGEST_PAGE if file.name == "page.py" and ROOT / "pages" in file.parents else LONGEST
    assert len(file.read_text("utf-8").splitlines()) <= most


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    """Killed: @pytest.mark.skip on a test; pytest.skip() inside one."""
    barred = {f"pytest.{where}" for where in ("mark.skip", "mark.skipif", "mark.xfail", "skip", "xfail")}
    for file in (ROOT / "tests").rglob("*.py"):
        found = {ast.unparse(node) for node in ast.walk(tree(file)) if isinstance(node, ast.Attribute)}
        assert not found & barred, name(file)
