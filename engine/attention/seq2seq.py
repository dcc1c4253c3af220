"""Sequence to Sequence Learning with Neural Networks. Sutskever, Vinyals & Le, 2014. arXiv:1409.3215.

An LSTM reads a text into its last state, and another writes from it: p(y|x) is the product of
p(y_t | v, y_1 ... y_{t-1}). Departures from it:
  - letters, not words; one layer of at most 96 units on each side, not four of 1000;
  - the state goes through a layer of `pipe` numbers between -1 and 1, v, so that it can be made narrow;
  - the likeliest letter is written each time, where the paper searches with a beam.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention import decoding
from engine.data.letters import LETTERS

V = len(LETTERS)
END, START = V, V + 1  # what is written after the last letter, and what is read before the first
State = tuple[Tensor, Tensor]  # h and c, each (B, n)


def lstm(x: Tensor, state: State, net: nn.LSTM) -> State:
    """One step of a layer that torch's LSTM fuses over time: x (B, e), h and c (B, n) -> h and c (B, n)."""
    h, c = state
    inward, onward = net.all_weights[0][0::2], net.all_weights[0][1::2]  # weight and bias, of x and of h
    i, f, g, o = (F.linear(x, *inward) + F.linear(h, *onward)).chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()  # forget a part, let a part of what is new in
    return o.sigmoid() * c.tanh(), c


class Seq2seq(nn.Module):
    """Section 2, with a pipe between reader and writer. backwards: the source is read from its end."""

    def __init__(self, hidden: int, pipe: int, backwards: bool, embed: int = 16):
        super().__init__()
        self.backwards = backwards
        self.X, self.Y = nn.Embedding(V, embed), nn.Embedding(V + 2, embed)
        self.reader = nn.LSTM(embed, hidden, batch_first=True)
        self.narrow, self.widen = nn.Linear(2 * hidden, pipe), nn.Linear(pipe, 2 * hidden)
        self.writer = nn.LSTM(embed, hidden, batch_first=True)
        self.out = nn.Linear(hidden, V + 1)

    def vector(self, e: Tensor) -> Tensor:
        """All that is kept of a text: its letters' vectors (B, n, embed), as they stand -> v (B, pipe)."""
        h, c = self.reader(e.flip(1) if self.backwards else e)[1]  # section 3.3: from the end
        return self.narrow(torch.cat([h[0], c[0]], 1)).tanh()

    def begin(self, v: Tensor) -> State:
        """The writer's first state, from v alone."""
        h, c = self.widen(v).chunk(2, 1)
        return h.tanh(), c

    def step(self, state: State, y: Tensor) -> tuple[Tensor, State]:
        """Logits (B, V + 1) after y (B,), and the next state."""
        state = lstm(self.Y(y), state, self.writer)
        return self.out(state[0]), state

    def teacher_forced(self, v: Tensor, y: Tensor) -> Tensor:
        """Logits (B, n + 1, V + 1) of each letter of y (B, n) and of the end, after the true ones."""
        h, c = self.begin(v)
        before = F.pad(y, (1, 0), value=START)
        return self.out(self.writer(self.Y(before), (h[None].contiguous(), c[None].contiguous()))[0])

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Source x (B, n), answer y (B, m), all of one length -> logits (B, m + 1, V + 1)."""
        return self.teacher_forced(self.vector(self.X(x)), y)

    def loss(self, x: Tensor, y: Tensor) -> Tensor:
        """Section 3.2: -log p(y | x), in nats, mean over the letters and the end."""
        return F.cross_entropy(self(x, y).flatten(0, 1), F.pad(y, (0, 1), value=END).flatten())


def write(net: Seq2seq, v: Tensor, most: int) -> tuple[Tensor, Tensor]:
    """The likeliest letter each time, from v (B, pipe) -> letters and ends (B, most), their logits."""
    state = net.begin(v)

    def writer(words: Tensor) -> Tensor:
        nonlocal state
        logits, state = net.step(state, words)
        return logits

    return decoding.write(writer, torch.full((len(v),), START, device=v.device), most)


def hears(net: Seq2seq, x: Tensor) -> Tensor:
    """How much each output depends on each input, through v: x (n,) -> (n, n), a row an output.

    Length of the gradient of log p(x_t | v, x_1 ... x_{t-1}) by the vector of input s, as it stands in x.
    """
    n = len(x)
    e = net.X(x).detach().repeat(n, 1, 1).requires_grad_()  # (n, n, embed): one copy of the text an output
    log_p = net.teacher_forced(net.vector(e), x.repeat(n, 1)).log_softmax(2)
    each = log_p[torch.arange(n), torch.arange(n), x].sum()
    return torch.autograd.grad(each, e)[0].norm(dim=2)
