"""Neural Machine Translation by Jointly Learning to Align and Translate.

Bahdanau, Cho & Bengio, 2014. arXiv:1409.0473.

Names follow the paper: h_j annotations, s_i decoder states, e_ij energies, alpha_ij weights, c_i contexts.
Departures from it:
  - characters of dates, not words; at most 96 units, not 1000;
  - the encoder runs torch's own GRU, which resets after the product with U, not before it;
  - biases, where the paper leaves them out; Adam, not Adadelta.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention.recurrent import Encoder, GatedUnit, Maxout, Memory, teacher_forced
from engine.data.dates import PAD

State = tuple[Tensor, ...]


class RNNsearch(nn.Module):
    """Section 3: a bidirectional encoder, and a decoder that searches the source before each character."""

    def __init__(self, letters: int, words: int, hidden: int, embed: int = 16):
        super().__init__()
        self.start = words
        self.encoder = Encoder(letters, embed, hidden // 2, both=True)
        self.E = nn.Embedding(words + 1, embed)  # the last row: nothing written yet
        self.W_s = nn.Linear(hidden // 2, hidden)
        self.W_a, self.U_a = nn.Linear(hidden, hidden, bias=False), nn.Linear(hidden, hidden, bias=False)
        self.v_a = nn.Linear(hidden, 1, bias=False)
        self.unit = GatedUnit(embed + hidden, hidden)
        self.t, self.W_o = Maxout(hidden + embed + hidden, hidden // 2), nn.Linear(hidden // 2, words)

    def begin(self, x: Tensor) -> tuple[Memory, State]:
        """Section 3.2, appendix A.2: annotations h, products U_a h_j, s_0 = tanh(W_s h<-_1). x (B, S)."""
        h, leftward = self.encoder(x)
        return Memory(h, self.U_a(h), x == PAD), (self.W_s(leftward).tanh(),)

    def align(self, memory: Memory, s: Tensor) -> Tensor:
        """Eq. 6: alpha_ij = softmax_j(e_ij), e_ij = v_a . tanh(W_a s_{i-1} + U_a h_j). s (B, n) -> (B, S)."""
        e = self.v_a((self.W_a(s)[:, None] + memory.keys).tanh())[:, :, 0]  # (B, S)
        return e.masked_fill(memory.pad, -torch.inf).softmax(1)

    def step(
        self, memory: Memory, state: State, y: Tensor, forced: Tensor | None = None
    ) -> tuple[Tensor, Tensor, State]:
        """Eqs. 4 to 6: logits (B, K) after y (B,), and the weights (B, S). Rows of `forced` that are not all
        0 take the place of alpha."""
        (s,) = state
        alpha = self.align(memory, s)
        if forced is not None:
            alpha = torch.where(forced.any(1, keepdim=True), forced, alpha)
        c = (alpha[:, None] @ memory.h)[:, 0]  # eq. 5: (B, n)
        read = torch.cat([self.E(y), c], 1)
        logits = self.W_o(self.t(torch.cat([s, read], 1)))  # appendix A.2.2: t_i reads s_{i-1}
        return logits, alpha, (self.unit(read, s),)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Source (B, S), translation (B, T) -> logits (B, T, K) of each character after the true ones before
        it, and alpha (B, T, S)."""
        return teacher_forced(self, x, y, self.start)

    def loss(self, x: Tensor, y: Tensor) -> Tensor:
        """Section 2: -log p(y | x), in nats, mean over the characters."""
        return F.cross_entropy(self(x, y)[0].flatten(0, 1), y.flatten())
