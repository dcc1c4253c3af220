"""What grades a bet or a challenge on the page of colours: traces in, verdicts out."""

from engine.core.claims import Verdict
from engine.core.trace import Trace

SHARES = ("under 1 %", "about 10 %", "about 40 %", "nearly all")


def off_share(trace: Trace) -> str | None:
    """Which of `SHARES` the run's last samples come to: pixels in colours that never occur; None before."""
    if not trace.moments:
        return None
    share = float(trace.last("samples")["off"].mean())
    return (
        SHARES[0] if share < 0.01 else SHARES[1] if share < 0.25 else SHARES[2] if share < 0.7 else SHARES[3]
    )


def clean(trace: Trace, bits: float) -> Verdict:
    """Samples without a single colour that never occurs, from a net that leaks nothing and costs few bits."""
    wanted = f"0 such pixels, below {bits:.3f} bits/dim, nothing leaks"
    if not trace.moments:
        return Verdict(None, "", wanted)
    off, test = int(trace.last("samples")["off"].sum()), float(trace.last("score")["test_bits"])
    leak = float(trace.last("leak")["max_change"])
    return Verdict(off == 0 and test < bits and leak == 0, f"{off} pixels, {test:.3f} bits/dim", wanted)


def categorical_first(trace: Trace, by: float) -> Verdict:
    """A categorical that beats the Gaussian on all pixels of the test patches by so many bits."""
    wanted = f"the categorical at least {by:.1f} bits/dim below the Gaussian"
    if not trace.moments:
        return Verdict(None, "", wanted)
    score = trace.last("score")
    one, other = float(score["categorical"]), float(score["Gaussian"])
    return Verdict(one <= other - by, f"categorical {one:.2f}, Gaussian {other:.2f}", wanted)
