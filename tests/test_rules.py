"""The rules of the house: what the linters say, and the few that no linter knows."""

import ast
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
LONGEST, LONGEST_PAGE = 300, 160
PARTS = ("app", "engine", "pages")
CODE = [ROOT / "glassbox.py", *(file for part in PARTS for file in sorted((ROOT / part).rglob("*.py")))]
SCRIPTS = sorted(file for kind in ("*.js", "*.css") for file in (ROOT / "app").rglob(kind))
NO_METHODS = ("engine.core.params", "engine.core.trace", "engine.core.claims", "engine.labs", "engine.runs")


@pytest.mark.parametrize("tool", [["ruff", "check", "."], ["lint-imports", "--no-cache"]], ids=lambda t: t[0])
def test_the_linters_have_nothing_to_say(tool: list[str]) -> None:
    """pyproject.toml has their rules. Killed: `import streamlit` in a figure; `from app import live` in the
    engine; `import pickle` in a page; a relative import; a print in a lab's loop; np.random.rand; eval."""
    command = [Path(sys.executable).with_name(tool[0]), *tool[1:]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_lab_imports_no_lab_and_a_method_stands_alone() -> None:
    """Beside each lab its method, which knows no lab, no parameters, no trace, no runs.

    Killed: `from engine.autoregressive.pixelcnn_lab import BATCH` in the gated lab; `from engine.core.trace
    import seeded` in pixelcnn.py.
    """
    graph = grimp.build_graph("engine", cache_dir=None)
    labs = {name for name in graph.modules if name.endswith("_lab")}
    for lab in labs:
        method = lab.removesuffix("_lab")
        assert not graph.find_modules_directly_imported_by(lab) & labs, lab
        if method not in graph.modules:
            assert lab == "engine.language.base_lab", f"{lab} has no method beside it"  # its method is gpt.py
            continue
        needed = graph.find_modules_directly_imported_by(method)
        assert not {name for name in needed if name in labs or name.startswith(NO_METHODS)}, method


def test_nothing_is_ever_unpickled() -> None:
    """No torch.load, and numpy reads no objects (the linters see to pickle and eval). Tests may write a
    pickle to see it refused. Killed: `np.load(path, allow_pickle=True)`; `torch.load(path)`."""
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text("utf-8"), str(file))):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) != "torch.load", file
                kept = {word.arg: ast.unparse(word.value) for word in node.keywords}
                assert kept.get("allow_pickle", "False") == "False", file


def test_controls_redraw_parts_that_their_page_has() -> None:
    """Killed: a page whose slider redraws its "end", and which has none: Streamlit refuses the rerun."""
    for file in sorted((ROOT / "pages").glob("*/page.py")):
        tree = ast.parse(file.read_text("utf-8"), str(file))
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        parts = {one.name for one in functions if "page.part" in map(ast.unparse, one.decorator_list)}
        given = {
            ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "page.strip" and len(node.args) > 2:
                asked = given.get(ast.unparse(node.args[2]), node.args[2])
                assert set(ast.literal_eval(asked)) <= parts, f"{file}: {ast.unparse(node)}"


def test_every_file_is_short_enough_to_be_read() -> None:
    """Killed: a file of 301 lines; a page of 161."""
    lines = {file: len(file.read_text("utf-8").splitlines()) for file in [*CODE, *SCRIPTS]}
    most = {file: LONGEST_PAGE if file.name == "page.py" else LONGEST for file in lines}
    assert {str(file): n for file, n in lines.items() if n > most[file]} == {}
