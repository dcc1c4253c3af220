"""What grades a challenge on subwords: texts, tokens and traces in, whether it is met and its figure out."""

from engine.core.trace import Trace


def dear(text: str, tokens: int | None, most: float, least: int) -> tuple[bool, str] | None:
    """A text of some length whose tokens hold hardly more than a byte each."""
    if not tokens:
        return None
    each = len(text.encode()) / tokens
    return each <= most and len(text) >= least, f"{each:.2f} bytes a token, {len(text)} characters"


def torn(word: str, tokens: int | None, letters: int, least: int) -> tuple[bool, str] | None:
    """A short word that takes many tokens behind a space."""
    if not tokens:
        return None
    short = word.isascii() and word.isalpha() and word.islower() and len(word) <= letters
    return short and tokens >= least, f"{tokens} tokens for {len(word)} characters"


def fair(trace: Trace, least: float, most: int) -> tuple[bool, str]:
    """One small vocabulary that serves prose and code alike."""
    prose, code = (float(trace.last("fit")[name]) for name in ("prose", "code"))
    step = trace.moments[-1]
    said = f"prose {prose:.2f}, code {code:.2f} in {step} merges"
    return min(prose, code) >= least and step <= most, said
