"""What a code costs, and what a larger codebook buys. Van den Oord et al., 2017, section 3. arXiv:1711.00937.

Departure from it: the paper names one rate, log2 K. A code that is never used says nothing, so there are two
more here: log2 of the perplexity, what codes cost by their frequency; and, in the prior's lab, what they cost
a prior that knows the codes before.
"""

import math

from torch import Tensor

from engine.codes.measures import perplexity

LADDER = (2, 4, 8, 16, 32, 64, 128, 256)  # sizes of codebook that are compared


def rates(counts: Tensor) -> tuple[float, float]:
    """Bits a code, from its usage (K,): (log2 K, log2 of the perplexity). The second is never the larger."""
    return math.log2(len(counts)), math.log2(perplexity(counts))
