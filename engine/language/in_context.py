"""Language Models are Few-Shot Learners: learning in context. Brown et al., 2020. arXiv:2005.14165.

A prompt shows k examples (x_1, y_1) ... (x_k, y_k) and then a query x; the answer is drawn from
p(y | x_1, y_1, ..., x_k, y_k, x), and no weight changes. Departures from it:
  - the net was trained on nothing but such prompts, each with a dictionary of its own; GPT-3 read the web;
  - one layer of attention with one head and nothing else, 5,000 weights, where theirs has 175 billion;
  - keys are smeared, as in Olsson et al., 2022: each also knows the word before its own; no positions;
  - x is one of 8 animals, y one of 8 invented names, drawn anew for each animal, so names may coincide.
"""

import hashlib

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention.induction import Smear
from engine.attention.multi_head import MultiHead, attention, weights_of
from engine.attention.transformer import causal

ANIMALS = ("ant", "bat", "cat", "cow", "dog", "fox", "hen", "owl")
NAMES = ("dax", "fep", "gop", "lor", "mib", "tiv", "wug", "zup")
S = len(ANIMALS)
START = 2 * S  # animals are tokens 0 to 7, names 8 to 15
K = 16  # examples at most

Pair = tuple[int, int]  # number of an animal, number of a name


def ceiling(k: int) -> float:
    """The best share of right answers after k examples: seen, or one in S by luck. 1 - (1 - 1/S)^(k + 1)."""
    return 1 - (1 - 1 / S) ** (k + 1)


def tokens(x: Tensor, y: Tensor) -> Tensor:
    """Animals (B, k + 1), the last one the query, and names (B, k) of the others -> prompts (B, 2 k + 2)."""
    out = torch.full((len(x), 2 * x.shape[1]), START, device=x.device)
    out[:, 1::2], out[:, 2::2] = x, y + S
    return out


class InContext(nn.Module):
    """Prompts (B, T) -> logits (B, T, S) of the name that comes after each token."""

    def __init__(self, d_model: int = 32, smeared: bool = True):
        super().__init__()
        self.embedding = nn.Embedding(2 * S + 1, d_model)
        self.attention = MultiHead(d_model, 1)
        self.smear = Smear(1) if smeared else nn.Identity()
        self.first, self.second = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.out = nn.Linear(d_model, S)
        self.past: Tensor
        self.register_buffer("past", causal(2 * K + 2), persistent=False)

    def vectors(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """The stream (B, T, d_model), then Q, K smeared, V (B, 1, T, d_model), and who may look where."""
        z, t = self.embedding(x), x.shape[1]
        q, k, v = self.attention.split(self.attention.project(self.first(z)))
        return z, q, self.smear(k), v, self.past[:t, :t]

    def forward(self, x: Tensor) -> Tensor:
        z, q, k, v, past = self.vectors(x)
        return self.out(self.second(z + self.attention.join(attention(q, k, v, past))))

    def looks(self, x: Tensor) -> Tensor:
        """Where each token looks: (B, T) -> (B, T, T), rows that sum to 1."""
        _, q, k, _, past = self.vectors(x)
        return weights_of(q, k, past)[:, 0]

    def loss(self, x: Tensor, y: Tensor) -> Tensor:
        """Cross-entropy of all names of prompts, after 0 to k examples. x, y (B, k + 1) -> (), nats."""
        return F.cross_entropy(self(tokens(x, y[:, :-1]))[:, 1::2].flatten(0, 1), y.flatten())


def digest(net: nn.Module) -> str:
    """Twelve hexadecimal digits of all weights: SHA-256 of their bytes, in order."""
    told = hashlib.sha256()
    for one in net.state_dict().values():
        told.update(one.detach().cpu().contiguous().numpy().tobytes())
    return told.hexdigest()[:12]


def parsed(text: str) -> tuple[list[Pair], int]:
    """A typed prompt, "fox=dax, owl=wug, fox=?" -> its examples and the animal that is asked for.

    Raises ValueError, naming the bound, for a prompt without a query, more than 16 examples, unknown words.
    """
    if len(text) > 400:
        raise ValueError(f"a prompt must have at most 400 characters, got {len(text):,}")
    *examples, query = [part.strip().lower() for part in text.split(",")]
    if len(examples) > K:
        raise ValueError(f"a prompt must have at most {K} examples, got {len(examples)}")
    asked, sign, rest = query.partition("=")
    if rest.strip() not in ("", "?"):
        raise ValueError(f"the last part must be a question like fox=?, got {query!r}")
    pairs = []
    for one in examples:
        animal, sign, name = one.partition("=")
        if not sign:
            raise ValueError(f"an example must look like fox=dax, got {one!r}")
        pairs.append((_number("animal", animal, ANIMALS), _number("name", name, NAMES)))
    return pairs, _number("animal", asked, ANIMALS)


def typed(pairs: list[Pair], query: int) -> str:
    """The prompt as it is typed."""
    shown = [f"{ANIMALS[x]}={NAMES[y]}" for x, y in pairs]
    return ", ".join([*shown, f"{ANIMALS[query]}=?"])


def _number(what: str, word: str, known: tuple[str, ...]) -> int:
    if (word := word.strip()) not in known:
        raise ValueError(f"the {what} must be one of {', '.join(known)}, got {word[:20]!r}")
    return known.index(word)
