"""The best discriminator, the divergences and the game of two numbers, against closed forms and scipy."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon

from engine.adversarial import optimal_lab as lab
from engine.adversarial.optimal import DX, JSD, KL, V, X, best_D, log_normal, orbit
from engine.core.trace import Trace, traced

P, Q = log_normal(0.5, 1.0), log_normal(-0.7, 1.4)


def exact(**changes: object) -> Trace:
    return traced(lab.run(lab.SPEC(**changes), torch.device("cpu"), {}))  # type: ignore[arg-type]


def test_the_best_d_cannot_be_bettered_at_any_place() -> None:
    """V falls when D* is bent up or down anywhere; with a target t for data, the same of
    E_p[t log D + (1 - t) log(1 - D)] + E_q[log(1 - D)] at each place, whose best is t p / (p + q). Killed: q
    over the sum; the target on fakes, too; the target as a bound."""
    p, q = np.exp(P), np.exp(Q)
    for target in (1.0, 0.9):
        D = best_D(P, Q, target)

        def worth(d: np.ndarray, t: float = target) -> np.ndarray:
            return p * (t * np.log(d) + (1 - t) * np.log(1 - d)) + q * np.log(1 - d)

        near = np.abs(X) < 5
        for bent in (D + 0.02 * (1 - D), D - 0.02 * D):
            assert (worth(bent)[near] < worth(D)[near]).all()


def test_against_the_best_d_the_game_is_worth_2_jsd_minus_log_4() -> None:
    """And JSD is scipy's, KL of Gaussians that of the closed form, to 1e-6. Killed: log 2; JSD with a mixture
    of logarithms; KL the other way round; V against a D that is not the best."""
    assert V(P, Q) == pytest.approx(2 * JSD(P, Q) - math.log(4), abs=1e-9)
    assert V(P, Q) == pytest.approx(V(P, Q, best_D(P, Q)), abs=1e-9)
    assert JSD(P, Q) == pytest.approx(jensenshannon(np.exp(P) * DX, np.exp(Q) * DX) ** 2, abs=1e-6)
    for (a, s), (b, t), one, other in (((0.5, 1.0), (-0.7, 1.4), P, Q), ((-0.7, 1.4), (0.5, 1.0), Q, P)):
        closed = math.log(t / s) + (s**2 + (a - b) ** 2) / (2 * t**2) - 0.5
        assert KL(one, other) == pytest.approx(closed, abs=1e-6)


def test_both_at_once_the_two_numbers_leave_by_the_root_of_1_plus_eta_squared() -> None:
    """Exactly, to 1e-9; by turns x^2 + y^2 - eta x y stays, so below eta = 2 they stay near. Killed: a sign;
    y that sees the new x in both, or in neither; x last."""
    for eta in (0.05, 0.2, 1.0):
        r = np.hypot(*orbit(eta, 60, False).T)
        assert np.abs(r / (1 + eta**2) ** (np.arange(61) / 2) - 1).max() <= 1e-9
        x, y = orbit(eta, 500, True).T
        assert np.abs(x**2 + y**2 - eta * x * y - 1).max() <= 1e-9
        assert np.hypot(x, y).max() <= (1 / (1 - eta / 2)) ** 0.5 + 1e-9
    assert np.hypot(*orbit(2.2, 60, True).T)[-1] > 100


def test_the_claims_of_the_line_fall_where_g_cannot_match_or_overlaps() -> None:
    """Killed: a claim that can only hold; the largest V for the smallest; slopes next to the data."""
    smallest, flat = lab.CLAIMS
    for changes, holds in (
        ({}, (True, True)),
        ({"data": lab.TWO}, (False, True)),
        ({"sigma": 3.0}, (False, False)),
    ):
        trace = exact(**changes)
        assert tuple(bool(one.check({"this": trace}).holds) for one in (smallest, flat)) == holds, changes
    trace = exact(target=0.9)
    assert max(trace.at("line", 30)["D"]) == pytest.approx(0.45)
    with pytest.raises(ValueError, match=r"^eta must be"):
        lab.orbits(None, {"eta": 3.0})
