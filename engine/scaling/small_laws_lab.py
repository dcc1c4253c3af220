"""Lab: six small language models learn the same text at once; three laws can be read off them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from engine.core.claims import Claim, Traces, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.scaling.small_laws import Bengio, N, Source, draw, excess, power_law, source

PAPERS = ("kaplan2020", "hoffmann2022", "bengio2003")
WIDTHS = (4, 8, 16, 32, 64, 128)
SIZES = np.array([N(width) for width in WIDTHS])
BATCH = 256  # tokens
BUDGETS = (1e9, 1.7e9, 3e9)  # FLOPs, of the isoFLOP curves
UNIT, FEW = 1024, 8  # tokens; of them, so many units: read again and again
TOP = 2.0  # nats: where a curve stands of which nothing is known yet
TARGET = 0.75  # nats above the entropy: a loss that all but the smallest sizes reach soon
SLOW = 200  # steps before the learning rate begins to fall


@dataclass(frozen=True)
class SmallLawsSpec(Spec):
    data: int = param(
        640, "Text, in 1,024 tokens", "Its length; when it has been read, it begins anew.",
        low=1, high=2048, log=True,
    )  # fmt: skip
    tail: float = param(
        1.0, "Fall of the patterns", "Pattern k of the source counts k to the minus this.", low=0.0, high=3.0
    )
    steps: int = param(2400, "Training steps", "Each of the six learns from 256 tokens.", low=10, high=8000)
    lr: float = param(5e-3, "Learning rate", "Of Adam, for all six.", low=1e-5, high=1.0, log=True)
    seed: int = param(0, "Seed", "Of the source, too. Same seed, same run.", low=0, high=9999)


def restore(spec: SmallLawsSpec, weights: State | None) -> nn.ModuleList:
    """The six nets with these weights, or as they start from the seed."""
    return restored(spec.seed, weights, lambda: nn.ModuleList(Bengio(width) for width in WIDTHS))


def run(spec: SmallLawsSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains the six side by side on the same batches; each moment shows what every law has come to.

    `given["start"]` makes a fork.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    text = source(spec.seed, spec.tail)
    pairs, following = (
        part.to(device) for part in draw(text, min(UNIT * spec.data, spec.steps * BATCH), rng)
    )
    text = Source(text.p.to(device), text.pi.to(device), text.entropy, text.unigram)
    nets = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(nets.parameters(), lr=spec.lr)  # no weight is in two nets: six Adams in one
    moments, place, way = Moments(spec.steps), torch.arange(BATCH, device=device), Way(text)

    yield from shots(0, 0, way.look(0, nets), nets, half=True)
    for step in range(1, spec.steps + 1):
        adam.param_groups[0]["lr"] = spec.lr * min(1.0, (SLOW / step) ** 0.5)
        some = ((step - 1) * BATCH + place) % len(pairs)
        losses = [nn.functional.cross_entropy(net(pairs[some]), following[some]) for net in nets]
        adam.zero_grad()
        torch.stack(losses).sum().backward()
        adam.step()
        scalars = {"loss": losses[-1].item()}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, scalars)
        else:
            seen = way.look(step, nets)
            yield Step(step, spec.steps, scalars | said(way))
            yield from shots(moment, step, seen, nets, half=True)


def said(way: "Way") -> dict[str, float]:
    """The figures of a moment: the largest model's excess, the exponent, and each size's loss."""
    now = np.array(way.excess[-1])
    losses = {f"loss{i}": float(way.text.entropy + e) for i, e in enumerate(now)}
    return {"excess": float(now[-1]), "exponent": power_law(SIZES, now)[0]} | losses


class Way:
    """What the six have gone through: tokens read and, for each size, nats above the entropy."""

    def __init__(self, text: Source):
        self.text, self.tokens, self.excess = text, [], []

    def look(self, step: int, nets: nn.ModuleList) -> dict[str, Arrays]:
        """-> now: the six excesses, the line fitted to them at its ends, the source's entropy and what
        guessing by frequency loses above it; iso: the isoFLOP curves so far, what is not known yet at the
        nearest known point; low: the bottom of each curve.
        """
        self.tokens.append(step * BATCH)
        self.excess.append([excess(net, self.text) for net in nets])  # type: ignore[arg-type]
        there = isoflops(np.array(self.tokens), np.array(self.excess))  # (budgets, sizes)
        known = np.isfinite(there)
        drawn = np.where(known, there, TOP)
        sizes = np.tile(SIZES.astype(float), (len(BUDGETS), 1))
        for row, size, lives in zip(drawn, sizes, known, strict=True):
            first = int(np.argmax(lives)) if lives.any() else len(SIZES) - 1
            last = len(SIZES) - 1 - int(np.argmax(lives[::-1])) if lives.any() else first
            row[:first], size[:first] = row[first], size[first]
            row[last + 1 :], size[last + 1 :] = row[last], size[last]
        low = np.array([bottom(row) for row in there])  # (budgets, 2)
        now = np.array(self.excess[-1])
        slope, level = np.polyfit(np.log(SIZES), np.log(now), 1)
        return {
            "now": {
                "excess": now.astype(np.float32),
                "fit": np.exp(level + slope * np.log(SIZES[[0, -1]])).astype(np.float32),
                "source": np.array([self.text.entropy, self.text.unigram], np.float32),
            },
            "iso": {
                "N": sizes.astype(np.float32),
                "excess": drawn.astype(np.float32),
                "known": known.astype(np.uint8),
            },
            "low": {
                "N": np.nan_to_num(low[:, 0], nan=1.0).astype(np.float32),
                "excess": np.nan_to_num(low[:, 1], nan=TOP).astype(np.float32),
                "known": np.isfinite(low[:, 0]).astype(np.uint8),
            },
        }


def isoflops(tokens: np.ndarray, found: np.ndarray) -> np.ndarray:
    """tokens (M,), excess (M, sizes) -> that at 6 N D = each budget (budgets, sizes); nan: not there yet.

    Between two moments: a straight line in the logarithms of both.
    """
    out = np.full((len(BUDGETS), len(SIZES)), np.nan)
    if len(tokens) > 2:
        for b, C in enumerate(BUDGETS):
            for i, D in enumerate(C / 6 / SIZES):
                if tokens[1] <= D <= tokens[-1]:
                    out[b, i] = np.exp(np.interp(np.log(D), np.log(tokens[1:]), np.log(found[1:, i])))
    return out


def history(trace: Trace) -> tuple[np.ndarray, np.ndarray]:
    """A run's tokens (M,), and the excess of each size (M, 6), moment by moment. None: a KeyError."""
    trace.last("now")
    count = range(len(trace.moments))
    return np.array(trace.moments) * BATCH, np.array([trace.at("now", m)["excess"] for m in count], float)


def ended(trace: Trace) -> np.ndarray:
    """The excess of each size (6,), mean of the moments in the last tenth."""
    tokens, found = history(trace)
    return found[tokens >= 0.9 * tokens[-1]].mean(0)


def reached(trace: Trace, target: float = TARGET) -> np.ndarray:
    """Tokens that each size had read when its excess first came down to the target, on a straight line, in
    logarithms, between two moments; nan where it did not, and before the first step."""
    tokens, found = history(trace)
    out = np.full(len(SIZES), np.nan)
    for i, row in enumerate(found.T):
        m = int(np.argmax(row <= target))
        if m > 1:
            share = np.log(row[m - 1] / target) / np.log(row[m - 1] / row[m])
            out[i] = tokens[m - 1] * (tokens[m] / tokens[m - 1]) ** share
    return out


def bottom(row: np.ndarray) -> tuple[float, float]:
    """An isoFLOP curve (sizes,) -> size and excess at the bottom of the parabola fitted to it in logarithms;
    nan where it has fewer than four points, or the bottom lies beyond them."""
    known = np.isfinite(row)
    if known.sum() < 4:
        return np.nan, np.nan
    x = np.log(SIZES[known])
    a, b, c = np.polyfit(x, np.log(row[known]), 2)
    if a <= 0 or not x[0] <= -b / (2 * a) <= x[-1]:
        return np.nan, np.nan
    return float(np.exp(-b / (2 * a))), float(np.exp(c - b * b / (4 * a)))


def best(trace: Trace, budget: int) -> float:
    """The size that is best for a budget, nan where the curve has no bottom yet."""
    return bottom(isoflops(*history(trace))[budget])[0]


def gain(trace: Trace) -> float:
    """How many times less the largest loses above the entropy than an eighth of it, each at its best."""
    least = history(trace)[1].min(0)
    return float(least[2] / least[5])


def _a_line(traces: Traces) -> Verdict:
    trace = traces["fresh"]
    alpha, half, r2 = power_law(SIZES, ended(trace))
    guess = trace.last("now")["source"][1]
    return Verdict(
        r2 >= 0.9,
        f"R² {r2:.3f}, exponent {alpha:.2f} ± {half:.2f}; guessing by frequency loses {guess:.2f} nats",
        "R² at least 0.9",
    )


def _fewer_tokens(traces: Traces) -> Verdict:
    tokens = reached(traces["fresh"])[1:]
    said = ", ".join("not reached" if np.isnan(one) else f"{one:,.0f}" for one in tokens)
    return Verdict(
        bool((np.diff(tokens) < 0).all() and tokens[0] >= 1.5 * tokens[-1]),  # false for nan
        f"{said} tokens with {', '.join(f'{n:,}' for n in SIZES[1:])} parameters",
        "fewer with each, and in all at least 1.5 times fewer",
    )


def _more_flops(traces: Traces) -> Verdict:
    flops = 6 * SIZES * reached(traces["fresh"])
    least = np.nanmin(flops) if np.isfinite(flops).any() else np.nan
    return Verdict(
        bool(flops[-1] >= 2 * least),
        f"{flops[-1]:.1e} FLOPs with the largest, {least:.1e} with the cheapest size",
        "at least twice as many",
    )


def _best_grows(traces: Traces) -> Verdict:
    small, large = best(traces["fresh"], 0), best(traces["fresh"], len(BUDGETS) - 1)
    return Verdict(
        bool(large >= 1.2 * small),
        f"{small:,.0f} parameters are best for {BUDGETS[0]:.0e} FLOPs, {large:,.0f} for {BUDGETS[-1]:.0e}",
        "at least 1.2 times as many, each at the bottom of a parabola",
    )


def _data_hold_up(traces: Traces) -> Verdict:
    few, fresh = gain(traces["few"]), gain(traces["fresh"])
    return Verdict(
        bool(few <= 1.3 and fresh >= 2),
        f"{few:.2f} times less with {UNIT * FEW:,} tokens, {fresh:.2f} times with fresh ones",
        "1.3 times at most, against 2 at least",
    )


SPEC = SmallLawsSpec
FRESH = {"fresh": {"data": 640}}
split = None  # scored on the source itself, over every context: no text is held back
CLAIMS = (
    Claim(
        "What six sizes lose above the entropy falls as a straight line in logarithms, over 1.4 decades.",
        _a_line,
        "Points of which a straight line leaves more than a tenth of the variance.",
        FRESH,
    ),
    Claim(
        f"Each larger size comes down to {TARGET} nats above the entropy after fewer tokens.",
        _fewer_tokens,
        "A size that needs as many tokens as the next smaller one.",
        FRESH,
    ),
    Claim(
        "Yet the largest has spent more compute by then than the cheapest.",
        _more_flops,
        "A largest model that gets there with under twice the FLOPs of the cheapest size.",
        FRESH,
    ),
    Claim(
        "Three times the compute is best spent on a larger model.",
        _best_grows,
        "A best size for the largest budget that is under 1.2 times that for the smallest.",
        FRESH,
    ),
    Claim(
        "With 8,192 tokens, read again and again, eight times the size hardly helps.",
        _data_hold_up,
        "An excess, each size at its best, that falls by over 1.3 times, or by under 2 with fresh tokens.",
        FRESH | {"few": {"data": FEW}},
    ),
)
RECORDED = (SmallLawsSpec(), SmallLawsSpec(data=FEW))
