"""Where a run waits until it may go on. Imports no torch."""

import threading
from collections.abc import Callable
from typing import Any

from engine.runs.lines import Lines


class Gate:
    """Lets steps through as the supervisor says. `say` tells it that the run waits."""

    def __init__(self, lines: Lines, say: Callable[[dict[str, Any]], None]):
        self.lines, self.say = lines, say
        self._allowed: int | None = None  # None: as many as there are
        self._seen = 0
        self.stopped = False
        self._changed = threading.Condition()

    def obey(self, order: dict[str, Any]) -> None:
        """Take one order of the supervisor, from any thread."""
        with self._changed:
            self._seen = order["number"]
            match order["do"]:
                case "pause":
                    self._allowed = 0
                case "resume":
                    self._allowed = None
                case "step":
                    self._allowed = (self._allowed or 0) + order["n"]
                case "stop":
                    self.stopped = True
            self._changed.notify_all()

    def passes(self) -> bool:
        """Called before a step is written: waits while paused; False when the run shall stop."""
        with self._changed:
            self._wait()
            if self._allowed:
                self._allowed -= 1
            return not self.stopped

    def wait(self) -> None:
        """Until the run may go on, or shall stop."""
        with self._changed:
            self._wait()

    def _wait(self) -> None:
        waited = False
        while self._allowed == 0 and not self.stopped:
            if not waited:
                self.lines.set(state="paused")
                waited = True
            self.say({"paused": self._seen})
            self._changed.wait()
        if waited and not self.stopped:
            self.lines.set(state="running")
