"""What passes between Python and the browser: checked on the way in, made fit for JSON on the way out."""

import math
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import PurePath
from typing import Any

import numpy as np
from streamlit.components.v2 import component


def mounted(
    script: str, css: str = "parts/parts.css", html: str | None = None
) -> Callable[..., Mapping[str, Any]]:
    """The component of a script in app/web, registered when a page first shows it.

    Not on import: outside a running server Streamlit does not know where our scripts are.
    """
    registered = cache(lambda: component(f"glassbox.{PurePath(script).stem}", js=script, css=css, html=html))
    return lambda **given: registered()(**given)


def cell_in(told: Any, shape: tuple[int, ...]) -> tuple[int, int] | None:
    """The cell in a message of the browser, or None: anyone can send any message, so it is looked at."""
    if not isinstance(told, list) or len(told) != 2:
        return None
    inside = all(isinstance(i, int | np.integer) and 0 <= i < n for i, n in zip(told, shape, strict=True))
    return (int(told[0]), int(told[1])) if inside else None


def finite(scalars: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has no NaN: a diverged value goes as null, and its line breaks there."""
    return {
        name: {"step": list(s["step"]), "value": [v if math.isfinite(v) else None for v in s["value"]]}
        for name, s in scalars.items()
    }


def nothing() -> None:
    """Streamlit keeps a value only if it has a callback."""
