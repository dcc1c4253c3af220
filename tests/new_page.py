"""A new page from the template: `make page SLUG=watermark FIELD=language` (`python -m tests.new_page ...`).

It copies assets/template into the folders of the house, puts the page into the catalogue, hidden, and records
its lab. What stands there then is green: an exact lab, one claim, one stage, two tests. Replace all of it.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path
from string import Template

ROOT = Path(__file__).parents[1]
SLUG, FIELD = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*"), re.compile(r"[a-z]+")
PLACES = {  # the template's file -> where it goes
    "entry.py": "pages/$paper/entry.py",
    "page.py": "pages/$paper/page.py",
    "figures.py": "pages/$paper/figures.py",
    "goals.py": "pages/$paper/goals.py",
    "prose.md": "pages/$paper/prose.md",
    "method.py": "engine/$field/$paper.py",
    "lab.py": "engine/$field/${paper}_lab.py",
    "test_method.py": "tests/science/$field/test_$paper.py",
    "test_page.py": "tests/pages/$paper/test_${paper}_page.py",
}


def written(root: Path, slug: str, field: str, section: str) -> list[Path]:
    """Write the files of a new page under `root`; returns them. Raises ValueError, naming what cannot be."""
    if not SLUG.fullmatch(slug):
        raise ValueError(f"SLUG must be small letters, digits and hyphens, got {slug!r}")
    if not FIELD.fullmatch(field):
        raise ValueError(f"FIELD must be small letters, got {field!r}")
    paper = slug.replace("-", "_")
    title, spec = slug.replace("-", " ").capitalize(), paper.title().replace("_", "") + "Spec"
    words = {"slug": slug, "field": field, "paper": paper, "title": title, "Spec": spec}
    files = {name: root / Template(place).substitute(words) for name, place in PLACES.items()}
    if there := [file for file in files.values() if file.exists()]:
        raise ValueError(f"{there[0].relative_to(root)} is there already")
    _listed(root / "app" / "catalogue.py", slug, section)
    for folder in (root / "pages" / paper, root / "engine" / field):
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
    for name, file in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        text = (root / "assets" / "template" / f"{name}.txt").read_text("utf-8")
        file.write_text(Template(text).substitute(words), "utf-8")
    return list(files.values())


def _listed(catalogue: Path, slug: str, section: str) -> None:
    """Put the slug at the end of its section in the catalogue, or of a new section at its end."""
    text = catalogue.read_text("utf-8")
    row = re.search(rf'\("{re.escape(section)}", \(([^)]*)\)\)', text)
    if row is not None:
        inner = row.group(1).rstrip(", ")
        text = text[: row.start(1)] + f'{inner}, "{slug}"' + text[row.end(1) :]
    else:
        end = text.index("\n)\n", text.index("ORDER = ("))
        text = text[:end] + f'\n    ("{section}", ("{slug}",)),' + text[end:]
    catalogue.write_text(text, "utf-8")


def main() -> int:
    """Write the page, record its lab, say what to do next."""
    parser = argparse.ArgumentParser(prog="python -m tests.new_page", description=__doc__.split("\n")[0])
    parser.add_argument("slug")
    parser.add_argument("field")
    parser.add_argument("--section", default="New", help="of the catalogue; a new one comes last")
    asked = parser.parse_args()
    try:
        files = written(ROOT, asked.slug, asked.field, asked.section)
    except ValueError as refusal:
        print(refusal, file=sys.stderr)
        return 2
    python = [sys.executable, "-m"]
    lab = f"{asked.field}.{asked.slug.replace('-', '_')}"
    scripts = ["app/catalogue.py", *(file for file in files if file.suffix == ".py")]
    tidy = [["ruff", "format", "-q", *scripts], ["ruff", "check", "--fix", "-q", *scripts]]
    for words in (*tidy, ["engine", "record", lab]):
        subprocess.run([*python, *words], cwd=ROOT, check=True)
    print("\n".join(str(file.relative_to(ROOT)) for file in files))
    print(f"Now: make app, then open /{asked.slug}. CONTRIBUTING.md says how it becomes a page.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
