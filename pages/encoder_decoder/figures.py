"""Figures of the coin: arrays in, panels and sentences out."""

from collections.abc import Sequence

from app.figures import marks
from app.figures.panels import Panel
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace


def curve() -> Sequence[Panel]:
    """The surprise of every coin as a line, and of this one as a dot."""
    drawn = [
        marks.line("curve.p", "curve.bits", "past", label="every coin"),
        marks.dots("here.p", "here.bits", "model", size=7),
    ]
    x, y = Axis("share of heads", low=0, high=1), Axis("surprise", "bits", low=0, high=1.05)
    return [plot(drawn, [("This ", None), ("coin", "model"), (" among all", None)], x, y)]


def said(trace: Trace) -> list[str]:
    """What the picture shows, in words: one text a moment, and there is one."""
    return [f"A toss of this coin tells {trace.latest('surprise'):.2f} bits."]


def pipeline(trace: Trace) -> tuple[Box, ...]:
    """From the coin to its surprise."""
    here = trace.last("here")
    return (
        Box("coin", "A coin lands on heads with a known chance.", "p", f"{here['p'][0]:.2f}", hue="model"),
        Box("surprise", "The rarer a side, the more bits its coming tells.", "-log2 p", "bits a side"),
        Box("average", "Weighed by how often each side comes, that is what a toss tells.", "H(p)",
            f"{here['bits'][0]:.2f} bits"),
    )  # fmt: skip


def symbols(trace: Trace) -> tuple[tuple[str, str, str], ...]:
    """Each symbol of the equation, what it is, and its value here."""
    here = trace.last("here")
    return (
        ("p", "share of heads", f"{here['p'][0]:.2f}"),
        ("H(p)", "surprise of a toss, on average", f"{here['bits'][0]:.2f} bits"),
    )


def cover() -> Panel:
    """For the page's card."""
    return curve()[0] | {"title": []}
