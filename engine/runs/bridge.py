"""The bridge: `python -m engine.runs.bridge`, started by the supervisor, speaks to Ray for all runs.

One process with a thread for each run, and no torch: it writes the runs' folders from what the nodes say,
holds a run that is paused by taking nothing from it, and trains a run that was lost with its node again on
another one, to where it was and further. It ends with the supervisor. Ray itself is imported here alone, and
where the nodes are.
"""

import argparse
import contextlib
import logging
import os
import socket
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
import ray

import engine
from engine.runs import faults, wire
from engine.runs.distant import Distant
from engine.runs.nodes import Nodes

DIAL_S = 3.0  # for the head to take a call
SURVEY_S = 1.0  # how often the nodes are counted
SENT = Path(engine.__file__).parent  # the code that travels
NOT_SENT = ["**/__pycache__", "**/*.pyc"]


class Bridge:
    """What the supervisor asks, in threads that may wait for Ray."""

    def __init__(self, connection: Connection):
        self.connection, self._saying = connection, threading.Lock()
        self.runs: dict[str, Distant] = {}
        self.nodes = Nodes()

    def say(self, message: dict[str, Any]) -> None:
        """Tell the supervisor. When it is gone, so are we: never train on unseen."""
        try:
            with self._saying:
                wire.send(self.connection, message)
        except (OSError, ValueError):
            os._exit(3)

    def survey(self) -> None:
        """Count the nodes, again and again, and say what there is."""
        while True:
            try:
                self.runs = {number: run for number, run in self.runs.items() if run.is_alive()}
                self.say({"cluster": self.nodes.counted(list(self.runs.values()))})
            except Exception as error:  # no report: after some seconds the supervisor takes the head for lost
                faults.log(error)
            time.sleep(SURVEY_S)

    def serve(self) -> None:
        """Obey until the supervisor hangs up."""
        threading.Thread(target=self.survey, daemon=True).start()
        while True:
            try:
                order = wire.receive(self.connection)
            except (EOFError, OSError, ValueError):
                os._exit(3)
            number, do = str(order.get("run")), order.get("do")
            try:
                run = self.runs.get(number)
                if do == "begin":
                    run = Distant(number, order, self.nodes, self.say)
                    self.runs = {**self.runs, number: run}
                    run.start()
                elif do == "kill":
                    if run is not None:
                        run.abandon()
                    self.say({"run": number, "gone": True})
                elif run is not None:
                    run.obey(order)
            except (
                Exception
            ) as error:  # a fault of ours, or a folder that cannot be written: of this run alone
                faults.log(error)
                self.say(
                    {"run": number, "ended": "failed", "message": f"{type(error).__name__}: {error}"[:300]}
                )
                self.say({"run": number, "gone": True})


def answers(address: str) -> bool:
    """Whether anybody takes calls there; Ray itself would try for a minute and then end the process."""
    host, _, port = address.rpartition(":")
    with contextlib.suppress(OSError, ValueError), socket.create_connection((host, int(port)), DIAL_S):
        return True
    return False


def joined(address: str) -> str:
    """Become a driver of the cluster; empty, or in a sentence why not."""
    try:
        if address != "auto" and not answers(address):
            return f"no head of a Ray cluster answers at {address}"
        ray.init(
            address=address,
            namespace="glassbox",
            runtime_env={"py_modules": [str(SENT)], "excludes": NOT_SENT},
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except ConnectionError:
        if address == "auto":
            return "no Ray cluster runs on this machine (GLASSBOX_RAY=auto)"
        return f"the Ray cluster at {address} lets nobody in, or only who has its token"
    except Exception as error:  # another Ray or Python than the head's is told as a RuntimeError
        faults.log(error)
        said = " ".join(str(error).split())[:300]
        return f"the Ray cluster at {address} cannot be used: {said}"
    return ""


def main() -> None:
    """Read the command line, join the cluster, serve."""
    parser = argparse.ArgumentParser(prog="python -m engine.runs.bridge", description=__doc__)
    parser.add_argument("--address", required=True)
    parser.add_argument(
        "--socket", type=int, required=True, help="number of the open socket to the supervisor"
    )
    given = parser.parse_args()
    os.umask(0o077)
    bridge = Bridge(Connection(given.socket))
    if words := joined(given.address):
        bridge.say({"trouble": words})
        sys.exit(1)
    assert "torch" not in sys.modules, "one process for all runs must stay small"
    bridge.serve()


if __name__ == "__main__":
    main()
