"""What the comparisons that a judge learns from are about, and which kinds it tells right."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.core.trace import Trace, traced
from engine.data import instructions as world
from engine.labs import load
from engine.language import answers
from engine.reward import labellers, lessons, measures, ranking_lab
from engine.runs.store import Store, ancestry
from engine.runs.work import resolve

CPU = torch.device("cpu")
DUCK = 3  # "SOUND duck ?", whose answer is "quack"


def texts(*replies: str, prompt: int = DUCK) -> torch.Tensor:
    rows = [[*world.prompts()[prompt].tolist(), *(world.CODE[w] for w in r.split())] for r in replies]
    return world.padded(rows, world.LENGTH)


def kinds(a: str, b: str, cap: int = 2) -> list[int]:
    """Of this pair, and of the same pair the other way round."""
    return [lessons.lessons(texts(*pair)[None], cap).item() for pair in ((a, b), (b, a))]


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("quack .", "meow please .", lessons.ANSWER),  # also where politeness differs
        ("quack .", "please .", lessons.ANSWER),
        ("quack please .", "the duck is quack .", lessons.POLITE),
        ("meow please thanks .", "meow kindly .", lessons.POLITE),  # both are wrong alike
        ("please thanks kindly .", "please thanks .", lessons.OVER),
        ("quack please .", "thanks quack .", lessons.OTHER),
        ("quack stupid .", "quack .", lessons.OTHER),
    ],
)
def test_a_pair_is_about_the_answer_first_and_then_about_manners(a: str, b: str, kind: int) -> None:
    """Killed: manners looked at first; wrong answers taken for other ones; two polite words too many."""
    assert kinds(a, b) == [kind, kind]


def test_too_many_is_what_people_say() -> None:
    """Killed: two, whoever is asked; the less polite reply asked."""
    assert kinds("please thanks kindly .", "please thanks .", cap=3) == [lessons.POLITE] * 2
    assert kinds("please thanks .", "please .", cap=1) == [lessons.OVER] * 2


def test_pairs_are_counted_by_prompt_and_kind() -> None:
    """Three replies make three pairs. Killed: kinds and prompts swapped; a prompt that comes twice counted
    once."""
    duck = texts("quack .", "meow .", "meow please .")  # two about the answer, one about manners
    bee = texts("buzz .", "buzz now .", "the buzz .", prompt=5)  # all about other words
    found = lessons.count(lessons.lessons(torch.stack([duck, bee, duck])), torch.tensor([DUCK, 5, DUCK]))
    assert found.shape == (24, 4)
    assert found[DUCK].tolist() == [4, 2, 0, 0]
    assert found[5].tolist() == [0, 0, 0, 3]
    assert found.sum() == 9


def test_what_a_judge_tells_right_is_a_share_of_each_kind_by_itself() -> None:
    """Against a plain loop. Killed: one share for all; ties taken for pairs; the order of gold ignored."""
    rng = torch.Generator().manual_seed(0)
    some = answers.judged(answers.trained(given()["sft"]), 8, CPU).view(8, 24, -1).transpose(0, 1)
    gold, r = answers.gold(some.flatten(0, 1)).view(24, 8), torch.randn(24, 8, generator=rng)
    kind = lessons.lessons(some)
    right: list[list[bool]] = [[] for _ in lessons.KINDS]
    for p in range(24):
        c = 0
        for i in range(8):
            for j in range(i + 1, 8):
                if abs(gold[p, i] - gold[p, j]) > 0.01:
                    right[kind[p, c]].append(bool((r[p, i] > r[p, j]) == (gold[p, i] > gold[p, j])))
                c += 1
    assert all(len(one) > 5 for one in right)
    found = lessons.accuracy(r, gold, kind)
    assert list(found) == list(lessons.KINDS)
    assert list(found.values()) == pytest.approx([np.mean(one) for one in right])
    assert list(lessons.accuracy(gold, gold, kind).values()) == [1.0] * 4
    assert math.isnan(lessons.accuracy(r[:1] * 0, gold[:1] * 0, kind[:1])["answer"])


def test_pairs_are_told_apart_by_how_many_of_their_replies_were_learned_from() -> None:
    """Against a plain loop, on replies of which some stand in what was learned.

    Killed: the kept replies asked for among themselves, not among the learned; a prompt that does not count;
    one read counted as both; pairs that gold does not tell apart."""
    sft = answers.trained(given()["sft"])
    pool = answers.judged(sft, 8, CPU).view(8, 24, -1).transpose(0, 1)
    learned = labellers.ranked(sft, 60, 4, world.PEOPLE, 0.3, torch.Generator().manual_seed(1), CPU)
    gold = answers.gold(pool.flatten(0, 1)).view(24, 8)
    r = torch.randn(24, 8, generator=torch.Generator().manual_seed(0))
    read = world.known(pool.flatten(0, 1), learned).view(24, 8)
    lists = [row.tolist() for row in learned.flatten(0, 1)]
    right: dict[int, list[bool]] = {0: [], 1: [], 2: []}
    for p in range(24):
        for i in range(8):
            for j in range(i + 1, 8):
                if abs(gold[p, i] - gold[p, j]) > 0.01:
                    stand = sum(pool[p, k].tolist() in lists for k in (i, j))
                    right[stand].append(bool((r[p, i] > r[p, j]) == (gold[p, i] > gold[p, j])))
    found = measures.by_known(r, gold, read)
    assert all(len(one) > 5 for one in right.values())
    assert [found[name] for name in ("neither", "one", "both")] == pytest.approx(
        [np.mean(right[n]) for n in range(3)]
    )
    assert found["unread"] == pytest.approx(len(right[0]) / sum(map(len, right.values())))


def given() -> dict:
    return resolve(load("reward.ranking"), ancestry("reward.ranking"), Store(Path("/nonexistent")), CPU)


@pytest.fixture(scope="module")
def judged() -> Trace:
    spec = ranking_lab.RankingSpec(K=4, prompts=150)
    return traced(ranking_lab.run(spec, CPU, given()))


def test_the_lab_shows_what_was_ranked_and_counts_all_of_it(judged: Trace) -> None:
    """Killed: the worst shown first; the number of another prompt; only what is shown counted."""
    taught = judged.last("taught")
    sft = answers.trained(given()["sft"])
    ranked = labellers.ranked(sft, 150, 4, world.PEOPLE, 0.3, torch.Generator().manual_seed(0), CPU)
    assert torch.equal(torch.tensor(taught["words"]).long(), ranked[:, :, world.PROMPT :])
    assert torch.equal(world.prompts()[taught["number"].astype(int)], ranked[:, 0, : world.PROMPT])
    assert taught["count"].sum() == 150 * 6
    few = traced(ranking_lab.run(ranking_lab.RankingSpec(K=2, prompts=200, passes=1), CPU, given()))
    assert few.last("taught")["count"].sum() == 200
    assert len(few.last("taught")["words"]) == ranking_lab.SHOWN


def test_a_judge_of_few_comparisons_knows_manners(judged: Trace) -> None:
    """Killed: labels shuffled; kinds in another order."""
    level = judged.last("level")
    assert float(level["polite"]) > 0.85 > 0.65 > float(level["answer"])


def test_the_lab_says_which_replies_it_had_read(judged: Trace) -> None:
    """Of its own rankings, its figures are those of the judge that comes back from its weights.

    Killed: the rankings of another seed for those that were learned from; all pairs for the unread ones.
    """
    spec = ranking_lab.RankingSpec(K=4, prompts=150)
    sft = answers.trained(given()["sft"])
    learned = labellers.ranked(sft, 150, 4, world.PEOPLE, 0.3, torch.Generator().manual_seed(0), CPU)
    pool = labellers.pool(sft, world.PEOPLE, CPU)
    judge = ranking_lab.restore(spec, {name: one.float() for name, one in (judged.state or {}).items()})
    read = world.known(pool.texts, learned).view(24, -1)
    wanted = measures.by_known(pool.scores(judge), pool.gold, read)
    level = judged.last("level")
    for name, value in wanted.items():
        assert float(level[name]) == pytest.approx(value, abs=2e-3), name  # its weights are kept by halves
    assert 0.3 < wanted["unread"] < 0.7


def test_the_judge_is_asked_about_many_replies_at_once() -> None:
    """Killed: the prompt left out; the length of a reply unchecked; codes below the first."""
    judge = ranking_lab.restore(ranking_lab.RankingSpec(), None)
    replies = texts("quack .", "meow please .", "the duck is quack .")
    words = replies[:, world.PROMPT :].numpy()
    r = ranking_lab.PROBES["scores"](judge, {"prompt": DUCK, "words": words})["r"]
    with torch.no_grad():
        assert np.allclose(r, judge(replies).numpy(), atol=1e-6)
    for words, said in (
        (np.zeros((2, 9), int), "shape"),
        (np.zeros((0, 8), int), "shape"),
        (np.zeros(8, int), "shape"),
        (np.full((1, 8), 47), r"\[0, 46\]"),
        (np.full((1, 8), -1), r"\[0, 46\]"),
        (np.zeros((1, 8)), "codes"),
    ):
        with pytest.raises(ValueError, match=said):
            ranking_lab.PROBES["scores"](judge, {"prompt": DUCK, "words": words})
