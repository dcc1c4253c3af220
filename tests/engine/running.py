"""What the tests of the runs share: small runs, supervisors with chosen limits, waiting on conditions."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import engine
from engine.autoregressive.pixelcnn_lab import PixelCNNSpec
from engine.core.trace import traced
from engine.runs.client import Client
from engine.runs.store import Store, run_key
from engine.runs.work import device, train
from engine.runs.writing import Writer

ROOT = Path(engine.__file__).parent.parent
LAB = "autoregressive.pixelcnn"
SHORT = PixelCNNSpec(layers=1, channels=4, kernel=3, steps=10)
LONG = SHORT.but(steps=3000, layers=4, channels=48)  # far longer than any test takes


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait on a condition, never for a time: a slow machine only takes longer."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def made(store: Store, spec: PixelCNNSpec, stop_after: int | None = None):
    """A run that is trained here and now; `stop_after` events it is left as a kill would leave it."""
    key = run_key(LAB, spec)
    writer = Writer.create(store, LAB, key, spec, {}, private=False, supervisor="")
    events = train(writer, store, device())
    for n, _ in enumerate(events):
        if n == stop_after:
            facts = dict(writer.manifest)
            events.close()
            writer.set(**{**facts, "pid": 2**22 + 1})  # a process that is not there
            break
    return store.attempt(LAB, key, writer.folder.name)


def same(one, other) -> bool:
    """Two traces tell the same story, number for number."""
    assert one.scalars == other.scalars
    assert one.moments == other.moments
    assert one.snapshots.keys() == other.snapshots.keys()
    for name, arrays in one.snapshots.items():
        for part, array in arrays.items():
            assert array.tobytes() == other.snapshots[name][part].tobytes()
    return True


def trained(spec: PixelCNNSpec, given=None):
    """The trace of a spec, trained in this process with no store."""
    from engine.labs import load

    return traced(load(LAB).run(spec, device(), given or {}))


class Servant:
    """A supervisor that a test started, with limits of the test's choice, and a client of it."""

    def __init__(self, home: Path, largest_file: int | None = None, root: Path = ROOT, **limits: float):
        def limit() -> None:
            if largest_file:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        words = [f"--{name.replace('_', '-')}={value}" for name, value in limits.items()]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine.runs.supervisor", "--home", str(home), *words],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            preexec_fn=limit,
        )
        self.client, self.store = Client(home), Store(home)
        if root == ROOT:
            wait_until(lambda: self.client.reachable() or self.process.poll() is not None)
            assert self.process.poll() is None, "the supervisor did not start"

    def state(self, key: str, who: str = "ann") -> str:
        """Watch as somebody, and say how it stands."""
        return self.client.watch(LAB, key, who).state

    def steps(self, key: str) -> int:
        """How many steps the run has written."""
        run = self.store.find(LAB, key)
        return len(run.trace().scalars.get("loss", ((), ()))[0]) if run else 0

    def end(self) -> None:
        """Kill it as the system would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
