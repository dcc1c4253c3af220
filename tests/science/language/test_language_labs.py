"""The labs of InstructGPT's first two steps, in short: where they start, and which words they learn."""

import math
from pathlib import Path

import pytest
import torch

from engine.core.params import Spec
from engine.core.trace import Trace, traced
from engine.data import instructions as world
from engine.labs import load
from engine.language import answers, gpt, gpt_lab, sft_lab
from engine.language.sft import spoken
from engine.runs.store import Store, ancestry
from engine.runs.work import resolve

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer replies and pages to look at: what is learned stays as it is."""
    for lab in (gpt_lab, sft_lab):
        monkeypatch.setattr(lab, "EACH", 1)
    monkeypatch.setattr(gpt_lab, "PAGES", 640)


def base() -> dict:
    return resolve(load("language.sft"), ancestry("language.sft"), Store(Path("/nonexistent")), CPU)


def tuned(**changes: float) -> Trace:
    spec: Spec = sft_lab.SftSpec(steps=10, texts=200).but(**changes)
    return traced(sft_lab.run(spec, CPU, base()))


def test_the_web_is_learned_and_a_fork_goes_on_from_its_weights() -> None:
    """Killed: steps uphill; a fork that starts anew."""
    spec = gpt_lab.GptSpec(steps=10)
    first = traced(gpt_lab.run(spec, CPU, {}))
    assert float(first.last("level")["held"]) < float(first.at("level", 0)["held"]) - 0.2
    assert first.state is not None
    again = traced(gpt_lab.run(spec, CPU, {"start": first.state}))
    assert float(again.at("level", 0)["held"]) == pytest.approx(float(first.last("level")["held"]), abs=0.01)


def test_the_web_model_is_measured_on_pages_it_has_not_read_and_on_its_own_replies() -> None:
    """Each figure before training by itself. Killed: pages that are read kept; learned pages scored for kept
    ones; a kept page left out; padding counted among the words; words counted for replies."""
    spec = gpt_lab.GptSpec(steps=10)
    pages, held = gpt_lab.drawn(torch.Generator().manual_seed(spec.seed))
    read = pages.tolist()
    assert len(held) == sum(
        page not in read for page in world.web(gpt_lab.HELD, after(gpt_lab.PAGES, spec.seed)).tolist()
    )
    assert not [page for page in held.tolist() if page in read]
    level = traced(gpt_lab.run(spec, CPU, {})).at("level", 0)
    net = gpt_lab.restore(spec, None)
    with torch.no_grad():
        logits = net(held[:, :-1])
    own = torch.nn.functional.cross_entropy(logits.transpose(1, 2), held[:, 1:], ignore_index=world.PAD)
    assert float(level["held"]) == pytest.approx(own.item(), abs=1e-4)
    said = [word for page in read for word in page[1:] if word != world.PAD]
    nats = [-math.log(said.count(w) / len(said)) for p in held.tolist() for w in p[1:] if w != world.PAD]
    assert float(level["alone"]) == pytest.approx(sum(nats) / len(nats), abs=1e-4)
    replies = answers.judged(net, 1, CPU)
    words = [set(world.said(row).split()) for row in replies[:, world.PROMPT :].tolist()]
    assert float(level["rude"]) == pytest.approx(sum(bool(one & set(world.RUDE)) for one in words) / 24)
    assert float(level["buy"]) == pytest.approx(sum("buy" in one for one in words) / 24)
    assert float(level["gold"]) == pytest.approx(float(answers.gold(replies).mean()), abs=1e-4)


def after(pages: int, seed: int) -> torch.Generator:
    """A generator that has drawn so many pages."""
    rng = torch.Generator().manual_seed(seed)
    world.web(pages, rng)
    return rng


def test_fine_tuning_starts_from_the_web_model_and_learns_the_replies_alone() -> None:
    """What the replies alone teach predicts new replies better, and questions worse, than learning all.

    Killed: an untrained net; every word counted whatever is asked; the questions counted alone.
    """
    texts = world.demonstrations(200, torch.Generator().manual_seed(9))
    replies = spoken(texts, world.ASK, world.END, world.PAD)
    questions = (texts != world.PAD) & ~replies
    before, found = gpt_lab.restore(gpt_lab.GptSpec(), base()["base"]), []
    start = gpt.loss(before, texts, replies).item()
    for every in (False, True):
        trace = tuned(questions=every)
        assert float(trace.at("level", 0)["web"]) < 1.6  # it has read the web already
        net = sft_lab.restore(sft_lab.SftSpec(), {k: v.float() for k, v in (trace.state or {}).items()})
        with torch.no_grad():
            found.append([gpt.loss(net, texts, words).item() for words in (replies, questions)])
    (alone, read), (both, learned) = found
    assert alone < start - 0.3
    assert alone < both
    assert learned < read


def test_the_talk_that_a_page_asks_for_marks_what_the_assistant_said() -> None:
    """Killed: the second question asked before the first reply's end; marks of the first turn alone."""
    net = answers.fresh()
    net.load_state_dict(
        dict(resolve(load("reward.ranking"), ancestry("reward.ranking"), Store(), CPU)["sft"])
    )
    for seed in range(5):
        answer = sft_lab.PROBES["talk"](net, {"prompt": 9, "follow": 2, "seed": seed})
        words, marked = answer["words"].tolist(), answer["spoken"].tolist()
        asked = [i for i, word in enumerate(words) if word == world.ASK]
        assert asked[0] == 2
        second = words.index(world.CODE["HOME"], 3)
        assert marked[: second + 2] == [False] * 3 + [True] * (second - 3) + [False] * 2
        assert marked[second + 2 :] == [word != world.PAD for word in words[second + 2 :]]


def test_a_reply_that_was_cut_off_does_not_make_the_next_question_speech(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed: a talk that goes on without the end of a reply of eight words."""
    full = torch.tensor([[*world.prompts()[0].tolist(), *[world.CODE["the"]] * world.REPLY]])
    monkeypatch.setattr(answers, "drawn", lambda net, prompt, rng: full)
    net = answers.fresh()
    said = sft_lab.PROBES["talk"](net, {"prompt": 0, "follow": 1, "seed": 0})
    asked = [i for i, word in enumerate(said["words"].tolist()) if word == world.ASK]
    assert len(asked) >= 2
    assert not said["spoken"][asked[1] - 1 : asked[1] + 1].any()


def test_every_word_of_a_talk_has_its_loss() -> None:
    """Killed: the loss of the word before; of the word after; a first word with a loss."""
    net = answers.trained(resolve(load("reward.ranking"), ancestry("reward.ranking"), Store(), CPU)["sft"])
    said = sft_lab.PROBES["talk"](net, {"prompt": 9, "follow": 2, "seed": 1})
    text = torch.tensor(said["words"])[None]
    with torch.no_grad():
        p = net(text).softmax(-1)[0]
    wanted = [0.0, *(-p[i - 1, text[0, i]].log().item() for i in range(1, world.PAGE))]
    assert said["nats"].tolist() == pytest.approx(wanted, abs=1e-4)


def test_a_rude_example_makes_a_rude_reply() -> None:
    """Killed: an example that is parsed and not read."""
    net = answers.trained(base()["base"])
    rude, polite = (
        gpt_lab.PROBES["replies"](net, {"text": text, "each": 5})
        for text in ("SOUND cat ? stupid meow .", answers.EXAMPLE)
    )
    assert rude["words"].shape == (120, world.REPLY)
    assert rude["gold"].mean() < polite["gold"].mean() - 1
    points = answers.gold(torch.cat([answers.asked(5), torch.tensor(rude["words"]).long()], 1))
    assert rude["gold"].tolist() == points.tolist()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SOUND cat ? Meow .", "“Meow” is none of the 46 words"),
        ("_", "“_” is none"),
        ("<b>", "“<b>” is none"),
        ("x" * 99, f"“{'x' * 20}” is none"),
        ("meow " * 12, "at most 11 words, got 12"),
    ],
)
def test_examples_that_cannot_be_read_are_refused_with_the_word_or_the_bound(text: str, said: str) -> None:
    """Killed: padding read as a word; words without number."""
    with pytest.raises(ValueError, match=said):
        answers.parsed(text)
    with pytest.raises(ValueError, match=said):
        gpt_lab.PROBES["replies"](answers.fresh(), {"text": text, "each": 1})
    assert answers.parsed("  ") == []
    assert len(answers.parsed("meow " * 11)) == answers.ROOM
    with pytest.raises(ValueError, match=r"each must be a whole number in \[1, 20\]"):
        gpt_lab.PROBES["replies"](answers.fresh(), {"each": 21})
