"""Denoising Diffusion Probabilistic Models. Ho, Jain & Abbeel, 2020. arXiv:2006.11239.

Names follow the paper; so does the numbering: t = 1 ... T, and alpha_bar[0] = 1 is the data.
Departures from it:
  - the net is an MLP (points) or a residual MLP (digits), not a U-Net; it knows t by a sinusoidal code, as
    there, of fewer and slower waves;
  - T is small, and the schedule is read in continuous time (schedule.py);
  - the net may predict x_0 (section 3.2 names it) or v (Salimans & Ho, 2022. arXiv:2202.00512) instead of
    eps;
  - the decay of the averaged weights is 0.998 for a short training, in the paper 0.9999.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

Net = Callable[[Tensor, Tensor], Tensor]  # x_t (B, D), t (B,) -> (B, D)
PREDICTIONS = ("eps", "x0", "v")
DECAY = 0.998


def time_code(t: Tensor, size: int, T: int) -> Tensor:
    """Sines and cosines of t / T at `size` / 2 rates, from 1 to 30 radians in all. t (B,) -> (B, size)."""
    rate = torch.exp(torch.linspace(0, math.log(30), size // 2, device=t.device))
    angle = t[:, None] / T * rate
    return torch.cat([angle.sin(), angle.cos()], 1)


class PointNet(nn.Module):
    """For points: t and x meet in the first layer. x (B, D), t (B,) -> (B, D)."""

    def __init__(self, dims: int, hidden: int, T: int, code: int = 32):
        super().__init__()
        self.T, self.code = T, code
        self.layers = nn.Sequential(
            nn.Linear(dims + code, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(),
            nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, dims),
        )  # fmt: skip

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return self.layers(torch.cat([x, time_code(t, self.code, self.T)], 1))


class DDPM(nn.Module):
    """What the net says, and what follows from it. alpha_bar (T + 1,), from schedule.py.

    bound: guesses of x_0 are cut to [-bound, bound], as the authors' code does for images; None: never.
    """

    alpha_bar: Tensor

    def __init__(self, net: Net, alpha_bar: Tensor, predicts: str = "eps", bound: float | None = None):
        super().__init__()
        self.net, self.predicts, self.bound = net, predicts, bound
        self.T = len(alpha_bar) - 1
        self.register_buffer("alpha_bar", alpha_bar.float(), persistent=False)

    def levels(self, t: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
        """sqrt(alpha_bar_t) and sqrt(1 - alpha_bar_t), shaped to multiply `like`. t (B,)."""
        ab = self.alpha_bar[t].view(-1, *[1] * (like.ndim - 1))
        return ab.sqrt(), (1 - ab).sqrt()

    def q_sample(self, x0: Tensor, t: Tensor, eps: Tensor) -> Tensor:
        """Eq. 4: jump straight to noise level t. x0, eps (B, D); t (B,) -> (B, D)."""
        signal, noise = self.levels(t, x0)
        return signal * x0 + noise * eps

    def target(self, x0: Tensor, t: Tensor, eps: Tensor) -> Tensor:
        """What the net is to say: eps, x_0, or v = sqrt(ab) eps - sqrt(1 - ab) x_0."""
        signal, noise = self.levels(t, x0)
        return {"eps": eps, "x0": x0, "v": signal * eps - noise * x0}[self.predicts]

    def losses(self, x0: Tensor, t: Tensor, eps: Tensor) -> Tensor:
        """Eq. 14, L_simple, one a sample: the squared error of what the net says. -> (B,)."""
        said = self.net(self.q_sample(x0, t, eps), t)
        return (self.target(x0, t, eps) - said).square().flatten(1).mean(1)

    def guess(self, xt: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """What the net holds x_0 (Eq. 15) and eps to be. xt (B, D), t (B,) -> (B, D) twice."""
        said, (signal, noise) = self.net(xt, t), self.levels(t, xt)
        match self.predicts:
            case "eps":
                x0, eps = (xt - noise * said) / signal, said  # signal is near 0 at t = T: the guess flies off
            case "x0":
                x0, eps = said, (xt - signal * said) / noise
            case _:
                x0, eps = signal * xt - noise * said, noise * xt + signal * said
        if self.bound is None:
            return x0, eps
        x0 = x0.clamp(-self.bound, self.bound)
        return x0, (xt - signal * x0) / noise

    def p_sample(self, xt: Tensor, t: int, z: Tensor, small: bool = False) -> Tensor:
        """Algorithm 2, lines 3 and 4: one step back, x_t -> x_{t-1} (B, D), with fresh noise z (B, D).

        sigma_t^2 is beta_t, or with `small` the posterior's variance beta_tilde_t (Eq. 7).
        """
        eps = self.guess(xt, torch.full((len(xt),), t, device=xt.device))[1]
        ab, before = self.alpha_bar[t], self.alpha_bar[t - 1]
        alpha = ab / before
        beta = 1 - alpha
        mean = (xt - beta / (1 - ab).sqrt() * eps) / alpha.sqrt()  # Eq. 11
        variance = beta * (1 - before) / (1 - ab) if small else beta
        return mean if t == 1 else mean + variance.sqrt() * z


@torch.no_grad()
def ancestral(model: DDPM, x: Tensor, rng: torch.Generator, small: bool = False) -> Tensor:
    """Algorithm 2: from x_T (B, D) down to x_0. -> all of it, (T + 1, B, D), noise first."""
    path = [x]
    for t in range(model.T, 0, -1):
        z = torch.randn(x.shape, generator=rng, device=rng.device).to(x.device)
        path.append(model.p_sample(path[-1], t, z, small))
    return torch.stack(path)


def newest_share(step: int) -> float:
    """How much of the newest weights the average takes in after the optimiser's step number `step` (from 1).

    The paper samples from an average of the weights, which keeps d of itself: theta' <- d theta' + (1 - d)
    theta. Early on d is (1 + step) / (10 + step), so that it keeps up.
    """
    return 1 - min(DECAY, (1 + step) / (10 + step))
