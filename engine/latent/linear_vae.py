"""Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse. Lucas, Tucker, Grosse & Norouzi,
2019. arXiv:1911.02469; and probabilistic PCA (Tipping & Bishop, 1999), on which it is to land.

Names follow them: W, V, D, sigma2. Departures from them:
  - the data's mean is taken off before, and the expectations over data and over q are exact: of a linear
    model they need no more than the covariance S of the data.
"""

import math

import torch
from torch import Tensor, nn


class LinearVAE(nn.Module):
    """p(x|z) = N(W z, sigma2 I), q(z|x) = N(V x, D) with a diagonal D, p(z) = N(0, I)."""

    def __init__(self, pixels: int, k: int):
        super().__init__()
        self.W = nn.Parameter(0.1 * torch.randn(pixels, k, dtype=torch.float64))
        self.V = nn.Parameter(0.1 * torch.randn(k, pixels, dtype=torch.float64))
        self.log_D = nn.Parameter(torch.zeros(k, dtype=torch.float64))
        self.log_sigma2 = nn.Parameter(torch.zeros((), dtype=torch.float64))

    def bound(self, S: Tensor) -> Tensor:
        """The bound, mean over the data of covariance S (pixels, pixels), in nats, with all constants."""
        d, k = self.W.shape
        D = self.log_D.exp()
        left = torch.eye(d, dtype=S.dtype, device=S.device) - self.W @ self.V  # x - W V x
        far = ((left @ S) * left).sum() + (self.W.square() @ D).sum()  # E |x - W z|^2
        log_p = -0.5 * (d * (math.log(2 * math.pi) + self.log_sigma2) + far / self.log_sigma2.exp())
        price = 0.5 * (((self.V @ S) * self.V).sum() + D.sum() - self.log_D.sum() - k)
        return log_p - price


class PCA:
    """Probabilistic PCA at its maximum of likelihood, from the covariance S of the data: closed form."""

    def __init__(self, S: Tensor, k: int):
        values, vectors = torch.linalg.eigh(S)
        values, vectors = values.flip(0), vectors.flip(1)
        d = len(S)
        self.sigma2 = values[k:].mean()  # the mean of what is left out
        self.U = vectors[:, :k]
        self.log_p = -0.5 * (
            d * math.log(2 * math.pi) + values[:k].log().sum() + (d - k) * self.sigma2.log() + d
        )  # mean log-likelihood of the data


def alike(W: Tensor, U: Tensor) -> Tensor:
    """The cosine of the largest angle between the spaces that the columns of W and of U span. Both (d, k)."""
    return torch.linalg.svdvals(torch.linalg.qr(W)[0].T @ U).min()
