"""What is asked of a net that writes colours: its score, its samples, its first pixel, its leaks.

Van den Oord et al., 2016. arXiv:1601.06759. Departure from it:
  - colours that never occur in the training pictures are counted; the paper has no such figure.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.autoregressive.colour_pixelcnn import COLOURS, ColourPixelCNN, sample

SAMPLES, ASKED = 12, 24  # pictures drawn at a moment; dimensions asked whether they leak


def codes(x: Tensor, levels: int) -> Tensor:
    """Each pixel's colour as one whole number. x (..., 3) levels -> (...) int64."""
    return (x.long() * torch.tensor([levels**2, levels, 1], device=x.device)).sum(-1)


def unseen(x: Tensor, train: Tensor, levels: int) -> Tensor:
    """Which pixels have a colour that no training pixel has. x (N, H, W, 3) -> (N, H, W) bool."""
    return ~torch.isin(codes(x, levels), codes(train, levels).unique())


@torch.no_grad()
def surprise(net: ColourPixelCNN, x: Tensor) -> Tensor:
    """Eq. 2, factor by factor: -log2 p of each colour of each pixel. x (B, H, W, 3) -> the same in bits."""
    return F.cross_entropy(net(x), x, reduction="none") / math.log(2)


def conditionals(pixels: Tensor, colour: Tensor, levels: int) -> Tensor:
    """p(R), p(G | R), p(B | R, G) counted in pixels (N, 3), given the R and G of colour (3,) -> (3, K).

    What a perfect net says of a pixel that has no past. Where nothing is left to count, the last that was.
    """
    left, found = pixels, []
    for c in range(COLOURS):
        found.append(torch.bincount(left[:, c], minlength=levels) / len(left))
        same = left[left[:, c] == colour[c]]
        left = same if len(same) else left
    return torch.stack(found)


@torch.no_grad()
def largest_leak(net: ColourPixelCNN, x: Tensor, rng: torch.Generator) -> float:
    """The largest change of a logit at dimensions <= i when all dimensions >= i are drawn anew, for 24 i.

    x (H, W, 3), one picture; a dimension is one colour of one pixel, in the order R, G, B. A causal net
    gives 0.0, to the bit. A net without the order is asked for pixels, all three colours at once.
    """
    n, unit = x.numel(), 1 if net.ordered else COLOURS
    i = torch.randperm(n, generator=rng)[:ASKED].to(x.device) // unit * unit
    j = torch.arange(n, device=x.device)
    other = torch.randint(net.levels, (len(i), n), generator=rng).to(x.device)
    before = x.flatten().expand(len(i), n)
    after = torch.where(j >= i[:, None], other, before)
    both = [net(v.reshape(-1, *x.shape)).flatten(2) for v in (before, after)]  # (24, K, H W 3)
    change = (both[1] - both[0]).abs().amax(1)
    return float(change[j < i[:, None] + unit].max())


class Watch:
    """All that is shown of a net at each moment, with the same random numbers and pictures each time.

    train, test (N, H, W, 3) int64 levels.
    """

    def __init__(self, train: Tensor, test: Tensor, levels: int, seed: int):
        self.train, self.test, self.levels, self.seed = train, test, levels, seed
        rng = torch.Generator().manual_seed(seed)
        self.uniforms = torch.rand(SAMPLES, *test.shape[1:], generator=rng).to(test.device)
        self.colour = test[0, 0, 0]  # of the first pixel of a test picture: it has no past
        self.truth = conditionals(train[:, 0, 0], self.colour, levels)

    def __call__(self, net: ColourPixelCNN) -> dict[str, dict[str, np.ndarray]]:
        """-> samples with pixels whose colour never occurs, the first pixel's chances, score, leak."""
        x, _ = sample(net, self.uniforms)
        off = unseen(x, self.train, self.levels)
        with torch.no_grad():
            p = net(self.test[:1])[0, :, 0, 0].softmax(0).T  # (3, K)
        again = torch.Generator().manual_seed(self.seed)
        whole = np.uint8
        return {
            "samples": {"x": x.cpu().numpy().astype(whole), "off": off.cpu().numpy().astype(whole)},
            "first": {
                "p": p.cpu().numpy().round(3).astype(np.float16),
                "truth": self.truth.cpu().numpy().round(3).astype(np.float16),
                "colour": self.colour.cpu().numpy().astype(whole),
            },
            "score": {
                "test_bits": _figure(surprise(net, self.test[:200]).mean().item()),
                "off_share": _figure(off.float().mean().item()),
            },
            "leak": {"max_change": _figure(largest_leak(net, self.test[0], again))},
        }


def _figure(value: float) -> np.ndarray:
    return np.asarray(value, np.float32)
