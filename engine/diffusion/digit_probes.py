"""What a page may ask of a trained model of digits. Inputs are checked, and refused with ValueError."""

from typing import Any

import numpy as np
import torch

from engine.core import judges
from engine.core.inputs import Answer, Inputs, real, whole
from engine.diffusion import ddim
from engine.diffusion.ddpm import DDPM, ancestral
from engine.diffusion.ddpm_digits import SIDE, levels

DRAWN = 8  # digits on each way
FRAMES = 25
BRANCHES = 12


def _noise(inputs: Inputs) -> tuple[torch.Tensor, torch.Generator]:
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 2**31 - 1))
    return torch.randn(DRAWN, SIDE * SIDE, generator=rng), rng


def ways(model: DDPM, inputs: Inputs) -> Answer:
    """The same noises on three ways: {"seed", "steps": 1 to T, of DDIM} -> t (S,), and of each way x and x0.

    Ways are ddpm (all levels), ddim (all levels) and few (DDIM in `steps`); arrays (S, DRAWN, 8, 8) uint8. A
    way of few steps stands still between them.
    """
    noise, rng = _noise(inputs)
    steps = whole(inputs, "steps", 1, model.T)
    shown = ddim.levels(model.T, min(model.T, FRAMES - 1))
    answer: dict[str, np.ndarray] = {"t": np.array(shown)}
    paths = {
        "ddpm": (ancestral(model, noise, rng), ddim.levels(model.T, model.T)),
        "ddim": (ddim.sample(model, noise, model.T, 0, rng), ddim.levels(model.T, model.T)),
        "few": (ddim.sample(model, noise, steps, 0, rng), ddim.levels(model.T, steps)),
    }
    for name, (path, at) in paths.items():
        last = [max(i for i, t in enumerate(at) if t >= now) for now in shown]
        answer[f"{name}.x"] = levels(path[last]).numpy()
        answer[f"{name}.x0"] = np.stack([_guess(model, path[i], at[i]) for i in last])
    return answer


@torch.no_grad()
def _guess(model: DDPM, x: torch.Tensor, t: int) -> np.ndarray:
    return levels(model.guess(x, torch.full((len(x),), t))[0] if t else x).numpy()


@torch.no_grad()
def branches(model: DDPM, inputs: Inputs) -> Answer:
    """Many futures of one x_t: {"seed", "which": 0 to 7, "share": t / T} -> t (); x and x0 (8, 8) at t;

    futures (BRANCHES, 8, 8) uint8, by Algorithm 2 with fresh noise; said (BRANCHES,), the judge's classes.
    """
    noise, rng = _noise(inputs)
    which, t = whole(inputs, "which", 0, DRAWN - 1), round(real(inputs, "share", 0, 1) * model.T)
    at = ancestral(model, noise, rng)[model.T - t, which]
    x = at.expand(BRANCHES, -1)
    for level in range(t, 0, -1):
        x = model.p_sample(x, level, torch.randn(x.shape, generator=rng))
    ends = levels(x).numpy()
    found: dict[str, Any] = {"t": np.array(t), "x": levels(at).numpy(), "x0": _guess(model, at[None], t)[0]}
    return {**found, "futures": ends, "said": judges.which_digit(ends)}
