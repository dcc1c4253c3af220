"""Lab: prompts of examples from a dictionary never seen before, and a net that answers by looking back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.core.claims import Claim, Traces, Verdict, at_least, check, last
from engine.core.inputs import Inputs
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.language.in_context import InContext, K, S, ceiling, digest, parsed, tokens

PAPERS = ("brown2020gpt3", "olsson2022", "min2022demonstrations")
BATCH, D_MODEL, LEAD = 64, 32, 20  # LEAD: steps until the learning rate is whole
KEPT = 1000  # dictionaries that are never learned from
SHOWN = 8  # examples of the prompts that something is done to
MOMENTS = 30
EXAMPLE = "cat=lor, fox=dax, owl=wug, hen=tiv, cow=mib, bat=gop, dog=zup, ant=fep, fox=?"


@dataclass(frozen=True)
class InContextSpec(Spec):
    keys: str = param(
        "smeared", "Keys", "Smeared: each key also knows the word before.", choices=("smeared", "plain")
    )
    lr: float = param(1e-2, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(200, "Training steps", "Batches of 64 prompts.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: InContextSpec, weights: State | None) -> InContext:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: InContext(D_MODEL, spec.keys == "smeared"))


def code(dictionaries: Tensor) -> Tensor:
    """A number for each dictionary (n, S): its names are the digits. -> (n,)."""
    return (dictionaries * S ** torch.arange(S)).sum(1)


def drawn(n: int, rng: torch.Generator, but: Tensor | None = None) -> Tensor:
    """n dictionaries, a name for each animal (n, S); none whose code is among `but`."""
    some = torch.randint(S, (n, S), generator=rng)
    while but is not None and (taken := torch.isin(code(some), but)).any():
        some[taken] = torch.randint(S, (int(taken.sum()), S), generator=rng)
    return some


def kept(seed: int) -> Tensor:
    """The dictionaries that a run of this seed is scored on, (KEPT, S)."""
    return drawn(KEPT, torch.Generator().manual_seed(seed + 10_000))


def batches(spec: InContextSpec) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Of each step: dictionaries (BATCH, S), animals and their names (BATCH, K + 1)."""
    rng, but = torch.Generator().manual_seed(spec.seed), code(kept(spec.seed))
    for _ in range(spec.steps):
        dictionaries = drawn(BATCH, rng, but)
        x = torch.randint(S, (BATCH, K + 1), generator=rng)
        yield dictionaries, x, dictionaries.gather(1, x)


class Watch:
    """Called with a net, shows how right it is on kept dictionaries, and what its answers hang on."""

    def __init__(self, seed: int, device: torch.device):
        rng = torch.Generator().manual_seed(seed + 20_000)  # the training draws from another
        of, rows = kept(seed), torch.arange(KEPT)
        x = torch.randint(S, (KEPT, K + 1), generator=rng)
        # prompts of SHOWN examples whose query stands on one card alone, at `place`
        asked = torch.randint(S, (KEPT, 1), generator=rng)
        cards = (asked + torch.randint(1, S, (KEPT, SHOWN), generator=rng)) % S
        place = torch.randint(SHOWN, (KEPT,), generator=rng)
        cards[rows, place] = asked[:, 0]
        wrong = of.gather(1, cards)
        wrong[rows, place] = (wrong[rows, place] + torch.randint(1, S, (KEPT,), generator=rng)) % S
        other = (place + torch.randint(1, SHOWN, (KEPT,), generator=rng)) % SHOWN
        mixed = torch.rand(KEPT, SHOWN, generator=rng).argsort(1)
        made = x, of.gather(1, x), asked, cards, of.gather(1, cards), wrong, place, other, mixed
        (self.x, self.y, self.asked, self.cards, self.names, self.wrong,
         self.place, self.other, self.mixed) = (one.to(device) for one in made)  # fmt: skip
        self.truth = of.to(device).gather(1, self.asked)[:, 0]
        before = torch.ones(K + 1, K + 1).tril(-1).bool()
        same = (x[:, :, None] == x[:, None]) & before  # (KEPT, query, example)
        self.same, self.seen = same[:, :, :-1].to(device), same.any(2).to(device)
        so_far = torch.nn.functional.one_hot(self.y.cpu(), S).cumsum(1).roll(1, 1)
        so_far[:, 0] = 0  # before any example
        self.commonest = (so_far.argmax(-1) == self.y.cpu()).float().mean(0).numpy()
        pairs, query = parsed(EXAMPLE)
        shown = torch.tensor(pairs, device=device)
        self.shown = tokens(torch.cat([shown[:, 0], shown.new_tensor([query])])[None], shown[None, :, 1])

    def answers(self, net: InContext, cards: Tensor, names: Tensor) -> Tensor:
        """What the net names the query after these cards (N, k) -> (N,)."""
        return net(tokens(torch.cat([cards, self.asked], 1), names))[:, -1].argmax(-1)

    def less(self, which: Tensor) -> tuple[Tensor, Tensor]:
        """The cards without one of each row, which (N,) -> animals and names, (N, SHOWN - 1) each."""
        stay = torch.arange(SHOWN, device=which.device) != which[:, None]
        return tuple(one[stay].view(-1, SHOWN - 1) for one in (self.cards, self.names))  # type: ignore

    @torch.no_grad()
    def __call__(self, net: InContext) -> dict[str, Arrays]:
        """Snapshots by name.

        shots: shares after 0 to K examples (K + 1,): `right`, `ceiling` (exact), `commonest` (what naming the
        commonest name so far gets). touch: shares () of answers, see below. look: of the example prompt's
        query, its weight on each of the SHOWN cards, name and animal together, and on the rest (SHOWN + 1,).
        """
        prompts = tokens(self.x, self.y[:, :-1])
        right = net(prompts)[:, 1::2].argmax(-1) == self.y  # (KEPT, K + 1)
        mass = (net.looks(prompts)[:, 1::2, 2::2] * self.same).sum(2)[self.seen].mean()
        whole = self.answers(net, self.cards, self.names)
        rows = torch.arange(KEPT, device=whole.device)
        mixed = self.answers(net, self.cards.gather(1, self.mixed), self.names.gather(1, self.mixed))
        touch = {
            "seen": right[self.seen].float().mean(),  # right, where some example shows the animal
            "mass": mass,  # of a query's weight that is on the names of such examples
            "whole": (whole == self.truth).float().mean(),
            "without": (self.answers(net, *self.less(self.place)) == self.truth).float().mean(),
            "other": (self.answers(net, *self.less(self.other)) == self.truth).float().mean(),
            "spoiled": (
                self.answers(net, self.cards, self.wrong) == self.wrong[rows, self.place]
            ).float().mean(),  # names what stands wrong on the card
            "shuffled": (mixed == whole).float().mean(),  # the same answer in another order
        }  # fmt: skip
        return {
            "shots": {
                "right": right.float().mean(0).cpu().numpy(),
                "ceiling": np.array([ceiling(k) for k in range(K + 1)], np.float32),
                "commonest": self.commonest,
            },
            "touch": {name: share.cpu().numpy() for name, share in touch.items()},
            "look": {"weight": cards_of(net.looks(self.shown)[0, -1]).cpu().numpy()},
        }


def cards_of(row: Tensor) -> Tensor:
    """A query's weights on the tokens of a prompt (2 k + 2,) -> on its k cards, and on the rest (k + 1,)."""
    cards = row[1:-1].view(-1, 2).sum(1)
    return torch.cat([cards, (row[0] + row[-1])[None]])


def run(spec: InContextSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on prompts, each with a dictionary of its own. `given["start"]` makes a fork."""
    watch = Watch(spec.seed, device)
    net = restore(spec, given.get("start")).to(device)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watch(net), net, half=True)  # first: what Adam imports takes a second
    adam = torch.optim.Adam(net.parameters(), betas=(0.9, 0.98))
    for step, (_, x, y) in enumerate(batches(spec), start=1):
        adam.param_groups[0]["lr"] = spec.lr * min(1, step / LEAD)
        loss = net.loss(x.to(device), y.to(device))
        adam.zero_grad()
        loss.backward()
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            seen = watch(net)
            told = {"right": float(seen["shots"]["right"][-1]), "mass": float(seen["touch"]["mass"])}
            yield Step(step, spec.steps, {"loss": loss.item(), **told})
            yield from shots(moment, step, seen, net, half=True)


def split(spec: InContextSpec) -> tuple[Tensor, Tensor]:
    """The dictionaries that it learns from, and those that it is scored on."""
    return torch.cat([dictionaries for dictionaries, _, _ in batches(spec)]), kept(spec.seed)


@torch.no_grad()
def asked(net: InContext, inputs: Inputs) -> dict[str, Any]:
    """A typed prompt, read with its first 0, 1, ..., k examples.

    p (k + 1, S): of each name; weight (k + 1, k + 1): on each card and on the rest; before, after: `digest`.
    """
    pairs, query = parsed(str(inputs["text"]))
    before, k = digest(net), len(pairs)
    p, weight = np.zeros((k + 1, S), np.float32), np.zeros((k + 1, k + 1), np.float32)
    for n in range(k + 1):
        x = torch.tensor([[*(one for one, _ in pairs[:n]), query]])
        prompt = tokens(x, torch.tensor([[name for _, name in pairs[:n]]], dtype=torch.long))
        p[n] = net(prompt)[0, -1].softmax(-1).numpy()
        *cards, rest = cards_of(net.looks(prompt)[0, -1]).tolist()
        weight[n, :n], weight[n, -1] = cards, rest
    return {"p": p, "weight": weight, "before": before, "after": digest(net)}


def _near_the_ceiling(traces: Traces) -> Verdict:
    seen = traces["smeared"].last("shots")
    gap = float(np.abs(seen["right"] - seen["ceiling"]).max())
    said = f"{gap:.3f} apart at most; after {K} examples {seen['right'][-1]:.0%} right, best {ceiling(K):.0%}"
    return Verdict(
        gap <= 0.06, f"{said}, the commonest name {seen['commonest'][-1]:.0%}", "0.06 apart at most"
    )


SMEARED = {"keys": "smeared"}
SPEC = InContextSpec
PROBES = {"asked": asked}
CLAIMS = (
    Claim(
        "With new dictionaries a net of smeared keys is as right as one can be, after 0 to 16 examples.",
        _near_the_ceiling,
        "A number of examples after which its share of right answers is over 6 points off the best.",
        {"smeared": SMEARED},
    ),
    Claim(
        "Where an example shows the animal, such a net answers with that example's name.",
        at_least(
            0.97, "{:.1%} right; {:.2f} of its attention is on such names", "at least 97%",
            last("touch", "seen", "mass", runs=("smeared",)),
        ),
        "Fewer than 97 of 100 animals that an example shows named as shown.",
        {"smeared": SMEARED},
    ),
    Claim(
        "Without the one example that shows the animal such a net guesses; without another it does not.",
        check(
            lambda without, other, whole: without <= 0.25 and other >= 0.97,
            "{:.0%} right without it, {:.1%} without another, {:.1%} with all 8; by luck 12%",
            "25% at most without it, 97% without another",
            last("touch", "without", "other", "whole", runs=("smeared",)),
        ),
        "Over 25% right without the example, or under 97% right without another one.",
        {"smeared": SMEARED},
    ),
    Claim(
        "A wrong name on that example becomes the answer of a net of smeared keys.",
        at_least(0.97, "{:.1%} of the answers", "at least 97%", last("touch", "spoiled", runs=("smeared",))),
        "Fewer than 97 of 100 answers that are the wrong name on the example.",
        {"smeared": SMEARED},
    ),
    Claim(
        "A net of plain keys is far less right after 16 examples, in as many steps.",
        check(
            lambda plain, smeared, least: smeared - plain >= 0.4,
            "{:.0%} against {:.0%}; naming the commonest name so far: {:.0%}",
            "at least 40 points less",
            last("shots", "right", runs=("plain", "smeared"), of=lambda share: share[-1]),
            last("shots", "commonest", runs=("plain",), of=lambda share: share[-1]),
        ),
        "A net of plain keys within 40 points.",
        {"plain": {"keys": "plain"}, "smeared": SMEARED},
    ),
)  # fmt: skip
RECORDED = (InContextSpec(), InContextSpec(keys="plain"))
