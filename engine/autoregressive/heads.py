"""Three ways to say which of 256 levels a pixel has: a categorical, a Gaussian, a mixture of logistics.

Categorical: Pixel Recurrent Neural Networks, van den Oord et al., 2016, arXiv:1601.06759, section 2.2.
Mixture: PixelCNN++, Salimans, Karpathy, Chen & Kingma, 2017, arXiv:1701.05517, section 2.1.
Departures from them:
  - one grey channel, patches of 8 x 8 pixels, nets of seconds;
  - the Gaussian is cut into 256 levels as PixelCNN++ cuts its logistics, so that all three are probabilities
    of levels and their bits can be compared; neither paper has it;
  - the hidden layer before the last is as wide as makes the three nets equal in weights.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.autoregressive.masks import MaskedConv2d, mask
from engine.autoregressive.pixelcnn import ResidualBlock

LEVELS = 256
MIXTURE = 5  # logistics; PixelCNN++ has 10
SHARPEST = -6.0  # of log s, on pixels in [-1, 1]; without a floor a net may bet all on one level


def categorical(z: Tensor, x: Tensor) -> Tensor:
    """Section 2.2 of arXiv:1601.06759: a softmax. z (..., 256), levels x (..., n) -> log p (..., n)."""
    return z.log_softmax(-1).gather(-1, x.expand(*z.shape[:-1], x.shape[-1]))


def gaussian(z: Tensor, x: Tensor) -> Tensor:
    """One Gaussian, cut into levels. z (..., 2): mean and log deviation on pixels in [-1, 1] -> (..., n)."""
    mean, log_s = z[..., :1], z[..., 1:].clamp(min=SHARPEST)
    return _cut(torch.special.log_ndtr, mean, log_s, x)


def logistics(z: Tensor, x: Tensor) -> Tensor:
    """Eq. 2 of arXiv:1701.05517: a mixture of logistics, cut into levels.

    z (..., 3 M): M logits of the shares, M means, M log scales, on pixels in [-1, 1] -> log p (..., n).
    """
    share, mean, log_s = z.chunk(3, -1)
    each = _cut(F.logsigmoid, mean[..., None], log_s[..., None].clamp(min=SHARPEST), x[..., None, :])
    return (share.log_softmax(-1)[..., None] + each).logsumexp(-2)  # (..., M, n) -> (..., n)


def _cut(log_cdf: Callable[[Tensor], Tensor], mean: Tensor, log_s: Tensor, x: Tensor) -> Tensor:
    """log P(x) = log(F(x + 1/2) - F(x - 1/2)); the first and the last level take all that lies beyond.

    Of a symmetric F. Right of the mean it is taken from the upper tail: there F rounds to 1 on both sides.
    """
    middle = x.to(mean.dtype) * 2 / (LEVELS - 1) - 1
    half, sharp = 1 / (LEVELS - 1), (-log_s).exp()
    low, high = (middle - half - mean) * sharp, (middle + half - mean) * sharp
    right = middle > mean  # mirrored, so that both ends lie in the lower tail
    a, b = torch.where(right, -low, high), torch.where(right, -high, low)  # a > b
    upper, lower = log_cdf(a), log_cdf(b)
    inner = upper + torch.log(-torch.expm1((lower - upper).clamp(max=-1e-7)))
    return torch.where(x == 0, log_cdf(high), torch.where(x == LEVELS - 1, log_cdf(-low), inner))


HEADS: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], int]] = {  # name -> log p, numbers it takes
    "categorical": (categorical, LEVELS),
    "Gaussian": (gaussian, 2),
    "logistics": (logistics, 3 * MIXTURE),
}


def hidden_width(head: str, channels: int, weights: int) -> int:
    """How wide the hidden layer must be for hidden and last layer to have about so many weights together."""
    out = HEADS[head][1]
    return max(1, round((weights - out) / (channels + 1 + out)))


class HeadedPixelCNN(nn.Module):
    """A PixelCNN for one grey channel of 256 levels with one of the three heads."""

    def __init__(self, head: str, layers: int, channels: int, weights: int):
        super().__init__()
        self.head, (self.log_p_of, out) = head, HEADS[head]
        width = hidden_width(head, channels, weights)
        self.first = MaskedConv2d(1, channels, mask("A", 5))
        self.blocks = nn.Sequential(*[ResidualBlock(channels) for _ in range(layers - 1)])
        self.hidden = nn.Conv2d(channels, width, 1)
        self.out = nn.Conv2d(width, out, 1)
        self._spread()

    @torch.no_grad()
    def _spread(self) -> None:
        """The mixture starts with its means apart; started alike, its parts would learn alike."""
        if self.head == "logistics" and self.out.bias is not None:
            self.out.bias[MIXTURE : 2 * MIXTURE] = torch.linspace(-0.8, 0.8, MIXTURE)
        if self.head != "categorical" and self.out.bias is not None:
            scales = MIXTURE if self.head == "logistics" else 1
            self.out.bias[-scales:] = -1.0  # neither sharp nor flat

    def weights(self) -> int:
        """How many numbers are trained: those that a mask hides do not count."""
        masked = [m for m in self.modules() if isinstance(m, MaskedConv2d)]
        return sum(p.numel() for p in self.parameters()) - sum(m.hidden() for m in masked)

    def forward(self, x: Tensor) -> Tensor:
        """Levels (B, H, W) -> what the head takes of each pixel, (B, H, W, out)."""
        # 0, the padding, is no level
        z = self.first(x[:, None].to(self.out.weight.dtype) / (LEVELS - 1) + 0.5)
        return self.out(self.hidden(self.blocks(z).relu()).relu()).permute(0, 2, 3, 1)

    def log_p(self, x: Tensor) -> Tensor:
        """log p of every level of every pixel given the pixels before. (B, H, W) -> (B, H, W, 256)."""
        return self.log_p_of(self(x), torch.arange(LEVELS, device=x.device))

    def bits(self, x: Tensor) -> Tensor:
        """-log2 p of each pixel's own level. (B, H, W) -> (B, H, W)."""
        return -self.log_p_of(self(x), x[..., None])[..., 0] / math.log(2)
