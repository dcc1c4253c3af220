"""FiLM: Visual Reasoning with a General Conditioning Layer. Perez, Strub, de Vries, Dumoulin & Courville,
2017. arXiv:1709.07871.

Names follow the paper: F, gamma, beta. Departures from it:
  - a question is one of six, so a table of gamma and beta stands for the GRU that reads its words;
  - pictures of 12 x 12 pixels, one convolution that reads them, one block instead of four;
  - the answer is read off the means of the maps by one linear layer, so that nothing behind the block but
    its own ReLU can bring question and picture together. That ReLU can be left out;
  - the two maps that say where a pixel is go in once, with the picture.
"""

import torch
from torch import Tensor, nn

WAYS = ("scale and shift", "shift alone", "scale alone")


def film(F: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    """Eq. 2: gamma F + beta, map by map. F (B, C, H, W), gamma and beta (B, C) -> (B, C, H, W)."""
    return gamma[:, :, None, None] * F + beta[:, :, None, None]


def places(x: Tensor) -> Tensor:
    """Section 2.2: two maps that say where a pixel is, from -1 to 1. x (B, C, H, W) -> (B, 2, H, W)."""
    down, right = (torch.linspace(-1, 1, n, device=x.device) for n in x.shape[2:])
    return torch.stack(torch.meshgrid(down, right, indexing="ij")).expand(len(x), -1, -1, -1)


class Block(nn.Module):
    """Figure 3: a 1 x 1 convolution, a 3 x 3 one, a norm without weights of its own, FiLM, ReLU; and the
    skip. relu: whether the ReLU behind FiLM is there."""

    def __init__(self, channels: int, relu: bool):
        super().__init__()
        self.inwards = nn.Conv2d(channels, channels, 1)
        self.W = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.relu = relu

    def F(self, x: Tensor) -> Tensor:
        """The maps before FiLM. x: what the skip carries, behind the first convolution. (B, C, H, W)."""
        return self.norm(self.W(x))

    def modulated(self, F: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
        """The maps behind FiLM, and behind the ReLU where there is one."""
        changed = film(F, gamma, beta)
        return changed.relu() if self.relu else changed


class FiLMed(nn.Module):
    """Pictures and questions to answers. way: one of WAYS, what the question may do to a map."""

    def __init__(self, channels: int, way: str, relu: bool, questions: int, answers: int):
        super().__init__()
        self.way = way
        self.stem = nn.Sequential(nn.Conv2d(5, channels, 4, stride=2, padding=1), nn.BatchNorm2d(channels))
        self.block = Block(channels, relu)
        self.generator = nn.Linear(questions, 2 * channels)  # f and h of eq. 1
        self.out = nn.Linear(channels, answers)
        nn.init.zeros_(self.generator.bias)

    def told(self) -> tuple[Tensor, Tensor]:
        """Eq. 1: gamma and beta of every question, (Q, C) each. Eq. 3: gamma is 1 + what is learned."""
        every = torch.eye(self.generator.in_features, device=self.generator.weight.device)
        more, beta = self.generator(every).chunk(2, 1)
        if self.way == "shift alone":
            more = torch.zeros_like(more)
        if self.way == "scale alone":
            beta = torch.zeros_like(beta)
        return 1 + more, beta

    def seen(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (B, 3, H, W) -> what the skip carries, and F before FiLM, (B, C, H/2, W/2) each."""
        h = self.block.inwards(self.stem(torch.cat([x, places(x)], 1)).relu()).relu()
        return h, self.block.F(h)

    def read(self, skip: Tensor, F: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
        """Logits (B, answers) of the mean of each map behind the block; gamma and beta (B, C)."""
        return self.out((skip + self.block.modulated(F, gamma, beta)).mean((2, 3)))

    def forward(self, x: Tensor, q: Tensor) -> Tensor:
        """Pictures (B, 3, H, W), numbers of questions (B,) -> logits (B, answers)."""
        gamma, beta = self.told()
        return self.read(*self.seen(x), gamma[q], beta[q])
