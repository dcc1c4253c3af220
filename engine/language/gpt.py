"""Language Models are Unsupervised Multitask Learners: GPT-2, small. Radford et al., 2019.

Names follow the papers: h heads, d_model, log pi(y|x). Departures from it:
  - small: by itself two layers of 32 numbers and four heads, 27,000 weights on a vocabulary of 47 words; the
    base model of prose has 458,000;
  - weights begin as PyTorch has it, embeddings at 0.1: not smaller by the root of the number of layers on the
    residual path, as there;
  - no dropout, and ReLU in the place of GELU; the embedding also makes the logits, as there;
  - padding is never drawn, though probabilities of words count its own: less than 0.001 nats a reply.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention.decoding import Anew, write
from engine.attention.multi_head import MultiHead, attention
from engine.attention.transformer import FeedForward, causal


class Block(nn.Module):
    """Section 2.3: layer normalisation comes before each sub-layer."""

    def __init__(self, d_model: int, h: int):
        super().__init__()
        self.attention, self.ffn = MultiHead(d_model, h), FeedForward(d_model, 4 * d_model)
        self.first, self.second = nn.LayerNorm(d_model), nn.LayerNorm(d_model)

    def forward(self, x: Tensor, past: Tensor) -> Tensor:
        x = x + self.attention(self.first(x), None, past)
        return x + self.ffn(self.second(x))


class GPT(nn.Module):
    """A causal Transformer: words (B, T) -> logits (B, T, V) of the next word. T is at most `length`."""

    def __init__(self, words: int, length: int, d_model: int = 32, h: int = 4, layers: int = 2):
        super().__init__()
        self.d_model, self.length = d_model, length
        self.embedding, self.place = nn.Embedding(words, d_model), nn.Embedding(length, d_model)
        nn.init.normal_(self.embedding.weight, std=0.1)
        nn.init.normal_(self.place.weight, std=0.1)
        self.parts = [Block(d_model, h) for _ in range(layers)]
        self.blocks = nn.ModuleList(self.parts)
        self.norm = nn.LayerNorm(d_model)
        self.past: Tensor
        self.register_buffer("past", causal(length), persistent=False)

    def trunk(self, x: Tensor) -> Tensor:
        """Words (B, T) -> what the last layer says of each, (B, T, d_model)."""
        t = x.shape[1]
        out = self.embedding(x) + self.place.weight[:t]
        for block in self.blocks:
            out = block(out, self.past[:t, :t])
        return self.norm(out)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(self.trunk(x), self.embedding.weight)


def loss(net: GPT, texts: Tensor, counted: Tensor) -> Tensor:
    """Cross-entropy of the next word, in nats, over the words that count.

    texts (B, T); counted (B, T) bool: words to be learned. Others are read, and give no gradient.
    """
    target = texts[:, 1:].masked_fill(~counted[:, 1:], -100)
    return F.cross_entropy(net(texts[:, :-1]).flatten(0, 1), target.flatten(), ignore_index=-100)


def log_probs(net: GPT, texts: Tensor, after: int) -> Tensor:
    """log pi(y_t | x, y_<t) of each word from place `after` on. texts (B, T) -> (B, T - after)."""
    logits = net(texts[:, :-1])[:, after - 1 :]
    return logits.log_softmax(-1).gather(2, texts[:, after:, None])[..., 0]


class Reader:
    """A GPT that writes as engine/attention/decoding.py has it: keys and values of what it read are kept.

    n texts, of at most `net.length` words each. The logits are those of the whole pass.
    """

    def __init__(self, net: GPT, n: int):
        self.net, self.t = net, 0
        h = net.parts[0].attention.h
        room = (2, n, h, net.length, net.d_model // h)  # keys, values
        self.kept = [net.place.weight.new_empty(room) for _ in net.parts]

    @torch.no_grad()
    def read(self, words: Tensor) -> Tensor:
        """The next words (n, T) of all texts -> logits (n, T, V). Raises ValueError where no room is left."""
        at, t = self.t, self.t + words.shape[1]
        if t > self.net.length:
            raise ValueError(f"a text must have at most {self.net.length} words, got {t}")
        x = self.net.embedding(words) + self.net.place.weight[at:t]
        past = self.net.past[at:t, :t] if t - at > 1 else None  # the newest word may look at all
        for block, (keys, values) in zip(self.net.parts, self.kept, strict=True):
            q, keys[:, :, at:t], values[:, :, at:t] = block.attention.split(
                block.attention.project(block.first(x))
            )
            x = x + block.attention.join(attention(q, keys[:, :, :t], values[:, :, :t], past))
            x = x + block.ffn(block.second(x))
        self.t = t
        return F.linear(self.net.norm(x), self.net.embedding.weight)

    def __call__(self, words: Tensor) -> Tensor:
        return self.read(words[:, None])[:, 0]


@torch.no_grad()
def sample(net: GPT, prompt: Tensor, words: int, end: int, pad: int, rng: torch.Generator) -> Tensor:
    """Replies drawn word by word; after the end there is padding. prompt (B, P) -> (B, P + words)."""
    live = torch.ones(len(prompt), dtype=torch.bool, device=prompt.device)

    def pick(said: Tensor) -> Tensor:
        nonlocal live
        p = said.softmax(-1).cpu()
        p[:, pad] = 0
        drawn = torch.multinomial(p, 1, generator=rng)[:, 0].to(prompt.device)
        drawn = torch.where(live, drawn, torch.full_like(drawn, pad))
        live = live & (drawn != end)
        return drawn

    return torch.cat([prompt, write(Anew(net, prompt[:, :-1]), prompt[:, -1], words, pick)[0]], 1)
