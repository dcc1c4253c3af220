"""A game of Pong that a small net plays in the browser: its weights go there once, no frame comes back."""

import base64

import numpy as np

from app.components.messages import mounted
from engine.reward.pong import SIZE

_component = mounted("parts/pong.js", css="parts/pong.css")


def court(
    w: np.ndarray, b: np.ndarray, out: np.ndarray, c: np.ndarray, key: str, stamp: str, title: str,
    sentence: str = "",
) -> None:  # fmt: skip
    """Show the game, with this net for the right paddle: p(up) = sigmoid(out . relu(w x + b) + c).

    w (H, SIZE, SIZE), b and out (H,), c (1,). The left paddle follows the ball until somebody takes it.
    stamp: names the net; another one begins the score anew. title: the net in words; sentence: the caption.
    Raises ValueError for weights that are not of one net, or not finite.
    """
    H = len(b)
    for name, value, shape in (("w", w, (H, SIZE, SIZE)), ("out", out, (H,)), ("c", c, (1,)), ("b", b, (H,))):
        if value.shape != shape or not np.isfinite(value).all():
            raise ValueError(f"{name} must be finite numbers of shape {shape}, got shape {value.shape}")
    sent = {name: _text(value) for name, value in (("w", w), ("b", b), ("out", out), ("c", c))}
    _component(key=key, data={**sent, "stamp": stamp, "title": title, "sentence": sentence})


def _text(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()
