"""The papers: assets/references.bib, read once."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "assets" / "references.bib"


@dataclass(frozen=True)
class Paper:
    """One entry: `authors` are family names in order, `bibtex` is the entry as it stands in the file."""

    key: str
    authors: tuple[str, ...]
    title: str
    year: str
    url: str
    bibtex: str

    @property
    def short(self) -> str:
        """`Song, Ermon 2019`; three authors and more become `et al.`"""
        names = ", ".join(self.authors) if len(self.authors) <= 2 else f"{self.authors[0]} et al."
        return f"{names} {self.year}"


@lru_cache(maxsize=1)
def papers() -> dict[str, Paper]:
    """Every paper by its key."""
    blocks = re.finditer(r"@\w+\{(\w+),.*?\n\}", FILE.read_text("utf-8"), flags=re.S)
    return {block[1]: _paper(block[1], block[0]) for block in blocks}


def search_texts() -> dict[str, str]:
    """Key -> the words by which a reader may look for a paper."""
    return {key: f"{' '.join(p.authors)} {p.title} {p.year}" for key, p in papers().items()}


def _paper(key: str, block: str) -> Paper:
    def of(name: str) -> str:
        match = re.search(rf"^\s*{name}\s*=\s*\{{(.*)\}},?$", block, flags=re.M)
        if match is None:
            raise ValueError(f"references.bib: {key} has no {name}")
        return _plain(match.group(1))

    authors = tuple(name.split(",")[0] for name in of("author").split(" and "))
    return Paper(key, authors, of("title"), of("year"), of("url"), block)


def _plain(tex: str) -> str:
    for mark, sign in {
        r"{\"a}": "ä",
        r"{\"o}": "ö",
        r"{\"u}": "ü",
        r"{\'e}": "é",
        r"{\o}": "ø",
        r"{\^o}": "ô",
    }.items():
        tex = tex.replace(mark, sign)
    return tex.replace("{", "").replace("}", "")
