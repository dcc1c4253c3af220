"""What a page may ask of a trained translator: one text, translated, with rows forced or a field wiped out.

Inputs come from outside: every one is checked, and refused with ValueError by name, bound and value.
"""

from numbers import Integral
from typing import Any

import numpy as np
import torch

from engine.attention.recurrent import Translator
from engine.attention.translation import LONG, write
from engine.core.inputs import Answer, Inputs
from engine.data.dates import BLANK, END, encoded

LETTERS = 64  # the longest text
MOST = 3 * LONG  # characters written, at most


def translate(net: Translator, inputs: Inputs) -> Answer:
    """{"text"}, and if wanted "forced" {row: weights (S,)} and "wiped" (first, last + 1).

    -> codes (T,) uint8, alpha (T, S) and p (T, K) float32. The end mark, if it is written, is the last.
    """
    text = text_in(inputs)
    x, forced = encoded([text]), torch.zeros(1, MOST, len(text))
    if "wiped" in inputs:
        low, high = wiped_in(inputs, len(text))
        x[0, low:high] = BLANK
    for row, weights in dict(inputs.get("forced", {})).items():
        forced[0, row_in(row)] = torch.from_numpy(weights_in(weights, len(text)))
    done = write(net, x, MOST, forced)
    codes = done.codes[0].numpy()
    T = int((codes == END).argmax()) + 1 if (codes == END).any() else MOST
    return {
        "codes": codes[:T].astype(np.uint8),
        "alpha": done.alpha[0, :T].numpy(),
        "p": done.p[0, :T].numpy(),
    }


def text_in(inputs: Inputs) -> str:
    """The text to translate. Raises ValueError for one that is empty or too long."""
    text = inputs.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("text must hold a date, got an empty one")
    if len(text) > LETTERS:
        raise ValueError(f"text must have at most {LETTERS} characters, got {len(text)}")
    return text


def wiped_in(inputs: Inputs, length: int) -> tuple[int, int]:
    """The characters to wipe out, (first, last + 1). Raises ValueError unless they lie in the text."""
    wiped = inputs["wiped"]
    if not isinstance(wiped, tuple) or len(wiped) != 2 or not 0 <= wiped[0] < wiped[1] <= length:
        raise ValueError(f"wiped must be two places in [0, {length}], got {str(wiped)[:60]}")
    return int(wiped[0]), int(wiped[1])


def row_in(row: Any) -> int:
    """A row to force. Raises ValueError unless it can be one."""
    if not isinstance(row, Integral) or not 0 <= int(row) < MOST:
        raise ValueError(f"a forced row must be a whole number in [0, {MOST - 1}], got {str(row)[:60]}")
    return int(row)


def weights_in(weights: Any, length: int) -> np.ndarray:
    """The weights of a forced row (S,) float32. Raises ValueError unless they are none below 0, sum 1."""
    row = np.asarray(weights, np.float32)
    if row.shape != (length,) or not np.isfinite(row).all() or row.min() < 0 or abs(row.sum() - 1) > 1e-3:
        raise ValueError(f"forced weights must be {length} numbers from 0 on with sum 1, got {str(row)[:60]}")
    return row
