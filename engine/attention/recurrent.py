"""Recurrent parts of the translators that came before the Transformer: gated unit, encoder, maxout.

The unit: Cho et al., 2014, arXiv:1406.1078, eqs. 5 to 8; maxout: Goodfellow et al., 2013, arXiv:1302.4389.
Departures from them:
  - the encoder runs torch's own GRU, fused over time, which resets after the product with U, not before it.
"""

from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from engine.data.dates import BLANK, PAD


class Memory(NamedTuple):
    """What a decoder may look at: annotations h, what scores are made of them, where the text is over."""

    h: Tensor  # (B, S, n)
    keys: Tensor  # (B, S, m)
    pad: Tensor  # (B, S) bool


class GatedUnit(nn.Module):
    """Eqs. 5 to 8, written as Bahdanau et al. do: s_i = (1 - z) s_{i-1} + z s~, and r resets before U."""

    def __init__(self, inputs: int, hidden: int):
        super().__init__()
        self.W, self.W_zr = nn.Linear(inputs, hidden), nn.Linear(inputs, 2 * hidden)
        self.U, self.U_zr = nn.Linear(hidden, hidden, bias=False), nn.Linear(hidden, 2 * hidden, bias=False)

    def forward(self, x: Tensor, s: Tensor) -> Tensor:
        """x (B, inputs), s (B, hidden) -> the next s (B, hidden)."""
        z, r = (self.W_zr(x) + self.U_zr(s)).sigmoid().chunk(2, 1)
        proposed = (self.W(x) + self.U(r * s)).tanh()
        return (1 - z) * s + z * proposed


class Maxout(nn.Module):
    """A linear layer whose outputs compete in pairs: the larger of two goes on."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.linear = nn.Linear(inputs, 2 * outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).unflatten(1, (-1, 2)).amax(2)  # (B, outputs)


class Encoder(nn.Module):
    """Reads a text from the left, or from both ends (section 3.2 of Bahdanau et al.)."""

    def __init__(self, letters: int, embed: int, hidden: int, both: bool):
        super().__init__()
        self.E = nn.Embedding(letters, embed)
        self.rightward = nn.GRU(embed, hidden, batch_first=True)
        self.leftward = nn.GRU(embed, hidden, batch_first=True) if both else None

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (B, S) -> annotations (B, S, n), and the state (B, hidden) of the last reader at its end.

        n is 2 hidden when both read. Padding never reaches a state inside the text: the leftward reader gets
        each text turned round in its own length.
        """
        carries = (x != PAD) & (x != BLANK)
        z = self.E(x) * carries[:, :, None]  # (B, S, embed): a blank says nothing
        length = (x != PAD).sum(1, keepdim=True)
        right = self.rightward(z)[0]
        if self.leftward is None:
            return right, right[torch.arange(len(x), device=x.device), length[:, 0] - 1]
        at = torch.arange(x.shape[1], device=x.device)[None]
        turned = torch.where(at < length, length - 1 - at, at)[:, :, None]
        left = self.leftward(z.gather(1, turned.expand_as(z)))[0]
        left = left.gather(1, turned.expand_as(left))
        return torch.cat([right, left], 2), left[:, 0]


class Translator(Protocol):
    """Any net of this folder that reads a text and writes another, one character a step."""

    def begin(self, x: Tensor) -> tuple[Memory, Any]: ...

    def step(
        self, memory: Memory, state: Any, y: Tensor, forced: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Any]: ...


def teacher_forced(net: Translator, x: Tensor, y: Tensor, start: int) -> tuple[Tensor, Tensor]:
    """Source (B, S), translation (B, T) -> logits (B, T, K) of each character after the true ones before it,
    and the weights (B, T, S) that they were written with. start: the code before the first character.
    """
    memory, state = net.begin(x)
    before = torch.cat([y.new_full((len(y), 1), start), y[:, :-1]], 1)
    logits, weights = [], []
    for y_before in before.unbind(1):
        z, row, state = net.step(memory, state, y_before)
        logits.append(z)
        weights.append(row)
    return torch.stack(logits, 1), torch.stack(weights, 1)
