"""A Watermark for Large Language Models. Kirchenbauer et al., 2023. arXiv:2301.10226: attacks, and the test
over many texts.

Departures from it:
  - words are replaced by words drawn by lot from people's texts; the paper lets a model write spans anew.
"""

import numpy as np

PHRASE = 8  # words of the phrase that is repeated
ATTACKS = ("replace", "delete", "paste", "repeat")
# what should be left of z when a share e of the words is touched: the pairs that survive, over the root of T
LEFT = {
    "replace": lambda e: (1 - e) ** 2,
    "delete": lambda e: (1 - e) ** 1.5,
    "paste": lambda e: 1 - e,
}


def attacked(
    kind: str, text: np.ndarray, share: float, other: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """A text (N,) of which a share is attacked; other (N,): words by people. Two words are always left.

    replace: places by lot take words by lot from `other`. delete: places by lot are left out. paste: the end
    is `other`'s. repeat: the end is the text's first PHRASE words over and over.
    """
    n = len(text)
    hit = round(share * n)
    match kind:
        case "replace":
            out = text.copy()
            out[rng.permutation(n)[:hit]] = rng.choice(other, hit)
            return out
        case "delete":
            return text[np.sort(rng.permutation(n)[: max(2, n - hit)])]
        case "paste":
            return np.concatenate([text[: n - hit], other[n - hit : n]])
        case "repeat":
            return np.concatenate([text[: n - hit], np.resize(text[:PHRASE], hit)])
    raise ValueError(f"kind must be one of {', '.join(ATTACKS)}, got {kind!r}")


def rates(z: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """The share of texts with z (n,) above each threshold: of marked texts the true positives, of people's
    the false ones."""
    return (z[:, None] > thresholds).mean(0)


def auc(marked: np.ndarray, people: np.ndarray) -> float:
    """How often a marked text has the larger z of the two, ties half: the area under the ROC curve."""
    more = (marked[:, None] > people).mean() + 0.5 * (marked[:, None] == people).mean()
    return float(more)
