"""How prose is cut: a text into tokens by the merges that a net was trained with, many tokens into pieces."""

from collections.abc import Mapping

import numpy as np
import torch

from engine.language import corpus
from engine.words.tokenizer import Tokenizer


def cutter(weights: Mapping[str, torch.Tensor] | None) -> Tokenizer:
    """How prose is cut into tokens: by the merges that a run kept as "pairs" (768, 2), or learned now."""
    if weights is None:
        return corpus.tokenizer("prose")
    return Tokenizer("bytes", tuple((left, right) for left, right in weights["pairs"].tolist()))


def pieces(ids: np.ndarray, length: int) -> np.ndarray:
    """A text (N,) cut into pieces of `length` tokens; what is left over at the end is not there.
    -> (n, length) int64."""
    return ids[: len(ids) // length * length].reshape(-1, length).astype(np.int64)
