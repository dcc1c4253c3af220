"""Steps 2 and 3 of InstructGPT on one timeline, in short: what the judge, beta, gamma and a room each do."""

from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.core.trace import Step, Trace, traced
from engine.data import instructions as world
from engine.labs import load
from engine.language import answers, gpt
from engine.reward import climb_watch, instructgpt, instructgpt_lab, labellers, ranking, taste
from engine.runs.store import Store, ancestry
from engine.runs.work import resolve

CPU = torch.device("cpu")
JUDGED = instructgpt_lab.JUDGE // 4  # the moment at which the judge is ready


@pytest.fixture(autouse=True)
def _short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer replies and pages to look at: what is learned stays as it is."""
    monkeypatch.setattr(climb_watch, "EACH", 2)
    monkeypatch.setattr(climb_watch, "BEST", (1, 2, 4, 8))
    monkeypatch.setattr(climb_watch, "HELD", 40)
    monkeypatch.setattr(labellers, "POOL", 8)


def given() -> dict:
    return resolve(
        load("reward.instructgpt"), ancestry("reward.instructgpt"), Store(Path("/nonexistent")), CPU
    )


def short(more: dict | None = None, until: int = 1000, **changes: float) -> Trace:
    """A run as far as step `until`."""
    spec = instructgpt_lab.InstructgptSpec(steps=8, prompts=32, lr=2e-3).but(**changes)
    events = instructgpt_lab.run(spec, CPU, {**given(), **(more or {})})
    return traced(takewhile(lambda event: not isinstance(event, Step) or event.step <= until, events))


def nets() -> list:
    spec = instructgpt_lab.InstructgptSpec()
    return [instructgpt_lab.restore(spec, given()[name]) for name in ("base", "sft")]


def test_beta_holds_the_distance_and_gamma_keeps_the_web() -> None:
    """Killed: beta left out of the rewards; the policy as its own reference; gamma of the wrong sign."""
    free, held, kept = short(), short(beta=1.0), short(gamma=1.0)
    for trace in (free, held, kept):
        assert all(float(trace.at("level", m)["d"]) == 0 for m in range(JUDGED + 1))
        assert float(trace.at("level", JUDGED + 1)["d"]) > 0
    assert float(held.last("level")["d"]) < float(free.last("level")["d"]) - 0.5
    assert float(kept.last("level")["web"]) < float(free.last("level")["web"]) - 0.5
    assert float(kept.last("level")["web"]) < float(kept.at("level", 0)["web"])
    assert float(free.last("level")["proxy"]) > float(free.at("level", JUDGED)["proxy"]) + 0.3


def test_the_judge_is_trained_before_it_is_climbed_and_then_stays() -> None:
    """Killed: a ranking loss uphill; a judge that is not centred when it is done; shares of kinds of pairs
    that are looked at once; kinds in another order."""
    trace = short(prompts=150, steps=4)
    accuracy = [float(trace.at("level", m)["accuracy"]) for m in range(len(trace.moments))]
    assert accuracy[JUDGED] > max(accuracy[0], 0.5) + 0.05
    assert set(accuracy[JUDGED:]) == {accuracy[JUDGED]}
    assert float(trace.at("level", JUDGED)["polite"]) > 0.75 > float(trace.at("level", JUDGED)["answer"])
    assert float(trace.at("level", JUDGED)["polite"]) > float(trace.at("level", 0)["polite"]) + 0.1
    assert trace.moments[JUDGED] == instructgpt_lab.JUDGE
    for m in range(JUDGED, len(trace.moments)):
        assert float(trace.at("bon", m)["proxy"][0]) == pytest.approx(0, abs=1e-5)  # one of SFT's: centred


def test_no_page_that_it_goes_on_reading_is_one_that_it_is_measured_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed: all pages read; those that are measured by read alone."""
    read: list[torch.Tensor] = []
    loss = gpt.loss

    def watched(net: gpt.GPT, texts: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
        read.extend(texts if torch.is_grad_enabled() else ())
        return loss(net, texts, counted)

    monkeypatch.setattr(gpt, "loss", watched)
    monkeypatch.setattr(climb_watch, "HELD", 1000)
    short(gamma=1.0, steps=8)
    kept = world.web(climb_watch.HELD, torch.Generator().manual_seed(answers.EVAL))
    seen = {row.numpy().tobytes() for row in read}
    assert len(read) == 8 * instructgpt_lab.UPDATES * instructgpt_lab.PAGES
    assert len(seen) > 500
    assert not seen & {row.numpy().tobytes() for row in kept}


def test_a_fork_begins_with_the_policy_that_it_is_given() -> None:
    """The web model as the policy: it is far from SFT at once. Killed: SFT in the place of the fork."""
    trace = short({"start": given()["base"]}, until=0)
    assert float(trace.at("level", 0)["d"]) > 0.5


def test_people_who_are_edited_are_those_who_rank() -> None:
    """Whoever wants rudeness gets a judge that does, and no polite word is too many for whoever likes eight.

    Killed: the labellers' points of the default people; their cap."""
    gold = instructgpt_lab.InstructgptSpec(rude=-4.0, right=-1.0, polite=-2.0, cap=1).gold
    assert gold == world.Gold(rude=-4.0, right=-1.0, polite=-2.0, cap=1)
    trace = short(rude=-4.0, right=-1.0, polite=-2.0, prompts=150, until=instructgpt_lab.JUDGE)
    assert float(trace.at("level", JUDGED)["accuracy"]) > 0.6
    assert np.isnan(short(cap=8, until=0).last("level")["over"])
    assert float(trace.last("level")["over"]) > 0


def test_a_room_may_be_the_judge() -> None:
    """A room that likes rudeness alone; SFT is rude so rarely that nine iterations find it by luck only.

    Killed: the room's taste ignored; the judge trained all the same.
    """
    theta = np.zeros(8, np.float32)
    theta[taste.NAMES.index("rudeness")] = 3.0
    data = torch.from_numpy(np.frombuffer(theta.tobytes(), np.uint8).copy())
    trace = short({"own": {"theta": data}}, steps=20, lr=5e-3)
    assert float(trace.last("level")["proxy"]) > 0.5
    words = trace.last("cards")["words"][2]
    assert sum(any(word in (world.CODE[w] for w in world.RUDE) for word in row) for row in words) > 6
    assert set(trace.scalars["ranking"][1]) == {0.0}


def test_what_is_watched_is_what_it_is_called() -> None:
    """SFT against itself is all ties; the web model against SFT is counted by a loop.

    Killed: wins and losses exchanged; the gain over the web model; KL(SFT, policy); best of n by what
    people like.
    """
    base, sft = nets()
    watch = climb_watch.Watch(base, sft, world.PEOPLE, torch.zeros(0, 4, world.LENGTH), CPU)
    judge = ranking.RewardModel(sft, world.PAD)
    labellers.centre(judge, watch.pool)
    watch.meet(judge)
    figures, seen = watch.look(sft)
    assert seen["won"]["policy"].tolist() == [0, 48, 0]
    assert figures["d"] == 0
    theirs, ours = (answers.gold(answers.judged(net, 2, CPU)) for net in (base, sft))
    assert figures["gain"] == pytest.approx(float(ours.mean() - watch.pool.gold.mean()), abs=1e-5)
    ahead = [float(a - b) for a, b in zip(theirs, ours, strict=True)]
    won = [sum(x > 0.01 for x in ahead), sum(abs(x) <= 0.01 for x in ahead), sum(x < -0.01 for x in ahead)]
    assert seen["won"]["web"].tolist() == won
    assert won[0] < won[2]

    figures, seen = watch.look(base)
    drawn = answers.judged(base, 2, CPU)
    ratio, kl = instructgpt.kl(base, sft, drawn, world.PROMPT, world.PAD)
    assert figures["d"] ** 2 == pytest.approx(kl, abs=1e-5)
    assert seen["won"]["policy"].tolist() == won
    assert seen["cards"]["ratio"].astype(float) == pytest.approx(ratio[:24].half().numpy().astype(float))

    best = seen["bon"]
    assert best["gain"][0] == pytest.approx(0, abs=1e-5)
    assert best["proxy"][0] == pytest.approx(0, abs=1e-5)
    assert (np.diff(best["proxy"]) > 0).all()
    assert best["proxy"][-1] == pytest.approx(
        float(watch.pool.scores(judge).amax(1).mean()), abs=1e-5
    )  # of 8
    top = watch.pool.scores(judge).argmax(1, keepdim=True)
    wanted = float(watch.pool.gold.gather(1, top).mean() - watch.pool.gold.mean())
    assert best["gain"][-1] == pytest.approx(wanted, abs=1e-5)
