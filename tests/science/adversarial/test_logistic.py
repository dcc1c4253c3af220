"""Logistic regression under attack (section 5 of arXiv:1412.6572), exact; and what the lab measures of it."""

from itertools import product

import numpy as np
import pytest
import torch

from engine.adversarial import logistic_lab as lab
from engine.adversarial.logistic import deviation, fit, gradient, worst
from engine.core.trace import Step, Trace, traced

RNG = np.random.default_rng(0)
w, b = RNG.normal(size=9), 0.3
x, y = RNG.normal(size=(20, 9)), RNG.choice([-1, 1], 20)


def loss(w: np.ndarray, b: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """zeta(-y (w.x + b)) of each picture, zeta(z) = log(1 + exp z). x (B, n), y (B,) of -1 and 1."""
    return np.logaddexp(0, -y * (x @ w + b))


def test_the_slope_is_autograd_s_and_its_sign_is_that_of_minus_y_w() -> None:
    """To 1e-12. Killed: a plus; the chance of the right class; no y."""
    inputs = torch.tensor(x, requires_grad=True)
    targets = torch.tensor(y)
    cost = torch.nn.functional.softplus(-targets * (inputs @ torch.tensor(w) + b))
    cost.sum().backward()
    assert inputs.grad is not None
    assert np.allclose(gradient(w, b, x, y), inputs.grad.numpy(), atol=1e-12)
    assert np.allclose(loss(w, b, x, y), cost.detach().numpy(), atol=1e-12)
    assert (np.sign(gradient(w, b, x, y)) == -y[:, None] * np.sign(w)).all()


def test_no_signs_are_worse_than_the_gradient_s_and_it_costs_epsilon_times_the_sum_of_sizes() -> None:
    """Over all 512 of them, to 1e-12; and a standard deviation is theirs. Killed: ||w||_2 for ||w||_1; n for
    its root; epsilon squared."""
    every = np.array(list(product([-1, 1], repeat=9)))
    shifts = 0.2 * every @ w
    assert worst(w, 0.2) == pytest.approx(-shifts.min(), abs=1e-12)
    assert deviation(w, 0.2) == pytest.approx(shifts.std(), abs=1e-12)
    attacked = x + 0.2 * np.sign(gradient(w, b, x, y))
    falls = y * (x @ w + b) - y * (attacked @ w + b)
    assert np.allclose(falls, worst(w, 0.2), atol=1e-12)
    assert np.allclose(loss(w, b, attacked, y), np.logaddexp(0, worst(w, 0.2) - y * (x @ w + b)), atol=1e-12)


def test_newton_s_method_ends_where_the_slope_is_nothing() -> None:
    """Killed: a decay of another size; labels of 0 and 1; too few steps."""
    found, c = fit(x, y, 0.01)
    wrong = 1 / (1 + np.exp(y * (x @ found + c)))
    assert np.allclose(0.01 * found, x.T @ (y * wrong) / len(x), atol=1e-9)
    assert abs((y * wrong).mean()) < 1e-6


def test_pixels_are_means_of_blocks_or_equal_parts() -> None:
    """Killed: sums; every second pixel; a picture lying on its side."""
    image = np.arange(64).reshape(1, 8, 8) % 17
    for side in lab.SIDES:
        found = lab.pixels(image, side).reshape(side, side)
        assert found.mean() == pytest.approx(image.mean() / 16)
    assert lab.pixels(image, 2)[0, 1] == pytest.approx(image[0, :4, 4:].mean() / 16)
    assert lab.pixels(image, 16)[0].reshape(16, 16)[3, 9] == image[0, 1, 4] / 16


def test_what_is_read_is_counted_digit_by_digit() -> None:
    """Each kept digit attacked by itself. Killed: learned digits; the margin's fall halved; noise of one
    throw for all; the ratio upside down."""
    spec = lab.SPEC(pair="1 and 8", epsilon=0.1)
    trace = traced(lab.run(spec, torch.device("cpu"), {}))
    learned, (new, labels) = lab.of_pair(spec)
    line, c = fit(lab.pixels(learned[0], 8), learned[1], spec.decay)
    seen = lab.pixels(new, 8)
    attacked = seen + 0.1 * np.sign(gradient(line, c, seen, labels))
    at = {name: trace.scalars[name][1][2] for name in ("clean", "noise", "worst", "ratio", "falls")}
    assert at["worst"] == pytest.approx(100 * (labels * (attacked @ line + c) > 0).mean(), abs=1e-3)
    assert at["clean"] == pytest.approx(100 * (labels * (seen @ line + c) > 0).mean(), abs=1e-3)
    coins = np.random.default_rng(9).choice([-1, 1], (500, 64))
    noisy = [100 * (labels * ((seen + 0.1 * s) @ line + c) > 0).mean() for s in coins]
    assert at["noise"] == pytest.approx(np.mean(noisy), abs=5 * np.std(noisy) / np.sqrt(500))
    assert at["ratio"] == pytest.approx(worst(line, 0.1) / deviation(line, 0.1), rel=1e-3)
    kept, shift = {one.tobytes() for one in new}, trace.at("shift", 2)["share"]
    assert not kept & {one.tobytes() for one in learned[0]}
    assert shift.sum() == pytest.approx(100)


def test_both_claims_can_fall() -> None:
    """Killed: 4 and 64 pixels exchanged; the worst signs not asked."""

    def told(noise: float, worst_: float, ratio: float) -> dict[str, Trace]:
        trace = Trace()
        for side, cost, lost, far in ((2, 26.0, 95.0, 1.83), (8, noise, worst_, ratio)):
            trace.add(
                Step(side, 16, {"clean": 100.0, "noise": 100 - cost, "worst": 100 - lost, "ratio": far})
            )
        return {"this": trace}

    assert lab.noise_fades(told(0.1, 70, 5)).holds
    assert not lab.noise_fades(told(8, 70, 5)).holds
    assert not lab.noise_fades(told(0.1, 30, 5)).holds
    assert lab.farther_than_noise(told(0, 0, 5.4)).holds
    assert not lab.farther_than_noise(told(0, 0, 4)).holds
