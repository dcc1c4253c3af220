"""Lab: BERT learns small sentences by guessing hidden words; its twin may look to the left alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.core.claims import Claim, check, last
from engine.core.inputs import Answer, Inputs
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data import animals
from engine.language import bert

PAPERS = ("devlin2019", "radford2019")
V, LENGTH, FIXED = len(animals.WORDS), animals.LENGTH, animals.FIXED
SHARES = {
    "80/10/10": (0.8, 0.1),
    "always [MASK]": (1.0, 0.0),
}  # of the chosen: masked, by lot; the rest stays
SIDES = ("both", "left")
BATCH, WARMUP = 64, 60
EXAMPLE = "the small owls near the dog hoot in the forest ."
GUESSED = ("owls", "owl", "dogs", "crows", "bees")  # whose chances are watched in the example


@dataclass(frozen=True)
class BERTSpec(Spec):
    replaced: str = param(
        "80/10/10",
        "Chosen words",
        "Become [MASK], a word by lot, or stay: in percent.",
        choices=tuple(SHARES),
    )
    lr: float = param(5e-3, "Learning rate", "Of AdamW, at its height.", low=1e-5, high=1.0, log=True)
    steps: int = param(600, "Training steps", "Batches of 64 sentences, for both nets.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same sentences, same run.", low=0, high=9999)


def split(spec: BERTSpec) -> tuple[np.ndarray, np.ndarray]:
    """Sentences that both nets read, and those that they are measured on."""
    return animals.parted(spec.seed)


def restore(spec: BERTSpec, weights: State | None) -> nn.ModuleDict:
    """Both nets with these weights, or as they start from the seed: alike."""
    alike = {side: restored(spec.seed, None, lambda: bert.BERT(V, LENGTH)) for side in SIDES}
    nets = nn.ModuleDict(alike)
    if weights is not None:
        nets.load_state_dict(dict(weights))
    return nets


def run(spec: BERTSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Both nets guess the same hidden words of the same sentences. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    nets, moments = restore(spec, given.get("start")).to(device), Moments(spec.steps, 40)
    yield from shots(0, 0, {}, nets, half=True)  # first: the sentences, and what Adam imports, take seconds
    learned, watch = torch.from_numpy(animals.parted(spec.seed)[0]), Watch(spec.seed, device)
    yield from shots(0, 0, watch(nets))
    adam = torch.optim.AdamW(nets.parameters(), weight_decay=0.01)
    for step in range(1, spec.steps + 1):
        adam.param_groups[0]["lr"] = spec.lr * min(step / WARMUP, 1.0) * (1 - step / (spec.steps + 1)) ** 0.5
        x = learned[torch.randint(len(learned), (BATCH,), generator=rng)]
        read, chosen = bert.masked(x, FIXED, FIXED[1], V, SHARES[spec.replaced], rng)
        x, read, chosen = x.to(device), read.to(device), chosen.to(device)
        losses = [bert.loss(nets[side](read, bert.seen(read, side)), x, chosen) for side in SIDES]
        adam.zero_grad()
        torch.stack(losses).sum().backward()
        for side in SIDES:  # each by itself: neither may change the other's step
            torch.nn.utils.clip_grad_norm_(nets[side].parameters(), 1.0)
        adam.step()
        told = {f"loss_{side}": one.item() for side, one in zip(SIDES, losses, strict=True)}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, told)
            continue
        found = watch(nets)
        told |= {f"animal_{side}": 100 * float(found["score"]["animal"][i]) for i, side in enumerate(SIDES)}
        told |= {"open": 100 * float(found["score"]["kept"][0])}
        yield Step(step, spec.steps, told)
        yield from shots(moment, step, found, nets, half=True)


class Watch:
    """What both nets know of sentences kept aside."""

    def __init__(self, seed: int, device: torch.device):
        learned, kept = animals.parted(seed)
        self.kept, rows = torch.from_numpy(kept).to(device), torch.arange(len(kept))
        self.asked = {
            name: (rows.to(device), torch.from_numpy(animals.place_of(kept, forms)).to(device))
            for name, forms in (("animal", animals.BEINGS), ("verb", animals.VERBS))
        }
        common = np.bincount(
            learned[np.arange(len(learned)), animals.place_of(learned, animals.BEINGS)]
        ).argmax()
        self.commonest = float((self.kept[self.asked["animal"]] == int(common)).float().mean())
        self.example = torch.tensor([read(EXAMPLE)], device=device)
        self.hidden = animals.place_of(self.example.cpu().numpy(), animals.BEINGS).item()
        self.guessed = [animals.NUMBER[word] for word in GUESSED]

    @torch.no_grad()
    def __call__(self, nets: nn.ModuleDict) -> dict[str, Arrays]:
        """score: the share of animals and of verbs, each hidden alone, that are guessed right (2,), from both
        sides first; kept: of words that were not hidden, told as they stand (2,); commonest: of animals, by
        the commonest (). example: the chances of GUESSED at the hidden animal, by net."""
        found: dict[str, list[float]] = {"animal": [], "verb": [], "kept": []}
        chances = {}
        for side in SIDES:
            for name, at in self.asked.items():
                x = self.kept.clone()
                x[at] = FIXED[1]
                found[name].append(float((guessed(nets, side, x)[at] == self.kept[at]).float().mean()))
            real = self.kept > max(FIXED)
            found["kept"].append(float((guessed(nets, side, self.kept) == self.kept)[real].float().mean()))
            x = self.example.clone()
            x[0, self.hidden] = FIXED[1]
            p = nets[side](x, bert.seen(x, side))[0, self.hidden].softmax(-1)
            chances[side] = p[self.guessed].cpu().numpy()
        score = {name: np.array(both, np.float32) for name, both in found.items()}
        return {"score": score | {"commonest": np.asarray(self.commonest, np.float32)}, "example": chances}


def guessed(nets: nn.ModuleDict, side: str, x: Tensor) -> Tensor:
    """The likeliest word at every place of x (B, T) -> (B, T)."""
    return nets[side](x, bert.seen(x, side)).argmax(-1)


def cut(text: str) -> list[str]:
    """A typed sentence as its words; a stop is one."""
    return text.lower().replace(".", " .").split()


def read(text: str) -> list[int]:
    """A typed sentence as numbers of words, [CLS] first. Raises ValueError, naming the word or the bound."""
    words = cut(text)
    if not 2 <= len(words) < LENGTH:
        raise ValueError(f"the sentence must have 2 to {LENGTH - 1} words, got {len(words)}")
    for word in words:
        if word not in animals.NUMBER:
            raise ValueError(
                f"each word must be one of the {V - len(FIXED)} that the nets know, got {word[:20]!r}"
            )
    return [FIXED[2], *(animals.NUMBER[word] for word in words)]


@torch.no_grad()
def _guess(nets: nn.ModuleDict, inputs: Inputs) -> Answer:
    """Probe: {"text", "hidden": places, the first word's is 0} -> for both nets p (2, n, V) at each of those
    places. Raises ValueError."""
    ids, hidden = read(str(inputs.get("text", ""))), [int(i) + 1 for i in inputs.get("hidden", ())]
    if not all(0 < i < len(ids) for i in hidden):
        raise ValueError(f"hidden must be places in [0, {len(ids) - 2}], got {[i - 1 for i in hidden]}")
    x = torch.tensor([ids])
    x[0, hidden] = FIXED[1]
    p = [nets[side](x, bert.seen(x, side))[0, hidden].softmax(-1) for side in SIDES]
    return {"p": torch.stack(p).numpy()}


SPEC = BERTSpec
PROBES = {"guess": _guess}
AS_PAPER, MASKED = {"replaced": "80/10/10"}, {"replaced": "always [MASK]"}


def _two(name: str, *runs: str) -> list:
    return [last("score", name, runs=runs or ("this",), of=lambda both, i=i: both[i]) for i in (0, 1)]


CLAIMS = (
    Claim(
        "A hidden word that only later words betray: from both sides it is guessed, from the left it is not.",
        check(
            lambda both, left, common: both >= 0.9 and left <= common + 0.1,
            "{:.0%} of hidden animals right from both sides, {:.0%} from the left; the commonest: {:.0%}",
            "90% at least, and at most ten points above the commonest",
            *_two("animal"),
            last("score", "commonest"),
        ),
        "Fewer than 90 of 100 from both sides, or the left net well above the commonest animal.",
    ),
    Claim(
        "Trained on masks alone, the net tells words that stand in the open far worse than with 80/10/10.",
        check(
            lambda paper, only: paper >= only + 0.2,
            "{:.0%} of open words told as they stand with 80/10/10, {:.0%} with [MASK] alone",
            "20 points more at least",
            last("score", "kept", runs=("paper", "only"), of=lambda both: both[0]),
        ),
        "Open words that are told within 20 points as well after masks alone.",
        {"paper": AS_PAPER, "only": MASKED},
    ),
)
RECORDED = (BERTSpec(), BERTSpec(replaced="always [MASK]"))
