"""WaveNet: A Generative Model for Raw Audio. Van den Oord et al., 2016. arXiv:1609.03499.

Names follow the paper: x, h, W_f, W_g, V_f, V_g, mu. `Player` keeps what it has computed in queues, as Fast
Wavenet Generation Algorithm does (Le Paine et al., 2016. arXiv:1611.09482).
Departures from it:
  - few channels, one stack of dilations, kernels of 2; the first layer looks its value up, and sees no past;
  - 64 values in place of 256, and mu one less than there are values, as the paper's 255 is;
  - h is global only, one of two strings; no linguistic features, no upsampled h.
"""

from collections import deque
from collections.abc import Sequence

import numpy as np
import torch.nn.functional as F
from torch import Tensor, nn


class Layer(nn.Module):
    """Sections 2.3 to 2.5: a gate, then what is added for the next layer and what skips to the end."""

    def __init__(self, channels: int, skip: int, strings: int, dilation: int):
        super().__init__()
        self.channels, self.dilation = channels, dilation
        self.W = nn.Conv1d(channels, 2 * channels, 2, dilation=dilation)  # W_f above W_g
        self.V = nn.Linear(strings, 2 * channels, bias=False)  # V_f above V_g
        self.out = nn.Conv1d(channels, channels + skip, 1)

    def gated(self, a: Tensor) -> Tensor:
        """z = tanh(W_f * x + V_f h) sigmoid(W_g * x + V_g h). a (B, 2 C, ...) -> (B, C, ...)."""
        f, g = a.chunk(2, 1)
        return f.tanh() * g.sigmoid()

    def forward(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """x (B, C, T), h (B, strings) -> the next layer's x (B, C, T), and its skip (B, S, T)."""
        a = self.W(F.pad(x, (self.dilation, 0))) + self.V(h)[:, :, None]  # padded on the left only
        more, skip = self.out(self.gated(a)).split([self.channels, self.out.out_channels - self.channels], 1)
        return x + more, skip


class WaveNet(nn.Module):
    """p(x_t | x_1, ..., x_t-1, h) as a softmax over quantised values."""

    def __init__(self, values: int, dilations: Sequence[int], channels: int, skip: int, strings: int = 2):
        super().__init__()
        self.dilations = tuple(dilations)
        self.look = nn.Embedding(values, channels)
        self.layers = nn.ModuleList(Layer(channels, skip, strings, d) for d in dilations)
        self.head = nn.Sequential(nn.ReLU(), nn.Conv1d(skip, skip, 1), nn.ReLU(), nn.Conv1d(skip, values, 1))

    @property
    def field(self) -> int:
        """How many values a guess hears of."""
        return 1 + sum(self.dilations)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """Codes x (B, T), h (B, strings) -> logits of the code that follows each (B, values, T)."""
        y, total = self.look(x).transpose(1, 2), 0  # (B, C, T)
        for layer in self.layers:
            y, skip = layer(y, h)
            total = total + skip
        return self.head(total)


class Player:
    """Le Paine et al.: each layer keeps its last d inputs in a queue, so that a value costs one column.

    In numpy, which begins so small a product sooner than torch does.
    """

    def __init__(self, net: WaveNet, h: Tensor):
        w = {name: value.detach().cpu().numpy().squeeze() for name, value in net.state_dict().items()}
        self.look, self.one, self.two = w["look.weight"], w["head.1.weight"].T, w["head.3.weight"].T
        self.biases = w["head.1.bias"], w["head.3.bias"]
        self.layers = [
            (
                w[f"layers.{i}.W.weight"]
                .transpose(2, 1, 0)
                .copy(),  # (2, C, 2 C): for the older value, the newer
                w[f"layers.{i}.W.bias"] + h.cpu().numpy() @ w[f"layers.{i}.V.weight"].T,  # (B, 2 C)
                (w[f"layers.{i}.out.weight"].T.copy(), w[f"layers.{i}.out.bias"]),
                deque([np.zeros((len(h), self.look.shape[1]), np.float32)] * d),
            )
            for i, d in enumerate(net.dilations)
        ]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """The newest codes (B,) -> logits of the next (B, values)."""
        y, total = self.look[x], 0  # (B, C)
        C = y.shape[1]
        for W, pushed, (out, bias), queue in self.layers:
            a = queue.popleft() @ W[0] + y @ W[1] + pushed  # (B, 2 C)
            queue.append(y)
            z = np.tanh(a[:, :C]) / (1 + np.exp(-a[:, C:]))
            more = z @ out + bias  # (B, C + S)
            y, total = y + more[:, :C], total + more[:, C:]
        return np.maximum(np.maximum(total, 0) @ self.one + self.biases[0], 0) @ self.two + self.biases[1]


def play_on(net: WaveNet, prime: np.ndarray, h: Tensor, samples: int, rng: np.random.Generator) -> np.ndarray:
    """Codes that follow a prime (B, T), each drawn from its softmax and read again. -> (B, samples)."""
    player, drawn = Player(net, h), np.zeros((len(prime), samples), int)
    logits = [player(x) for x in prime.T][-1]
    for t in range(samples):
        chances = np.exp(logits - logits.max(1, keepdims=True)).cumsum(1)
        drawn[:, t] = (chances < rng.random((len(prime), 1)) * chances[:, -1:]).sum(1)
        logits = player(drawn[:, t])
    return drawn
