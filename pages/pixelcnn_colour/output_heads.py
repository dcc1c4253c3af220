"""Figures of the three heads on eight-bit pixels: arrays in, panels and sentences out."""

from collections.abc import Sequence

from app.figures.panels import Panel, lines
from engine.core.trace import Trace
from pages.pixelcnn_colour.figures import chances

NAMES = ("categorical", "Gaussian", "logistics")
SHOWN = ("categorical, 256 numbers", "Gaussian, 2 numbers", "mixture of 5 logistics, 15 numbers")


def learning() -> Sequence[Panel]:
    """Three pictures that follow a training: a pixel without a past, one on an edge, the scores."""
    curves = {
        "score.categorical": ("categorical", "model"),
        "score.Gaussian": ("Gaussian", "blind"),
        "score.logistics": ("logistics", "code"),
    }
    past = [("No past: two peaks in the ", None), ("photos", "truth"), ("; each ", None)]
    return [
        chances("first.p", [*past, ("net", "model")], truth="first.truth", names=SHOWN, high=0.02),
        chances(
            "pixel.p",
            [("On an edge: the pixel's own ", None), ("level", "truth"), (" is flagged", None)],
            taken="pixel.level",
            names=SHOWN,
            high=0.06,
        ),
        lines(curves, [("Test patches, all pixels", None)], unit="bits/dim", low=4, high=11, width=0.9),
    ]


def sentence(trace: Trace) -> str:
    """What the three nets have come to, in words."""
    if not trace.moments or not trace.total:
        return "The three nets are untrained."
    score = trace.last("score")
    whole = ", ".join(f"{name} {float(score[name]):.2f}" for name in NAMES)
    first = ", ".join(f"{name} {float(score[f'first_{name}']):.2f}" for name in NAMES)
    return (
        f"Bits per dimension of test patches: {whole}. Of their first pixel alone: {first}; "
        "a guess that knows nothing costs 8."
    )
