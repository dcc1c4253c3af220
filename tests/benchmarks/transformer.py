"""The Transformer's labs: one step of training against plain peers, and writing with kept keys and values."""

import time
from collections.abc import Callable, Iterator
from itertools import islice
from types import ModuleType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention import induction_lab, transformer_lab
from engine.attention.decoding import Kept, beside, write
from engine.attention.transformer import Transformer, positions
from engine.core.trace import Step
from engine.data.letters import PAD, START, SYMBOLS, TOKENS, repeated, words
from tests.benchmarks.table import Row, in_turns, median, spread

CPU = torch.device("cpu")
ROUNDS, BURST, WARM = 9, 12, 5  # rounds of some steps of each, in turns, after a few that pay for what is new
LONG, MANY = 256, 16  # letters and texts; the page writes one word, with its end 9 letters
Clock = Callable[[], float]


class PeerBlock(nn.Module):
    """nanoGPT's CausalSelfAttention behind a LayerNorm, as it is written there, without its MLP."""

    def __init__(self, d: int, h: int):
        super().__init__()
        self.norm, self.c_attn, self.c_proj, self.h = nn.LayerNorm(d), nn.Linear(d, 3 * d), nn.Linear(d, d), h

    def forward(self, x: Tensor) -> Tensor:
        b, t, c = x.shape
        q, k, v = self.c_attn(self.norm(x)).split(c, dim=2)
        q, k, v = (one.view(b, t, self.h, c // self.h).transpose(1, 2) for one in (q, k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return x + self.c_proj(y.transpose(1, 2).contiguous().view(b, t, c))


class PeerGPT(nn.Module):
    """The decoder-only net of the induction lab, in nanoGPT's manner."""

    def __init__(self, d: int, h: int, layers: int, tokens: int, length: int):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(tokens, d), nn.Embedding(length, d)
        self.blocks = nn.Sequential(*(PeerBlock(d, h) for _ in range(layers)))
        self.ln_f, self.lm_head = nn.LayerNorm(d), nn.Linear(d, tokens)

    def forward(self, x: Tensor) -> Tensor:
        z = self.wte(x) + self.wpe(torch.arange(x.shape[1]))
        return self.lm_head(self.ln_f(self.blocks(z)))


class PeerTransformer(nn.Module):
    """The encoder-decoder around torch.nn.Transformer."""

    def __init__(self, d: int, h: int, layers: int):
        super().__init__()
        self.embedding = nn.Embedding(TOKENS, d)
        self.body = nn.Transformer(d, h, layers, layers, 4 * d, 0.0, batch_first=True)
        self.register_buffer("pe", positions(32, d))

    def embed(self, x: Tensor) -> Tensor:
        return self.embedding(x) * self.embedding.embedding_dim**0.5 + self.pe[: x.shape[1]]

    def forward(self, source: Tensor, y: Tensor) -> Tensor:
        none, future = source == PAD, nn.Transformer.generate_square_subsequent_mask(y.shape[1]) < 0
        z = self.body(
            self.embed(source), self.embed(y), tgt_mask=future,
            src_key_padding_mask=none, memory_key_padding_mask=none,
        )  # fmt: skip
        return F.linear(z, self.embedding.weight)


def our_steps(lab: ModuleType, clock: Clock) -> Iterator[float]:
    """Seconds of each step of the lab's own training, as its generator does it, moments left out."""
    events = lab.run(lab.SPEC().but(steps=3000), CPU, {})
    at_step = False
    while True:
        began = clock()
        event = next(events)
        took = clock() - began
        plain = isinstance(event, Step) and not {"exact", "induction"} & set(event.scalars)
        if plain and at_step:  # from the end of one step to the end of the next
            yield took
        at_step = plain


def gpt_steps(spec: Any, clock: Clock) -> Iterator[float]:
    """Of nanoGPT's loop on the same texts."""
    net = PeerGPT(32, spec.heads, spec.layers, len(SYMBOLS), 33)
    adam, rng = torch.optim.Adam(net.parameters(), lr=1e-3), torch.Generator().manual_seed(0)
    while True:
        began = clock()
        x = repeated(induction_lab.BATCH, 33, 5, 12, rng)[0]
        logits = net(x[:, :-1])
        loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), x[:, 1:].reshape(-1))
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
        loss.item()
        yield clock() - began


def torch_steps(spec: Any, clock: Clock) -> Iterator[float]:
    """Of a plain loop around torch.nn.Transformer on the same words, gradients clipped as in the lab."""
    net = PeerTransformer(spec.d_model, spec.heads, spec.layers)
    adam, rng = torch.optim.Adam(net.parameters(), lr=1e-3), torch.Generator().manual_seed(0)
    while True:
        began = clock()
        source, y, target = words(transformer_lab.BATCH, 3, spec.longest, spec.task, rng)
        logits = net(source, y)
        loss = F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=PAD, label_smoothing=0.1)
        adam.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), transformer_lab.CLIP)
        adam.step()
        loss.item()
        yield clock() - began


def table() -> list[Row]:
    """A step of each lab's default, and writing 256 letters and the page's nine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        clock = time.process_time
        pairs = (
            ("induction", induction_lab, gpt_steps(induction_lab.SPEC(), clock), "nanoGPT's loop"),
            (
                "transformer",
                transformer_lab,
                torch_steps(transformer_lab.SPEC(), clock),
                "torch.nn.Transformer",
            ),
        )
        steps = [_step(name, our_steps(lab, clock), theirs, peer) for name, lab, theirs, peer in pairs]
        return [*steps, *_writing(LONG, MANY), *_writing(LONG, 1), *_writing(9, 1)]
    finally:
        torch.set_num_threads(threads)


def _step(name: str, ours: Iterator[float], theirs: Iterator[float], peer: str) -> Row:
    for each in (ours, theirs):
        list(islice(each, WARM))
    mine: list[float] = []
    other: list[float] = []
    for _ in range(ROUNDS):
        mine += islice(ours, BURST)
        other += islice(theirs, BURST)
    return Row(
        f"{name}: one step of the default", 1e3 * median(mine), "ms", beside=1e3 * median(other),
        most_ratio=1.0, note=f"{peer} {1e3 * median(other):.1f} ms; {spread(mine)}",
    )  # fmt: skip


def _writing(n: int, texts: int) -> list[Row]:
    torch.manual_seed(0)
    net = Transformer(TOKENS, PAD, n + 1).eval()
    source = words(texts, 8, 8, "reverse", torch.Generator().manual_seed(0))[0]
    first = torch.full((texts,), START)

    @torch.no_grad()
    def kept() -> tuple[Tensor, Tensor]:
        return write(Kept(net, source, n), first, n)

    @torch.no_grad()
    def anew() -> tuple[Tensor, Tensor]:
        return write(beside(net, source), first, n)

    in_turns(1, kept, anew)
    sparing, whole = in_turns(2 if n == LONG else 15, kept, anew)
    apart = (kept()[1] - anew()[1]).abs().max().item()
    return [
        Row(
            f"writing {texts} x {n} letters, anew against kept", median(whole), "s", beside=median(sparing),
            least_ratio=5 if texts == MANY else None, note=f"kept {median(sparing):.4f} s; {spread(sparing)}",
        ),
        Row(f"writing {texts} x {n} letters: largest difference of a logit", apart, "", most=1e-5),
    ]  # fmt: skip
