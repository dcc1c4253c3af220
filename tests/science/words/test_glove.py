"""GloVe (EMNLP 2014): the weights, the loss, the update in the form that its authors published."""

import math

import numpy as np
import pytest
import torch

from engine.words.glove import AdaGrad, GloVe, f, log_ratio


def test_the_weight_is_a_capped_power_and_zero_for_nothing():
    """Eq. 9. Killed: no cap; f(0) = 1 at alpha = 0."""
    X = torch.tensor([0.0, 1.0, 100.0, 1000.0])
    assert f(X).tolist() == pytest.approx([0, 0.01**0.75, 1, 1])
    assert f(X, alpha=0.0).tolist() == [0, 1, 1, 1]


def test_single_pair_steps_are_those_of_the_published_update():
    """One cell, five steps, from the same start, in double precision: squares of eta x gradient from one.

    Killed: the square taken in before the step; a loss that is not halved; eta left out of the squares.
    """
    torch.manual_seed(0)
    net, eta, x = GloVe(2, 3).double(), 0.05, 37.0
    w, c = net.w[0].tolist(), net.w_[1].tolist()
    b, b_ = net.b[0].item(), net.b_[1].item()
    squares = [[1.0] * 3, [1.0] * 3, 1.0, 1.0]
    X = torch.zeros(2, 2, dtype=torch.float64)
    X[0, 1] = x
    step = AdaGrad(net, rate=1.0, begin=1 / eta**2)
    for _ in range(5):
        net.J(torch.where(X > 0, X, 1.0).log(), f(X)).backward()
        step.step()
        off = sum(p * q for p, q in zip(w, c, strict=True)) + b + b_ - math.log(x)
        pull = eta * (x / 100) ** 0.75 * off
        moves = [pull * q for q in c], [pull * p for p in w]
        w = [p - m / math.sqrt(s) for p, m, s in zip(w, moves[0], squares[0], strict=True)]
        c = [q - m / math.sqrt(s) for q, m, s in zip(c, moves[1], squares[1], strict=True)]
        b, b_ = b - pull / math.sqrt(squares[2]), b_ - pull / math.sqrt(squares[3])
        both = zip(squares[:2], moves, strict=True)
        rows = [[s + m * m for s, m in zip(old, move, strict=True)] for old, move in both]
        squares = [*rows, *(s + pull**2 for s in squares[2:])]
    assert net.w[0].tolist() == pytest.approx(w, abs=1e-6)
    assert net.w_[1].tolist() == pytest.approx(c, abs=1e-6)
    assert (net.b[0].item(), net.b_[1].item()) == pytest.approx((b, b_), abs=1e-6)


def test_the_log_ratio_of_two_words_is_the_difference_of_their_scores():
    """Killed: biases of contexts left in; the roles of i and j exchanged."""
    torch.manual_seed(0)
    net = GloVe(6, 4)
    scores = net.scores().detach().numpy()
    assert log_ratio(net, 1, 4).numpy() == pytest.approx(scores[1] - scores[4], abs=1e-6)
    assert np.shape(net.vectors().detach()) == (6, 4)
