"""Using the Output Embedding to Improve Language Models. Press & Wolf, EACL 2017. arXiv:1608.05859.

Names follow the paper: U (the input embedding), V (the output embedding), h (the state that predicts).
Departures from it:
  - one LSTM of 32 units on the few hundred most frequent words of a text; the paper's has two of 200 to 1500;
  - no dropout, and no projection before V, which the paper adds where there is no dropout;
  - Adam takes the place of plain gradient steps.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class LanguageModel(nn.Module):
    """Word -> its row of U -> LSTM -> h, and V h + b are the logits. Tied: V is U."""

    def __init__(self, words: int, d: int, tied: bool):
        super().__init__()
        self.U = nn.Parameter(0.1 * torch.randn(words, d))
        self.V = self.U if tied else nn.Parameter(0.1 * torch.randn(words, d))
        self.b = nn.Parameter(torch.zeros(words))
        self.lstm = nn.LSTM(d, d, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """Words (B, T) -> logits of the next word at each place (B, T, words)."""
        h, _ = self.lstm(F.embedding(x, self.U))
        return h @ self.V.T + self.b

    def loss(self, x: Tensor) -> Tensor:
        """Mean cross-entropy of words 2 to T of x (B, T), in nats; e to its power is the perplexity."""
        return F.cross_entropy(self(x[:, :-1]).flatten(0, 1), x[:, 1:].flatten())


def weights(net: LanguageModel) -> int:
    """How many numbers are trained; a tied table counts once."""
    return sum(part.numel() for part in net.parameters())
