"""What grades a challenge on subwords: texts, tokens and traces in, verdicts out."""

from engine.core.claims import Verdict
from engine.core.trace import Trace


def dear(text: str, tokens: int | None, most: float = 1.3, least: int = 20) -> Verdict:
    """A text of some length whose tokens hold hardly more than a byte each."""
    wanted = f"at most {most} bytes a token, of {least} characters or more"
    if not tokens:
        return Verdict(None, "", wanted)
    each = len(text.encode()) / tokens
    return Verdict(
        each <= most and len(text) >= least, f"{each:.2f} bytes a token, {len(text)} characters", wanted
    )


def torn(word: str, tokens: int | None, letters: int = 6, least: int = 4) -> Verdict:
    """A short word that takes many tokens behind a space."""
    wanted = f"{least} tokens or more for a word of at most {letters} small letters"
    if not tokens:
        return Verdict(None, "", wanted)
    short = word.isascii() and word.isalpha() and word.islower() and len(word) <= letters
    return Verdict(short and tokens >= least, f"{tokens} tokens for {len(word)} characters", wanted)


def thrifty(trace: Trace, bytes_: float = 3.2, most: int = 1500) -> Verdict:
    """Long tokens of held-out prose from a small vocabulary."""
    wanted = f"{bytes_} bytes a token of held-out prose, in {most} merges or fewer"
    if not trace.moments:
        return Verdict(None, "", wanted)
    held, step = float(trace.last("fit")["prose"]), trace.moments[-1]
    return Verdict(held >= bytes_ and step <= most, f"{held:.2f} in {step} merges", wanted)
