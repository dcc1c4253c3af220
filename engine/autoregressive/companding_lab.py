"""Lab: what few values leave of a quiet wave and of a loud one, by mu-law or by even steps. Exact."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.autoregressive.companding import decode, encode, level, nearest, ratio
from engine.core.claims import Claim, Traces, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots

PAPERS = ("oord2016wavenet",)
AMPLITUDES = np.geomspace(0.002, 1, 28)  # peaks of the wave, a moment each: from quiet to loud
WAVE = np.sin(2 * np.pi * 5 * np.arange(2048) / 2048 + 0.3)  # five turns, from a place on no step's edge
SHOWN, GRID = 410, np.linspace(-1, 1, 401)
MOST = 2.0  # peaks
CLEAR = 10.0  # dB: the wave ten times as strong as its noise


@dataclass(frozen=True)
class CompandingSpec(Spec):
    bits: int = param(6, "Bits a sample", "6 make 64 values, 8 the paper's 256.", low=2, high=8)

    @property
    def values(self) -> int:
        """How many steps the wave may stand on."""
        return 2**self.bits


def both(x: np.ndarray, values: int) -> np.ndarray:
    """x as it comes back from mu-law, and from even steps. (n,) -> (2, n)."""
    return np.stack([decode(encode(x, values), values), level(nearest(x, values), values)])


def restore(spec: CompandingSpec, weights: State | None) -> np.ndarray:
    """Signal to noise of both at each amplitude, in dB (amplitudes, 2): nothing is trained."""
    return np.array([[ratio(x, one) for one in both(x, spec.values)] for x in AMPLITUDES[:, None] * WAVE])


def run(spec: CompandingSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moment i is a wave of AMPLITUDES[i]: it, and what comes back (3, SHOWN), both stairs under it (2, n),
    as shares of its peak, cut off at MOST; the ratios of both."""
    for i, (peak, decibels) in enumerate(zip(AMPLITUDES, restore(spec, None), strict=True)):
        x = peak * WAVE[:SHOWN]
        heard, stairs = np.stack([x, *both(x, spec.values)]), both(peak * GRID, spec.values)
        seen = {"wave": (heard / peak).clip(-MOST, MOST), "stairs": (stairs / peak).clip(-MOST, MOST)}
        seen |= {"decibels": decibels, "peak": np.array([peak])}
        yield Step(i + 1, len(AMPLITUDES), {"mu_law": float(decibels[0]), "even": float(decibels[1])})
        yield from shots(i, i + 1, {"at": {name: one.astype(np.float32) for name, one in seen.items()}})


def quiet(traces: Traces) -> Verdict:
    """A quiet wave, by both."""
    mu, even = traces["this"].at("at", int(np.abs(AMPLITUDES - 0.01).argmin()))["decibels"]
    wanted = f"at least {CLEAR:g} dB by mu-law, less by even steps"
    return Verdict(bool(mu >= CLEAR > even), f"{mu:.1f} dB by mu-law, {even:.1f} dB by even steps", wanted)


SPEC = CompandingSpec
split = None  # exact: nothing is learned
CLAIMS = (
    Claim("Of a wave at a hundredth of full scale mu-law leaves at least 10 dB of signal over noise; as many "
          "even steps leave less.", quiet, "Less than 10 dB by mu-law, or as much by even steps."),
)  # fmt: skip
RECORDED = (CompandingSpec(),)
