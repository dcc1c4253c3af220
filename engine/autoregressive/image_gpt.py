"""Generative Pretraining from Pixels: Image GPT. Chen, Radford, Child, Wu, Jun, Luan & Sutskever, ICML 2020.

A GPT-2 whose words are pixels. Names follow the paper: h^l, n^l, f^l, L, d. Departures from it:
  - digits of 8 x 8 pixels and a few grey levels, not photographs of 512 colours found by k-means;
  - four layers of 32 numbers, 52,000 weights; raster order and the next pixel only, no masked pixels (BERT);
  - the class is read by ridge regression in closed form, not by logistic regression.
The normalisation without a mean and the quick GELU are those of the authors' code.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attention.multi_head import MultiHead, attention
from engine.attention.transformer import causal


class FeedForward(nn.Sequential):
    """Two layers with x sigmoid(1.702 x) between them, at each place alike."""

    def __init__(self, d: int):
        super().__init__(nn.Linear(d, 4 * d), nn.Linear(4 * d, d))

    def forward(self, input: Tensor) -> Tensor:
        x = self[0](input)
        return self[1](x * (1.702 * x).sigmoid())


class Block(nn.Module):
    """n = norm(h); a = h + attention(n); h' = a + mlp(norm(a))."""

    def __init__(self, d: int, heads: int):
        super().__init__()
        self.attention, self.mlp = MultiHead(d, heads), FeedForward(d)
        self.first, self.second = nn.RMSNorm(d, 1e-5), nn.RMSNorm(d, 1e-5)

    def forward(self, h: Tensor, past: Tensor) -> Tensor:
        a = h + self.attention(self.first(h), None, past)
        return a + self.mlp(self.second(a))


class ImageGPT(nn.Module):
    """Levels of the pixels so far -> logits of the next. An image has `pixels` of them, in raster order."""

    def __init__(self, levels: int, pixels: int, d: int = 32, heads: int = 4, L: int = 4):
        super().__init__()
        self.levels, self.pixels = levels, pixels
        self.wte, self.wpe = nn.Embedding(levels + 1, d), nn.Embedding(pixels, d)  # the last: "it begins"
        for table in (self.wte, self.wpe):
            nn.init.normal_(table.weight, std=0.1)
        self.parts = [Block(d, heads) for _ in range(L)]
        self.blocks = nn.ModuleList(self.parts)
        self.norm, self.head = nn.RMSNorm(d, 1e-5), nn.Linear(d, levels, bias=False)
        self.past: Tensor
        self.register_buffer("past", causal(pixels), persistent=False)

    def shifted(self, x: Tensor) -> Tensor:
        """Each place is told the pixel before it, the first that it is the first. x (B, T) -> (B, T)."""
        return torch.cat([torch.full_like(x[:, :1], self.levels), x[:, :-1]], 1)

    def depths(self, told: Tensor) -> list[Tensor]:
        """h^0, ..., h^L: what each layer hands on. told (B, T, d), embedded -> each (B, T, d)."""
        t = told.shape[1]
        out = [told + self.wpe.weight[:t]]
        for block in self.blocks:
            out.append(block(out[-1], self.past[:t, :t]))
        return out

    def forward(self, x: Tensor) -> Tensor:
        """The logits of p(x_i | x_1, ..., x_{i-1}), all i at once. x (B, T) -> (B, T, K)."""
        return self.head(self.norm(self.depths(self.wte(self.shifted(x)))[-1]))

    def loss(self, x: Tensor) -> Tensor:
        """-log2 p(x) / number of pixels, in bits per dimension; mean over the batch. x (B, T)."""
        return F.cross_entropy(self(x).flatten(0, 1), x.flatten()) / math.log(2)

    @torch.no_grad()
    def features(self, x: Tensor) -> list[Tensor]:
        """f^l: the mean over all places of n^l, which block l + 1 reads, or the head. Each (B, d)."""
        norms = [*(block.first for block in self.parts), self.norm]
        return [
            norm(h).mean(1) for norm, h in zip(norms, self.depths(self.wte(self.shifted(x))), strict=True)
        ]


@torch.no_grad()
def write(net: ImageGPT, given: Tensor, uniforms: Tensor) -> Tensor:
    """Goes on from the first pixels, one after the other; keys and values of what was read are kept.

    given (n, P) levels, P may be 0; uniforms (n, T - P) in [0, 1), the dice of the others -> (n, T).
    """
    n, known = given.shape
    x = torch.cat([given, given.new_zeros(uniforms.shape)], 1)
    h0, start = net.parts[0].attention.h, 0
    nothing = net.wpe.weight.new_zeros(n, h0, 0, net.wpe.weight.shape[1] // h0)
    kept = [(nothing, nothing) for _ in net.parts]
    for i in range(known, x.shape[1]):
        h = net.wte(net.shifted(x)[:, start : i + 1]) + net.wpe.weight[start : i + 1]
        for j, block in enumerate(net.parts):
            q, k, v = block.attention.split(block.attention.project(block.first(h)))
            kept[j] = k, v = torch.cat([kept[j][0], k], 2), torch.cat([kept[j][1], v], 2)
            h = h + block.attention.join(attention(q, k, v, net.past[start : i + 1, : i + 1]))
            h = h + block.mlp(block.second(h))
        p = net.head(net.norm(h[:, -1])).softmax(1)
        x[:, i] = (p.cumsum(1) <= uniforms[:, i - known, None]).sum(1).clamp(max=net.levels - 1)
        start = i + 1
    return x


def ridge(f: Tensor, y: Tensor, penalty: float = 1e-3) -> tuple[Tensor, Tensor, Tensor]:
    """The linear probe in closed form: W = (F'F + N penalty I)^-1 F'Y, on features of unit variance.

    f (N, d), y (N,) classes 0 to 9 -> W (d + 1, 10), and mean and spread (d,) by which features are scaled.
    """
    mean, spread = f.mean(0), f.std(0) + 1e-6
    F_ = F.pad((f - mean) / spread, (0, 1), value=1).double()  # a 1 for the constant
    Y = F.one_hot(y, 10).double()
    return torch.linalg.solve(F_.T @ F_ + len(f) * penalty * torch.eye(F_.shape[1]), F_.T @ Y), mean, spread


def read(f: Tensor, probe: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """The class that the probe reads. f (N, d) -> (N,)."""
    W, mean, spread = probe
    return (F.pad((f - mean) / spread, (0, 1), value=1).double() @ W).argmax(1)
