"""Section 2.2 of WaveNet (arXiv:1609.03499): mu-law, against a definition by its thresholds."""

import numpy as np
import pytest

from engine.autoregressive.companding import decode, encode, level, nearest, ratio
from engine.autoregressive.companding_lab import WAVE, both


@pytest.mark.parametrize("values", [64, 256])
def test_codes_are_those_between_whose_thresholds_a_sample_lies(values: int) -> None:
    """100,001 samples, code for code: the thresholds are the companded axis's middles, expanded. Killed: mu
    one more; cut off in place of rounded; the sign lost; log of 1 + mu x without the 1."""
    mu = values - 1
    middles = (2 * np.arange(mu) + 1) / mu - 1
    thresholds = np.sign(middles) * ((1 + mu) ** np.abs(middles) - 1) / mu
    x = np.linspace(-1, 1, 100_001)
    assert (encode(x, values) == np.searchsorted(thresholds, x, side="right")).all()
    codes = np.arange(values)
    assert (encode(decode(codes, values), values) == codes).all()


def test_even_steps_are_never_farther_than_half_a_step() -> None:
    """Killed: codes cut off; one step fewer."""
    x = np.random.default_rng(0).uniform(-1, 1, 5000)
    assert np.abs(level(nearest(x, 64), 64) - x).max() <= 1 / 63 + 1e-9


def test_mu_law_wins_where_it_is_quiet_and_loses_where_it_is_loud() -> None:
    """256 values: about as far above the noise from a hundredth of full scale on; by even steps 40 dB between
    the two. Killed: noise over signal; amplitude in place of power (10 for 20)."""
    quiet, loud = ([ratio(a * WAVE, one) for one in both(a * WAVE, 256)] for a in (0.01, 1.0))
    assert quiet[0] > quiet[1] + 20
    assert loud[1] > loud[0] + 8
    assert loud[1] - quiet[1] == pytest.approx(40, abs=3)


def test_silence_and_what_is_too_loud_are_refused_by_value() -> None:
    """Killed: a ratio that is nan; a wave cut off in silence."""
    assert (decode(encode(np.zeros(4))) ** 2 < 1e-8).all()
    with pytest.raises(ValueError, match="silence has no ratio"):
        ratio(np.zeros(4), np.zeros(4))
    for wrong in (np.array([1.5]), np.array([np.nan])):
        with pytest.raises(ValueError, match=r"lie in \[-1, 1\]"):
            encode(wrong)
