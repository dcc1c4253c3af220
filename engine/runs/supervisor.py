"""The supervisor: `python -m engine.runs.supervisor`, started by the first client, owns the workers.

There is one for each home *and code*: a client of other code finds another socket, so nothing is trained by
code that the client does not have. A supervisor whose own files were edited drains: it finishes what runs,
takes nothing new and goes. Cores are never shared out twice: places are lock files of the home (see
`pool`). A training from the command line takes no place; its user asked for it in a terminal.
"""

import argparse
import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import fields
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from engine.core.params import Refusal, Spec
from engine.labs import all_ids, load
from engine.runs import faults, own, wire
from engine.runs.client import Status, status_of
from engine.runs.code import code_hash, engine_hash
from engine.runs.job import Job, Limits
from engine.runs.lines import amend, this_process
from engine.runs.pool import Pool, warm_up
from engine.runs.reading import ACTIVE, Run
from engine.runs.request import Bad, address_of, cluster_of, mapping, origin, text
from engine.runs.store import Store, ancestry, run_key, trimmed, why
from engine.runs.store import home as default_home
from engine.runs.writing import Writer

DOORS = 256  # connections at once
STEPS = 1000  # at one press


class Supervisor:
    """Answers requests from any number of clients and looks after the pool."""

    def __init__(self, home: Path, limits: Limits):
        self.home, self.limits, self.code = home, limits, engine_hash()
        self.store, self.pool = Store(home), Pool(home, limits)
        self.lock, self.stir = threading.RLock(), threading.Event()
        self.asked, self.doors = time.monotonic(), threading.BoundedSemaphore(DOORS)

    def serve(self) -> None:
        """Listen until idle for long enough, or edited and empty."""
        where = wire.address(self.home, self.code)
        if sys.platform != "win32":
            Path(where).unlink(missing_ok=True)  # of a supervisor that was killed: we hold its lock
        with Listener(where, backlog=64) as listener:
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
            checked = time.monotonic()
            while not self._over():
                self.stir.wait(0.1)
                self.stir.clear()
                if time.monotonic() - checked > 5:
                    checked = time.monotonic()
                    self.pool.draining = self.pool.draining or engine_hash() != self.code
                try:
                    with self.lock:
                        self.pool.tend()
                        self.pool.admit()
                    self.pool.launch()
                except Exception as error:  # a fault of ours shall end nobody's training
                    faults.log(error)

    def _over(self) -> bool:
        with self.lock:
            idle = time.monotonic() - self.asked > self.limits.idle
            return not self.pool.jobs and (idle or self.pool.draining)

    def _accept(self, listener: Listener) -> None:
        while True:
            try:
                connection = listener.accept()
            except OSError:
                return
            if self.doors.acquire(blocking=False):
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()
            else:
                connection.close()

    def _talk(self, connection: Connection) -> None:
        """One client, until it hangs up or says too much. Whatever it says, the others are served on."""
        try:
            key = wire.secret(self.home)
            deliver_challenge(connection, key)
            answer_challenge(connection, key)
            while True:
                try:
                    asked = wire.receive(connection)
                except (ValueError, RecursionError) as bad:
                    wire.send(connection, {"refused": str(bad)[:500]})
                else:
                    wire.send(connection, self.answered(asked))
        except (EOFError, OSError, AuthenticationError):
            pass
        finally:
            connection.close()
            self.doors.release()

    def answered(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to any request, whatever goes wrong with it."""
        try:
            return self.answer(request)
        except (Bad, Refusal, ValueError, RecursionError) as bad:
            return {"refused": str(bad)[:500]}
        except Exception as error:
            faults.log(error)
            return {"refused": f"this cannot be done ({type(error).__name__}): train it again"}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what a request says. Raises Bad, or Refusal for a spec out of its bounds."""
        doing: dict[str, Callable[[Job, dict], None]] = {
            "watch": self._watch,
            "leave": self._leave,
            "pause": self._pause,
            "resume": self._resume,
            "step": self._step,
            "stop": self._stop,
        }
        if (do := text(request, "do")) == "places":
            return self._places(request)
        lab, session = text(request, "lab"), text(request, "session")
        if lab not in all_ids():
            raise Bad(f"lab must be one of {', '.join(all_ids())}, got {lab[:60]!r}")
        if do == "start":
            load(lab)  # outside the lock: it may import for a second
        with self.lock:
            self.asked = time.monotonic()
            if do == "start":
                return self._start(lab, session, request)
            if do not in doing:
                raise Bad(f"do must be one of start, {', '.join(doing)}, got {do[:60]!r}")
            key = text(request, "key")
            job = self.pool.jobs.get((lab, key))
            if not self._may(lab, key, session):
                return vars(Status("absent", key, "", None, False, ""))  # it is as if there were none
            if job is None:
                return self._without_job(lab, key, session, do, address_of(request))
            if do not in ("watch", "leave") and job.owner(self.limits.unwatched) != session:
                raise Bad("somebody else started this run: you may watch it, or train another one")
            if do != "leave":
                job.watchers[session] = job.looked = time.monotonic()
            doing[do](job, request)
            return self._status(lab, key, session)

    def _status(self, lab: str, key: str, session: str) -> dict[str, Any]:
        job = self.pool.jobs.get((lab, key))
        if job is not None:
            place = self.pool.queue().index(job) + 1 if job.state == "queued" else None
            mine = job.owner(self.limits.unwatched) == session
            note = "paused because nobody watched" if job.asleep else ""
            if (still := job.still()) > self.limits.still:
                note = f"its worker has done nothing for {still:.0f} s: wait, or stop it"
            waiting, where = len(self.pool.queue()) if place else 0, self.pool.places.where(job)
            return vars(Status(job.state, key, job.run.attempt, place, mine, note, waiting, where))
        status = status_of(self.store, lab, key)
        attempt, state, message = self.pool.ended.get((lab, key), ("", "", ""))
        if attempt == status.attempt and status.state == "interrupted":
            return vars(Status(state, key, attempt, None, False, message))
        return vars(status)

    def _places(self, request: dict[str, Any]) -> dict[str, Any]:
        """How many train and wait, and where; a server that starts says which cluster it wants used."""
        with self.lock:
            self.asked, pool = time.monotonic(), self.pool
            if "cluster" in request:
                pool.cluster.call(cluster_of(request))
            return vars(pool.places.standing(pool.jobs.values(), len(pool.queue())))

    def _start(self, lab: str, session: str, request: dict[str, Any]) -> dict[str, Any]:
        spec = load(lab).SPEC().but(**mapping(request, "spec"))
        start_from, mine = origin(request.get("start_from")), own.asked(self.home, request.get("own"))
        given = own.given(ancestry(lab, start_from), mine)
        key = run_key(lab, spec, given, mine)
        if start_from is not None and not self._known(lab, start_from[0], mine):
            raise Bad("the run that this one starts from is not here: train it first")
        keep = request.get("keep") is True
        job = self.pool.jobs.get((lab, key))
        if job is not None:
            job.watchers[session] = job.looked = time.monotonic()
            return self._status(lab, key, session)
        newest = next(iter(self.store.attempts(lab, key)), None)
        same = newest is not None and newest.manifest.get("code") == code_hash(load(lab))
        if newest is not None and same and newest.state in ACTIVE:
            return self._elsewhere(newest) or self._status(lab, key, session)
        address = address_of(request)
        self.pool.room(session, address)
        if newest is None or not same or newest.state != "interrupted":
            newest = self._create(lab, key, spec, given, session)
        return self._queue(newest, session, keep, address)

    def _known(self, lab: str, key: str, mine: str) -> bool:
        """Whether there is a run to start from; from a private one, only by who has the id of its data."""
        runs = [*self.store.attempts(lab, key), self.store.attempt(lab, key, "shipped")]
        return any(run.manifest.get("given", {}).get("own", mine) == mine for run in runs if run is not None)

    def _may(self, lab: str, key: str, session: str) -> bool:
        """Nobody learns of somebody else's private run, not even that it is there."""
        return all(own.may(run, session) for run in self.store.attempts(lab, key))

    def _create(self, lab: str, key: str, spec: Spec, given: dict[str, str], session: str) -> Run:
        whose = {"private": True, "owner": own.owner(session)} if "own" in given else {"private": False}
        try:
            own.drop_orphans(self.store)
            note = trimmed(self.store)
            writer = Writer.create(
                self.store, lab, key, spec, given, supervisor=self.code, note=note, **whose
            )
            writer.close()
        except OSError as error:
            raise Bad(f"the run cannot be written: {why(error)}") from None
        run = self.store.attempt(lab, key, writer.folder.name)
        assert run is not None
        return run

    def _queue(self, run: Run, session: str, keep: bool, address: str) -> dict[str, Any]:
        if run.state == "interrupted":
            amend(run.folder, state="queued", message="", supervisor=self.code, **this_process())
        job = Job(run, session, keep, address)
        job.watchers[session] = time.monotonic()
        self.pool.jobs[run.lab, run.key] = job
        self.pool.ended.pop((run.lab, run.key), None)
        self.pool.admit()
        self.stir.set()
        return self._status(run.lab, run.key, session)

    def _elsewhere(self, run: Run) -> dict[str, Any] | None:
        """Where to ask about a run that another supervisor is at work on; None for the command line's."""
        code = str(run.manifest.get("supervisor", ""))
        return {"elsewhere": code, "key": run.key} if code not in ("", self.code) else None

    def _without_job(self, lab: str, key: str, session: str, do: str, address: str) -> dict[str, Any]:
        newest = next(iter(self.store.attempts(lab, key)), None)
        if newest is not None and newest.state in ACTIVE and (elsewhere := self._elsewhere(newest)):
            return elsewhere
        if do == "resume" and newest is not None and newest.state == "interrupted":
            if newest.manifest.get("code") != code_hash(load(lab)):
                raise Bad("this run was begun by earlier code and cannot go on: train it again")
            # files may have been edited: bounds hold from any door
            load(lab).SPEC().but(**newest.manifest.get("spec", {}))
            self.pool.room(session, address)
            return self._queue(newest, session, False, address)
        return self._status(lab, key, session)

    def _watch(self, job: Job, request: dict) -> None:
        pass  # to have asked is to watch

    def _leave(self, job: Job, request: dict) -> None:
        job.watchers.pop(text(request, "session"), None)

    def _pause(self, job: Job, request: dict) -> None:
        if job.state == "running":
            self.pool.pause(job)

    def _resume(self, job: Job, request: dict) -> None:
        if job.state == "paused":
            self.pool.wake(job, do="resume")

    def _step(self, job: Job, request: dict) -> None:
        n = request.get("n", 1)
        if type(n) is not int or not 1 <= n <= STEPS:
            raise Bad(f"n must be a whole number in [1, {STEPS}], got {str(n)[:60]}")
        if job.state == "paused":
            self.pool.wake(job, do="step", n=n)

    def _stop(self, job: Job, request: dict) -> None:
        self.pool.stop(job)


def main() -> None:
    """Read the command line, take the lock of this home and code, serve. A second one ends at once."""
    parser = argparse.ArgumentParser(prog="python -m engine.runs.supervisor", description=__doc__)
    parser.add_argument("--home", type=Path, default=None)
    for f in fields(Limits):
        parser.add_argument(f"--{f.name.replace('_', '-')}", type=type(f.default), default=f.default)
    arguments = vars(parser.parse_args())
    home = (arguments.pop("home") or default_home()).resolve()
    os.umask(0o077)  # runs may be private: they are for this user alone
    supervisor = Supervisor(home, Limits(**arguments))
    lock = FileLock(home / f"supervisor-{supervisor.code}.lock")
    with contextlib.suppress(Timeout), lock.acquire(blocking=False):
        warm_up()
        supervisor.pool.cluster.call(cluster_of({"cluster": os.environ.get("GLASSBOX_RAY", "")}))
        supervisor.serve()


if __name__ == "__main__":
    main()
