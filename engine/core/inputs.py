"""What a probe is asked comes from outside: it is looked at, and refused by name, bound and value."""

import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np

Inputs = Mapping[str, Any]
Answer = dict[str, np.ndarray]


def whole(inputs: Inputs, name: str, low: int, high: int) -> int:
    """One input that must be a whole number within its bounds. Raises ValueError."""
    value = inputs.get(name)
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= int(value) <= high:
        raise ValueError(f"{name} must be a whole number in [{low}, {high}], got {str(value)[:60]}")
    return int(value)


def real(inputs: Inputs, name: str, low: float, high: float) -> float:
    """One input that must be a finite number within its bounds. Raises ValueError."""
    value = inputs.get(name)
    good = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(float(value))
    if not good or not low <= float(value) <= high:  # type: ignore[arg-type]
        raise ValueError(f"{name} must be a number in [{low}, {high}], got {str(value)[:60]}")
    return float(value)  # type: ignore[arg-type]
