"""The tree of models (arXiv:2304.13712, fig. 1), as it was transcribed, and what is counted on it."""

import pytest
import torch

from engine.core.trace import traced
from engine.data.models import BRANCHES, MODELS, Model, parsed
from engine.language import family_tree as tree
from engine.language import family_tree_lab as lab


def test_months_are_those_of_arxiv_and_no_model_is_older_than_its_parent() -> None:
    """Killed: a month typed wrong; a parent that is younger; one name twice."""
    by_name = {one.name: one for one in MODELS}
    assert len(by_name) == len(MODELS) == 51
    for one in MODELS:
        if one.arxiv:
            assert one.arxiv[:4] == f"{one.year % 100:02}{one.month:02}", one.name
        if one.parent:
            assert by_name[one.parent].when <= one.when, one.name
    assert sum(not one.arxiv for one in MODELS) == 6


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("A | 2018-13 | d | open | O | | ", "from 2013-01 to 2023-12, got 2018-13"),
        ("A | soon | d | open | O | | ", "got soon"),
        ("A | 2018-01 | x | open | O | | ", "got x, open"),
        ("A | 2018-01 | d | ajar | O | | ", "got d, ajar"),
        ("A | 2018-01 | d | open", "7 cells, got 4"),
    ],
)
def test_a_row_that_is_none_is_refused_by_name(row: str, words: str) -> None:
    """Killed: a thirteenth month; any word for openness; any number of cells."""
    with pytest.raises(ValueError, match=words):
        parsed(row)


def test_counts_are_the_list_and_a_model_without_its_parent_hangs_on_the_next_ancestor() -> None:
    """Killed: counts of all for those chosen; open and closed exchanged; the month itself not counted; the
    parent left as it was."""
    trace = traced(lab.run(lab.SPEC(), torch.device("cpu"), {}))
    whole = trace.last("counts")["models"]
    for row, branch in zip(whole, BRANCHES, strict=True):
        for found, given in zip(row, (True, False), strict=True):
            assert found == sum(one.branch == branch and one.open == given for one in MODELS)
    assert trace.at("counts", 0)["models"].sum() == 4  # the Transformer, and three without
    shut = traced(lab.run(lab.SPEC(weights="closed", since=2022), torch.device("cpu"), {}))
    assert shut.last("counts")["models"].sum() == sum(one.year >= 2022 and not one.open for one in MODELS)
    closed = {one.name: one.parent for one in tree.adopted(tree.shown("decoder-only", "closed"))}
    assert len(closed) == whole[0, 1] == 16
    assert closed["Chinchilla"] == "Gopher"
    assert closed["Gopher"] == ""  # its parent is open


def test_shares_are_of_the_years_that_are_said_and_the_claims_can_fail() -> None:
    """Killed: the years' ends left out; a share of all models."""
    some = [
        Model("a", y, 1, b, o, "", "", "")
        for y, b, o in (
            (2018, BRANCHES[0], True),
            (2019, BRANCHES[1], True),
            (2021, BRANCHES[0], False),
            (2020, BRANCHES[2], True),
        )
    ]
    assert tree.share(some, 2018, 2019, BRANCHES[0]) == 0.5
    assert tree.closed(some, 2018, 2021) == 0.25
    verdicts = {
        given: [c.check({"whole": traced(lab.run(lab.SPEC(weights=given), torch.device("cpu"), {}))}).holds
                for c in lab.CLAIMS]
        for given in (tree.ALL, tree.OPEN)
    }  # fmt: skip
    assert verdicts == {"all": [True, True], "open": [True, False]}
    one = traced(lab.run(lab.SPEC(branch="encoder-only"), torch.device("cpu"), {}))
    assert not lab.CLAIMS[0].check({"whole": one}).holds
