"""Denoising Diffusion Implicit Models. Song, Meng & Ermon, 2020. arXiv:2010.02502.

The same net as a DDPM's, another way back: with eta = 0 no noise is drawn, so a noise has one image, and
steps can be left out. The paper's alpha is our alpha_bar. Departure from it:
  - the levels left in are spread evenly from T to 0; the paper's lists begin just below T.
"""

from itertools import pairwise

import torch
from torch import Tensor

from engine.diffusion.ddpm import DDPM


def step(model: DDPM, xt: Tensor, t: int, s: int, eta: float, z: Tensor) -> Tensor:
    """Eq. 12: from level t to level s < t. xt, z (B, D) -> (B, D). eta = 1 is a DDPM's small variance."""
    x0, eps = model.guess(xt, torch.full((len(xt),), t, device=xt.device))
    now, then = model.alpha_bar[t], model.alpha_bar[s]
    sigma = eta * ((1 - then) / (1 - now)).sqrt() * (1 - now / then).sqrt()  # Eq. 16
    direction = (1 - then - sigma**2).clamp(min=0).sqrt()  # rounding may leave -1e-9 at s = 0
    return then.sqrt() * x0 + direction * eps + sigma * z


def levels(T: int, steps: int) -> list[int]:
    """`steps` + 1 noise levels from T to 0, evenly spaced. Raises ValueError for more steps than levels."""
    if not 1 <= steps <= T:
        raise ValueError(f"steps must lie in [1, {T}], got {steps}")
    return [round(T * (steps - i) / steps) for i in range(steps + 1)]


@torch.no_grad()
def sample(model: DDPM, x: Tensor, steps: int, eta: float, rng: torch.Generator) -> Tensor:
    """From x_T (B, D) in `steps` steps. -> all of it, (steps + 1, B, D), noise first."""
    path = [x]
    for t, s in pairwise(levels(model.T, steps)):
        z = torch.randn(x.shape, generator=rng, device=rng.device).to(x.device)
        path.append(step(model, path[-1], t, s, eta, z))
    return torch.stack(path)
