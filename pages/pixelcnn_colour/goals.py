"""What grades a bet or a challenge on colours: traces in, whether it is met and its figure out."""

from engine.core.trace import Trace

SHARES = {0.01: "under 1 %", 0.25: "about 10 %", 0.7: "about 40 %", 2: "nearly all"}  # below a share: words


def off_share(trace: Trace) -> str | None:
    """Which of `SHARES` the run's last samples come to: pixels in colours that never occur; None before."""
    if not trace.moments:
        return None
    share = float(trace.last("samples")["off"].mean())
    return next(words for most, words in SHARES.items() if share < most)


def clean(trace: Trace, bits: float) -> tuple[bool, str]:
    """Samples without a single colour that never occurs, from a net that leaks nothing and costs few bits."""
    off, test = int(trace.last("samples")["off"].sum()), float(trace.last("score")["test_bits"])
    leak = float(trace.last("leak")["max_change"])
    return off == 0 and test < bits and leak == 0, f"{off} pixels, {test:.3f} bits/dim"


def categorical_first(trace: Trace, by: float) -> tuple[bool, str]:
    """A categorical that beats the Gaussian on all pixels of the test patches by so many bits."""
    score = trace.last("score")
    one, other = float(score["categorical"]), float(score["Gaussian"])
    return one <= other - by, f"categorical {one:.2f}, Gaussian {other:.2f}"
