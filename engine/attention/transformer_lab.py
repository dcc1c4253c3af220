"""Lab: a Transformer learns to write words backwards, and one of its heads learns to read backwards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch

from engine.attention import letter_probes as probes
from engine.attention.letter_watch import Watch
from engine.attention.transformer import Transformer, smoothed, warm_up
from engine.core.claims import Claim, Verdict, at_least, check, last
from engine.core.nets import Average
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, Trace, restored, shots
from engine.data.letters import PAD, TASKS, TOKENS, words

PAPERS = ("vaswani2017",)
BATCH, SHORTEST, CLIP, KEPT = 64, 3, 0.5, 0.95
MOMENTS = 40
ROOM = 32  # positions that the net has


@dataclass(frozen=True)
class TransformerSpec(Spec):
    task: str = param("reverse", "Task", "What to write for a word.", choices=TASKS)
    heads: int = param(
        4, "Heads h", "Attentions side by side, in d_model / h dimensions.", choices=(1, 2, 4, 8)
    )
    layers: int = param(2, "Layers N", "Of the encoder, and as many of the decoder.", low=1, high=3)
    norm: str = param(
        "post", "Norm", "After each sub-layer, as in the paper, or before it.", choices=("post", "pre")
    )
    positions: bool = param(True, "Positions", "Sines and cosines tell where a letter stands.")
    masked: bool = param(True, "Causal mask", "The decoder sees only what it has written.")
    d_model: int = param(32, "Width d_model", "Numbers that stand for a letter.", choices=(16, 32, 64))
    longest: int = param(8, "Longest word", "Words of 3 letters to this many.", low=4, high=12)
    warmup: int = param(50, "Warm-up steps", "Until then the learning rate grows.", low=1, high=1000)
    factor: float = param(0.5, "Learning rate", "Times the schedule of eq. 3.", low=0.01, high=50.0, log=True)
    smoothing: float = param(
        0.1, "Label smoothing", "Probability given away to all letters.", low=0.0, high=0.5
    )
    steps: int = param(400, "Training steps", "Batches of 64 words.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: TransformerSpec, weights: State | None) -> Transformer:
    """The net with these weights, or as it starts from the seed."""
    size = spec.d_model, spec.heads, spec.layers, 4 * spec.d_model
    choices = spec.norm, spec.positions, spec.masked
    return restored(spec.seed, weights, lambda: Transformer(TOKENS, PAD, ROOM, *size, *choices))


def run(spec: TransformerSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows maps, text and score of the mean of the latest weights.

    `given["start"]` makes a fork.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    watch = Watch(spec.task, spec.longest, spec.seed, device)
    net = restore(spec, given.get("start")).to(device)
    average = Average(net)  # section 6.1 averages the last checkpoints; here with falling weights
    adam = torch.optim.Adam(net.parameters(), betas=(0.9, 0.98), eps=1e-9)  # section 5.3
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watch(average.net), average.net)
    for step in range(1, spec.steps + 1):
        batch = words(BATCH, SHORTEST, spec.longest, spec.task, rng, but=watch.kept)
        source, y, target = (x.to(device) for x in batch)
        adam.param_groups[0]["lr"] = rate = warm_up(step, spec.d_model, spec.warmup, spec.factor)
        loss = smoothed(net(source, y), target, spec.smoothing, PAD)
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP)
        adam.step()
        average.follow(net, 1 - KEPT)
        figures = {"loss": loss.item(), "rate": rate}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            seen = watch(average.net)
            yield Step(step, spec.steps, figures | {"exact": float(seen["score"]["exact"])})
            yield from shots(moment, step, seen, average.net)


def split(spec: TransformerSpec) -> tuple[list[bytes], list[bytes]]:
    """The words that a run learns from, all its batches, and the words that it is scored on."""
    rng = torch.Generator().manual_seed(spec.seed)
    kept = Watch(spec.task, spec.longest, spec.seed, torch.device("cpu")).kept
    batches = range(spec.steps)
    learned = [words(BATCH, SHORTEST, spec.longest, spec.task, rng, but=kept)[0] for _ in batches]
    return [row.numpy().tobytes() for row in torch.cat(learned)], [row.numpy().tobytes() for row in kept]


def _a_head_finds_its_letter(traces: Mapping[str, Trace]) -> Verdict:
    heads = traces["this"].last("score")["finds"]
    if heads.size == 0:
        return Verdict(None, "sorted letters have no fixed place", "copy or reverse")
    return Verdict(heads.max() >= 0.8, f"{heads.max():.2f} of its mass, on average", "at least 0.80")


SPEC = TransformerSpec
PROBES = {
    "read": probes.read,
    "twins": probes.twins,
    "journey": probes.journey,
}
CLAIMS = (
    Claim(
        "It writes words that it has never seen.",
        at_least(0.95, "{:.1%} of 200 words right in every letter", "at least 95%", last("score", "exact")),
        "Fewer than 95 of 100 new words written without a mistake.",
    ),
    Claim(
        "Some head of the decoder reads just the letter that is to be written.",
        _a_head_finds_its_letter,
        "No head that puts 0.8 of its mass on source letter n - 1 - t (reverse), or t (copy).",
    ),
    Claim(
        "Without positions it learns to reverse far fewer words in as many steps.",
        check(
            lambda placeless, placed: placed - placeless > 0.5,
            "{:.0%} against {:.0%} of words",
            "at least 50 points fewer",
            last("score", "exact", runs=("placeless", "placed")),
        ),
        "A net without positions that writes within 50 points of as many words.",
        {
            "placed": {"task": "reverse", "positions": True},
            "placeless": {"task": "reverse", "positions": False},
        },
    ),
    Claim(
        "Without the causal mask the training looks perfect, and the net writes hardly a word by itself.",
        check(
            lambda told, alone, honest: told > 0.95 and alone < 0.1 and honest > 0.9,
            "told the letters before: {:.0%} right; writing alone: {:.0%} of words, {:.0%} with the mask",
            "above 95% told, below 10% alone, above 90% with the mask",
            last("score", "told", "exact", runs=("unmasked",)),
            last("score", "exact", runs=("masked",)),
        ),
        "An unmasked net that writes one word in ten by itself.",
        {"masked": {"masked": True}, "unmasked": {"masked": False}},
    ),
)
RECORDED = (TransformerSpec(),)
