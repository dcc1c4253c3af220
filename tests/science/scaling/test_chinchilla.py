"""The published laws (arXiv:2203.15556, 2404.10102, 2001.08361) in numbers."""

from typing import Any

import numpy as np
import pytest
import torch
from scipy.optimize import curve_fit, minimize_scalar

from engine.core.params import Refusal
from engine.core.trace import traced
from engine.scaling import chinchilla, chinchilla_lab, kaplan
from engine.scaling.chinchilla import GOPHER, LAWS, PRINTED, REFIT, UNROUNDED


@pytest.mark.parametrize("name", LAWS)
def test_the_closed_form_is_where_scipy_finds_the_least_loss(name: str) -> None:
    """To 1e-6. Killed: alpha and beta exchanged in the slope; G turned round; C for C / 6."""
    law = LAWS[name]
    for C in (1e20, GOPHER, 1e26):
        N, D = law.optimum(C)
        # without E, and in logarithms: near its bottom the loss itself is flat to 16 digits
        found: Any = minimize_scalar(
            lambda x, C=C: np.log(law.loss(np.exp(x), C / 6 / np.exp(x)) - law.E),
            bounds=(np.log(N) - 3, np.log(N) + 3), method="bounded", options={"xatol": 1e-12},
        )  # fmt: skip
        x, slope = found.x, 1e-4
        left, right = (
            np.log(law.loss(np.exp(x + s), C / 6 / np.exp(x + s)) - law.E) for s in (-slope, slope)
        )
        middle = np.log(law.loss(np.exp(x), C / 6 / np.exp(x)) - law.E)
        x += slope * (left - right) / (2 * (left - 2 * middle + right))  # one step of Newton's
        assert np.exp(x) == pytest.approx(N, rel=1e-6)
        assert pytest.approx(C, rel=1e-12) == 6 * N * D


def test_three_sets_of_constants_advise_three_sizes_for_gophers_compute() -> None:
    """32, 40 and 72 billion; the paper's figure 4 says 40. Killed: a beta of 0.34; the unrounded alpha."""
    sizes = {name: float(law.optimum(GOPHER)[0]) / 1e9 for name, law in LAWS.items()}
    assert sizes == pytest.approx({PRINTED: 32.19, UNROUNDED: 40.31, REFIT: 72.25}, abs=0.01)
    slopes = [law.slope for law in LAWS.values()]
    assert slopes == pytest.approx([0.4516, 0.4565, 0.5126], abs=1e-4)


def test_predicted_losses_put_chinchilla_before_all_others() -> None:
    """Killed: parameters and tokens exchanged."""
    loss = {name: float(LAWS[PRINTED].loss(*both)) for name, both in chinchilla.MODELS.items()}
    assert loss == pytest.approx(
        {"GPT-3": 2.002, "Jurassic-1": 2.002, "Gopher": 1.993, "MT-NLG": 1.991, "Chinchilla": 1.937}, abs=1e-3
    )


def test_curve_fit_recovers_the_exponents_from_losses_of_the_law() -> None:
    """To 5 %. Killed: a law whose data term has alpha."""
    law = LAWS[PRINTED]
    N, D = (one.ravel() for one in np.meshgrid(np.geomspace(1e8, 1e10, 8), np.geomspace(1e9, 1e12, 8)))

    def shape(at: np.ndarray, E: float, a: float, b: float, alpha: float, beta: float) -> np.ndarray:
        return E + np.exp(a) / at[0] ** alpha + np.exp(b) / at[1] ** beta

    found, _ = curve_fit(shape, np.stack([N, D]), law.loss(N, D), p0=(1.5, 6, 7, 0.3, 0.3), maxfev=20_000)
    assert found[3:] == pytest.approx([law.alpha, law.beta], rel=0.05)


def test_a_line_of_equal_loss_has_that_loss_and_ends_where_no_data_suffice() -> None:
    """Killed: the exponent not turned round; a negative base let through."""
    law, N = LAWS[PRINTED], np.array([1e7, 1e9, 1e11])
    D = law.tokens(2.3, N)
    assert np.isinf(D[0])
    assert law.loss(N[1:], D[1:]) == pytest.approx([2.3, 2.3], abs=1e-9)


def test_kaplans_joint_law_has_both_others_for_its_ends_and_bends_where_both_terms_are_alike() -> None:
    """And L(1.5 billion) = 2.304, L(175 billion) = 1.604 nats. Killed: exponents exchanged; no root."""
    assert kaplan.L_N(1.5e9) == pytest.approx(2.304, abs=1e-3)
    assert kaplan.L_N(175e9) == pytest.approx(1.604, abs=1e-3)
    assert kaplan.L_ND(1e9, 1e40) == pytest.approx(float(kaplan.L_N(1e9)), rel=1e-9)
    assert kaplan.L_ND(1e60, 22e9) == pytest.approx(float(kaplan.L_D(22e9)), rel=1e-9)
    N = kaplan.bend(22e9)
    assert kaplan.L_ND(N, 22e9) == pytest.approx(2**kaplan.ALPHA_D * float(kaplan.L_N(N)), rel=1e-9)


def test_kaplans_best_size_is_1_3_billion_for_a_petaflop_day_and_5_times_more_for_10_times_more() -> None:
    """As table 6 and figure 14 say. Killed: floating-point operations a second for those of a day."""
    assert kaplan.optimum(kaplan.PF_DAY) == pytest.approx(1.3e9)
    assert kaplan.optimum(1e21) / kaplan.optimum(1e20) == pytest.approx(5.4, abs=0.05)
    assert kaplan.PF_DAY == 1e15 * 86_400


def test_the_film_ends_at_the_budget_and_a_budget_of_0_or_1e30_is_refused_by_name_bound_and_value() -> None:
    """Killed: the advice at the budget before; a bound left out."""
    spec = chinchilla_lab.SPEC(C=100.0, constants=REFIT)
    trace = traced(chinchilla_lab.run(spec, torch.device("cpu"), {}))
    assert trace.latest("flops") == pytest.approx(1e23)
    assert trace.last("here")["N"] == pytest.approx(LAWS[REFIT].optimum(1e23)[0])
    for name, value in (("C", 0.0), ("C", 1e9), ("N", 0.0)):
        with pytest.raises(Refusal, match=rf"{name} must be a number in \["):
            chinchilla_lab.SPEC().but(**{name: value})
