"""What a page may ask of a trained net that writes digits. Each answer takes a few hundredths of a second.

Inputs come from outside: every one is checked, and refused with ValueError by name, bound and value.
"""

import numpy as np
import torch

from engine.autoregressive import measures
from engine.autoregressive.measures import Net
from engine.autoregressive.sampling import sample
from engine.core.inputs import Answer, Inputs, real, whole


def write(net: Net, inputs: Inputs, side: int, levels: int) -> Answer:
    """One digit, pixel by pixel: {"seed", "temperature", "given" (H, W), "keep" (H, W)}; only seed is needed.

    -> images (H W, H, W) uint8 after each pixel, probabilities (H W, K) float32 of each pixel before it was
    chosen, levels (H W,) uint8 chosen. Kept pixels are taken from `given`.
    """
    x, p = _drawn(net, inputs, 1, side, levels)
    n = side * side
    shown = np.tril(np.ones((n, n), bool)).reshape(n, side, side)  # the pixels up to and with the i-th
    if "keep" in inputs:
        shown |= _grid(inputs, "keep", side, 1).astype(bool)
    return {"images": np.where(shown, x, 0).astype(np.uint8), "probabilities": p[0], "levels": x.reshape(n)}


def complete(net: Net, inputs: Inputs, side: int, levels: int) -> Answer:
    """Several ends to one beginning: as `write`, and {"n": how many, 1 to 64} -> images (n, H, W) uint8."""
    return {"images": _drawn(net, inputs, whole(inputs, "n", 1, 64), side, levels)[0]}


def surprise(net: Net, inputs: Inputs, side: int, levels: int) -> Answer:
    """How unlikely is a drawing: {"x": (H, W) levels} -> bits (H, W) of each pixel, and their total ()."""
    x = torch.from_numpy(_grid(inputs, "x", side, levels - 1))[None]
    bits = measures.surprise(net, x)[0].numpy()
    return {"bits": bits, "total": bits.sum()}


def _drawn(net: Net, inputs: Inputs, n: int, side: int, levels: int) -> tuple[np.ndarray, np.ndarray]:
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 2**31 - 1))
    given = keep = None
    if "keep" in inputs:
        given = torch.from_numpy(_grid(inputs, "given", side, levels - 1))
        keep = torch.from_numpy(_grid(inputs, "keep", side, 1)).bool()
    uniforms = torch.rand(n, side, side, generator=rng)
    x, p = sample(
        net.pixelwise(n, side, side),
        uniforms,
        real({"temperature": 1.0, **inputs}, "temperature", 0.05, 5),
        given,
        keep,
    )
    return x.numpy().astype(np.uint8), p.numpy()


def _grid(inputs: Inputs, name: str, side: int, high: int) -> np.ndarray:
    grid = np.asarray(inputs.get(name))
    if grid.shape != (side, side) or grid.dtype.kind not in "biu" or grid.min() < 0 or grid.max() > high:
        raise ValueError(f"{name} must be {side} x {side} whole numbers in [0, {high}], got {str(grid)[:60]}")
    return grid.astype(np.int64)
