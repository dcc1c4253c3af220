"""What the paper says of surprise, checked on numbers."""

import numpy as np
import pytest

from engine.adversarial.dcgan import surprise


def test_surprise_is_what_scipy_calls_entropy() -> None:
    """Killed: the natural logarithm; the tails left out."""
    from scipy.stats import entropy

    p = np.linspace(0, 1, 11)
    assert surprise(p) == pytest.approx(entropy(np.stack([p, 1 - p]), base=2), abs=1e-12)
