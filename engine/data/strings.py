"""Strings plucked again and again, the plucks known. Made here (sound.py): no licence is needed.

Honest limits: one string a clip, no room; what is between two plucks is one difference equation.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from engine.data.sound import pluck

SAMPLES = 1024
KINDS = {"ringing": 0.996, "muted": 0.9}  # string -> what is left of a slow wave after a period
LASTS = (8, 16)  # periods until it is plucked again


class Strings(NamedTuple):
    """Clips of one string each, ringing ones and muted ones in turns."""

    waves: np.ndarray  # (n, samples), peaks at 1 at most
    kinds: np.ndarray  # (n,): which of KINDS
    fresh: np.ndarray  # (n, samples) bool: in the first period after a pluck, all of it noise


@lru_cache(maxsize=8)
def strings(period: int, n: int, seed: int, samples: int = SAMPLES) -> Strings:
    """Clips of a string of a period in samples, plucked now harder, now softer."""
    rng = np.random.default_rng(seed)
    found = Strings(np.zeros((n, samples)), np.arange(n) % 2, np.zeros((n, samples), bool))
    for i, decay in enumerate(np.array(list(KINDS.values()))[found.kinds]):
        wave, new = [], []
        begin, end = int(rng.integers(LASTS[0] * period)), 0  # it sounds already when the clip begins
        while end < begin + samples:
            lasts = int(period * rng.uniform(*LASTS))
            wave.append(2 * rng.uniform(0.5, 1) * pluck(period, lasts, rng, decay))
            new.append(np.arange(lasts) < period)
            end += lasts
        found.waves[i] = np.concatenate(wave)[begin:][:samples]
        found.fresh[i] = np.concatenate(new)[begin:][:samples]
    return found
