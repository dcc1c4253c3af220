"""Lab: a judge learns from rankings, then PPO climbs it: InstructGPT's steps 2 and 3 on one timeline."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch

from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, seeded, shots
from engine.data import instructions as world
from engine.language import answers, gpt
from engine.reward import instructgpt, labellers, ppo, ranking, taste
from engine.reward.climb_claims import CLAIMS as CLAIMS
from engine.reward.climb_claims import CURED, STRONG, WEAK
from engine.reward.climb_watch import Watch

PAPERS = ("ouyang2022instructgpt", "schulman2017ppo", "gao2022overoptimization")
NEEDS = {"base": "language.gpt", "sft": "language.sft"}
BATCH, UPDATES = 128, 2  # replies of an iteration, passes over them
PAGES = 64  # of the web, in a gradient of the gamma term
JUDGE = 12  # steps of the timeline in which the judge is trained, however many batches that takes


@dataclass(frozen=True)
class InstructgptSpec(Spec):
    beta: float = param(
        0.0, "β, KL penalty", "What a nat away from SFT costs, in the judge's points.", low=0.0, high=1.0
    )
    gamma: float = param(0.0, "γ, pretraining", "Weight of the web's log-likelihood.", low=0.0, high=2.0)
    K: int = param(4, "Replies to rank, K", "The paper's are 4 to 9.", low=2, high=9)
    prompts: int = param(150, "Prompts ranked", "Size of the preference set.", low=32, high=1500)
    steps: int = param(60, "PPO iterations", "128 replies each.", low=4, high=200)
    lr: float = param(5e-4, "Step size", "Of PPO's Adam.", low=1e-5, high=0.1, log=True)
    right: float = param(2.0, "People: right answer", "Points for it. The gold is ours.", low=-4.0, high=4.0)
    polite: float = param(0.8, "People: polite word", "Points for each, until too many.", low=-4.0, high=4.0)
    cap: int = param(2, "People: polite words liked", "Each beyond takes points.", low=0, high=8)
    rude: float = param(1.0, "People: rudeness", "Points taken for it.", low=-4.0, high=4.0)
    noise: float = param(0.3, "Labeller's noise", "In points; 0 ranks as people think.", low=0.0, high=3.0)
    seed: int = param(0, "Seed", "Of rankings, judge and replies.", low=0, high=9999)

    @property
    def gold(self) -> world.Gold:
        """What people want, as it is set."""
        return world.Gold(right=self.right, polite=self.polite, cap=self.cap, rude=self.rude)


def restore(spec: InstructgptSpec, weights: State | None) -> gpt.GPT:
    """The policy with these weights; without, an untrained net."""
    return answers.fresh() if weights is None else answers.trained(weights)


def run(spec: InstructgptSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """`given`: the weights of "base" and "sft"; "start" makes a fork of the policy, with a judge made anew.
    "own" holds a room's taste, which then is the judge.

    Steps 1 to JUDGE train the judge, the others are iterations of PPO.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    base, sft = (answers.trained(given[name]).to(device) for name in ("base", "sft"))
    policy = answers.trained(given.get("start", given["sft"])).to(device)
    texts = torch.zeros(0, spec.K, world.LENGTH, dtype=torch.long, device=device)
    if "own" not in given:  # else a room has judged already
        texts = labellers.ranked(sft, spec.prompts, spec.K, spec.gold, spec.noise, rng, device)
    watch = Watch(base, sft, spec.gold, texts, device)
    total, moments = JUDGE + spec.steps, Moments(spec.steps, 44)
    with seeded(spec.seed):
        learner = ranking.RewardModel(sft, world.PAD).to(device)
    judge = taste.of_bytes(given["own"]["theta"]).to(device) if "own" in given else learner
    labellers.centre(judge, watch.pool)
    watch.meet(judge)
    figures, seen = watch.look(policy)
    yield from shots(0, 0, seen, policy, half=True)

    plan = []
    if len(texts):
        plan = [texts[n] for n in labellers.batches(len(texts), labellers.PASSES, labellers.AT_ONCE, rng)]
    adam = torch.optim.Adam(learner.parameters(), lr=labellers.LR)
    said = 0.0
    for step in range(1, JUDGE + 1):
        for some in plan[(step - 1) * len(plan) // JUDGE : step * len(plan) // JUDGE]:
            loss = ranking.ranking_loss(learner(some.flatten(0, 1)).view(-1, spec.K))
            adam.zero_grad()
            loss.backward()
            adam.step()
            said = loss.item()
        if step % 4:
            yield Step(step, total, {"ranking": said})
            continue
        labellers.centre(judge, watch.pool)
        watch.meet(judge)
        figures, seen = watch.look(policy)
        yield Step(step, total, {"ranking": said, **figures})
        yield from shots(step // 4, step, seen, policy, half=True)

    judge.requires_grad_(False)
    with seeded(spec.seed):
        critic = instructgpt.Critic(learner.trunk).to(device).requires_grad_(True)
    pages = watch.unlike(world.web(4000, rng).to(device))
    adam = torch.optim.Adam([*policy.parameters(), *critic.parameters()], lr=spec.lr)
    asked = world.prompts().to(device)
    for step in range(1, spec.steps + 1):
        drawn = answers.drawn(policy, asked[torch.randint(24, (BATCH,), generator=rng)], rng)
        score = judge(drawn)
        batch = instructgpt.weighed(drawn, policy, sft, critic, score, spec.beta, world.PROMPT, world.PAD)
        moved = 0.0
        for _ in range(UPDATES):
            loss, new = instructgpt.objective(policy, critic, batch, world.PROMPT)
            if spec.gamma:  # eq. 2's second term
                some = pages[torch.randint(len(pages), (PAGES,), generator=rng)]
                loss = loss + spec.gamma * gpt.loss(policy, some, some != world.PAD)
            adam.zero_grad()
            loss.backward()
            adam.step()
            moved = float(ppo.mean(ppo.approx_kl(new.detach(), batch.old), batch.real))
        figures = {"reward": float(score.mean()), "moved": moved}
        if (moment := moments.at(step)) is None:
            yield Step(JUDGE + step, total, figures)
        else:
            found, seen = watch.look(policy)
            yield Step(JUDGE + step, total, {**figures, **found})
            yield from shots(JUDGE // 4 + moment, JUDGE + step, seen, policy, half=True)


SPEC = InstructgptSpec
split = None  # replies are told apart by what the judge has read, with weights that a spec does not have
RECORDED = tuple(InstructgptSpec().but(**way) for way in (WEAK, CURED, STRONG))
