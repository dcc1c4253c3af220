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


def fair(trace: Trace, least: float = 2.5, most: int = 768) -> Verdict:
    """One small vocabulary that serves prose and code alike."""
    wanted = f"{least} bytes a token or more of both, held out, in {most} merges or fewer"
    if not trace.moments:
        return Verdict(None, "", wanted)
    prose, code = (float(trace.last("fit")[name]) for name in ("prose", "code"))
    step = trace.moments[-1]
    said = f"prose {prose:.2f}, code {code:.2f} in {step} merges"
    return Verdict(min(prose, code) >= least and step <= most, said, wanted)
