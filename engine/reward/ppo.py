"""Proximal Policy Optimization Algorithms. Schulman et al., 2017. arXiv:1707.06347.

Names follow the paper: r_t(theta), A_t, epsilon, delta_t, gamma, lambda. Departures from it:
  - no entropy bonus (c_2 = 0); advantages are standardised over the batch, as implementations do;
  - the value's error is not clipped, and is halved, as implementations do; the paper's L^VF has no half.
"""

from torch import Tensor, zeros_like


def gae(rewards: Tensor, values: Tensor, real: Tensor, discount: float, lam: float) -> Tensor:
    """Eq. 11, 12: A_t = sum_l (gamma lambda)^l delta_{t+l}, delta_t = r_t + gamma V(s_{t+1}) - V(s_t).

    All (B, T); nothing follows the last real step. `discount` is the paper's gamma. -> (B, T).
    """
    out, after, value = zeros_like(rewards), zeros_like(rewards[:, 0]), zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + discount * value - values[:, t]
        after = (delta + discount * lam * after) * real[:, t]
        value = values[:, t] * real[:, t]
        out[:, t] = after
    return out


def clipped(new: Tensor, old: Tensor, advantage: Tensor, epsilon: float) -> Tensor:
    """Eq. 7, of each step: min(r A, clip(r, 1 - epsilon, 1 + epsilon) A), r = exp(new - old)."""
    ratio = (new - old).exp()
    return (ratio * advantage).minimum(ratio.clamp(1 - epsilon, 1 + epsilon) * advantage)


def value_loss(values: Tensor, returns: Tensor) -> Tensor:
    """L^VF of eq. 9, halved, of each step."""
    return 0.5 * (values - returns).square()


def approx_kl(new: Tensor, old: Tensor) -> Tensor:
    """(r - 1) - log r of each step: never below zero, and its mean is KL(old, new)."""
    log_ratio = new - old
    return log_ratio.exp() - 1 - log_ratio


def mean(x: Tensor, real: Tensor) -> Tensor:
    """The mean over real steps."""
    return (x * real).sum() / real.sum()


def standard(advantage: Tensor, real: Tensor) -> Tensor:
    """Advantages with mean 0 and variance 1 over the real steps of a batch."""
    centred = (advantage - mean(advantage, real)) * real
    return centred / (mean(centred.square(), real) + 1e-8).sqrt()
