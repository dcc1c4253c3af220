"""When does a code pay? The bits-back argument of Variational Lossy Autoencoder. Chen et al., 2016.
arXiv:1611.02731.

A world where everything can be added up: a stripe of n pixels has a shade, black or white, a fair coin; each
pixel shows the other shade with probability epsilon. The code z says which shade. All in nats.
Departures from it:
  - one code of two values, and decoders that are as good as a decoder can be;
  - the encoder is the true posterior, mixed with a share r of a blind guess.
"""

import math

import numpy as np


def entropy(p: np.ndarray | float) -> np.ndarray:
    """Of a coin that shows heads with probability p, in nats; 0 for a sure one. Any shape."""
    q = np.clip(np.asarray(p, float), 1e-300, 1)
    r = np.clip(1 - np.asarray(p, float), 1e-300, 1)
    return -(q * np.log(q) + r * np.log(r))


def counts(m: int, epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    """m pixels of a stripe: how likely a of them are black, and the chance that the shade is then black.
    -> (m + 1,) each, for a = 0 ... m."""
    a = np.arange(m + 1)
    ways = np.array([math.comb(m, int(k)) for k in a], float)
    black = (1 - epsilon) ** a * epsilon ** (m - a)  # of one such stripe, if the shade is black
    both = black + black[::-1]
    return ways * both / 2, black / both


def without(n: int, k: int, epsilon: float) -> np.ndarray:
    """What each pixel costs on average without a code, if the decoder sees the k before it -> (n,).

    It is the entropy of the pixel given those k, so no decoder with this field does better.
    """
    cost = []
    for i in range(n):
        chance, shade = counts(min(i, k), epsilon)
        cost.append(float(chance @ entropy(shade * (1 - epsilon) + (1 - shade) * epsilon)))
    return np.array(cost)


def with_code(n: int, epsilon: float, r: float) -> tuple[float, np.ndarray]:
    """With a code: the price KL(q(z|x) || p(z)), and what each pixel costs on average given z -> (n,).

    q = (1 - r) p(z|x) + r / 2. Given the shade the pixels before say nothing more: the field is all one.
    """
    chance, shade = counts(n, epsilon)
    q = (1 - r) * shade + r / 2
    price = float(chance @ (math.log(2) - entropy(q)))
    black = np.arange(n + 1) / n  # share of black pixels
    wrong = q * (1 - black) + (1 - q) * black  # how often a pixel is not of the shade that the code says
    return price, np.full(n, chance @ (wrong * -math.log(epsilon) + (1 - wrong) * -math.log(1 - epsilon)))


def information(n: int, epsilon: float) -> float:
    """Entropy of the whole stripe in nats: no way of telling it costs less on average."""
    return float(without(n, n - 1, epsilon).sum())
