"""Faults in a page's script, in the log: one line each, and each kind once, or a visitor fills the disk."""

import logging
import traceback


class Once(logging.Filter):
    """Passes the first record of each kind of exception, as one line; a kind is its type and its place."""

    def __init__(self, most: int = 1000):
        super().__init__()
        self.most, self._told = most, set[tuple[str, str]]()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; its traceback never is."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is None:
            return True
        frames = traceback.extract_tb(error.__traceback__)
        ours = [f for f in frames if "site-packages" not in f.filename] or frames
        place = f"{ours[-1].filename}:{ours[-1].lineno}" if ours else "?"
        kind = (type(error).__name__, place)
        if kind in self._told or len(self._told) >= self.most:
            return False
        self._told.add(kind)
        said = " ".join(str(error)[:300].split())
        record.msg, record.args = f"{kind[0]} at {place}: {said} (told once)", ()
        record.exc_info = record.exc_text = None
        return True


def told_once() -> None:
    """Have Streamlit and uvicorn tell so of a fault in a script, a message, an answer."""
    for name in ("streamlit.error_util", "streamlit.runtime.app_session", "uvicorn.error"):
        logging.getLogger(name).addFilter(Once())
