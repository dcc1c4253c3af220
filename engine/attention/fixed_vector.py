"""Learning Phrase Representations using RNN Encoder-Decoder. Cho et al., 2014. arXiv:1406.1078.

All that the decoder ever learns of the source is one vector c. Departures from it:
  - characters, not words; at most 96 units, not 1000;
  - it translates by itself, where the paper scores phrases for another system;
  - the encoder runs torch's own GRU, which resets after the product with U, not before it;
  - the decoder's candidate takes C c as one more input, outside the reset gate.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention.recurrent import Encoder, GatedUnit, Maxout, Memory, teacher_forced
from engine.data.dates import PAD

State = tuple[Tensor, ...]


class RNNencdec(nn.Module):
    """Section 2.2, appendix A: the encoder's last state makes c; the decoder sees c at every step."""

    def __init__(self, letters: int, words: int, hidden: int, embed: int = 16):
        super().__init__()
        self.start = words
        self.encoder = Encoder(letters, embed, hidden, both=False)
        self.E = nn.Embedding(words + 1, embed)  # the last row: nothing written yet
        self.V, self.V_s = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden)
        self.unit = GatedUnit(embed + hidden, hidden)
        self.t, self.G = Maxout(hidden + embed + hidden, hidden // 2), nn.Linear(hidden // 2, words)

    def begin(self, x: Tensor) -> tuple[Memory, State]:
        """Appendices A.1 and A.1.1: c = tanh(V h_T), and the decoder's first state tanh(V' c). x (B, S)."""
        h, last = self.encoder(x)
        c = self.V(last).tanh()
        return Memory(h, h, x == PAD), (self.V_s(c).tanh(), c)

    def step(
        self, memory: Memory, state: State, y: Tensor, forced: Tensor | None = None
    ) -> tuple[Tensor, Tensor, State]:
        """Appendix A.1.1: the logits (B, K) after y (B,). It asks no question: its weights (B, S) are 0."""
        s, c = state
        read = torch.cat([self.E(y), c], 1)
        s = self.unit(read, s)
        logits = self.G(self.t(torch.cat([s, read], 1)))
        return logits, torch.zeros_like(memory.pad, dtype=logits.dtype), (s, c)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Source (B, S), translation (B, T) -> logits (B, T, K) of each character after the true ones before
        it, and weights (B, T, S) of 0."""
        return teacher_forced(self, x, y, self.start)

    def loss(self, x: Tensor, y: Tensor) -> Tensor:
        """Eq. 4: -log p(y | x), in nats, mean over the characters."""
        return F.cross_entropy(self(x, y)[0].flatten(0, 1), y.flatten())
