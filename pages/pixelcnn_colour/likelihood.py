"""Figures of likelihood against quality: arrays in, panels and sentences out."""

from collections.abc import Sequence

from app.figures.panels import Panel, bars, images
from engine.core.trace import Trace

LABELS = ("digit", "blank", "grey", "shape", "shuffled", "noise")


def panels() -> Sequence[Panel]:
    """Three pictures: one of each set, what each set costs, samples of the net and of the mixture."""
    return [
        images("examples.x", [("One of each set; digits are the ", None), ("data", "truth")], columns=3,
               labels=LABELS, width=0.8),
        bars("mean.all", [("What the ", None), ("model", "model"), (" asks for each; low is likely", None)],
             unit="bits/dim, mean of 64", x="set", high=10, labels=LABELS, mark=1, width=1.2),
        images("mixture.own", [("Samples of the ", None), ("model", "model"), ("; of the ", None),
               ("mixture", "blind"), (" below", None)], columns=4, below="mixture.x", width=1.1),
    ]  # fmt: skip


def sentence(trace: Trace) -> str:
    """What likelihood says of blank pages and of noise, in words."""
    if not trace.moments:
        return "The net is untrained: every picture is about as likely as any other."
    mean, mixture = trace.last("mean"), trace.last("mixture")
    digits, blank = float(mean["digits"]), float(mean["blank"])
    more = float(mixture["bits"]) - digits
    way = "less than" if blank < digits else "no less than"
    return (
        f"An empty page costs {blank:.2f} bits/dim, {way} a test digit's {digits:.2f}. "
        f"One part of this net in 99 of noise costs {more:.3f} bits/dim more; nearly every sample is noise."
    )
