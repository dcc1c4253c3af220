"""`python -m tests.load.sleepers`: stands in for the bridge to a cluster of so many places; its runs sleep.

What a run writes, how it waits, pauses and ends is as on a cluster; only nothing is computed.
"""

import argparse
import os
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from engine.runs import wire
from engine.runs.gate import Gate
from engine.runs.lines import Lines, this_process

BEAT_S = 0.25  # between two steps


class Sleeper(threading.Thread):
    """One run: as many steps as its seconds hold."""

    def __init__(self, number: str, folder: str, seconds: float, say: Any):
        super().__init__(daemon=True)
        self.number, self.seconds = number, seconds
        self.say = lambda message: say({"run": number, **message})
        self.lines = Lines(Path(folder))
        self.gate = Gate(self.lines, self.say)

    def run(self) -> None:
        """Until its seconds are over, or it is stopped."""
        node = f"sleeper {int(self.number) % 4}"
        self.lines.set(state="running", begun=time.time(), device="cpu", node=node, **this_process())
        total, state = max(1, round(self.seconds / BEAT_S)), "done"
        for step in range(1, total + 1):
            time.sleep(BEAT_S)
            if not self.gate.passes():
                state = "stopped"
                break
            told = {"total": total, "scalars": {"loss": 1 / step}, "seconds": step * BEAT_S}
            self.lines.write({"is": "step", "step": step, **told})
        self.lines.ended(state, "", total * BEAT_S)
        self.lines.close()
        self.say({"ended": state, "message": ""})
        self.say({"gone": True})


def main() -> None:
    """Obey a supervisor as the bridge does."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.sleepers", description=__doc__)
    parser.add_argument("--places", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--address")
    parser.add_argument("--socket", type=int, required=True)
    given = parser.parse_args()
    connection, saying = Connection(given.socket), threading.Lock()
    runs: dict[str, Sleeper] = {}

    def say(message: dict[str, Any]) -> None:
        with saying:
            wire.send(connection, message)

    def report() -> None:
        nodes = [(f"sleeper {n}", "") for n in range(4)]
        while True:
            say({"cluster": {"places": {"core": given.places, "gpu": 0}, "nodes": nodes, "asked": 0}})
            time.sleep(1)

    threading.Thread(target=report, daemon=True).start()
    while True:
        try:
            order = wire.receive(connection)
        except (EOFError, OSError):
            os._exit(0)
        number = str(order["run"])
        if order["do"] == "begin":
            runs[number] = Sleeper(number, order["folder"], given.seconds, say)
            runs[number].start()
        elif number in runs:
            runs[number].gate.obey({"number": 0, **order, "do": order["do"].replace("kill", "stop")})


if __name__ == "__main__":
    main()
