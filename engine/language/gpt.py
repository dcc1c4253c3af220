"""Language Models are Unsupervised Multitask Learners: GPT-2, small. Radford et al., 2019.

Names follow the papers: h heads, d_model, log pi(y|x). Departures from it:
  - two layers of 32 numbers and four heads, on a vocabulary of 47 words: 27,000 weights;
  - no dropout, and ReLU in the place of GELU; the embedding also makes the logits, as there;
  - padding is never drawn, though probabilities of words count its own: less than 0.001 nats a reply.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention.multi_head import MultiHead
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
        self.d_model = d_model
        self.embedding, self.place = nn.Embedding(words, d_model), nn.Embedding(length, d_model)
        nn.init.normal_(self.embedding.weight, std=0.1)
        nn.init.normal_(self.place.weight, std=0.1)
        self.blocks = nn.ModuleList(Block(d_model, h) for _ in range(layers))
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


@torch.no_grad()
def sample(net: GPT, prompt: Tensor, words: int, end: int, pad: int, rng: torch.Generator) -> Tensor:
    """Replies drawn word by word; after the end there is padding. prompt (B, P) -> (B, P + words)."""
    x, live = prompt, torch.ones(len(prompt), dtype=torch.bool, device=prompt.device)
    for _ in range(words):
        p = net(x)[:, -1].softmax(-1).cpu()
        p[:, pad] = 0
        drawn = torch.multinomial(p, 1, generator=rng)[:, 0].to(x.device)
        drawn = torch.where(live, drawn, torch.full_like(drawn, pad))
        live = live & (drawn != end)
        x = torch.cat([x, drawn[:, None]], 1)
    return x
