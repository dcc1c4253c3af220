"""What a test and a line are charged to, and that the table says who is over."""

from collections import Counter
from pathlib import Path

import pytest

from app.catalogue import CATALOGUE
from tests import budget

REPORT = """<testsuites><testsuite>
<testcase classname="tests.engine.test_battery" name="test_it_is_a_lab[words.bpe]" time="2.5" />
<testcase classname="tests.engine.test_store" name="test_any_text_may_be_asked_for[..]" time="1.0" />
<testcase classname="tests.browser.test_every_page" name="test_walk[pixelcnn-colour]" time="30.0" />
<testcase classname="" name="tests.engine.test_that_cannot_be_imported" time="0.0" />
</testsuite></testsuites>"""


@pytest.mark.parametrize(
    ("module", "name", "pages"),
    [
        ("tests.engine.test_battery", "test_it_is_a_lab[autoregressive.pixelcnn]", {"pixelcnn"}),
        ("tests.science.test_claims", "test_x[words.bpe-BPESpec(steps=1)]", {"tokens"}),
        ("tests.pages.test_pages", "test_x[pixelcnn-colour]", {"pixelcnn-colour"}),
        ("tests.pages.word_vectors.test_cloud", "test_x[pixel]", {"word-vectors"}),
        ("tests.browser.test_pixelcnn_colour", "test_x", {"pixelcnn-colour"}),
        ("tests.science.words.test_unigram", "test_x", {"tokens"}),
        ("tests.engine.test_store", "test_x", set()),
    ],
)
def test_a_test_is_charged_to_the_page_it_is_about(module: str, name: str, pages: set[str]) -> None:
    """Killed: "pixelcnn" found in "pixelcnn-colour"; the tests of the store charged to the lab they train."""
    assert budget.charged(module, name) == pages


def test_the_table_marks_who_is_over_and_starred_pages_may_take_twice(tmp_path: Path) -> None:
    """Killed: no page starred; the mark on what is within its budget."""
    (tmp_path / "tests1.xml").write_text(REPORT)
    spent = budget.seconds(budget.reported(tmp_path))
    assert spent["tokens"] == {"engine": 2.5}
    assert spent["shared"] == {"engine": 1.0}
    spent["pixelcnn"]["browser"] = 30
    assert budget.over(spent, budget.SECONDS) == ["pixelcnn-colour: 30 s of 22"]
    written = {slug: Counter(folder=600) for slug in spent}
    rows = {row.split()[0]: row for row in budget.table(spent, written).splitlines()[2:]}
    assert rows.keys() == {*(page.slug for page in CATALOGUE), "shared"}
    assert "> 600" in rows["pixelcnn-colour"]
    assert "> 600" not in rows["pixelcnn"]
    assert budget.dearest(budget.reported(tmp_path), 1) == [
        " 30.0 s  browser.test_every_page::test_walk[pixelcnn-colour]"
    ]


def test_a_module_is_charged_to_the_page_that_alone_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: a module that two pages need, charged to the first."""
    needed = {"engine.core.trace": {"tokens", "score"}, "engine.words.bpe": {"tokens"}, "engine.labs": set()}
    monkeypatch.setattr(budget, "users", lambda: needed)
    costs, engine = budget.lines(), budget.ROOT / "engine"
    assert costs["tokens"]["method"] == budget.length(engine / "words" / "bpe.py")
    both = budget.length(engine / "core" / "trace.py") + budget.length(engine / "labs.py")
    assert (costs["shared"]["method"], costs["score"]["method"]) == (both, 0)
