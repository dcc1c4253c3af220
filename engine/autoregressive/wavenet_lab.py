"""Lab: a WaveNet learns plucked strings whose period lies within what it hears, or beyond."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, one_hot

from engine.autoregressive.companding import decode, encode
from engine.autoregressive.wavenet import Player, WaveNet, play_on
from engine.core.claims import Claim, check, last
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data.strings import SAMPLES, strings

PAPERS = ("oord2016wavenet", "paine2016")
VALUES, BATCH, CROP, MOMENTS = 64, 4, 320, 12
LEARNED, KEPT, PLAYERS = 200, 40, 16  # clips that it learns from, is scored on, plays on
FEW = 8  # learned clips that it is scored on, too
WINDOW, GAP, PRIME, PLAYED = 160, 300, 256, 384  # samples of the ribbon, and before it; given, and played on
SHORT, LONG = 96, 384  # of these, drawn
DOUBLED, FLAT = DILATIONS = ("doubled", "all 1")


# fmt: off
@dataclass(frozen=True)
class WavenetSpec(Spec):
    dilations: str = param(DOUBLED, "Dilations", "1, 2, 4, ... by layer, or 1 in all.", choices=DILATIONS)
    period: int = param(48, "Period of the string", "In samples; a second has 8,000.", low=3, high=160)
    told: bool = param(True, "Told which string", "Whether the net is told h: a ringing or a muted string.")
    layers: int = param(6, "Layers", "Each doubles what is heard, or adds one sample.", low=1, high=8)
    channels: int = param(20, "Channels", "Numbers that a layer hands on.", low=4, high=32)
    lr: float = param(1e-2, "Learning rate", "Of Adam; to 0 in the last third.", low=1e-5, high=1.0, log=True)
    steps: int = param(1200, "Training steps", "Batches of 4 times 320 samples.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)
# fmt: on


def dilations(spec: WavenetSpec) -> list[int]:
    """Of each layer, from the first on."""
    return [2**i if spec.dilations == DOUBLED else 1 for i in range(spec.layers)]


def split(spec: WavenetSpec) -> tuple[np.ndarray, np.ndarray]:
    """The clips that it learns from, and those that it is scored on, as codes."""
    sets = strings(spec.period, LEARNED, 2 * spec.seed), strings(spec.period, KEPT, 2 * spec.seed + 1)
    return encode(sets[0].waves, VALUES), encode(sets[1].waves, VALUES)


def which(clips: int, spec: WavenetSpec) -> Tensor:
    """h: ringing strings and muted ones in turns, one-hot; 0 where it is not told. -> (clips, 2)."""
    return one_hot(torch.arange(clips) % 2, 2).float() * spec.told


def restore(spec: WavenetSpec, weights: State | None) -> WaveNet:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: WaveNet(VALUES, dilations(spec), spec.channels, 32))


def run(spec: WavenetSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment guesses, plays on and is scored. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    codes, h = torch.from_numpy(split(spec)[0]).to(device), which(LEARNED, spec).to(device)
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, seen(net, spec), net, half=True)
    for step in range(1, spec.steps + 1):
        some = torch.randint(LEARNED, (BATCH,), generator=rng)
        begin = int(torch.randint(SAMPLES - CROP, (1,), generator=rng))
        x = codes[some, begin : begin + CROP + 1]
        loss = cross_entropy(net(x[:, :-1], h[some]), x[:, 1:])
        adam.param_groups[0]["lr"] = spec.lr * min(1, 3 * (spec.steps - step + 1) / spec.steps)
        adam.zero_grad()
        loss.backward()
        adam.step()
        figures = {"loss": round(loss.item(), 3)}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, figures)
        else:
            found = seen(net, spec)
            yield Step(step, spec.steps, figures | {k: float(v) for k, v in found["score"].items()})
            yield from shots(moment, step, found, net, half=True)


@torch.no_grad()
def seen(net: WaveNet, spec: WavenetSpec) -> dict[str, Arrays]:
    """ribbon: chances of each value (VALUES, WINDOW), the highest above, in % (by twos, from 10 by tens), and
    the true codes. given, on: of a kept clip the last of PRIME codes, the first that it plays on. score, nats
    a sample: kept; wrong (told of the other string); learned; fresh, echo (kept, in the first period after a
    pluck, and later); alone (by the values' frequencies); repeats: how samples played on correlate with those
    a period before; real: so do real ones."""
    (learned, kept), h = split(spec), which(KEPT, spec)
    fresh = strings(spec.period, KEPT, 2 * spec.seed + 1).fresh[:, 1:]
    codes = [torch.from_numpy(one) for one in (kept, learned[:FEW], kept)]
    there, told = net.look.weight.device, (h, h[:FEW], h.flip(1))
    logits = [net(x[:, :-1].to(there), one.to(there)).cpu() for x, one in zip(codes, told, strict=True)]
    costs = [cross_entropy(one, x[:, 1:], reduction="none") for one, x in zip(logits, codes, strict=True)]
    cost, old, wrong = (one.numpy() for one in costs)
    begin = GAP + int(fresh[0, GAP:-WINDOW].argmax()) - WINDOW // 3
    rng = np.random.default_rng(spec.seed)  # the same draws at each moment
    drawn = play_on(net, kept[:PLAYERS, :PRIME], h[:PLAYERS], PLAYED, rng)
    counts = np.bincount(learned.flatten(), minlength=VALUES) + 1
    score = {
        "kept": cost.mean(), "fresh": cost[fresh].mean(), "echo": cost[~fresh].mean(), "learned": old.mean(),
        "wrong": wrong.mean(), "alone": -np.log(counts / counts.sum())[kept].mean(),
        "repeats": repeats(drawn, spec.period),
        "real": repeats(kept[:PLAYERS, PRIME:][:, :PLAYED], spec.period),
    }  # fmt: skip
    ribbon = 100 * logits[0][0].softmax(0)[:, begin:][:, :WINDOW].flip(0).numpy()
    ribbon = np.where(ribbon < 10, 2 * (ribbon / 2).round(), 10 * (ribbon / 10).round())
    return {
        "ribbon": {"p": _small(ribbon), "x": _small(kept[0, begin + 1 :][:WINDOW])},
        "played": {"given": _small(kept[0, PRIME - SHORT : PRIME]), "on": _small(drawn[0, :LONG])},
        "score": {name: np.array(round(float(value), 4), np.float32) for name, value in score.items()},
    }


def _small(x: np.ndarray) -> np.ndarray:
    return x.astype(np.uint8)


def wave(codes: np.ndarray) -> np.ndarray:
    """The sound that codes stand for, as loud as the strings were made."""
    return (decode(codes, VALUES) / 2).astype(np.float32)


def repeats(codes: np.ndarray, period: int) -> float:
    """The correlation of samples with those a period before; 0 for silence. codes (B, T)."""
    now, before = wave(codes)[:, period:], wave(codes)[:, :-period]
    return float((now * before).mean() / max(np.sqrt(np.square(now).mean() * np.square(before).mean()), 1e-9))


def play(net: WaveNet, inputs: Inputs) -> Answer:
    """{"prime": (B, T) codes, "h": (B, 2) of 0 and 1, "samples", "period", "seed"} -> wave (B, T + samples);
    how each that was played on correlates with itself a period before (B,)."""
    prime, h = np.asarray(inputs["prime"]), torch.as_tensor(np.asarray(inputs["h"])).float()
    if not (prime.ndim == 2 and 0 < prime.size <= 8 * SAMPLES and 0 <= prime.min() <= prime.max() < VALUES):
        raise ValueError(f"prime must hold codes from 0 to {VALUES - 1}, got {str(prime)[:60]}")
    rng = np.random.default_rng(whole(inputs, "seed", 0, 9999))
    period, samples = whole(inputs, "period", 1, 400), whole(inputs, "samples", 401, 8000)
    drawn = play_on(net, prime, h, samples, rng)
    return {
        "wave": wave(np.concatenate([prime, drawn], 1)),
        "repeats": np.array([repeats(x[None], period) for x in drawn]),
    }


@torch.no_grad()
def race(net: WaveNet, inputs: Inputs) -> Answer:
    """{"codes": (T,), "from", "h": (2,)} -> the guesses of all that follow `from`, thrice: by a pass over all
    before, by one over what the net hears of, from queues. seconds, columns (3,): how often a layer is
    computed at one sample; apart (): the largest difference between logits, as a share of the largest."""
    codes = np.asarray(inputs["codes"])[None]
    x, h = torch.as_tensor(codes), torch.as_tensor(np.asarray(inputs["h"])).float()[None]
    ends, player = np.arange(whole(inputs, "from", 1, x.shape[1] - 1), x.shape[1]) + 1, Player(net, h)
    for t in range(ends[0] - 1):
        player(codes[:, t])
    ways = (
        lambda t: net(x[:, :t], h)[:, :, -1],
        lambda t: net(x[:, max(0, t - net.field) : t], h)[:, :, -1],
        lambda t: torch.as_tensor(player(codes[:, t - 1])),
    )
    found, seconds = [], []
    for way in ways:
        before = time.perf_counter()
        found.append(torch.stack([way(int(t)) for t in ends]))
        seconds.append(time.perf_counter() - before)
    columns = len(net.layers) * np.array([ends.sum(), np.minimum(ends, net.field).sum(), len(ends)])
    apart = max(float((one - found[2]).abs().max() / found[2].abs().max()) for one in found)
    return {"seconds": np.array(seconds), "columns": columns, "apart": np.array(apart)}


SPEC = WavenetSpec
PROBES = {"play": play, "race": race}
TWO = {"told": True, "layers": 6, "period": 48}
ARMS = {name: TWO | {"dilations": name} for name in DILATIONS}
PAID = last("score", "kept", runs=DILATIONS)
MEASURED = "{0:.2f} nats a kept sample; {1:.2f} with all dilations 1"
CLAIMS = (
    Claim(
        "Where a string repeats after 48 samples, six layers of doubling dilations, which reach it, pay at "
        "least 0.6 nats less for a kept sample than six of dilation 1, which do not.",
        check(lambda new, old: old - new >= 0.6, MEASURED, "at least 0.6 nats less", PAID),
        "A gain of less than 0.6 nats.",
        ARMS,
    ),
    Claim(
        "Where a string repeats after 4 samples, which six layers of both kinds reach, doubling saves at "
        "most 0.2 nats.",
        check(lambda new, old: old - new <= 0.2, MEASURED, "at most 0.2 nats less", PAID),
        "A gain of more than 0.2 nats.",
        {name: arm | {"period": 4} for name, arm in ARMS.items()},
    ),
    Claim(
        "Where a string repeats after 110 samples, which six layers of neither kind reach, doubling saves at "
        "most 0.1 nats.",
        check(lambda new, old: old - new <= 0.1, MEASURED, "at most 0.1 nats less", PAID),
        "A gain of more than 0.1 nats.",
        {name: arm | {"period": 110} for name, arm in ARMS.items()},
    ),
    Claim(
        "Told that the string is the other one, the net pays at least 0.03 nats more for a kept sample.",
        check(lambda kept, wrong: wrong - kept >= 0.03, "{:.2f} nats a kept sample; told wrongly {:.2f}",
              "at least 0.03 nats more", last("score", "kept", "wrong", runs=(DOUBLED,))),
        "Less than 0.03 nats more.",
        {DOUBLED: ARMS[DOUBLED]},
    ),
)  # fmt: skip
RECORDED = tuple(WavenetSpec(dilations=d, period=p) for p in (48, 4, 110) for d in DILATIONS)
