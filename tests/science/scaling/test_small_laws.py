"""Small laws on a source of known entropy (arXiv:2001.08361): the loss is exact, and what is read off it."""

from typing import Any

import numpy as np
import pytest
import torch
from scipy.optimize import curve_fit
from scipy.stats import entropy, linregress
from torch import nn

from engine.core.trace import Snapshot, Trace
from engine.scaling import small_laws as laws
from engine.scaling import small_laws_lab as lab


def trace_of(steps: list[int], found: np.ndarray) -> Trace:
    """A run that says these excesses (M, 6) at these steps."""
    trace = Trace(total=steps[-1])
    for moment, (step, row) in enumerate(zip(steps, found, strict=True)):
        now = {"excess": row, "fit": row[[0, -1]], "source": np.array([2.0, 1.0])}
        trace.add(Snapshot(moment, step, "now", now))
    return trace


def test_the_entropy_is_that_of_a_long_text_and_pairs_follow_pairs() -> None:
    """Within 5 standard errors of 200,000 draws. Killed: pairs alike; the stationary shares of a then b
    exchanged."""
    source, rng = laws.source(3, 1.0), torch.Generator().manual_seed(0)
    pair, token = laws.draw(source, 200_000, rng)
    surprise = -source.p[pair, token].log()
    assert abs(surprise.mean() - source.entropy) < 5 * surprise.std() / len(surprise) ** 0.5
    text = [0, 1]
    for u in np.random.default_rng(0).random(40_000):  # the same source, token by token
        row = source.p[32 * text[-2] + text[-1]].cumsum(0)
        text.append(min(int(torch.searchsorted(row, u)), laws.V - 1))
    seen = np.bincount(text[100:], minlength=laws.V) / len(text[100:])
    assert np.abs(seen - source.pi.reshape(32, 32).sum(0).numpy()).max() < 0.03


def test_the_excess_is_the_divergence_that_scipy_reckons_and_nothing_for_the_source_itself() -> None:
    """To 1e-6. Killed: pairs weighed alike; p and q exchanged; the entropy not taken off."""
    source, net = laws.source(1, 1.0), laws.Bengio(8)
    with torch.no_grad():
        q = net(torch.arange(32 * 32)).double().softmax(1).numpy()
    wanted = source.pi.numpy() @ entropy(source.p.numpy(), q, axis=1)
    assert laws.excess(net, source) == pytest.approx(wanted, abs=1e-6)

    class Knows(laws.Bengio):
        def forward(self, pair: torch.Tensor) -> torch.Tensor:
            return source.p[pair].log()

    assert abs(laws.excess(Knows(1), source)) < 1e-12


@pytest.mark.parametrize("width", lab.WIDTHS)
def test_N_counts_every_parameter_but_the_embeddings(width: int) -> None:
    """Exact. Killed: embeddings counted; biases left out."""
    net = laws.Bengio(width)
    hidden = [p.numel() for m in net.modules() if isinstance(m, nn.Linear) for p in m.parameters()]
    assert sum(hidden) == laws.N(width)


def test_the_exponent_is_what_curve_fit_recovers_and_its_interval_scipys() -> None:
    """To 5 %, and to 1e-9. Killed: 1.96 in place of Student's t; the sign; R² without its root taken back."""
    rng = np.random.default_rng(0)
    x = lab.SIZES.astype(float)
    y = (50.0 / x) ** 0.52 * np.exp(0.02 * rng.normal(size=len(x)))
    alpha, half, r2 = laws.power_law(x, y)
    (_, other), _ = curve_fit(lambda n, N0, a: (N0 / n) ** a, x, y, p0=(30.0, 0.4))
    assert alpha == pytest.approx(other, rel=0.05)
    assert alpha == pytest.approx(0.52, rel=0.05)
    fit: Any = linregress(np.log(x), np.log(y))
    assert half == pytest.approx(2.7764451 * fit.stderr, rel=1e-6)
    assert r2 == pytest.approx(fit.rvalue**2, abs=1e-9)


def law(N: np.ndarray, D: np.ndarray) -> np.ndarray:
    """A law without noise, (M, sizes)."""
    return 40 / N[None] ** 0.6 + 8000 / D[:, None] ** 0.85


def test_isoflops_and_their_bottom_are_those_of_a_law_without_noise() -> None:
    """To 2 % and to 15 %: a parabola is not the law. Killed: C = 2 N D; tokens for
    FLOPs; the edge taken for a bottom."""
    steps = [0, *np.unique(np.geomspace(1, 4000, 60).round().astype(int)).tolist()]
    N = lab.SIZES.astype(float)
    found = law(N, np.maximum(np.array(steps), 1) * lab.BATCH)
    tokens = np.array(steps) * lab.BATCH
    iso = lab.isoflops(tokens, found)
    for b, C in enumerate(lab.BUDGETS):
        D = C / 6 / N
        known = tokens[-1] >= D
        wanted = (40 / N**0.6 + 8000 / D**0.85)[known]
        assert iso[b][known] == pytest.approx(wanted, rel=0.02)
        assert np.isnan(iso[b][~known]).all()
        fine = np.geomspace(N[0], N[-1], 4000)
        least = fine[np.argmin(40 / fine**0.6 + 8000 / (C / 6 / fine) ** 0.85)]
        assert lab.bottom(iso[b])[0] == pytest.approx(least, rel=0.15)
    assert np.isnan(lab.bottom(np.linspace(1, 2, 6))).all()  # the least at an edge


def test_tokens_to_a_loss_are_where_the_law_has_it() -> None:
    """To 3 %. Killed: the moment after, without the line between; the end for one that never does."""
    steps = [0, *range(1, 2000, 40)]
    N = lab.SIZES.astype(float)
    found = law(N, np.maximum(np.array(steps), 1) * lab.BATCH)
    tokens = lab.reached(trace_of(steps, found), 0.5)
    wanted = (8000 / np.maximum(0.5 - 40 / N**0.6, 1e-9)) ** (1 / 0.85)
    there = wanted < steps[-1] * lab.BATCH
    assert 0 < there.sum() < 6
    assert tokens[there] == pytest.approx(wanted[there], rel=0.03)
    assert np.isnan(tokens[~there]).all()


def test_claims_fall_where_the_law_is_another() -> None:
    """Killed: R² of what is not a line; sizes alike; data that hold nothing up."""
    N, steps = lab.SIZES.astype(float), [0, *range(1, 2400, 20)]
    D = np.maximum(np.array(steps), 1) * lab.BATCH
    good, alike = trace_of(steps, law(N, D)), trace_of(steps, law(np.full(6, 1100.0), D))
    fast = trace_of(steps, 8000 / (D[:, None] * N / N[0]) ** 0.85)  # what counts is compute alone
    bent = trace_of(steps, np.tile([0.5, 0.1, 0.6, 0.2, 0.7, 0.1], (len(steps), 1)))
    line, tokens, flops, grows, data = (claim.check for claim in lab.CLAIMS)
    assert line({"fresh": good}).holds
    assert not line({"fresh": bent}).holds
    assert not tokens({"fresh": alike}).holds
    assert flops({"fresh": alike}).holds
    assert not flops({"fresh": fast}).holds
    assert not grows({"fresh": alike}).holds
    assert data({"few": alike, "fresh": good}).holds
    assert not data({"few": good, "fresh": good}).holds
    assert not data({"few": alike, "fresh": alike}).holds
