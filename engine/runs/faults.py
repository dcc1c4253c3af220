"""The log of a process that must not end: a fault is written there once a kind, however often it comes."""

import sys
import traceback

_seen: set[tuple[str, str, int]] = set()
MOST = 1000  # kinds


def log(error: Exception) -> None:
    """Write a fault to stderr with its traceback, unless one of its kind and place stands there already."""
    frame = traceback.extract_tb(error.__traceback__)[-1:]
    kind = (type(error).__name__, frame[0].filename if frame else "", (frame[0].lineno or 0) if frame else 0)
    if kind not in _seen and len(_seen) < MOST:
        _seen.add(kind)
        traceback.print_exception(error, file=sys.stderr)
