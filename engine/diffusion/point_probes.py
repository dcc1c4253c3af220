"""What a page may ask of a trained model of points. Each answer takes a few hundredths of a second.

Inputs come from outside: every one is checked, and refused with ValueError by name, bound and value.
"""

import numpy as np
import torch

from engine.core.inputs import Answer, Inputs, real, whole
from engine.data.points import POINTS
from engine.diffusion import ddim, exact
from engine.diffusion.ddpm import DDPM, ancestral

PARTICLES = 90
FRAMES = 25


def drop(model: DDPM, inputs: Inputs) -> Answer:
    """One noise {"x", "y"}, three ways to the data: {"seed"} draws what DDPM and eta = 1 add.

    -> DDPM, DDIM (eta = 0), "eta = 1", each (T + 1, 2) float32, noise first.
    """
    x = torch.tensor([[real(inputs, "x", -5, 5), real(inputs, "y", -5, 5)]])
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 2**31 - 1))
    ways = {
        "DDPM": ancestral(model, x, rng),
        "DDIM": ddim.sample(model, x, model.T, 0, rng),
        "eta = 1": ddim.sample(model, x, model.T, 1, rng),
    }
    return {name: way[:, 0].numpy() for name, way in ways.items()}


def flow(model: DDPM, inputs: Inputs) -> Answer:
    """Many noises, one way: {"steps": 1 to T, "eta": 0 to 1, "seed"} -> t (S,), x (S, n, 2), noise first.

    all (S, n, 2): the same noises by DDIM in all T steps, at the same levels.
    """
    steps, eta = whole(inputs, "steps", 1, model.T), real(inputs, "eta", 0, 1)
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 2**31 - 1))
    noise = torch.randn(PARTICLES, 2, generator=rng)
    path, levels = ddim.sample(model, noise, steps, eta, rng), ddim.levels(model.T, steps)
    kept = sorted({round(i * steps / (FRAMES - 1)) for i in range(FRAMES)})
    at = [levels[i] for i in kept]
    full = ddim.sample(model, noise, model.T, 0, rng)[[model.T - t for t in at]]
    return {"t": np.array(at), "x": path[kept].numpy(), "all": full.numpy()}


@torch.no_grad()
def guess(model: DDPM, inputs: Inputs) -> Answer:
    """What x_0 is held to be on the way: {"seed", "data", "drawing", "data_seed"}; the data name the truth.

    -> t (S,); factor (S,), what an error of eps is multiplied by; x, x0, best = E[x_0 | x_t] (S, n, 2).
    """
    seeds = [whole(inputs, name, 0, 2**31 - 1) for name in ("seed", "data_seed")]
    data, drawing = str(inputs.get("data")), str(inputs.get("drawing"))
    if data not in (*POINTS, "drawn"):
        raise ValueError(f"data must be one of {', '.join(POINTS)} or drawn, got {data[:60]}")
    known = exact.mixture(data, exact.training_set(data, drawing, seeds[1]))
    rng = torch.Generator().manual_seed(seeds[0])
    levels = ddim.levels(model.T, min(model.T, FRAMES - 1))[:-1]
    path = ddim.sample(model, torch.randn(PARTICLES, 2, generator=rng), model.T, 0, rng)
    x, said, best = [path[model.T - t] for t in levels], [], []
    for t, at in zip(levels, x, strict=True):
        ab = model.alpha_bar[t]
        said.append(model.guess(at, torch.full((len(at),), t))[0].clamp(-999, 999))
        best.append(known.at(float(ab.sqrt()), float((1 - ab).sqrt())).x0(at))
    found = {"x": x, "x0": said, "best": best}
    factor = model.alpha_bar[levels].rsqrt()
    return {"t": np.array(levels), "factor": factor.numpy()} | {
        k: torch.stack(v).numpy() for k, v in found.items()
    }
