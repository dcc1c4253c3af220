"""Lab: watch a DDPM learn a density of points on the plane, and undo noise with what it has learned."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict, check, last
from engine.core.nets import Average
from engine.core.params import Spec, param
from engine.core.trace import Event, Moments, State, Step, Trace, restored, shots
from engine.data.points import POINTS
from engine.diffusion import point_probes
from engine.diffusion.ddpm import DDPM, PREDICTIONS, PointNet, newest_share
from engine.diffusion.point_watch import FORKS, Watch
from engine.diffusion.schedule import SCHEDULES

PAPERS = ("ho2020ddpm", "song2020ddim", "nichol2021improved", "salimans2022progressive")
BATCH = 256
SMILE = "03c00ff0381c300c64264422c423c003c003c8134c3267e633cc381c0ff003c0"


@dataclass(frozen=True)
class DDPMSpec(Spec):
    data: str = param("eight Gaussians", "Data", "The density to learn.", choices=(*POINTS, "drawn"))
    drawing: str = param(
        SMILE,
        "Drawing",
        "What is learned as drawn data: 16 x 16 cells, a bit each, row by row.",
        pattern=r"(?=.*[35-79a-f]|.*[1-9a-f].*[1-9a-f])[0-9a-f]{64}",
        described="64 hexadecimal digits, a bit for each of 256 cells, at least 2 of them painted",
    )
    predicts: str = param(
        "eps", "The net says", "The noise, the data, or a mix of both.", choices=PREDICTIONS
    )
    schedule: str = param(
        "linear", "Schedule", "How the signal fades from t = 0 to T.", choices=tuple(SCHEDULES)
    )
    T: int = param(100, "Noise levels T", "Steps from noise to data.", low=1, high=200)
    hidden: int = param(96, "Width", "Units in each of three hidden layers.", low=4, high=256)
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(4000, "Training steps", "Batches of 256 points.", low=10, high=20000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: DDPMSpec, weights: State | None) -> DDPM:
    """The model with these weights, or as it starts from the seed."""
    return restored(
        spec.seed,
        weights,
        lambda: DDPM(PointNet(2, spec.hidden, spec.T), SCHEDULES[spec.schedule](spec.T), spec.predicts),
    )


def run(spec: DDPMSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains on the CPU, where nets this small are fastest. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    model, shown = restore(spec, given.get("start")), restore(spec, given.get("start"))
    watch = Watch(spec.data, spec.drawing, spec.seed, spec.T, model.alpha_bar)
    average = Average(model.net)  # type: ignore[arg-type]
    shown.net = average.net
    adam = torch.optim.Adam(model.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, 15)  # a moment is a whole flow: fewer than usual

    yield from shots(0, 0, watch(shown), shown, half=True)
    for step in range(1, spec.steps + 1):
        x0 = watch.train[torch.randint(len(watch.train), (BATCH,), generator=rng)]
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
            yield Step(
                step, spec.steps, {"loss": round(loss.item(), 3), "mmd": float(seen["samples"]["mmd"])}
            )
            yield from shots(moment, step, seen, shown, half=True)


def split(spec: DDPMSpec) -> tuple[torch.Tensor, torch.Tensor]:
    """The points that it learns from, and those that it is scored on."""
    watch = Watch(spec.data, spec.drawing, spec.seed, spec.T, restore(spec, None).alpha_bar)
    return watch.train, torch.cat([watch.held, watch.other])


def _points_where_the_exact_noise_points(traces: Mapping[str, Trace]) -> Verdict:
    score = traces["this"].last("score")
    cosine = score["cosine"].astype(float)
    if not score["known"][0]:  # with little noise the training set's own mixture recalls, and a net does not
        cosine = cosine[len(cosine) // 4 :]
    return Verdict(
        bool(cosine.min() > 0.9),
        f"smallest mean cosine {cosine.min():.3f} of {len(cosine)} levels",
        "above 0.9",
    )


def _every_mode_gets_its_share(traces: Mapping[str, Trace]) -> Verdict:
    samples = traces["this"].last("samples")
    gap = np.abs(samples["shares"].astype(float) - samples["truth"]).max()
    return Verdict(bool(gap < 0.06), f"largest difference {100 * gap:.1f} points", "less than 6 points")


def _the_mode_is_chosen_late(traces: Mapping[str, Trace]) -> Verdict:
    fork = dict(zip(FORKS, traces["this"].last("same")["fork"].astype(float), strict=True))
    return Verdict(
        fork[0.6] < 0.3 and fork[0.1] > 0.7,
        f"futures alike: {fork[0.6]:.0%} from t = 0.6 T, {fork[0.1]:.0%} from 0.1 T",
        "under 30%, then over 70%",
    )


SPEC = DDPMSpec
PROBES: dict[str, Callable[..., point_probes.Answer]] = {
    "drop": point_probes.drop, "flow": point_probes.flow, "guess": point_probes.guess
}  # fmt: skip
CLAIMS = (
    Claim(
        "The learned noise points where the exact one does.",
        _points_where_the_exact_noise_points,
        "One noise level at which the mean cosine with E[ε | xₜ] is 0.9 or less.",
    ),
    Claim(
        "Of a net that says ε, samples lie as close to the data as other data do.",
        check(
            lambda far, floor: far < 2 * floor,
            "MMD² {:.4f}, data against data {:.4f}",
            "less than twice the latter",
            last("samples", "mmd", "floor", runs=("eps",)),
        ),
        "A squared MMD to held-out data of twice that between two sets of data, or more.",
        {"eps": {"predicts": "eps"}},
    ),
    Claim(
        "Every mode gets its share.",
        _every_mode_gets_its_share,
        "A mode whose share of 600 samples is 6 points off its share of the data.",
    ),
    Claim(
        "From one noise DDIM ends in one mode, in 10 steps or all; DDPM by chance.",
        check(
            lambda few, fork, chance: few > 0.85 and fork < chance + 0.15,
            "DDIM, 10 steps against all: {:.0%} alike; DDPM twice: {:.0%}; chance {:.0%}",
            "above 85%, and less than 15 points above chance",
            last("same", "few", "fork", "chance", of=lambda values: values[0]),
        ),
        "Short and long DDIM in different modes more often than one time in seven, or DDPM in the same.",
    ),
    Claim(
        "A particle's mode is open at first and settled near the end.",
        _the_mode_is_chosen_late,
        "Futures from t = 0.6 T that agree, or futures from 0.1 T that do not.",
    ),
    Claim(
        "Of pure noise a net that says x₀ guesses the data's mean; one that says ε flies off.",
        check(
            lambda x0, eps: x0 < 0.3 and eps > 1,
            "from the data's mean: {:.2f} by a net that says x0, {:.2f} by one that says eps",
            "under 0.3, and over 1",
            last("start", "far", runs=("x0", "eps")),
        ),
        "Guesses at t = T that lie near the mean for both.",
        {"eps": {"predicts": "eps"}, "x0": {"predicts": "x0"}},
    ),
)
RECORDED = (DDPMSpec(), DDPMSpec(predicts="x0"))
