"""Lab: a net looks at two objects and answers a question, which may scale and shift each of its maps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.core.claims import Claim, check, last
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.plumbing.film import WAYS, FiLMed
from engine.plumbing.film_scenes import ANSWERS, QUESTIONS, TEST, Scenes, scenes

PAPERS = ("perez2018",)
BATCH, MOMENTS = 64, 18
DIAL = np.linspace(0, 1, 11)  # how much of what the question says is done
MEANS = ("", "gamma", "beta")  # what is set to its mean over the questions


@dataclass(frozen=True)
class FilmSpec(Spec):
    way: str = param(WAYS[0], "The question may", "What it does to each map.", choices=WAYS)
    relu: bool = param(True, "ReLU behind it", "Whether what is below 0 then becomes 0.")
    kept: bool = param(False, "Keep pairs back", "No red cross, yellow ring or blue block in learning.")
    channels: int = param(24, "Channels", "Maps that each layer makes.", low=4, high=48)
    lr: float = param(1e-2, "Learning rate", "Of Adam; it falls to 0.", low=1e-5, high=1.0, log=True)
    steps: int = param(1800, "Training steps", "Batches of 64 questions.", low=10, high=4000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: FilmSpec, weights: State | None) -> FiLMed:
    """The net with these weights, or as it starts from the seed."""
    sizes = len(QUESTIONS), len(ANSWERS)
    return restored(spec.seed, weights, lambda: FiLMed(spec.channels, spec.way, spec.relu, *sizes))


def split(spec: FilmSpec) -> tuple[np.ndarray, np.ndarray]:
    """The pictures that it learns from, and those that it is asked about."""
    data = scenes(spec.kept)
    return data.train.x, np.concatenate([data.test.x, data.pairs.x])


def coded(part: Scenes) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pictures (N, 3, 12, 12) in [0, 1]; and every question that has an answer: picture, number, answer."""
    picture, question = (torch.from_numpy(one) for one in np.nonzero(part.answers >= 0))
    x = torch.from_numpy(part.x / np.float32(255)).permute(0, 3, 1, 2).contiguous()
    return x, picture, question, torch.from_numpy(part.answers.copy())[picture, question]


def run(spec: FilmSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows gamma and beta of each question, and what is answered right.

    `given["start"]` makes a fork.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    data = scenes(spec.kept)
    x, picture, question, answer = (one.to(device) for one in coded(data.train))
    asked = [[one.to(device) for one in coded(part)] for part in (data.test, data.pairs)]
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watched(net, asked), net, half=True)
    for step in range(1, spec.steps + 1):
        adam.param_groups[0]["lr"] = spec.lr * (1 - (step - 1) / spec.steps)
        some = torch.randint(len(picture), (BATCH,), generator=rng).to(device)
        loss = nn.functional.cross_entropy(net(x[picture[some]], question[some]), answer[some])
        adam.zero_grad()
        loss.backward()
        adam.step()
        figures = {"loss": round(loss.item(), 3)}  # so many digits pack well
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            seen = watched(net, asked)
            figures |= {name: seen["score"][name].item() for name in ("right", "pairs")}
            yield Step(step, spec.steps, figures)
            yield from shots(moment, step, seen, net, half=True)


@torch.no_grad()
def watched(net: FiLMed, asked: list[list[Tensor]]) -> dict[str, Arrays]:
    """-> told (gamma and beta of each question), and score, in percent right: right, of new pictures; pairs,
    of new ones with the pairs; mean_gamma and mean_beta, of new pictures with all gammas, or all betas, at
    their means over the questions."""
    was = net.training
    net.eval()
    gamma, beta = net.told()
    test, pairs = asked
    seen, seen_pairs = net.seen(test[0]), net.seen(pairs[0])
    score = {
        "right": percent(net, seen, test, gamma, beta),
        "pairs": percent(net, seen_pairs, pairs, gamma, beta),
        "mean_gamma": percent(net, seen, test, levelled(gamma), beta),
        "mean_beta": percent(net, seen, test, gamma, levelled(beta)),
    }
    net.train(was)
    told = {"gamma": gamma.cpu().numpy().round(2), "beta": beta.cpu().numpy().round(2)}
    return {"told": told, "score": {name: np.array([value]) for name, value in score.items()}}


def levelled(told: Tensor) -> Tensor:
    """The mean over the questions, for each of them. (Q, C) -> the same."""
    return told.mean(0, keepdim=True).expand_as(told)


def percent(
    net: FiLMed, seen: tuple[Tensor, Tensor], asked: list[Tensor], gamma: Tensor, beta: Tensor
) -> float:
    """Percent of questions answered right, where each question has these gammas and betas (Q, C)."""
    _, picture, question, answer = asked
    skip, F = seen
    said = net.read(skip[picture], F[picture], gamma[question], beta[question]).argmax(1)
    return 100 * (said == answer).float().mean().item()


def channels_off(net: FiLMed, inputs: Inputs) -> list[int]:
    """The channels that get gamma 1 and beta 0, from 0. Raises ValueError for one that the net has not."""
    off, last = inputs.get("off", []), net.out.in_features - 1
    if not isinstance(off, list | tuple) or not all(type(one) is int for one in off):
        raise ValueError(f"off must list numbers of channels, got {str(off)[:60]}")
    for one in off:
        if not 0 <= one <= last:
            raise ValueError(f"off must lie in [0, {last}], got {one}")
    return sorted(set(off))


@torch.no_grad()
def ask(net: FiLMed, inputs: Inputs) -> Answer:
    """{"picture", "question", "off", "mean", "kept"} -> x (12, 12, 3), answer (1,); along the dial gamma and
    beta (11, C), maps behind FiLM (11, C, 6, 6), p (11, 5); and right (1,), percent of all new pictures with
    these channels off and, where one is named, all gammas or betas at their means. kept: as in the spec."""
    part = scenes(inputs.get("kept") is True).test
    i, q = whole(inputs, "picture", 0, TEST - 1), whole(inputs, "question", 0, len(QUESTIONS) - 1)
    if (mean := inputs.get("mean", "")) not in MEANS:
        raise ValueError(f"mean must be one of {', '.join(MEANS[1:])} or empty, got {str(mean)[:60]!r}")
    off = channels_off(net, inputs)
    net.eval()
    gamma, beta = (one.clone() for one in net.told())
    gamma = levelled(gamma).clone() if mean == "gamma" else gamma
    beta = levelled(beta).clone() if mean == "beta" else beta
    gamma[:, off], beta[:, off] = 1, 0
    asked = list(coded(part))
    skip, F = net.seen(asked[0])
    dial = torch.from_numpy(DIAL).float()[:, None]
    gammas, betas = 1 + dial * (gamma[q] - 1), dial * beta[q]  # (11, C)
    many = skip[i].expand(len(dial), -1, -1, -1), F[i].expand(len(dial), -1, -1, -1)
    return {
        "x": part.x[i].copy(),
        "answer": part.answers[i, q : q + 1].copy(),
        "gamma": gammas.numpy(),
        "beta": betas.numpy(),
        "maps": net.block.modulated(many[1], gammas, betas).numpy(),
        "p": net.read(*many, gammas, betas).softmax(1).numpy(),
        "right": np.array([percent(net, (skip, F), asked, gamma, beta)]),
    }


ONE_OF_TWO = "one of the two objects by chance: 50%"
WELL, HALF, COSTS, LOST = 95, 60, 10, 60  # percent, and points of it
BARE = {"relu": False, "kept": False}
scales_to_ask = check(
    lambda both, shift: both >= WELL and shift <= HALF,
    f"{{:.0f}}% scaled and shifted, {{:.0f}}% shifted alone; {ONE_OF_TWO}",
    f"at least {WELL}% scaled and shifted, at most {HALF}% shifted alone",
    last("score", "right", runs=("both", "shift")),
)
relu_lends_a_gate = check(
    lambda bent, bare: bent >= WELL and bare <= HALF,
    f"{{:.0f}}% with the ReLU, {{:.0f}}% without; {ONE_OF_TWO}",
    f"at least {WELL}% with it, at most {HALF}% without",
    last("score", "right", runs=("with", "without")),
)
scale_carries_more = check(
    lambda _, gamma, beta: beta >= gamma + COSTS,
    "{:.0f}% as trained, {:.0f}% with γ at its mean, {:.0f}% with β at its mean",
    f"at least {COSTS} points less with γ at its mean",
    last("score", "right", "mean_gamma", "mean_beta", runs=("both",)),
)
pairs_are_learned = check(
    lambda kept, learned: kept <= LOST and learned >= WELL,
    f"{{:.0f}}% without the pairs in learning, {{:.0f}}% with them; {ONE_OF_TWO}",
    f"at most {LOST}% without, at least {WELL}% with them",
    last("score", "pairs", runs=("kept", "learned")),
)

SPEC = FilmSpec
PROBES = {"ask": ask}
CLAIMS = (
    Claim(
        "Without a ReLU behind it, a net whose maps are scaled and shifted answers the questions about new "
        "pictures; one whose maps are shifted alone answers about half.",
        scales_to_ask,
        "One shifted alone that answers more than 60%, or one scaled and shifted that misses one of twenty.",
        {"both": {"way": WAYS[0]} | BARE, "shift": {"way": WAYS[1]} | BARE},
    ),
    Claim(
        "With a ReLU behind it, a net whose maps are only shifted answers them, too; without it, about half.",
        relu_lends_a_gate,
        "One shifted alone that misses one of twenty with its ReLU, or answers more than 60% without.",
        {"with": {"way": WAYS[1], "relu": True, "kept": False}, "without": {"way": WAYS[1]} | BARE},
    ),
    Claim(
        "In a net trained with both, and the ReLU, γ at its mean over the questions costs more right answers "
        "than β at its mean.",
        scale_carries_more,
        "A net that loses no 10 points more with γ at its mean than with β at its mean.",
        {"both": {"way": WAYS[0], "relu": True, "kept": False}},
    ),
    Claim(
        "Red crosses, yellow rings and blue blocks have to be learned: kept back, pictures with them are "
        "answered right at most six times of ten.",
        pairs_are_learned,
        "A net that answers more than 60% about pairs that it never learned.",
        {"kept": {"way": WAYS[0], "relu": True, "kept": True},
         "learned": {"way": WAYS[0], "relu": True, "kept": False}},
        "As many pictures are learned from; those without the pairs show six pairs of colour and shape, not "
        "nine. The pictures that are asked about are the same. Both nets scale and shift, with the ReLU.",
    ),
)  # fmt: skip
RECORDED = (
    FilmSpec(),
    FilmSpec(relu=False),
    FilmSpec(way=WAYS[1]),
    FilmSpec(way=WAYS[1], relu=False),
    FilmSpec(kept=True),
)
