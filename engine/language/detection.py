"""A Watermark for Large Language Models. Kirchenbauer et al., 2023. arXiv:2301.10226: attacks, and the test
over many texts.

Departures from it:
  - words are replaced by words drawn by lot from people's texts; the paper lets a model write spans anew.
"""

import numpy as np

PHRASE = 8  # words of the phrase that is repeated
ATTACKS = ("replace words", "delete words", "paste people's text", "repeat a phrase")
# what should be left of z when a share e of the words is touched: the pairs that survive, over the root of T
LEFT = {
    "replace words": lambda e: (1 - e) ** 2,
    "delete words": lambda e: (1 - e) ** 1.5,
    "paste people's text": lambda e: 1 - e,
}


def attacked(
    kind: str, text: np.ndarray, share: float, other: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """A text (N,) of which a share is attacked; other (N,): words by people. Two words are always left.

    To replace, places by lot take words by lot from `other`; to delete, places by lot are left out. To paste
    and to repeat, the text ends as `other` does, or with its own first PHRASE words over and over.
    """
    n = len(text)
    hit, by_lot = round(share * n), rng.permutation(n)
    if kind == ATTACKS[0]:
        out = text.copy()
        out[by_lot[:hit]] = rng.choice(other, hit)
        return out
    if kind == ATTACKS[1]:
        return text[np.sort(by_lot[: max(2, n - hit)])]
    if kind in ATTACKS[2:]:
        end = other[n - hit : n] if kind == ATTACKS[2] else np.resize(text[:PHRASE], hit)
        return np.concatenate([text[: n - hit], end])
    raise ValueError(f"kind must be one of {', '.join(ATTACKS)}, got {kind!r}")


def rates(z: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """The share of texts with z (n,) above each threshold: of marked texts the true positives, of people's
    the false ones."""
    return (z[:, None] > thresholds).mean(0)
