"""Lab: which pictures does a net that learned digits find likely, and what does likelihood say of samples?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.autoregressive.likelihood import LEVELS, NAMES, SIDE, mixed, mixed_samples, sets
from engine.autoregressive.measures import histogram_bits, surprise
from engine.autoregressive.pixelcnn import PixelCNN
from engine.autoregressive.sampling import sample
from engine.core.claims import Claim, at_least, check, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data.digits import digits

PAPERS = ("theis2016note", "nalisnick2019know")
BATCH, ASKED, DRAWN = 64, 64, 8
BETTER = 0.2  # bits/dim


@dataclass(frozen=True)
class LikelihoodSpec(Spec):
    layers: int = param(4, "Layers", "The first convolution, then residual blocks.", low=1, high=8)
    channels: int = param(24, "Channels", "Feature maps of each layer.", low=4, high=96)
    lr: float = param(4e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(300, "Training steps", "Batches of 64 digits.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: LikelihoodSpec, weights: State | None) -> PixelCNN:
    """The net with these weights, or as it starts from the seed."""
    net = restored(spec.seed, weights, lambda: PixelCNN(spec.layers, spec.channels, 5, "A", LEVELS))
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def run(spec: LikelihoodSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on digits; at each moment tells the bits of every set, and draws from net and mixture."""
    rng = torch.Generator().manual_seed(spec.seed)
    data = digits()
    train = torch.from_numpy(data.train_x.astype(np.int64)).to(device)
    kinds = sets(data.test_x, ASKED, spec.seed)
    asked = {name: torch.from_numpy(x.astype(np.int64)).to(device) for name, x in kinds.items()}
    examples = np.stack([kinds[name][ASKED // 2] for name in NAMES])
    test = torch.from_numpy(data.test_x.astype(np.int64)).to(device)
    blind = _figure(histogram_bits(data.train_x, data.test_x[:ASKED], LEVELS))
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, 40)

    def draw(uniforms: torch.Tensor) -> torch.Tensor:
        return sample(net.pixelwise(len(uniforms), SIDE, SIDE), uniforms.to(device))[0].cpu()

    def every(net: PixelCNN) -> torch.Tensor:
        return surprise(net, test).sum((1, 2))  # (397,) bits of each test digit

    def look() -> dict[str, Arrays]:
        bits = {name: surprise(net, x).sum((1, 2)) for name, x in asked.items()}  # (64,) of a picture
        mixture = mixed(bits["digits"].double())
        mean = {name: _figure(bits[name].mean().item() / SIDE**2) for name in NAMES}
        own = draw(torch.rand(DRAWN, SIDE, SIDE, generator=torch.Generator().manual_seed(spec.seed)))
        return {
            "examples": {"x": examples},
            "mean": {**mean, "all": np.stack(list(mean.values()))},
            "share": {"blank": _figure((every(net) > bits["blank"].mean()).double().mean().item())},
            "histogram": {"bits": blind},
            "mixture": {
                "x": mixed_samples(draw, DRAWN, spec.seed).numpy().astype(np.uint8),
                "own": own.numpy().astype(np.uint8),
                "bits": _figure(mixture.mean().item() / SIDE**2),
            },
        }

    yield from shots(0, 0, look(), net, half=True)
    for step in range(1, spec.steps + 1):
        loss = net.loss(train[torch.randint(len(train), (BATCH,), generator=rng)])
        adam.zero_grad()
        loss.backward()
        adam.step()
        yield Step(step, spec.steps, {"loss": loss.item()})
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, look(), net, half=True)


def split(spec: LikelihoodSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return digits().train_x, digits().test_x


def _figure(value: float) -> np.ndarray:
    return np.asarray(value, np.float32)


SPEC = LikelihoodSpec
CLAIMS = (
    Claim(
        "A net that learned digits finds an empty page likelier than nearly every test digit.",
        at_least(
            0.9,
            "likelier than {:.1%} of 397 test digits; an empty page costs {:.2f} bits/dim, a digit {:.2f}",
            "likelier than at least 90%",
            last("share", "blank"),
            last("mean", "blank", "digits"),
        ),
        "More than one test digit in ten that costs fewer bits than the empty page.",
    ),
    Claim(
        "Ninety-nine parts noise to one part net predict digits better than each pixel's own histogram.",
        check(
            lambda mixture, histogram, _: mixture <= histogram - BETTER,
            "{:.2f} bits/dim for the mixture, {:.2f} for the histogram; {:.2f} for the net alone",
            f"at least {BETTER} below the histogram",
            last("mixture", "bits"),
            last("histogram", "bits"),
            last("mean", "digits"),
        ),
        "A mixture, nearly all of whose samples are noise, within 0.2 bits/dim of the histogram's score.",
    ),
)
RECORDED = (LikelihoodSpec(),)
