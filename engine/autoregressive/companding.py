"""Mu-law companding: few values for a wave, close together where it is quiet. ITU-T G.711, as WaveNet has it.

Van den Oord et al., 2016. arXiv:1609.03499, section 2.2. Departure from it: mu is one less than there are
values, also where these are not 256.
"""

import numpy as np


def encode(x: np.ndarray, values: int = 256) -> np.ndarray:
    """Section 2.2: f(x) = sign(x) ln(1 + mu |x|) / ln(1 + mu), then the nearest of `values`. -> codes, int64.

    Raises ValueError unless all of x lies in [-1, 1].
    """
    return nearest(np.sign(x) * np.log1p((values - 1) * np.abs(x)) / np.log(values), values)


def decode(codes: np.ndarray, values: int = 256) -> np.ndarray:
    """The wave that a code stands for, in [-1, 1]."""
    f = level(codes, values)
    return np.sign(f) * np.expm1(np.abs(f) * np.log(values)) / (values - 1)


def nearest(f: np.ndarray, values: int) -> np.ndarray:
    """The nearest of `values` even steps over [-1, 1]: what a linear code does with the wave itself.

    Raises ValueError unless all of f lies in [-1, 1].
    """
    if not (np.abs(f) <= 1 + 1e-9).all():
        raise ValueError(f"a wave must lie in [-1, 1], got {np.abs(f).max():g}")
    return np.floor((f + 1) / 2 * (values - 1) + 0.5).astype(int)


def level(codes: np.ndarray, values: int) -> np.ndarray:
    """The middle of a step: what a linear code decodes to."""
    return 2 * np.asarray(codes) / (values - 1) - 1


def ratio(x: np.ndarray, heard: np.ndarray) -> float:
    """Signal to noise in dB: how much stronger x is than what was lost. Raises ValueError for silence."""
    if not (power := float(np.square(x).mean())):
        raise ValueError("a wave must not be silent: silence has no ratio to noise, got 0 everywhere")
    return 10 * np.log10(power / max(float(np.square(x - heard).mean()), 1e-20))
