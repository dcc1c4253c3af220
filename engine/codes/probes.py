"""What a page may ask of a trained VQ-VAE. Each answer takes a few hundredths of a second.

Every question may take codes away and bring others back: {"killed": codes, "revived": codes, "data": set}. A
killed code is never the nearest. A revived one stands on an output of the encoder for a test picture that is
far from its code: nothing is trained, so the decoder has never seen it.
Inputs come from outside: every one is checked, and refused with ValueError by name, bound and value.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.codes import measures
from engine.codes.images import DEFAULT, SETS, images, stacked
from engine.codes.vqvae import VQVAE
from engine.core.inputs import Answer, Inputs

MOST = 48  # patches in one answer
GRID = 16  # codes on a side, at most


class Changed:
    """A net some of whose codes were killed or revived. Raises ValueError where no code would be left."""

    def __init__(self, net: VQVAE, inputs: Inputs):
        self.net, self.K = net, len(net.codebook.e)
        self.e = net.codebook.e.detach().clone()
        self.killed, revived = (
            sorted({_code(self.K, k) for k in inputs.get(n, ())}) for n in ("killed", "revived")
        )
        if len(self.killed) == self.K:
            raise ValueError(f"killed must leave at least one of the {self.K} codes, got all of them")
        name = inputs.get("data", DEFAULT)
        if name not in SETS:
            raise ValueError(f"data must be one of {', '.join(SETS)}, got {str(name)[:60]}")
        self.test = images(str(name))[1]
        self.z_e = net.encode(self.test)
        if revived:
            flat = self.z_e.flatten(0, 2)
            far = (flat - self.e[net.codebook.nearest(flat)]).square().sum(1).argsort(descending=True)
            self.e[revived] = flat[far[:: max(1, len(far) // (4 * len(revived)))][: len(revived)]]

    def nearest(self, z_e: Tensor) -> Tensor:
        """z_e (B, h, w, D) -> the nearest of the codes that live, (B, h, w)."""
        far = self.e.square().sum(1) - 2 * z_e.flatten(0, 2) @ self.e.T
        far[:, self.killed] = torch.inf
        return far.argmin(1).view(z_e.shape[:3])

    def decode(self, k: Tensor) -> Tensor:
        """A grid of codes (B, h, w) -> images (B, 4h, 4w)."""
        return self.net.decode(self.e[k])


@torch.no_grad()
def encode(net: VQVAE, inputs: Inputs) -> Answer:
    """{"x": (S, S) ink, or (N, S, S)} -> k (N, S/4, S/4) and x_hat (N, S, S)."""
    x, book = np.asarray(inputs.get("x"), np.float32), Changed(net, inputs)
    k = book.nearest(net.encode(stacked(list(x if x.ndim == 3 else x[None]))))
    return {"k": k.numpy(), "x_hat": book.decode(k).numpy()}


@torch.no_grad()
def decode(net: VQVAE, inputs: Inputs) -> Answer:
    """{"k": (h, w) or (N, h, w) codes} -> x_hat of (4h, 4w) each."""
    k, book = np.asarray(inputs.get("k")), Changed(net, inputs)
    fits = k.ndim in (2, 3) and k.dtype.kind in "iu" and k.size and max(k.shape[-2:]) <= GRID
    if not (fits and k.min() >= 0 and k.max() < book.K):
        raise ValueError(f"k must be a grid of whole numbers in [0, {book.K - 1}], got {str(k)[:60]}")
    x_hat = book.decode(torch.from_numpy(k.astype(np.int64)).view(-1, *k.shape[-2:])).numpy()
    return {"x_hat": x_hat if k.ndim == 3 else x_hat[0]}


@torch.no_grad()
def owned(net: VQVAE, inputs: Inputs) -> Answer:
    """{"code": k} -> patches (n, 4, 4) that it owns of test images, and their count."""
    book = Changed(net, inputs)
    mine = measures.patches(book.test)[book.nearest(book.z_e) == _code(book.K, inputs.get("code"))]
    return {"patches": mine[:MOST].numpy(), "count": np.asarray(len(mine))}


@torch.no_grad()
def without(net: VQVAE, inputs: Inputs) -> Answer:
    """The whole test set -> usage (K,), face (K, 6, 6), mse, perplexity."""
    book = Changed(net, inputs)
    k = book.nearest(book.z_e)
    counts, x_hat = measures.usage(k, book.K), book.decode(k)
    return {
        "usage": counts.numpy(),
        "face": measures.faces(book.test, k, book.K).numpy(),
        "mse": np.asarray(float((x_hat - book.test).square().mean())),
        "perplexity": np.asarray(measures.perplexity(counts)),
    }


def _code(K: int, value: Any) -> int:
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or not 0 <= value < K:
        raise ValueError(f"a code must be a whole number in [0, {K - 1}], got {str(value)[:60]}")
    return int(value)
