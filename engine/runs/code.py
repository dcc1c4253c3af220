"""Which code made a run: hashes that change when what a run computes may change, and for nothing else."""

import ast
import hashlib
import sys
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

import engine

if TYPE_CHECKING:
    from engine.labs import Lab  # it imports torch

ROOT = Path(engine.__file__).parent
ROOTS = ("run", "restore", "SPEC", "NEEDS")  # a lab's claims, probes and recordings do not count
WORDS = ("label", "help", "described")  # of `param(...)`: for people only


def code_hash(lab: "Lab") -> str:
    """Twelve digits over all that a lab's `run` reaches by name in the modules of the engine.

    Comments, docstrings, labels and helps do not count, nor what `run` does not reach, nor `engine.runs`, nor
    in which words an error is told.
    Raises OSError or SyntaxError when a module cannot be read.
    """
    lines = _reached(lab.__name__, frozenset(ROOTS), {})
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:12]


def engine_stamp() -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file of the engine: cheap, and different after every edit."""
    files = (path for path in ROOT.rglob("*.py"))
    facts = ((path, path.stat()) for path in files)
    return tuple(sorted((str(path.relative_to(ROOT)), s.st_mtime_ns, s.st_size) for path, s in facts))


@lru_cache(maxsize=2)
def _engine_hash(stamp: tuple[tuple[str, int, int], ...], python: str) -> str:
    digest = hashlib.sha256(python.encode())
    for name, _, _ in stamp:
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def engine_hash() -> str:
    """Twelve digits over the bytes of the whole engine and the Python: who may talk to which supervisor."""
    return _engine_hash(engine_stamp(), sys.version)


def files_hash() -> str:
    """The same over the files alone: by which another machine sees that what it was sent has arrived."""
    return _engine_hash(engine_stamp(), "")


def _file(module: str) -> Path | None:
    path = ROOT.parent.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.exists():
            return file
    return None


@lru_cache(maxsize=1024)
def _parsed(file: Path, changed: int) -> ast.Module:
    """The tree of a file as it was `changed` last.

    Python 3.11 counts the depth of all trees in one place, so two threads that parse at once (Streamlit too
    parses) can fail by no fault of the file (python/cpython#106905): then it is parsed once more.
    """
    for _ in range(9):
        try:
            return ast.parse(file.read_text("utf-8"))
        except SystemError:
            time.sleep(0.01)
    return ast.parse(file.read_text("utf-8"))


def _reached(module: str, names: frozenset[str] | None, seen: dict[str, set[str]]) -> set[str]:
    """Lines for what is reached from `names` (None: everything) of a module and of what it imports.

    `seen`: module -> names that were followed already.
    """
    file = _file(module)
    if file is None or module.startswith(("engine.runs", "engine.labs")):
        return set()
    tree = _parsed(file, file.stat().st_mtime_ns)
    defined: dict[str, list[ast.stmt]] = {}
    for statement in tree.body:
        for name in _defines(statement):
            defined.setdefault(name, []).append(statement)
    always = [s for s in tree.body if not list(_defines(s)) and not _is_docstring(s)]
    first = set(defined) if names is None else set(names)
    first |= {node.id for s in always for node in ast.walk(s) if isinstance(node, ast.Name)}
    lines = {f"{module}: {_text(s)}" for s in always}
    done, todo = seen.setdefault(module, set()), sorted(first)
    while todo:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        if name not in defined and (sub := f"{module}.{name}") and _file(sub):
            lines |= _reached(sub, None, seen)  # `from engine.autoregressive import measures`
        for statement in defined.get(name, []):
            if isinstance(statement, ast.Import | ast.ImportFrom):
                for target, wanted in _imports(statement, name):
                    lines |= _reached(target, wanted, seen)
                continue
            lines.add(f"{module}: {_text(statement)}")
            todo += sorted({node.id for node in ast.walk(statement) if isinstance(node, ast.Name)})
    return lines


def _defines(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement at the top of a module gives a meaning to."""
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (alias.asname or alias.name.split(".")[0] for alias in names)


def _imports(
    statement: ast.Import | ast.ImportFrom, name: str
) -> Iterator[tuple[str, frozenset[str] | None]]:
    """(module, names in it) for what an import binds to `name`, inside the engine only."""
    for alias in statement.names:
        if (alias.asname or alias.name.split(".")[0]) != name:
            continue
        if isinstance(statement, ast.Import) and alias.name.startswith("engine."):
            yield alias.name, None
        elif isinstance(statement, ast.ImportFrom) and (statement.module or "").split(".")[0] == "engine":
            yield str(statement.module), frozenset([alias.name])


def _is_docstring(statement: ast.AST) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _only_refuses(node: object) -> TypeGuard[ast.Try]:
    """A `try` whose handlers only raise: what it lets through is what its body makes."""
    if not isinstance(node, ast.Try) or node.orelse or node.finalbody:
        return False
    return all(len(one.body) == 1 and isinstance(one.body[0], ast.Raise) for one in node.handlers)


def _text(node: object) -> str:
    """A tree as a text that is the same in every version of Python (unlike `ast.unparse` and `ast.dump`)."""
    if isinstance(node, list):
        counted = [one for whole in node for one in (whole.body if _only_refuses(whole) else [whole])]
        return "[" + ",".join(_text(one) for one in counted if not _is_docstring(one)) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    parts = dict(ast.iter_fields(node))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "param":
        parts["args"] = node.args[:1]
        parts["keywords"] = [k for k in node.keywords if k.arg not in WORDS]
    inside = ",".join(
        f"{name}={_text(part)}" for name, part in parts.items() if part is not None and part != []
    )
    return f"{type(node).__name__}({inside})"
