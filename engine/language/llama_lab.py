"""Lab: LLaMA's block and older ones, with four plugs between them. A small net learns the next character."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

from engine.core.claims import Claim, Traces, Verdict
from engine.core.inputs import Answer, Inputs
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.prose import documents
from engine.language import corpus
from engine.language.llama import MLPS, NORMS, PLACES, POSITIONS, LLaMA, SwiGLU

PAPERS = ("touvron2023", "zhang2019rms", "shazeer2020glu", "su2021", "xiong2020")
V, T, BATCH, HEADS = 128, 32, 16, 2  # characters, of a window, windows of a batch
KEPT, MOMENTS = 64, 24  # windows for testing
DOTS = 200  # hidden numbers that are shown of a block


@dataclass(frozen=True)
class LlamaSpec(Spec):
    place: str = param("before", "Norm stands", "Before each part, or after each sum.", choices=PLACES)
    norm: str = param("RMSNorm", "Norm", "LayerNorm takes the mean away, too.", choices=NORMS)
    mlp: str = param("SwiGLU", "MLP", "With a gate, or with one function between two layers.", choices=MLPS)
    positions: str = param("rotary", "Positions", "Turned in each block, or added once.", choices=POSITIONS)
    depth: int = param(12, "Blocks", "One upon another.", low=1, high=16)
    d: int = param(16, "Width d", "Numbers a character is made of.", choices=(16, 24, 32))
    warmup: int = param(0, "Warm-up steps", "In which the learning rate rises from 0.", low=0, high=1000)
    lr: float = param(1e-2, "Learning rate", "Of Adam; it falls to 0.", low=1e-5, high=1.0, log=True)
    steps: int = param(240, "Training steps", "Batches of 16 windows of 32 characters.", low=10, high=2000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: LlamaSpec, weights: State | None) -> LLaMA:
    """The net with these weights, or as it starts from the seed."""
    plugs = spec.place, spec.norm, spec.mlp, spec.positions
    return restored(spec.seed, weights, lambda: LLaMA(V, T, spec.d, HEADS, spec.depth, *plugs))


def split(spec: LlamaSpec) -> tuple[list[str], list[str]]:
    """Documents that it learns from, and those that it is scored on."""
    texts = documents("prose")
    learned, kept = corpus.split(list(texts))
    return [texts[name] for name in learned], [texts[name] for name in kept]


@cache
def characters() -> tuple[np.ndarray, np.ndarray]:
    """Both as ASCII codes (N,); what is not ASCII is left out."""
    learned, kept = ("\n".join(side).encode("ascii", "ignore") for side in split(LlamaSpec()))
    return np.frombuffer(learned, np.uint8), np.frombuffer(kept, np.uint8)


def tested() -> Tensor:
    """The windows for testing (KEPT, T + 1), evenly spread over the kept documents."""
    cut = corpus.windows(characters()[1], T)
    return cut[torch.linspace(0, len(cut) - 1, KEPT).long()]


def guessing(windows: Tensor) -> tuple[float, float]:
    """Nats a character of guessing by how often each comes in the learned text, and by how often after the
    one before, a hundredth added to every count."""
    text = torch.from_numpy(characters()[0].astype(np.int64))
    pairs = torch.bincount(V * text[:-1] + text[1:], minlength=V * V).view(V, V) + 0.01
    before, after = windows[:, :-1], windows[:, 1:]
    once = pairs.sum(0) / pairs.sum()
    return -once[after].log().mean().item(), -(pairs / pairs.sum(1, keepdim=True))[
        before, after
    ].log().mean().item()


def run(spec: LlamaSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment the gradient that reaches each block, how alike its vectors are, and the score.

    `given["start"]` makes a fork.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)
    watch = Watch(device)

    yield from shots(0, 0, watch(net), net, half=True)
    for step in range(1, spec.steps + 1):
        rising = min(1.0, step / spec.warmup) if spec.warmup else 1.0
        adam.param_groups[0]["lr"] = spec.lr * rising * (1 - (step - 1) / spec.steps)
        loss = net.loss(corpus.drawn(characters()[0], T, BATCH, rng).to(device))
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        figures = {"loss": round(loss.item(), 3)}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            seen = watch(net)
            yield Step(step, spec.steps, figures | {"held": float(seen["score"]["held"])})
            yield from shots(moment, step, seen, net, half=True)


class Watch:
    """What is shown of the net at each moment, always of the same windows."""

    def __init__(self, device: torch.device):
        self.kept = tested().to(device)
        drawn = corpus.drawn(characters()[0], T, BATCH, torch.Generator().manual_seed(0))
        self.learned = drawn.to(device)
        self.guess = {
            name: np.float32(x) for name, x in zip(("once", "pairs"), guessing(tested()), strict=True)
        }

    def __call__(self, net: LLaMA) -> dict[str, Arrays]:
        """gradient.norm (depth,): of all weights of a block, on a learned batch. stream, after the embedding
        and each block: alike (depth + 1,), the mean cosine of two characters' vectors in one text; size, the
        root of a number's mean square. score: held, once, pairs: nats a character. text: read, out (T,)."""
        grads = torch.autograd.grad(net.loss(self.learned), list(net.blocks.parameters()))
        squares, each = [g.square().sum() for g in grads], len(grads) // len(net.blocks)
        norms = torch.stack(squares).view(-1, each).sum(1).sqrt()  # (depth,)
        with torch.no_grad():
            streams = torch.stack(net.streams(self.kept[:, :-1]))  # (depth + 1, KEPT, T, d)
            logits = net.out(net.norm(streams[-1]))
            held = nn.functional.cross_entropy(logits.flatten(0, 1), self.kept[:, 1:].flatten())
        return {
            "gradient": {"norm": norms.cpu().numpy()},
            "stream": {"alike": alike(streams).cpu().numpy(),
                       "size": streams.square().mean((1, 2, 3)).sqrt().cpu().numpy()},
            "score": {"held": held.cpu().numpy(), **{name: np.asarray(x) for name, x in self.guess.items()}},
            "text": {"read": self.kept[0, :-1].cpu().numpy().astype(np.uint8),
                     "out": logits[0].argmax(1).cpu().numpy().astype(np.uint8)},
        }  # fmt: skip


def alike(streams: Tensor) -> Tensor:
    """The mean cosine of the vectors at two places of one text: (L, N, T, d) -> (L,)."""
    n = nn.functional.normalize(streams, dim=-1)
    T = n.shape[2]
    whole = n.sum(2).square().sum(-1)  # (L, N): all pairs, each with itself, too
    return ((whole - T) / (T * (T - 1))).mean(1)


@torch.no_grad()
def gates(net: LLaMA, inputs: Inputs) -> Answer:
    """{} -> of kept texts, for each block a and b (depth, DOTS): what goes into a gate of its MLP, and the
    value that the gate is multiplied by. Raises ValueError for an MLP that has no gate."""
    found, streams = [], net.streams(tested()[:8, :-1])
    for block, x in zip(net.blocks, streams, strict=False):
        if not isinstance(block.mlp, SwiGLU):
            raise ValueError("mlp must be SwiGLU: no other has a gate")
        parts = torch.stack(block.mlp.parts(block.into_mlp(x))).flatten(1)  # type: ignore[operator]
        found.append(parts[:, :: parts.shape[1] // DOTS][:, :DOTS])
    a, b = torch.stack(found, 1)
    return {"a": a.numpy(), "b": b.numpy()}


def ended(trace: Trace, snapshot: str, name: str) -> np.ndarray:
    """An array, mean of the moments in the last tenth of the steps. None: a KeyError."""
    trace.last(snapshot)
    late = [m for m, step in enumerate(trace.moments) if step >= 0.9 * trace.moments[-1]]
    return np.mean([trace.at(snapshot, m)[name] for m in late], 0)


def held(trace: Trace) -> float:
    """Nats a character of kept text, at the end."""
    return float(ended(trace, "score", "held"))


def reach(trace: Trace) -> float:
    """How many times longer the gradient is in the first block than in the last, at the end."""
    norm = ended(trace, "gradient", "norm")
    return float(norm[0] / norm[-1])


LEARNS, STUCK = 0.5, 0.05  # nats below and around what frequencies give
SAME, APART = 0.99, 0.9  # cosines


def _stuck(traces: Traces) -> Verdict:
    before, after = held(traces["before"]), held(traces["after"])
    once = float(traces["before"].last("score")["once"])
    return Verdict(
        before <= once - LEARNS and abs(after - once) <= STUCK,
        f"{before:.2f} nats a character of kept text with the norm before, {after:.2f} after; "
        f"guessing by frequency {once:.2f}, by pairs {float(traces['before'].last('score')['pairs']):.2f}",
        f"before at least {LEARNS} below frequency, after within {STUCK} of it",
    )


def _all_alike(traces: Traces) -> Verdict:
    before, after = (float(ended(traces[name], "stream", "alike")[-1]) for name in ("before", "after"))
    return Verdict(
        after >= SAME and before <= APART,
        f"mean cosine {after:.4f} with the norm after, {before:.2f} before",
        f"at least {SAME} after, at most {APART} before",
    )


def _no_gradient(traces: Traces) -> Verdict:
    before, after = reach(traces["before"]), reach(traces["after"])
    return Verdict(
        after <= 0.05 and before >= 1,
        f"{after:.1e} times that of the last block with the norm after, {before:.1f} times before",
        "at most 0.05 times after, at least once before",
    )


def _four_learn(traces: Traces) -> Verdict:
    four, once = held(traces["four"]), float(traces["four"].last("score")["once"])
    return Verdict(
        four <= once - LEARNS,
        f"{four:.2f} nats a character of kept text; guessing by frequency {once:.2f}",
        f"at least {LEARNS} below",
    )


def _turned(traces: Traces) -> Verdict:
    rotary, learned = held(traces["rotary"]), held(traces["learned"])
    return Verdict(
        rotary <= learned - 0.1,
        f"{rotary:.2f} nats a character of kept text with rotary positions, {learned:.2f} with learned ones",
        "rotary at least 0.1 lower",
    )


BLOCK = {"place": "before", "norm": "RMSNorm", "mlp": "SwiGLU", "positions": "rotary", "depth": 12}
PLACED = {place: BLOCK | {"place": place} for place in PLACES}
SPEC = LlamaSpec
PROBES = {"gates": gates}
CLAIMS = (
    Claim(
        "With twelve of LLaMA's blocks the net predicts kept text better than guessing by frequency; with "
        "the norm after each sum it ends where that guessing is.",
        _stuck,
        "A net with the norm after the sum that ends more than 0.05 nats from guessing by frequency.",
        PLACED,
    ),
    Claim(
        "By then, with the norm after, the characters of a text have become nearly one vector behind the "
        "twelfth block; with the norm before they have not.",
        _all_alike,
        "Vectors behind the last block that differ, with the norm after: a mean cosine under 0.99.",
        PLACED,
    ),
    Claim(
        "At the end the gradient in the first block is a small part of that in the last with the norm after; "
        "with the norm before it is the longer one.",
        _no_gradient,
        "A first block whose gradient is over a twentieth of the last block's, with the norm after.",
        PLACED,
    ),
    Claim(
        "With four blocks, the net learns with the norm after each sum, too.",
        _four_learn,
        "Four blocks that end less than 0.5 nats below guessing by frequency.",
        {"four": PLACED["after"] | {"depth": 4}},
    ),
    Claim(
        "With rotary positions the net ends lower than with learned ones, in as many steps.",
        _turned,
        "Rotary positions that end less than 0.1 nats below learned ones.",
        {name: BLOCK | {"positions": name} for name in POSITIONS},
    ),
)
OLDER = {"norm": "LayerNorm", "mlp": "GELU", "positions": "learned"}  # GPT-2's choices
RECORDED = (
    LlamaSpec(),
    LlamaSpec(place="after"),
    LlamaSpec(norm="LayerNorm", mlp="GELU", positions="learned"),
    LlamaSpec(place="after", depth=4),
    LlamaSpec(positions="learned"),
)
