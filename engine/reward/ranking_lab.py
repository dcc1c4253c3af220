"""Lab: InstructGPT's step 2. K replies to a prompt are ranked, and a judge learns to rank like that."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, at_least, last
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data import instructions as world
from engine.language import answers
from engine.reward import labellers, lessons, measures, ranking

PAPERS = ("ouyang2022instructgpt",)
NEEDS = {"sft": "language.sft"}
EVERY, MOST = 4, 9  # every fourth prompt's replies are shown, so many of them
SEEN = 100  # prompts of the set by which it is measured on what it saw
SHOWN = 150  # prompts of the set that are shown with what was ranked
EACH = 8  # replies to each prompt in the scatter


@dataclass(frozen=True)
class RankingSpec(Spec):
    K: int = param(4, "Replies to rank, K", "The paper's are 4 to 9.", low=2, high=MOST)
    prompts: int = param(150, "Prompts ranked", "Size of the preference set.", low=32, high=1500)
    batch: str = param(
        "all pairs of a prompt",
        "In a batch",
        "All pairs of a prompt: K forward passes serve them. Else every pair comes by itself.",
        choices=("all pairs of a prompt", "pairs shuffled"),
    )
    passes: int = param(3, "Passes", "How often each comparison is seen.", low=1, high=12)
    noise: float = param(0.3, "Labeller's noise", "In points; 0 ranks as people think.", low=0.0, high=3.0)
    lr: float = param(1e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    seed: int = param(0, "Seed", "Of the set, the labeller, the judge.", low=0, high=9999)


def restore(spec: RankingSpec, weights: State | None) -> ranking.RewardModel:
    """The judge with these weights; without, an untrained one."""
    return restored(spec.seed, weights, lambda: ranking.RewardModel(answers.fresh(), world.PAD))


def run(spec: RankingSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """A judge on the trunk of `given["sft"]`. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    sft = answers.trained(given["sft"]).to(device)
    gold = world.PEOPLE
    texts = labellers.ranked(sft, spec.prompts, spec.K, gold, spec.noise, rng, device)
    seen = labellers.pool(sft, gold, device)
    read = world.known(seen.texts, texts).view(24, -1)
    new = lessons.lessons(seen.texts.view(24, labellers.POOL, -1))
    number = (texts[:, 0, None, : world.PROMPT].cpu() == world.prompts()).all(2).int().argmax(1)  # (P,)
    taught = {
        "words": texts[:SHOWN, :, world.PROMPT :].to(torch.uint8).cpu().numpy(),
        "number": number[:SHOWN].to(torch.uint8).numpy(),
        "count": lessons.count(lessons.lessons(texts), number).numpy().astype(np.int32),
    }
    judge = restored(spec.seed, given.get("start"), lambda: ranking.RewardModel(sft, world.PAD)).to(device)
    adam = torch.optim.Adam(judge.parameters(), lr=spec.lr)
    better, worse = ranking.pairs(spec.K)
    a_prompt, every = len(better), torch.arange(spec.prompts)
    # one comparison by itself: (prompt, place of the better, place of the worse)
    apart = torch.stack(
        [every.repeat_interleave(a_prompt), better.repeat(spec.prompts), worse.repeat(spec.prompts)], 1
    )
    together = spec.batch == "all pairs of a prompt"
    n, at_once = (spec.prompts, labellers.AT_ONCE) if together else (len(apart), labellers.AT_ONCE * a_prompt)
    plan = list(labellers.batches(n, spec.passes, at_once, rng))
    moments, passed, compared = Moments(len(plan), 16), 0, 0

    def look() -> dict[str, Arrays]:
        labellers.centre(judge, seen)
        r, shown = seen.scores(judge), seen.texts.view(24, labellers.POOL, -1)[::EVERY, :MOST, world.PROMPT :]
        with torch.no_grad():
            told = measures.accuracy(
                judge(texts[:SEEN].flatten(0, 1)).view(-1, spec.K),
                -torch.arange(spec.K, device=device).expand(len(texts[:SEEN]), -1),
            )
        figures = {"held": measures.accuracy(r, seen.gold), "seen": told}
        arrays = {"r": r[:, :EACH].flatten(), "gold": seen.gold[:, :EACH].flatten()}
        desk = {"words": shown.to(torch.uint8), "r": r[::EVERY, :MOST], "gold": seen.gold[::EVERY, :MOST]}
        drawn = {
            name: {k: (v.half() if v.is_floating_point() else v).cpu().numpy() for k, v in group.items()}
            for name, group in {"map": arrays, "desk": desk}.items()
        }
        figures |= lessons.accuracy(r, seen.gold, new) | measures.by_known(r, seen.gold, read)
        figures |= {"passed": passed, "compared": compared}
        level = {name: np.asarray(value, np.float32) for name, value in figures.items()}
        return {**drawn, "taught": taught, "level": level}

    yield from shots(0, 0, look(), judge, half=True)
    for step, some in enumerate(plan, 1):
        if together:
            loss = ranking.ranking_loss(judge(texts[some].flatten(0, 1)).view(-1, spec.K))
            passed, compared = passed + len(some) * spec.K, compared + len(some) * a_prompt
        else:
            p, i, j = apart[some].T
            r = judge(torch.cat([texts[p, i], texts[p, j]]))
            loss = ranking.pair_loss(*r.chunk(2))
            passed, compared = passed + 2 * len(some), compared + len(some)
        adam.zero_grad()
        loss.backward()
        adam.step()
        yield Step(step, len(plan), {"loss": loss.item()})
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, look(), judge, half=True)


@torch.no_grad()
def _scores(judge: ranking.RewardModel, inputs: Inputs) -> Answer:
    """What it thinks of replies: {"prompt": its number, "words": (N, 8) codes, N at most 1000} -> r (N,)."""
    number = whole(inputs, "prompt", 0, 23)
    words = np.asarray(inputs.get("words"))
    if words.ndim != 2 or words.shape[1] != world.REPLY or not 1 <= len(words) <= 1000:
        raise ValueError(f"words must have the shape (1 to 1000, {world.REPLY}), got {words.shape}")
    if words.dtype.kind not in "iu" or words.min() < 0 or words.max() >= len(world.WORDS):
        raise ValueError(f"words must be codes in [0, {len(world.WORDS) - 1}]")
    texts = torch.cat([world.prompts()[number].expand(len(words), -1), torch.tensor(words).long()], 1)
    return {"r": judge(texts).numpy()}


SPEC = RankingSpec
split = None  # replies are told apart by what it has read, with weights that a spec does not have
PROBES: dict[str, Callable[[ranking.RewardModel, Inputs], Answer]] = {"scores": _scores}
CLAIMS = (
    Claim(
        "From rankings alone it learns which of two new replies people like better.",
        at_least(
            0.6,
            "{:.2f} of pairs of which it read neither reply; of one {:.2f}, of both {:.2f}",
            "0.60 at least of the first; chance is 0.50",
            last("level", "neither", "one", "both"),
        ),
        "A judge that orders pairs of replies, none of them ranked before, hardly better than a coin.",
    ),
)
RECORDED = (RankingSpec(),)
