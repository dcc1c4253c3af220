"""What a stack of masked convolutions sees, and what it never sees. Van den Oord et al., 2016.

PixelCNN: arXiv:1601.06759, section 3.5. The blind spot and its cure: arXiv:1606.05328, section 2.2, fig. 1.
Departures from them:
  - the stacks are bare: no residuals, no gates, no 1x1 layers. Those mix channels at one pixel, so they
    change nothing in what is seen;
  - the vertical stack is strict in its first layer, where the paper shifts it by a row at each link to the
    horizontal one: no pixel sees its own row through it either way, and the window is then as high as that
    of the plain stack, so the two can be laid side by side.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.autoregressive.masks import (
    MaskedConv2d,
    Offset,
    horizontal_mask,
    mask,
    minkowski,
    spread,
    support,
    vertical_mask,
)

SIZE = 21  # the image is SIZE x SIZE
CHANNELS, INPUTS = 8, 4  # a ReLU that is off hides a path: so many chances has each path to show


def painted(text: str) -> np.ndarray:
    """A mask from rows of 0 and 1 joined by "/": "111/100/000" is mask A. -> (k, k) uint8.

    Raises ValueError unless it is square, of size 3, 5 or 7.
    """
    rows = text.split("/")
    if len(rows) not in (3, 5, 7) or any(len(r) != len(rows) or set(r) - {"0", "1"} for r in rows):
        raise ValueError(
            f"a mask must be 3, 5 or 7 rows as long as they are many, of 0 and 1, got {text[:60]!r}"
        )
    return np.array([[int(v) for v in row] for row in rows], np.uint8)


class Plain(nn.Module):
    """Section 3.5 of arXiv:1601.06759: masked convolutions one after the other, ReLUs between them."""

    def __init__(self, first: np.ndarray, later: np.ndarray, layers: int, channels: int = CHANNELS):
        super().__init__()
        masks = [first] + [later] * (layers - 1)
        self.convs = nn.ModuleList(
            MaskedConv2d(1 if i == 0 else channels, channels, m) for i, m in enumerate(masks)
        )

    def depths(self, x: Tensor) -> list[Tensor]:
        """The output of the net cut after 1, 2, ... layers. x (B, 1, H, W) -> each (B, C, H, W)."""
        out = []
        for conv in self.convs:
            x = conv(out[-1].relu() if out else x)  # (B, C, H, W)
            out.append(x)
        return out


class Gated(nn.Module):
    """Fig. 2 of arXiv:1606.05328, the two stacks only.

    The vertical one sees the rows above, the horizontal one the pixels to the left and, through a 1x1 link in
    each layer, the vertical one.
    """

    def __init__(self, first: str, kernel: int, layers: int, channels: int = CHANNELS):
        super().__init__()
        kinds, c = ["A"] + ["B"] * (layers - 1), [1] + [channels] * layers
        self.vertical = nn.ModuleList(
            MaskedConv2d(c[i], channels, vertical_mask(kind, kernel)) for i, kind in enumerate(kinds)
        )
        self.horizontal = nn.ModuleList(
            MaskedConv2d(c[i], channels, horizontal_mask(kind if i else first, kernel))
            for i, kind in enumerate(kinds)
        )
        self.link = nn.ModuleList(nn.Conv2d(channels, channels, 1) for _ in kinds)

    def depths(self, x: Tensor) -> list[Tensor]:
        """The output of the net cut after 1, 2, ... layers. x (B, 1, H, W) -> each (B, C, H, W)."""
        v, h, out = x, x, []
        for vertical, horizontal, link in zip(self.vertical, self.horizontal, self.link, strict=True):
            v = vertical(v)
            h = horizontal(h) + link(v)
            out.append(h)
            v, h = v.relu(), h.relu()
        return out


def gradients(net: Plain | Gated, row: int, col: int, seed: int) -> list[np.ndarray]:
    """For each depth: |d sum of the outputs at (row, col) / d input|, the largest over several inputs.

    Measured by autograd in float64 on random weights of both signs -> (SIZE, SIZE) float64 each.
    """
    rng = torch.Generator().manual_seed(seed)
    net.double()
    for weight in net.parameters():
        weight.requires_grad_(False)
        scale = weight[0].numel() ** -0.5 if weight.dim() > 1 else 0.1
        weight.copy_(torch.randn(weight.shape, generator=rng, dtype=torch.float64) * scale)
    x = torch.randn(INPUTS, 1, SIZE, SIZE, generator=rng, dtype=torch.float64).requires_grad_()
    found = []
    for out in net.depths(x):
        (g,) = torch.autograd.grad(out[:, :, row, col].sum(), x, retain_graph=True)
        found.append(g.abs().amax((0, 1)).numpy())
    return found


def _inside(cell: Offset) -> bool:
    return 0 <= cell[0] < SIZE and 0 <= cell[1] < SIZE


def _grid(cells: Iterable[Offset]) -> np.ndarray:
    """1 at these cells of the image, as far as they lie in it -> (SIZE, SIZE) uint8."""
    grid = np.zeros((SIZE, SIZE), np.uint8)
    for cell in filter(_inside, cells):
        grid[cell] = 1
    return grid


def plain_levels(first: np.ndarray, later: np.ndarray, layers: int, pixel: Offset) -> list[np.ndarray]:
    """Path counts: in how many ways the output at `pixel` leads to each cell of each layer, for each depth.

    -> (depth + 1, SIZE, SIZE) int64 for depth 1, 2, ...; level 0 holds the pixel, the last level the input.
    """
    above, out = [_grid([pixel]).astype(np.int64)], []
    for _ in range(layers):
        out.append(np.stack([*above, spread(above[-1], first)]))
        above.append(spread(above[-1], later))
    return out


def gated_levels(first: str, kernel: int, layers: int, pixel: Offset) -> list[tuple[np.ndarray, np.ndarray]]:
    """Path counts through the vertical and the horizontal stack, for each depth, each as in `plain_levels`.

    At the input the two add up to all paths; in between a level counts the cells of each stack for itself.
    """
    h = _grid([pixel]).astype(np.int64)
    v, vs, hs, out = h, [np.zeros_like(h)], [h], []
    for _ in range(layers):
        v_in, h_in = spread(v, vertical_mask("A", kernel)), spread(h, horizontal_mask(first, kernel))
        out.append((np.stack([*vs, v_in]), np.stack([*hs, h_in])))
        v, h = spread(v, vertical_mask("B", kernel)), spread(h, horizontal_mask("B", kernel))
        vs.append(v)
        hs.append(h)
        v = v + h  # the link: whatever reaches the horizontal stack has read the vertical one as well
    return out


def gated_set(first: str, kernel: int, layers: int) -> Set[Offset]:
    """What two stacks see, in closed form: a whole rectangle above, and the row to the left."""
    reach = kernel // 2 * layers
    above = {(-a, b) for a in range(1, reach + 1) for b in range(-reach, reach + 1)}
    return above | {(0, -b) for b in range(int(first == "A"), reach + 1)}


@dataclass(frozen=True)
class Field:
    """What a net of one depth sees from one pixel. Arrays of (SIZE, SIZE) where nothing else is said."""

    gradient: np.ndarray  # float64, measured
    paths: np.ndarray  # int64
    analytic: np.ndarray  # uint8, as all that follow
    past: np.ndarray  # before the pixel in raster order
    blind: np.ndarray  # past, inside the causal window (h rows and columns a layer), and yet not seen
    leak: np.ndarray  # seen, though at or after the pixel
    vertical: np.ndarray  # seen through the vertical stack; zeros in a plain net
    horizontal: np.ndarray
    levels: np.ndarray  # (depth + 1, H, W) int64
    blind_plane: int  # how many would be blind if the image had no border


def causal_window(reach: int) -> Set[Offset]:
    """The past of a pixel that a net without a blind spot sees: `reach` rows and columns, as offsets."""
    above = {(-a, b) for a in range(1, reach + 1) for b in range(-reach, reach + 1)}
    return above | {(0, -b) for b in range(1, reach + 1)}


def fields(
    layers: int,
    kernel: int,
    first: str,
    gated: bool,
    row: int,
    col: int,
    seed: int,
    own: np.ndarray | None = None,
) -> list[Field]:
    """The fields of nets of depth 1, 2, ..., `layers` at one pixel.

    `own` (k, k): a mask for all layers of a plain net, in place of `kernel`, `first` and `gated`.
    """
    A, B = (own, own) if own is not None else (mask(first, kernel), mask("B", kernel))
    net = Gated(first, kernel, layers) if gated and own is None else Plain(A, B, layers)
    reach, out = B.shape[0] // 2, []
    # what all layers but the first see; first without a border, then in the image
    plane: Set[Offset] = {(0, 0)}
    image: Set[Offset] = {(row, col)}
    past = (np.arange(SIZE * SIZE).reshape(SIZE, SIZE) < row * SIZE + col).astype(np.uint8)
    measured = gradients(net, row, col, seed)
    stacks = gated_levels(first, kernel, layers, (row, col)) if isinstance(net, Gated) else None
    counts = [v + h for v, h in stacks] if stacks else plain_levels(A, B, layers, (row, col))
    for depth, (gradient, levels) in enumerate(zip(measured, counts, strict=True), start=1):
        vertical, horizontal = stacks[depth - 1] if stacks else (np.zeros_like(levels), np.zeros_like(levels))
        if stacks:
            seen = gated_set(first, kernel, depth)
            analytic = _grid((row + a, col + b) for a, b in seen)
        else:
            seen, analytic = minkowski([support(A)], plane), _grid(minkowski([support(A)], image, _inside))
            plane, image = minkowski([support(B)], plane), minkowski([support(B)], image, _inside)
        window = causal_window(reach * depth)
        out.append(
            Field(
                gradient=gradient,
                paths=levels[-1],
                analytic=analytic,
                past=past,
                blind=_grid((row + a, col + b) for a, b in window) & (1 - analytic),
                leak=analytic & (1 - past),
                vertical=(vertical[-1] > 0).astype(np.uint8),
                horizontal=(horizontal[-1] > 0).astype(np.uint8),
                levels=levels,
                blind_plane=len(window - seen),
            )
        )
    return out


def product(patch: np.ndarray, m: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Section 3.4 in numbers: what a masked convolution does at one pixel; all (k, k), the sum ()."""
    terms = patch * m * weights
    return {"patch": patch, "mask": m, "weights": weights, "terms": terms, "sum": terms.sum()}


def opinion(m: np.ndarray, first: bool) -> tuple[np.ndarray, np.ndarray, str]:
    """What is wrong with a painted mask (k, k), as the first mask (like A) or as a later one (like B).

    -> cells that leak, cells of the past that it hides (uint8 both), and the verdict in words.
    """
    h = m.shape[0] // 2
    right = mask("A" if first else "B", m.shape[0])
    leaks, hides = m & (1 - right), right & (1 - m)
    name, faults = "AB"[not first], []
    if leaks[h, h]:
        faults.append("it shows the pixel that is to be predicted")
    after = int(leaks.sum() - leaks[h, h])
    if after:
        faults.append(f"it shows {after} pixel{'s' * (after > 1)} of the future")
    if faults:
        return leaks, hides, f"It leaks: {' and '.join(faults)}."
    if hides.any():
        return (
            leaks,
            hides,
            f"Nothing leaks, but it hides {hides.sum()} of the {right.sum()} pixels that mask {name} shows.",
        )
    return leaks, hides, f"This is mask {name}: nothing leaks, nothing of the past is hidden."
