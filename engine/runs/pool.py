"""The queue and the workers: who trains when, who watches, and what becomes of those that nobody watches.

All methods are called with the supervisor's lock held, except where said. No pool library is used: pebble and
concurrent.futures know no worker that is paused, gives up its place and later goes on.
"""

import contextlib
import multiprocessing
import sys
import time
from collections import Counter
from functools import partial
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from engine.runs import faults, wire
from engine.runs.cluster import Cluster, Far
from engine.runs.job import Job, Limits
from engine.runs.lines import amend
from engine.runs.origins import files, origins
from engine.runs.places import Places
from engine.runs.reading import FINAL
from engine.runs.request import Bad
from engine.runs.store import Store
from engine.runs.work import work

CONTEXT = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
if sys.platform != "win32":
    CONTEXT.set_forkserver_preload(["engine.runs.warm"])  # then a worker starts in hundredths of a second


def warm_up() -> None:
    """Let the process from which workers are forked import torch and the labs meanwhile."""
    if sys.platform != "win32":
        forkserver.ensure_running()


class Pool:
    """The jobs of one supervisor, in the order of coming, and the places that all supervisors share."""

    def __init__(self, home: Path, limits: Limits):
        self.home, self.limits = home, limits
        self.jobs: dict[tuple[str, str], Job] = {}
        self.ended: dict[
            tuple[str, str], tuple[str, str, str]
        ] = {}  # attempt, state, message of the last ones
        self.unborn: list[tuple[Job, Connection | None]] = []
        self.draining = False
        self.cluster = Cluster()
        self.places = Places(home, limits.workers, self.cluster)

    def queue(self) -> list[Job]:
        """Those that wait for a place, in fair turns: whoever has the fewest runs in training or before
        it comes next, then whose address has, then who came first."""
        jobs = list(self.jobs.values())
        begun = [job for job in jobs if job.place is not None]
        people, places = Counter(job.starter for job in begun), Counter(job.address for job in begun)
        waiting, order = [job for job in jobs if job.state == "queued"], []
        while waiting:
            job = min(waiting, key=lambda one: (people[one.starter], places[one.address]))
            waiting.remove(job)
            people[job.starter] += 1
            places[job.address] += 1
            order.append(job)
        return order

    def leave_place(self, job: Job) -> None:
        """Let another one train."""
        if job.place is not None:
            job.place.release()
            job.place = None

    def admit(self) -> None:
        """Give the free places to those at the head of the queue. New workers are begun by `launch`."""
        full: set[bool] = set()  # the cluster, or this machine
        for job in self.queue():
            if self.draining and job.process is None:
                self.finish(job, "interrupted", "the code was edited while this run waited; train it again")
                continue
            if not self.watched(job) and not job.next:
                continue  # nobody would see it: those behind may go first
            if (far := self.places.far(job)) in full:
                continue
            device = self.places.take(job)
            if device is None:
                full.add(far)
                continue
            if job.process is None and far:
                job.pipe = job.process = self.cluster.run(partial(self._begin, job, device))
                self.unborn.append((job, None))
            elif job.process is None:
                mine, theirs = CONTEXT.Pipe()
                job.pipe = mine
                arguments = (theirs, str(job.run.folder), str(self.home), device)
                job.process = CONTEXT.Process(target=work, args=arguments, daemon=True)
                self.unborn.append((job, theirs))
            else:
                job.order(**(job.next or {"do": "resume"}), kind=device)
            job.next = None
            job.become("running")

    def _begin(self, job: Job, kind: str) -> dict[str, Any]:
        """What the bridge must know of a run. Raises LookupError where what it learns from is not here."""
        facts = job.run.manifest
        of = origins(facts["lab"], facts["given"], Store(self.home))
        told = {"kind": kind, "gb": self.limits.worker_gb, "origins": of, "files": files(of)}
        return {"folder": str(job.run.folder), **told}

    def launch(self) -> None:
        """Begin the new workers. By the thread that tends, without the lock: the first waits for torch."""
        while self.unborn:
            job, theirs = self.unborn.pop(0)
            assert job.process is not None
            try:
                job.process.start()
            except LookupError as gone:
                job.fate, job.process = ("failed", str(gone)), None
            except Exception as error:  # no memory, no more processes, no process to fork from
                faults.log(error)
                job.fate = "failed", f"no worker could be started ({type(error).__name__}): try again later"
                job.process = None
            if theirs is not None:
                theirs.close()

    def watched(self, job: Job) -> bool:
        """Somebody looks at it, or it is to go on anyway."""
        return job.keep or time.monotonic() - job.looked < self.limits.unwatched

    def wake(self, job: Job, **order: Any) -> None:
        """Let a paused job go on, at once if it still has its place, else when one is free."""
        job.asleep = False
        if job.place is not None:
            job.order(**order)
            job.become("running")
        else:
            job.next = order
            job.become("queued")
            name = (job.run.lab, job.run.key)
            self.jobs[name] = self.jobs.pop(name)  # behind those that wait already

    def pause(self, job: Job, asleep: bool = False) -> None:
        """Hold it before its next step."""
        job.asleep = asleep
        job.order("pause")
        job.become("paused")

    def stop(self, job: Job) -> None:
        """Ask it to end; `tend` kills it when it does not."""
        if job.process is None:
            self.finish(job, "stopped", "stopped before it began")
            return
        job.stopping = job.stopping or time.monotonic()
        job.order("stop")

    def kill(self, job: Job, state: str, message: str) -> None:
        """End its process now; `tend` finishes it."""
        job.fate = job.fate or (state, message)
        if job.process is not None and job.process.pid is not None:
            job.process.kill()

    def room(self, session: str, address: str) -> None:
        """Raises Bad, in words, when no more may wait."""
        if self.draining:
            raise Bad("the code was edited: ask again in a moment")
        queue, limits = self.queue(), self.limits
        near = sum(job.address == address for job in queue)
        if len(queue) >= limits.waiting_in_all or near >= limits.waiting_from:
            raise Bad(f"{len(queue)} runs wait already, which is the most: try again in some minutes")
        waiting = sum(job.starter == session for job in queue)
        if waiting >= limits.waiting:
            raise Bad(
                f"you have {waiting} runs waiting already, which is the most: let one begin, or stop one"
            )

    def tend(self) -> None:
        """Look after every job once. What goes wrong with one ends that one, and no other."""
        self.cluster.tend()
        for job in list(self.jobs.values()):
            try:
                self._tend(job)
            except Exception as error:
                faults.log(error)
                words = f"it could not be looked after ({type(error).__name__}): train it again"
                self.kill(job, "failed", words)
                self.finish(job, "failed", words)
        paused = [job for job in self.jobs.values() if job.state == "paused" and job.place is None]
        for job in paused[: max(0, len(paused) - 2 * self.places.count)]:  # each one holds memory
            self._park(job)

    def _tend(self, job: Job) -> None:
        """Messages, ends, limits, watchers."""
        now, limits = time.monotonic(), self.limits
        if job.process is not None and job.process.pid is None:
            return  # it is begun in a moment, by `launch`
        if job.process is None and job.fate is not None:
            return self.finish(job, *job.fate)
        last = self._hear(job)
        if job.process is not None and not job.process.is_alive():
            return self._ended(job, self._hear(job) or last)
        if job.stopping and now - job.stopping > limits.stop:
            self.kill(job, "stopped", "")
        elif job.state == "running":
            self._check(job, now)
        elif job.state == "paused":
            if job.asleep and self.watched(job) and not self.draining:
                self.wake(job, do="resume")
            elif now - job.since > limits.pause and job.place is not None:
                if isinstance(job.process, Far):
                    job.order("rest")  # the cluster counts its cores itself
                self.leave_place(job)
        came = max(job.since, job.looked if job.state == "queued" else 0)
        if job.state != "running" and now - came > limits.parked:
            self._park(job)

    def _park(self, job: Job) -> None:
        words = "it waited for so long that its place was given up; started again it goes on from there"
        if job.process is None:
            self.finish(job, "interrupted", words)
        else:
            self.kill(job, "interrupted", words)

    def _check(self, job: Job, now: float) -> None:
        limits, step = self.limits, max(job.run.moments() or [0])
        if job.process is not None and job.process.pid and not isinstance(job.process, Far):
            with contextlib.suppress(psutil.Error):
                used = psutil.Process(job.process.pid).memory_info().rss / 1e9
                if used > limits.worker_gb:
                    words = f"took {used:.1f} GB of memory, more than the {limits.worker_gb:g} GB allowed; "
                    self.kill(job, "failed", words + f"what it showed up to step {step} is kept")
        if job.worked + now - job.since > limits.run:
            words = f"trained for longer than the {limits.run / 60:g} minutes allowed; "
            self.kill(job, "failed", words + f"what it showed up to step {step} is kept; try fewer steps")
        if not self.watched(job) and not self.draining:
            self.pause(job, asleep=True)

    def _hear(self, job: Job) -> dict[str, Any] | None:
        """Read what the worker said; its last words, if it said them."""
        last = None
        with contextlib.suppress(EOFError, OSError, ValueError):
            while job.pipe is not None and job.pipe.poll():
                said = wire.parsed(job.pipe.recv_bytes(wire.LONGEST))
                if "ended" in said:
                    last = said
                elif said.get("paused") == job.orders and job.state == "running":
                    job.become("paused")  # after a step, or several
        return last

    def _ended(self, job: Job, last: dict[str, Any] | None) -> None:
        assert job.process is not None
        code = job.process.exitcode
        if last is not None:
            self.finish(job, last["ended"], last["message"])
        elif job.fate is not None:
            self.finish(job, *job.fate)
        else:
            how = f"by signal {-code}" if code and code < 0 else f"with exit code {code}"
            words = "the cluster was lost" if isinstance(job.process, Far) else f"its process was ended {how}"
            self.finish(job, "interrupted", f"{words}; started again it goes on from there")

    def finish(self, job: Job, state: str, message: str) -> None:
        """Forget the job; its run says how it ended, where the worker could not say so."""
        self.leave_place(job)
        if job.process is not None and job.process.pid is not None:
            job.process.join()
            job.process.close()
        if job.pipe is not None:
            job.pipe.close()
        self.jobs.pop((job.run.lab, job.run.key), None)
        self.ended[job.run.lab, job.run.key] = (job.run.attempt, state, message)
        while len(self.ended) > 200:
            self.ended.pop(next(iter(self.ended)))
        if job.run.manifest.get("state") not in FINAL:
            with contextlib.suppress(OSError, ValueError):  # a full disk: then `ended` alone knows
                amend(job.run.folder, state=state, message=message)
