"""The catalogue, the files that it names, the papers, and the search over them."""

import importlib.util
import re
import sys
from importlib.metadata import packages_distributions
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.catalogue import CATALOGUE, entry, found, neighbours
from app.entries import Entry
from app.page import prose
from app.page.head import cited
from app.references import FILE, papers, search_texts
from engine.labs import all_ids, load
from engine.runs.store import SHIPPED

ROOT = Path(__file__).parents[2]
SHARED = {"language.base"}  # a model that several pages start from: none of them need show its own training
each = pytest.mark.parametrize("page", CATALOGUE, ids=lambda page: page.slug)


@each
def test_a_page_has_its_file_its_prose_its_labs_and_its_papers(page: Entry) -> None:
    """Killed: a slug without a file; a lab's id with a typing error; a paper that is in no page's lab."""
    assert (ROOT / "pages" / page.folder / "page.py").is_file()
    assert set(page.labs) <= set(all_ids())
    cited = {key for lab in page.labs for key in load(lab).PAPERS}
    assert cited <= set(page.papers), "a paper of a lab is missing at the head of its page"
    assert set(page.papers) <= set(papers())


def test_every_page_of_the_folder_and_every_lab_is_in_the_catalogue_once() -> None:
    """Killed: a page forgotten; a slug used twice; a lab that no page shows."""
    slugs = [page.slug for page in CATALOGUE]
    assert len(slugs) == len(set(slugs))
    assert {page.folder for page in CATALOGUE} == {
        file.parent.name for file in (ROOT / "pages").glob("*/page.py")
    }
    assert sorted({lab for page in CATALOGUE for lab in page.labs} | SHARED) == all_ids()


@each
def test_the_prose_of_a_page_has_its_sections_and_its_buttons_lead_to_beats(page: Entry) -> None:
    """Killed: a heading without items; `[beat 9]` where a page has eight."""
    told = dict(prose.sections(page.slug))
    for wanted in ("simplified", "wrong", "Discuss"):
        assert any(wanted.lower() in title.lower() for title in told), f"no section on {wanted}"
    assert all(items for items in told.values())
    source = (ROOT / "pages" / page.folder / "page.py").read_text("utf-8")
    beats = len(re.findall(r"^    Beat\(", source, flags=re.M))
    assert 4 <= beats <= 8
    asked = [int(n) for items in told.values() for item in items for n in re.findall(r"\[beat (\d+)\]", item)]
    assert all(1 <= beat <= beats for beat in asked)


@each
def test_the_shipped_runs_of_a_page_take_half_a_megabyte_at_most(page: Entry) -> None:
    """Killed: the half megabyte granted to each lab."""
    assert sum(map(_size, set(page.labs) - SHARED)) <= 500_000


def test_a_model_that_pages_share_takes_a_megabyte_at_most() -> None:
    """It is shipped once, in the place of one for each of them. Killed: weights in single precision."""
    assert all(0 < _size(lab) <= 1_000_000 for lab in SHARED)


def _size(lab: str) -> int:
    return sum(f.stat().st_size for f in (SHIPPED / lab).rglob("*") if f.is_file())


@each
def test_a_page_says_what_it_is_in_one_sentence_and_how_long_it_takes(page: Entry) -> None:
    """Killed: an idea of two sentences; minutes of 0."""
    assert page.idea.endswith(".")
    assert page.idea.count(". ") == 0
    assert 1 <= page.minutes <= 60
    assert page.systems


def test_every_paper_has_all_that_a_citation_needs() -> None:
    """Killed: an entry that the reader's pattern skips; a url that is no address; TeX left in a name."""
    text = FILE.read_text("utf-8")
    assert len(papers()) == len(re.findall(r"^@", text, flags=re.M)), (
        "an entry is not read, or a key is twice"
    )
    titles = [paper.title.lower() for paper in papers().values()]
    assert len(titles) == len(set(titles)), "one paper has two keys"
    for key, paper in papers().items():
        assert paper.authors, key
        assert re.fullmatch(r"\d{4}", paper.year), key
        assert urlsplit(paper.url).scheme == "https", key
        assert urlsplit(paper.url).netloc, key
        assert not set("{}\\") & set("".join([*paper.authors, paper.title])), key
        assert paper.bibtex.count("{") == paper.bibtex.count("}"), key
        assert paper.bibtex in text


def test_a_paper_is_named_by_family_names() -> None:
    """Killed: given names taken; three authors all written out."""
    assert papers()["nichol2021improved"].short == "Nichol, Dhariwal 2021"
    assert papers()["oord2016pixelrnn"].short == "van den Oord et al. 2016"


def test_every_paper_of_a_page_stands_at_its_head() -> None:
    """Those that the line has no room for behind a word. Killed: the fourth left out; three folded away."""
    for one in CATALOGUE:
        shown, _, folded = cited(one.papers).partition("<details>")
        found = re.findall('href="([^"]*)"', shown + folded)
        assert found == [papers()[key].url for key in one.papers]
        assert bool(folded) == (len(one.papers) > 3)


@pytest.mark.parametrize(
    "query",
    [
        "pixelcnn",
        "PIXEL",
        "gated",
        "Kavukcuoglu",
        "kavukcuoglu 2016",
        "blind spot",
        "van den Oord",
        "decoders",
        "masked convolution",
        "wedge",
        "  pixel   past  ",
        "Predicting",
    ],
)
def test_a_page_is_found_by_system_author_paper_and_idea(query: str) -> None:
    """Killed: case kept; only the title searched; the words looked for as one text."""
    assert entry("pixelcnn") in found(query, search_texts())


def test_what_is_not_there_is_not_found_and_an_empty_query_finds_all() -> None:
    """Killed: any word instead of every word."""
    for query in ("pixelcnn zebra", "zebra", "\x00", "(((", "*", "a" * 10_000):
        assert found(query, search_texts()) == []
    assert found("", search_texts()) == found("   ", {}) == list(CATALOGUE)


def test_the_neighbours_of_a_page_are_the_ones_beside_it() -> None:
    """Killed: -1 as an index, which makes the last page the one before the first."""
    assert neighbours(CATALOGUE[0].slug)[0] is None
    assert neighbours(CATALOGUE[-1].slug)[1] is None
    for one, two in pairwise(CATALOGUE):
        assert neighbours(one.slug)[1] == two
        assert neighbours(two.slug)[0] == one
    with pytest.raises(KeyError):
        entry("no-such-page")


def test_no_file_of_the_app_is_named_like_a_library() -> None:
    """`streamlit run app/serve.py` puts app/ first on the path, where such a file hides the library for all.

    Killed: app/queue.py, app/components/ named as app/altair.py.
    """
    libraries = {*sys.stdlib_module_names, *packages_distributions()} - {"app", "engine", "pages", "glassbox"}
    names = {path.stem for path in (ROOT / "app").iterdir() if path.suffix in ("", ".py")} - {"__pycache__"}
    assert names & libraries == set()
    assert importlib.util.find_spec("streamlit") is not None
