"""Effective Approaches to Attention-based Neural Machine Translation. Luong et al., 2015. arXiv:1508.04025.

Names follow the paper: h_t decoder states, h_s source states, a_t weights, c_t contexts.
Departures from it:
  - one GRU layer on each side, where the paper stacks four LSTM layers; the source is not reversed;
  - characters of dates, not words; at most 96 units, not 1000.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention.recurrent import Encoder, Memory, teacher_forced
from engine.data.dates import PAD

SCORES = ("dot", "general", "concat")
WINDOWS = ("global", "local-p", "local-m")
State = tuple[Tensor, Tensor, int]


class Attentional(nn.Module):
    """Section 3: the state of now asks, c_t and h_t make h~_t, and h~_t is fed into the next step.

    score: one of SCORES, or None for the paper's base system, which looks back at nothing. window: one of
    WINDOWS, `D` its half width. feeding: h~_t goes on as input (section 3.3). Raises ValueError for a name
    that is none of them.
    """

    def __init__(
        self,
        letters: int,
        words: int,
        hidden: int,
        score: str | None = "general",
        window: str = "global",
        D: float = 5,
        feeding: bool = True,
        embed: int = 16,
    ):
        super().__init__()
        if score not in (None, *SCORES) or window not in WINDOWS:
            raise ValueError(f"score must be in {SCORES} and window in {WINDOWS}, got {score}, {window}")
        self.start, self.score_name, self.window, self.D = words, score, window, D
        self.feeding = feeding and score is not None
        self.encoder = Encoder(letters, embed, hidden, both=False)
        self.E = nn.Embedding(words + 1, embed)  # the last row: nothing written yet
        self.cell = nn.GRUCell(embed + hidden * self.feeding, hidden)
        if score == "general":
            self.W_a = nn.Linear(hidden, hidden, bias=False)
        if score == "concat":
            self.W_t, self.W_a = (nn.Linear(hidden, hidden, bias=False) for _ in range(2))  # W_a [h_t; h_s]
            self.v_a = nn.Linear(hidden, 1, bias=False)
        if window == "local-p":
            self.W_p, self.v_p = nn.Linear(hidden, hidden, bias=False), nn.Linear(hidden, 1, bias=False)
        if score is not None:
            self.W_c = nn.Linear(2 * hidden, hidden, bias=False)
        self.W_y = nn.Linear(hidden, words)

    def begin(self, x: Tensor) -> tuple[Memory, State]:
        """Source states, their part of the score, and the decoder's first state: the encoder's last."""
        h_s, last = self.encoder(x)
        keys = self.W_a(h_s) if self.score_name in ("general", "concat") else h_s
        return Memory(h_s, keys, x == PAD), (last, torch.zeros_like(last), 0)

    def score(self, memory: Memory, h_t: Tensor) -> Tensor:
        """Section 3.1: h_t . h_s, h_t . W_a h_s, or v_a . tanh(W_a [h_t; h_s]). h_t (B, n) -> (B, S)."""
        if self.score_name == "concat":
            return self.v_a((self.W_t(h_t)[:, None] + memory.keys).tanh())[:, :, 0]
        return (memory.keys @ h_t[:, :, None])[:, :, 0]

    def align(self, memory: Memory, h_t: Tensor, t: int) -> Tensor:
        """Eq. 7, and eqs. 9 and 10 for a window around p_t; sigma = D / 2. -> a_t (B, S)."""
        scores = self.score(memory, h_t).masked_fill(memory.pad, -torch.inf)
        if self.window == "global":
            return scores.softmax(1)
        S = (~memory.pad).sum(1, keepdim=True)  # (B, 1): the length of each source
        s = torch.arange(memory.pad.shape[1], device=h_t.device)[None]
        if self.window == "local-p":
            p_t = S * self.v_p(self.W_p(h_t).tanh()).sigmoid()  # eq. 9: (B, 1)
        else:
            p_t = (S - 1).clamp(max=t)  # monotonic: p_t = t, as long as there is a source
        far = (s - p_t).abs() > self.D
        a_t = scores.masked_fill(far, -torch.inf).softmax(1)
        if self.window == "local-m":
            return a_t
        return a_t * (-((s - p_t) ** 2) / (2 * (self.D / 2) ** 2)).exp()  # eq. 10

    def step(
        self, memory: Memory, state: State, y: Tensor, forced: Tensor | None = None
    ) -> tuple[Tensor, Tensor, State]:
        """Eqs. 5 and 6: logits (B, K) after y (B,), and the weights (B, S). Rows of `forced` that are not all
        0 take the place of a_t."""
        h, fed, t = state
        read = torch.cat([self.E(y), fed], 1) if self.feeding else self.E(y)
        h_t = self.cell(read, h)
        if self.score_name is None:
            return self.W_y(h_t), torch.zeros_like(memory.pad, dtype=h_t.dtype), (h_t, h_t, t + 1)
        a_t = self.align(memory, h_t, t)
        if forced is not None:
            a_t = torch.where(forced.any(1, keepdim=True), forced, a_t)
        c_t = (a_t[:, None] @ memory.h)[:, 0]  # (B, n)
        attentional = self.W_c(torch.cat([c_t, h_t], 1)).tanh()  # eq. 5
        return self.W_y(attentional), a_t, (h_t, attentional, t + 1)

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Source (B, S), translation (B, T) -> logits (B, T, K) of each character after the true ones before
        it, and a (B, T, S)."""
        return teacher_forced(self, x, y, self.start)

    def loss(self, x: Tensor, y: Tensor) -> Tensor:
        """Eq. 4: -log p(y | x), in nats, mean over the characters."""
        return F.cross_entropy(self(x, y)[0].flatten(0, 1), y.flatten())
