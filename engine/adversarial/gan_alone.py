"""What a page asks of two players: one of them moves alone, or both by turns, half a round at a time."""

import copy

import numpy as np
import torch
from torch import Tensor, nn

from engine.adversarial.gan import LOSSES, Game, V, players, slopes, turn_D, turn_G
from engine.adversarial.gan_watch import COUNTED, fakes_of, seen
from engine.adversarial.spots import DATA, Spots, spots
from engine.core.inputs import Answer, Inputs, real, whole

BATCH, TRACKED = 128, 3
LONG = (0, 1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 80, 100, 130, 160, 200, 250, 300, 350, 400)
D_ALONE, G_ALONE, TURNS = PLAYERS = ("D alone", "G alone", "by turns")
UNTRAINED, AHEAD, TRAINED = STARTS = ("untrained nets", "D is ahead", "the nets above")
LEAD = 150  # steps that D is ahead


def alone(game: Game, inputs: Inputs) -> Answer:
    """{"player": of PLAYERS, "start": of STARTS, "data", "drawing", "loss", "lr", "seed"} -> what is seen at
    each of M steps; by turns a step is half a round: D moves, then G."""
    asked = {"player": PLAYERS, "start": STARTS, "data": DATA, "loss": LOSSES}
    for name, known in asked.items():
        if inputs.get(name) not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, got {str(inputs.get(name))[:60]}")
    player, start, data, loss = (inputs[name] for name in asked)
    lr, seed = real(inputs, "lr", 1e-5, 0.1), whole(inputs, "seed", 0, 9999)
    there, game = spots(data, str(inputs.get("drawing"))), copy.deepcopy(game)
    rng = torch.Generator().manual_seed(seed + 2)
    if start != TRAINED:
        fresh(game, rng)
    adam_D, adam_G = players(game, lr)
    for _ in range(LEAD if start == AHEAD else 0):
        turn_D(game, adam_D, there.draw(BATCH, rng), torch.randn(BATCH, 2, generator=rng))
    z, x = torch.randn(COUNTED, 2, generator=rng), there.draw(COUNTED, rng)
    kept = LONG if player == D_ALONE else tuple(range(25))
    told: dict[str, list[np.ndarray]] = {}
    for step in range(kept[-1] + 1):
        if step in kept:
            for name, value in looked(game, z, x, loss, there).items():
                told.setdefault(name, []).append(value)
        if player == D_ALONE or (player == TURNS and step % 2 == 0):
            turn_D(game, adam_D, there.draw(BATCH, rng), torch.randn(BATCH, 2, generator=rng))
        else:
            turn_G(game, adam_G, torch.randn(BATCH, 2, generator=rng), loss)
    return {"step": np.array(kept), **{name: np.stack(values) for name, values in told.items()}}


def looked(game: Game, z: Tensor, x: Tensor, loss: str, data: Spots) -> dict[str, np.ndarray]:
    """field, x, pull_x, pull_y as in `seen`; places (TRACKED, 2) and D of the first fakes; V, and D's means
    over data and fakes; slopes: of each of LOSSES by G's weights; share: % of fakes on a spot."""
    fakes = fakes_of(game, z)
    with torch.no_grad():
        real_, fake = game.D(x), game.D(fakes)
    views = seen(game, fakes, loss)
    return {
        "field": views["field"]["D"], "x": views["fakes"]["x"],
        "pull_x": views["pull"]["x"], "pull_y": views["pull"]["y"],
        "places": fakes[:TRACKED].numpy(), "D": fake[:TRACKED, 0].sigmoid().numpy(),
        "V": V(real_, fake).numpy(), "real": real_.sigmoid().mean().numpy(),
        "fake": fake.sigmoid().mean().numpy(), "slopes": np.array(slopes(game, z)),
        "share": 100 * data.shares(fakes).sum().numpy(),
    }  # fmt: skip


@torch.no_grad()
def fresh(game: Game, rng: torch.Generator) -> None:
    """Weights as torch draws them for a new layer: evenly within one over the root of its inputs."""
    for layer in game.modules():
        if isinstance(layer, nn.Linear):
            bound = layer.in_features**-0.5
            for weights in (layer.weight, layer.bias):
                weights.uniform_(-bound, bound, generator=rng)
