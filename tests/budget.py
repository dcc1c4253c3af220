"""`python -m tests.budget`: what each page costs, in seconds of the last `make test` and in lines.

What a test costs is the page's whose name or lab stands in it, in its brackets or in its folder; else of the
one or two pages whose labs alone use the most particular module that its file imports. The rest is shared.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import grimp

from app.catalogue import CATALOGUE

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / ".pytest_cache"  # `make test` leaves its *.xml here
SECONDS = {"engine": 3, "science": 3, "pages": 4, "browser": 12}  # by folder of tests/; DESIGN 8
LINES = {"folder": 500, "method": 500, "tested": 280, "scripts": 0}  # DESIGN 1
STARRED = frozenset(page.slug for page in CATALOGUE if page.starred)
SLUGS = sorted((page.slug for page in CATALOGUE), key=len, reverse=True)  # the longest name that fits
LABS = {lab: page.slug for page in CATALOGUE for lab in page.labs}

Costs = dict[str, Counter[str]]  # page, or "shared" -> column -> seconds or lines


def times(slug: str) -> int:
    """How many ordinary pages a page may cost."""
    return 2 if slug in STARRED else 1


def imported(file: Path) -> set[str]:
    """Every module that a file imports, and `module.name` for what it takes from one."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"), str(file))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def own(slug: str) -> list[Path]:
    """The files of a page's folder."""
    folder = ROOT / "pages" / slug.replace("-", "_")
    return sorted(file for file in folder.rglob("*") if file.suffix in (".py", ".md", ".js", ".css"))


@cache
def users() -> dict[str, frozenset[str]]:
    """Module of the engine -> the pages that need it, for their labs or in a file of their own."""
    graph = grimp.build_graph("engine", cache_dir=None)
    found: dict[str, set[str]] = {name: set() for name in graph.modules}
    for page in CATALOGUE:
        first = {f"engine.{lab}_lab" for lab in page.labs}
        first |= {name for file in own(page.slug) if file.suffix == ".py" for name in imported(file)}
        for name in first & graph.modules:
            for reached in {name, *graph.find_upstream_modules(name)}:
                found[reached].add(page.slug)
    return {name: frozenset(pages) for name, pages in found.items()}


@cache
def tested(file: Path) -> frozenset[str]:
    """The pages that a file of tests belongs to; none: it is shared."""
    layer, *inside = file.relative_to(ROOT / "tests").parts
    named = inside[0] if len(inside) > 1 else file.stem.removeprefix("test_")
    for slug in SLUGS:
        if layer in ("pages", "browser") and f"{named}_".startswith(slug.replace("-", "_") + "_"):
            return frozenset({slug})
    if layer not in ("engine", "science") or not file.exists():
        return frozenset()
    about = imported(file)
    if layer == "engine":  # runs, stores and supervisors are tested with a lab at hand: whose, says nothing
        about = {name for name in about if name.endswith(f".{named}")}
    needed = [users()[name] for name in about if users().get(name)]
    least = min(map(len, needed), default=0)
    if least > 2:
        return frozenset()
    return frozenset().union(*(pages for pages in needed if len(pages) == least))


def charged(classname: str, name: str) -> frozenset[str]:
    """The pages of one test of a report, as in `tests.engine.test_battery`, `test_it_is_a_lab[words.bpe]`."""
    bracket = re.search(r"\[(.*)\]$", name)
    for known, slug in [*((slug, slug) for slug in SLUGS), *LABS.items()]:
        if bracket and re.match(rf"{re.escape(known)}(-|$)", bracket[1]):
            return frozenset({slug})
    return tested(ROOT / f"{classname.replace('.', '/')}.py")


def reported(folder: Path = REPORTS) -> Iterator[tuple[str, str, float]]:
    """(module, test, seconds) of every test of the last `make test`, set-up and tidying included; without
    the files that could not be imported, which have no module."""
    for file in sorted(folder.glob("*.xml")):
        for case in ElementTree.parse(file).iter("testcase"):
            if module := case.attrib["classname"]:
                yield module, case.attrib["name"], float(case.attrib["time"])


def seconds(report: Iterable[tuple[str, str, float]]) -> Costs:
    """Seconds by page and folder of tests."""
    costs: Costs = {page.slug: Counter() for page in CATALOGUE} | {"shared": Counter()}
    for module, name, took in report:
        layer = module.split(".")[1]
        pages = charged(module, name) or {"shared"}
        for slug in pages:
            costs[slug][layer] += took / len(pages)
    return costs


def lines() -> Costs:
    """Lines by page: its folder, the engine that no other page needs, its tests, its own scripts."""
    costs: Costs = {page.slug: Counter() for page in CATALOGUE} | {"shared": Counter()}
    for page in CATALOGUE:
        costs[page.slug]["folder"] = sum(map(length, own(page.slug)))
        scripts = ROOT / "app" / "web" / "pages" / page.slug.replace("-", "_")
        costs[page.slug]["scripts"] = sum(length(f) for f in scripts.rglob("*") if f.is_file())
    for name, pages in users().items():
        path = ROOT.joinpath(*name.split("."))
        file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
        costs[next(iter(pages)) if len(pages) == 1 else "shared"]["method"] += length(file)
    for file in (ROOT / "tests").rglob("*.py"):
        pages = (file.parent != ROOT / "tests" and tested(file)) or {"shared"}
        for slug in pages:
            costs[slug]["tested"] += length(file) // len(pages)
    return costs


def length(file: Path) -> int:
    """Its lines."""
    return len(file.read_text("utf-8").splitlines())


def over(costs: Costs, budget: dict[str, int]) -> list[str]:
    """The pages whose sum is over the budget's, the dearest first, as sentences."""
    most = sum(budget.values())
    dear = {slug: costs[slug].total() for slug in costs if slug != "shared"}
    return [
        f"{slug}: {dear[slug]:.0f} s of {most * times(slug)}"
        for slug in sorted(dear, key=lambda slug: -dear[slug])
        if dear[slug] > most * times(slug)
    ]


def dearest(report: Iterable[tuple[str, str, float]], n: int = 10) -> list[str]:
    """The n tests that took longest."""
    longest = sorted(report, key=lambda one: -one[2])[:n]
    return [f"{took:5.1f} s  {module.removeprefix('tests.')}::{name}" for module, name, took in longest]


def table(spent: Costs, written: Costs) -> str:
    """A row a page; above it what a page may take, starred ones twice. `>` stands before what is over."""
    budget = SECONDS | LINES
    columns = ["seconds", *SECONDS, "lines", *LINES]
    limits = budget | {"seconds": sum(SECONDS.values()), "lines": sum(LINES.values())}

    def row(name: str, cells: Iterable[str]) -> str:
        return f"{name:<24}" + "".join(f"{cell:>9}" for cell in cells)

    rows = [row("", columns), row("a page may take", (str(limits[column]) for column in columns))]
    for slug in [*(page.slug for page in CATALOGUE), "shared"]:
        cost = spent[slug] | written[slug]
        cost |= {"seconds": spent[slug].total(), "lines": written[slug].total()}
        marks = {c: ">" * (slug != "shared" and round(cost[c]) > limits[c] * times(slug)) for c in columns}
        shown = (f"{marks[c]} {cost[c]:.0f}" if cost[c] else "-" for c in columns)
        rows.append(row(f"{slug} *" if slug in STARRED else slug, shown))
    return "\n".join(rows)


def main() -> None:
    """Print the table."""
    print(table(seconds(reported()), lines()))
    if not any(REPORTS.glob("*.xml")):
        print("No seconds yet: they are of the last `make test`.", file=sys.stderr)


if __name__ == "__main__":
    main()
