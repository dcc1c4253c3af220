"""BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding. Devlin et al., 2019.
arXiv:1810.04805. Fine-tuning: a classifier on [CLS], and all weights go on learning from labels.

Names follow the paper: C the last vector of [CLS], W the classifier's weights, K classes. Departures from it:
  - batches are drawn with replacement, and their number is given, not that of passes over the labels.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.language.bert import BERT, seen


class Classifier(nn.Module):
    """A pretrained net and, new, K classes on C: logits (B, K) = C W^T, as on GLUE."""

    def __init__(self, net: BERT, K: int):
        super().__init__()
        self.net, self.W = net, nn.Linear(net.dense.in_features, K, bias=False)

    def forward(self, x: Tensor, see: Tensor) -> Tensor:
        return self.W(self.net.read(x, see)[:, 0])


def taught(net: Classifier, x: Tensor, y: Tensor, batches: Tensor, lr: float) -> None:
    """All weights are trained on labelled sentences x (n, T), y (n,), batch by batch (updates, B)."""
    adam = torch.optim.AdamW(net.parameters(), lr=lr, weight_decay=0.01)
    for rows in batches:
        loss = F.cross_entropy(net(x[rows], seen(x[rows], "both")), y[rows])
        adam.zero_grad()
        loss.backward()
        adam.step()


@torch.no_grad()
def right(net: Classifier, x: Tensor, y: Tensor) -> float:
    """The share of sentences x (n, T) that are sorted as y (n,) says."""
    return float((net(x, seen(x, "both")).argmax(-1) == y).float().mean())


def overlapping(x: Tensor, test: Tensor, V: int) -> Tensor:
    """For each test sentence (m, T) the labelled one (n, T) that shares most words with it -> (m,)."""
    held = [F.one_hot(one, V).amax(1).float() for one in (test, x)]
    return (held[0] @ held[1].T).argmax(1)
