"""Lab: texts that repeat, and the moment when a head learns to look back for what came next last time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from engine.attention.induction import AttentionOnly, continued
from engine.attention.maps import induction_score, pressed, previous_score
from engine.attention.multi_head import Vectors
from engine.core.claims import Claim, Verdict, check, ends, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.letters import SYMBOLS, least_loss, repeated

PAPERS = ("olsson2022",)
BATCH, LENGTH, SHORTEST, LONGEST, FIXED = 32, 32, 5, 12, 8
LEAD = 20  # steps until the learning rate is whole
MANY, SHOWN, GIVEN = 64, 24, 24  # texts for testing; symbols of the one that is shown; symbols before writing
MOMENTS = 34


@dataclass(frozen=True)
class InductionSpec(Spec):
    layers: int = param(2, "Layers", "Attention only, nothing between.", choices=(1, 2))
    heads: int = param(2, "Heads", "In each layer.", choices=(1, 2, 4))
    keys: str = param(
        "plain", "Keys", "Smeared: each key also knows the symbol before.", choices=("plain", "smeared")
    )
    masked: bool = param(True, "Causal mask", "Off: each symbol sees the one it is to predict.")
    periods: str = param(
        "random", "Periods", "Of the training texts: 5 to 12, or always 8.", choices=("random", "fixed")
    )
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(600, "Training steps", "Batches of 32 texts.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: InductionSpec, weights: State | None) -> AttentionOnly:
    """The net with these weights, or as it starts from the seed."""
    return restored(
        spec.seed,
        weights,
        lambda: AttentionOnly(
            len(SYMBOLS), LENGTH + 1, 32, spec.heads, spec.layers, spec.keys == "smeared", spec.masked
        ),
    )


class Watch:
    """Called with a net, shows its maps of one text, its scores and losses on many of random period."""

    def __init__(self, seed: int, device: torch.device):
        rng = torch.Generator().manual_seed(seed + 10_000)  # the training draws from another
        self.x, self.periods = (x.to(device) for x in repeated(MANY, LENGTH + 1, SHORTEST, LONGEST, rng))
        self.again = torch.arange(1, LENGTH + 1, device=device) > self.periods  # the first is seen twice
        shown = repeated(1, SHOWN + 1, FIXED, FIXED, torch.Generator().manual_seed(seed + 20_000))[0]
        self.shown = shown.to(device)

    @torch.no_grad()
    def __call__(self, net: AttentionOnly) -> dict[str, Arrays]:
        """Snapshots by name.

        maps: weights (N h, T, T) uint8 of one text; text: its symbols (T,), next (T,) predicted, wrong (T,);
        score: induction, previous (N h,), and in nats new, repeated (), share `continued` (), least ().
        """
        maps: list[torch.Tensor] = []

        def see(layer: int, weights: torch.Tensor, vectors: Vectors) -> torch.Tensor:
            maps.append(weights)
            return weights

        said = net(self.shown[:, :-1], see)[0].argmax(-1)
        weights = torch.cat([one[0] for one in maps])  # (N h, T, T)
        maps.clear()
        logits = net(self.x[:, :-1], see)
        nats = F.cross_entropy(logits.transpose(1, 2), self.x[:, 1:], reduction="none")
        on = continued(net, self.x[:, :GIVEN], LENGTH + 1 - GIVEN)[:, GIVEN:] == self.x[:, GIVEN:]
        heads = {
            "induction": torch.cat([induction_score(one, self.x[:, :-1]) for one in maps]),
            "previous": torch.cat([previous_score(one) for one in maps]),
            "new": nats[~self.again].mean(),
            "repeated": nats[self.again].mean(),
            "continued": on.float().mean(),
            "least": torch.tensor(least_loss(LENGTH + 1, SHORTEST, LONGEST)),
        }
        symbols, target = self.shown[0, :-1], self.shown[0, 1:]
        text = {"symbols": symbols, "next": said, "wrong": said != target}
        return {
            "maps": {"weights": pressed(weights)},
            "text": {name: part.cpu().numpy().astype(np.uint8) for name, part in text.items()},
            "score": {name: part.cpu().numpy().astype(np.float32) for name, part in heads.items()},
        }


def run(spec: InductionSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows maps, text and scores. `given["start"]` makes a fork."""
    watch = Watch(spec.seed, device)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), betas=(0.9, 0.98))
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watch(net), net, half=True)
    for step, batch in enumerate(batches(spec), start=1):
        adam.param_groups[0]["lr"] = spec.lr * min(1, step / LEAD)
        loss = net.loss(batch.to(device))
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            seen = watch(net)
            score = seen["score"]
            figures = {"repeated": float(score["repeated"]), "induction": float(score["induction"].max())}
            yield Step(step, spec.steps, {"loss": loss.item(), **figures})
            yield from shots(moment, step, seen, net, half=True)


def batches(spec: InductionSpec) -> Iterator[torch.Tensor]:
    """The texts of each step, (BATCH, LENGTH + 1) each."""
    rng = torch.Generator().manual_seed(spec.seed)
    shortest, longest = (FIXED, FIXED) if spec.periods == "fixed" else (SHORTEST, LONGEST)
    for _ in range(spec.steps):
        yield repeated(BATCH, LENGTH + 1, shortest, longest, rng)[0]


def split(spec: InductionSpec) -> tuple[torch.Tensor, torch.Tensor]:
    """The texts that it learns from, and those that it is scored on."""
    return torch.cat(list(batches(spec))), Watch(spec.seed, torch.device("cpu")).x


def recent(trace: Trace) -> float:
    """The training loss, mean of the last 20 steps, in nats a symbol."""
    losses = trace.scalars["loss"][1][-20:]
    return sum(losses) / len(losses)


def steepest(trace: Trace, part: str) -> float:
    """The step at which a score changes fastest: the middle of the two moments furthest apart per step."""
    steps = np.array(trace.moments, float)
    values = np.array([float(trace.at("score", m)[part].max()) for m in range(len(steps))])
    smooth = np.convolve(values, np.ones(3) / 3, "valid")  # noise between dense moments is no slope
    middle = steps[1:-1]
    slopes = np.abs(np.diff(smooth)) / np.diff(middle)
    at = int(slopes.argmax())
    return float(middle[at] + middle[at + 1]) / 2


def _loss_drops_with_it(traces: Mapping[str, Trace]) -> Verdict:
    trace = traces["two"]
    rise, fall = steepest(trace, "induction"), steepest(trace, "repeated")
    near = 0.1 * trace.moments[-1]
    return Verdict(
        abs(rise - fall) <= near,
        f"the score rises fastest at step {rise:.0f}, the loss falls fastest at step {fall:.0f}",
        f"at most {near:.0f} steps apart",
    )


def _unmasked_cheats(traces: Mapping[str, Trace]) -> Verdict:
    honest, cheat = traces["masked"], traces["unmasked"]
    least = float(honest.last("score")["least"])
    right = [float(one.last("score")["continued"]) for one in (honest, cheat)]
    return Verdict(
        recent(cheat) < least / 2 and recent(honest) > least and right[1] < 0.3 < right[0],
        f"loss {recent(cheat):.2f} against {recent(honest):.2f} nats, and {least:.2f} is the least "
        f"there can be; it continues {right[1]:.0%} of symbols right, {right[0]:.0%} with the mask",
        "below half of what is possible, and under 30% continued right",
    )


HONEST = {"keys": "plain", "masked": True, "periods": "random"}
SPEC = InductionSpec
CLAIMS = (
    Claim(
        "A head appears that looks back for what came next last time.",
        check(
            lambda first, now, nats: now >= 0.75 and nats < 0.5,
            "best score {:.2f} before, {:.2f} after; what repeats costs {:.2f} nats",
            "a score of at least 0.75, less than 0.5 nats",
            ends("score", "induction", run="two", of=np.max),
            last("score", "repeated", runs=("two",)),
        ),
        "No head with three quarters of its mass on what followed earlier copies of the symbol.",
        {"two": {"layers": 2, **HONEST}},
    ),
    Claim(
        "The loss drops at the step at which the head appears.",
        _loss_drops_with_it,
        "A steepest rise of the score and a steepest fall of the loss over a tenth of the steps apart.",
        {"two": {"layers": 2, **HONEST}},
    ),
    Claim(
        "One layer of plain keys forms no such head.",
        check(
            lambda one, two, paid, less: two > one + 0.4 and paid > less + 0.5,
            "score {:.2f} with one layer, {:.2f} with two; {:.2f} against {:.2f} nats",
            "a score 0.4 higher with two, 0.5 nats less",
            last("score", "induction", runs=("one", "two"), of=np.max),
            last("score", "repeated", runs=("one", "two")),
        ),
        "A one-layer net whose score comes near that of two layers.",
        {"two": {"layers": 2, **HONEST}, "one": {"layers": 1, **HONEST}},
        beside="One layer has fewer weights; with smeared keys as few are enough, as the next claim says.",
    ),
    Claim(
        "With smeared keys one layer is enough.",
        check(
            lambda best, nats: best >= 0.75 and nats < 0.5,
            "score {:.2f}, {:.2f} nats",
            "at least 0.75, below 0.5 nats",
            last("score", "induction", "repeated", runs=("smeared",), of=np.max),
        ),
        "A one-layer net with smeared keys that forms no such head.",
        {"smeared": {"layers": 1, "keys": "smeared", "masked": True, "periods": "random"}},
    ),
    Claim(
        "Without the causal mask the loss falls far below what is possible, and few symbols are continued.",
        _unmasked_cheats,
        "An unmasked net that continues three symbols in ten, or a loss over half the entropy of the texts.",
        {"masked": {"masked": True}, "unmasked": {"masked": False}},
    ),
    Claim(
        "Trained on one period, it pays more than three times as much for what repeats at others.",
        check(
            lambda fixed, free: fixed > 3 * free,
            "what repeats costs {:.2f} nats on random periods, {:.2f} if it was trained on them",
            "more than three times as much",
            last("score", "repeated", runs=("fixed", "random")),
        ),
        "A net trained on one period that pays less than that for texts of periods 5 to 12.",
        {"fixed": {"layers": 2, **HONEST, "periods": "fixed"}, "random": {"layers": 2, **HONEST}},
    ),
)
RECORDED = (InductionSpec(), InductionSpec(masked=False))
