"""Ask for trainings and follow them, from an app or a notebook. Starts a supervisor when there is none."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import engine
from engine.core.params import Spec
from engine.runs import wire
from engine.runs.code import engine_hash
from engine.runs.store import Store, why
from engine.runs.store import home as default_home

WATCH_S = 2.0  # a watch that gets no answer for so long is given up: a page waits for it
ANSWER_S = 5.0  # an order
BEGIN_S = 20.0  # a start: the supervisor may have to import the lab first
DEAF_S = 5.0  # after a supervisor was given up, nobody who watches waits for it at all
START_S = 60  # to start a supervisor on a cold disk
CODE_S = 1.0  # how often it is looked whether the code was edited


class Refused(ValueError):
    """The supervisor does not do what was asked; the message says why, in a sentence for people."""


class Unavailable(OSError):
    """No supervisor can be reached or started; the message says what to look at."""


@dataclass(frozen=True)
class Status:
    """How a run stands. `state`: absent, queued, running, paused, done, stopped, failed or interrupted."""

    state: str
    key: str
    attempt: str
    place: int | None  # in the queue, from 1
    mine: bool  # whoever asks may pause, step, resume and stop it
    message: str
    waiting: int = 0  # runs in the queue, where this is one of them
    where: str = ""  # it is trained, if not on this machine, in words


@dataclass(frozen=True)
class Standing:
    """How the training of all stands: where, how many train of how many that can, how many wait."""

    where: str
    places: int
    taken: int
    waiting: int
    troubles: list[str]  # of a cluster that is named, in sentences
    asked: bool = False  # the cluster has not answered yet


def status_of(store: Store, lab: str, key: str) -> Status:
    """How a run stands that no supervisor is at work on."""
    runs = store.attempts(lab, key)
    run = runs[0] if runs else store.attempt(lab, key, "shipped")
    if run is None:
        return Status("absent", key, "", None, False, "")
    return Status(run.state, key, run.attempt, None, False, run.message)


class Client:
    """The door to the supervisor of a home (default: `home()`). May be used from several threads."""

    def __init__(self, home: Path | None = None):
        self.home = home or default_home()
        self.store = Store(self.home)
        self._lock = threading.Lock()
        self._open: dict[str, Connection] = {}  # code -> connection to its supervisor
        self._code, self._looked = "", -CODE_S
        self._gave_up = -DEAF_S  # when

    def start(
        self,
        lab: str,
        spec: Spec,
        *,
        session: str,
        start_from: tuple[str, int] | None = None,
        keep: bool = False,
        own: str = "",
        address: str = "",
    ) -> Status:
        """Train this spec: a new attempt, or a share in the one that runs, or an interrupted one goes on.

        session: a name for who asks. start_from: (key, moment) of the same lab's run to start from.
        keep: it goes on when nobody watches. own: id of somebody's own data, see `own.put`; it is the salt of
        the key, too. address: where the session asks from, for fair turns. Raises Refused and Unavailable.
        """
        message = {
            "do": "start",
            "lab": lab,
            "spec": asdict(spec),
            "session": session,
            "keep": keep,
            "own": own,
            "address": address,
        }
        return self._ask({**message, "start_from": list(start_from) if start_from else None}, needed=True)

    def warm(self, cluster: str = "") -> Standing:
        """Start a supervisor if there is none, so that the first training need not wait for it, and say which
        Ray cluster it shall use (see `request.cluster_of`; empty: none). Raises Refused and Unavailable."""
        with self._turn(START_S):
            answer = self._call({"do": "places", "cluster": cluster}, self._own_code(), True, BEGIN_S)
        if "refused" in answer:
            raise Refused(answer["refused"])
        return Standing(**answer)

    def standing(self) -> Standing | None:
        """How the training of all stands; None when there is no supervisor. Raises Unavailable."""
        if time.monotonic() - self._gave_up < DEAF_S:
            raise Unavailable(self._silence)
        with self._turn(WATCH_S):
            answer = self._call({"do": "places"}, self._own_code(), False, WATCH_S)
        return Standing(**answer) if answer else None

    def pause(self, lab: str, key: str, session: str) -> Status:
        """Hold the run before its next step. Raises Refused unless it is the session's own."""
        return self._ask({"do": "pause", "lab": lab, "key": key, "session": session})

    def resume(self, lab: str, key: str, session: str) -> Status:
        """Let a paused run go on; an interrupted one is trained again to where it was, and further."""
        return self._ask({"do": "resume", "lab": lab, "key": key, "session": session}, needed=True)

    def step(self, lab: str, key: str, session: str, n: int = 1) -> Status:
        """Let a run do n more steps, then pause."""
        return self._ask({"do": "step", "lab": lab, "key": key, "session": session, "n": n})

    def stop(self, lab: str, key: str, session: str) -> Status:
        """End a run within about a second; what it finished stays."""
        return self._ask({"do": "stop", "lab": lab, "key": key, "session": session})

    def watch(self, lab: str, key: str, session: str) -> Status:
        """Say that the session is looking, about once a second, and learn how the run stands."""
        return self._ask({"do": "watch", "lab": lab, "key": key, "session": session})

    def leave(self, lab: str, key: str, session: str) -> Status:
        """Say that the session looks no longer."""
        return self._ask({"do": "leave", "lab": lab, "key": key, "session": session})

    def reachable(self) -> bool:
        """Whether a supervisor of this code stands ready. Starts none."""
        with self._turn(WATCH_S):
            code = self._own_code()
            if code not in self._open and (connection := self._connect(code, False, WATCH_S)):
                self._open[code] = connection
            return code in self._open

    def _ask(self, message: dict[str, Any], needed: bool = False) -> Status:
        patience = BEGIN_S if needed else WATCH_S if message["do"] in ("watch", "leave") else ANSWER_S
        if patience == WATCH_S and time.monotonic() - self._gave_up < DEAF_S:
            raise Unavailable(self._silence)
        with self._turn(START_S if needed else patience):
            answer = self._call(message, self._own_code(), needed, patience)
            if "elsewhere" in answer:  # another checkout, or this one before an edit, is at work on it
                if message["do"] == "start":
                    message = {
                        "do": "watch",
                        "lab": message["lab"],
                        "key": answer["key"],
                        "session": message["session"],
                    }
                answer = self._call(message, str(answer["elsewhere"]), False, patience)
        if "refused" in answer:
            raise Refused(answer["refused"])
        if "state" not in answer:
            return status_of(self.store, message["lab"], str(message.get("key", "")))
        return Status(**answer)

    @property
    def _silence(self) -> str:
        return f"the supervisor does not answer; its log is {self.log}"

    @contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        """One question at a time, and none that waits for another for long."""
        if not self._lock.acquire(timeout=patience):
            raise Unavailable(self._silence)
        try:
            yield
        except Unavailable:
            raise
        except (BlockingIOError, TimeoutError):
            self._gave_up = time.monotonic()
            raise Unavailable(self._silence) from None
        except OSError as error:
            raise Unavailable(f"the supervisor cannot be reached in {self.home}: {why(error)}") from None
        finally:
            self._lock.release()

    def _own_code(self) -> str:
        if time.monotonic() - self._looked > CODE_S:
            self._code, self._looked = engine_hash(), time.monotonic()
        return self._code

    def _call(self, message: dict[str, Any], code: str, needed: bool, patience: float) -> dict[str, Any]:
        """One answer; {} when there is no supervisor and none is needed."""
        for fresh in (False, True):  # an open connection may have died since; a fresh one tells the truth
            connection = self._open.pop(code, None)
            try:
                connection = connection or self._connect(code, needed, patience)
                if connection is None:
                    return {}
                wire.send(connection, message)
                if not connection.poll(patience):
                    connection.close()  # the answer may come yet, and is another question's then
                    raise TimeoutError
                answer = wire.receive(connection)
                self._open[code] = connection
                return answer
            except (EOFError, BrokenPipeError, ConnectionResetError):
                if fresh:
                    raise Unavailable(f"the supervisor hung up; its log is {self.log}") from None
        raise AssertionError("unreachable")

    @property
    def log(self) -> Path:
        """Where the supervisors of this home write what goes wrong."""
        return self.home / "supervisor.log"

    def _connect(self, code: str, needed: bool, patience: float) -> Connection | None:
        where, key = wire.address(self.home, code), wire.secret(self.home)
        child, until = None, time.monotonic() + START_S
        while True:
            try:
                return wire.connect(where, key, patience)
            except (FileNotFoundError, ConnectionRefusedError):
                if not needed:
                    return None
            except (EOFError, ConnectionResetError):  # it is just going, or just coming
                pass
            except AuthenticationError:
                raise Unavailable(
                    f"the supervisor knows another secret; end it, its log is {self.log}"
                ) from None
            # 0: another one was faster, or it went after a long idleness
            if child is None or child.poll() == 0:
                child = self._launch()
            if child.poll() or time.monotonic() > until:
                raise Unavailable(f"the supervisor does not start; its log is {self.log}")
            time.sleep(0.02)

    def _launch(self) -> subprocess.Popen:
        """A process of its own, so that a restart of the app stops no training."""
        root = Path(engine.__file__).parent.parent
        path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH", "")]))
        windows = {"creationflags": 0x8 | 0x200} if sys.platform == "win32" else {}  # detached, its own group
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "engine.runs.supervisor", "--home", str(self.home)],
                cwd=root,
                env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **windows,
            )
