"""Lab: watch a DDPM learn digits of 8 x 8 pixels, and see a digit come out of noise level by level."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict, check, last
from engine.core.nets import Average
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, Trace, restored, shots
from engine.data.digits import digits
from engine.diffusion import digit_probes
from engine.diffusion.ddpm import DDPM, PREDICTIONS, newest_share
from engine.diffusion.ddpm_digits import DigitNet, scaled
from engine.diffusion.digit_watch import Watch
from engine.diffusion.point_watch import FORKS
from engine.diffusion.schedule import SCHEDULES

PAPERS = ("ho2020ddpm", "nichol2021improved", "song2020ddim", "salimans2022progressive")
BATCH = 128


@dataclass(frozen=True)
class DDPMDigitsSpec(Spec):
    predicts: str = param("x0", "The net says", "The noise, the data, or a mix of both.", choices=PREDICTIONS)
    clip: bool = param(False, "Clip the guess", "Guesses of the digit are cut to the range of pixels.")
    schedule: str = param("cosine", "Schedule", "How the signal fades, 0 to T.", choices=tuple(SCHEDULES))
    T: int = param(100, "Noise levels T", "Steps from noise to data.", low=1, high=200)
    hidden: int = param(80, "Width", "Units of the residual stream.", low=8, high=192)
    blocks: int = param(2, "Blocks", "Residual blocks that t scales and shifts.", low=1, high=4)
    lr: float = param(4e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(5000, "Training steps", "Batches of 128 digits.", low=10, high=20000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: DDPMDigitsSpec, weights: State | None) -> DDPM:
    """The model with these weights, or as it starts from the seed."""

    def build() -> DDPM:
        net = DigitNet(spec.hidden, spec.blocks, spec.T)
        return DDPM(net, SCHEDULES[spec.schedule](spec.T), spec.predicts, 1.0 if spec.clip else None)

    return restored(spec.seed, weights, build)


def run(spec: DDPMDigitsSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU, where nets this small are fastest. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    model, shown = restore(spec, given.get("start")), restore(spec, given.get("start"))
    watch = Watch(spec.seed, spec.T, model.alpha_bar)
    average = Average(model.net)  # type: ignore[arg-type]
    shown.net = average.net
    adam = torch.optim.Adam(model.parameters(), lr=spec.lr)
    train, moments = scaled(watch.train), Moments(spec.steps, 15)

    yield from shots(0, 0, watch(shown), shown, half=True)
    for step in range(1, spec.steps + 1):
        x0 = train[torch.randint(len(train), (BATCH,), generator=rng)]
        t = torch.randint(1, spec.T + 1, (BATCH,), generator=rng)
        loss = model.losses(x0, t, torch.randn(x0.shape, generator=rng)).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        average.follow(model.net, newest_share(step))  # type: ignore[arg-type]
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": round(loss.item(), 3)})
        else:
            seen = watch(shown)
            digits = float(seen["judged"]["digits"][0])
            yield Step(step, spec.steps, {"loss": round(loss.item(), 3), "digits": digits})
            yield from shots(moment, step, seen, shown, half=True)


def split(spec: DDPMDigitsSpec) -> tuple[np.ndarray, np.ndarray]:
    """The digits that it learns from, and those that it is scored on."""
    return digits().train_x, digits().test_x


def _the_class_is_chosen_on_the_way(traces: Mapping[str, Trace]) -> Verdict:
    fork = dict(zip(FORKS, traces["this"].last("same")["fork"].astype(float), strict=True))
    return Verdict(
        fork[1.0] < 0.4 and fork[0.1] > 0.7,
        f"futures alike: {fork[1.0]:.0%} from t = T, {fork[0.1]:.0%} from 0.1 T",
        "under 40%, then over 70%",
    )


SPEC = DDPMDigitsSpec
PROBES: dict[str, Callable[..., digit_probes.Answer]] = {
    "ways": digit_probes.ways, "futures": digit_probes.branches
}  # fmt: skip
CLAIMS = (
    Claim(
        "Out of noise come digits.",
        check(
            lambda share, ceiling: share > 0.6,
            "{:.0%} of samples, {:.0%} of test digits",
            "over 60% of samples",
            last("judged", "digits", "ceiling"),
        ),
        "A judge that knows digits and things made of them, and takes 60% of samples or fewer for digits.",
    ),
    Claim(
        "Every digit is among them.",
        check(
            lambda least: least > 0.004,
            "the rarest digit makes {:.1%} of samples",
            "over 0.4%: one in 300",
            last("judged", "classes", of=np.min),
        ),
        "A digit that none, or one, of 300 samples shows.",
    ),
    Claim(
        "They are no copies.",
        check(
            lambda near, apart: near > apart / 2,
            "median distance to the nearest training digit {:.2f}, of a test digit {:.2f}",
            "over half the latter",
            last("judged", "near", "apart"),
        ),
        "Samples half as far from the nearest training digit as unseen digits are, or nearer.",
    ),
    Claim(
        "Which digit it becomes is open at first and settled near the end.",
        _the_class_is_chosen_on_the_way,
        "Futures from pure noise that agree, or futures from 0.1 T that do not.",
    ),
    Claim(
        "Unclipped, on this schedule, a net that says ε makes far fewer digits.",
        check(
            lambda noise, data: noise < data - 0.2,
            "{:.0%} digits saying ε, {:.0%} saying x₀",
            "20 points fewer, saying ε",
            last("judged", "digits", runs=("eps", "x0")),
        ),
        "As many digits from a net that says ε as from one that says x₀.",
        {name: {"predicts": name, "clip": False, "schedule": "cosine"} for name in ("x0", "eps")},
    ),
)
RECORDED = (DDPMDigitsSpec(),)
