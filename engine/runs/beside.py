"""What a page computes at once, computed beside the server: exact traces, and what probes say.

`Beside` keeps a few processes, `python -m engine.runs.beside`, and asks each for one thing at a time; a page
waits for its answer, the server and the other pages do not. What takes too long is ended. Requests and
answers are plain data (`packed`); nothing is pickled.
"""

import json
import math
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch

import engine
from engine.core.trace import Trace, traced
from engine.labs import load
from engine.runs.reading import Run, Unreadable
from engine.runs.store import Store

HELPERS = 2
LIMIT_S = 60.0  # an answer that takes longer is none; on a quiet machine the longest takes seven seconds


class TooLong(RuntimeError):
    """What was asked for took more time, or memory, than is allowed; a sentence for people."""


class Fault(RuntimeError):
    """A fault of ours, as the process beside tells it."""


class Misfit(RuntimeError):
    """The weights of a run are of another net."""


RAISED: dict[str, type[Exception]] = {
    "refused": ValueError,
    "misfit": Misfit,
    "unreadable": Unreadable,
    "fault": Fault,
}


class Beside:
    """The processes beside a server. May be asked from many threads."""

    def __init__(self, helpers: int = HELPERS, limit: float = LIMIT_S):
        self._idle: queue.LifoQueue[_Helper] = (
            queue.LifoQueue()
        )  # the last used first: others may never start
        for _ in range(helpers):
            self._idle.put(_Helper(limit))

    def trace(self, lab: str, spec: Mapping[str, Any]) -> Trace:
        """All that an exact lab says of a spec. Raises TooLong, Fault; ValueError for one out of bounds."""
        told = self._ask({"lab": lab, "spec": dict(spec)})
        snapshots = {(name, moment): arrays for name, moment, arrays in told["snapshots"]}
        scalars = {name: (steps, values) for name, (steps, values) in told["scalars"].items()}
        return Trace(told["total"], scalars, told["moments"], snapshots, None, True)

    def probe(
        self,
        lab: str,
        spec: Mapping[str, Any],
        probe: str,
        inputs: Mapping[str, Any],
        run: Run | None,
        home: Path,
    ) -> dict[str, Any]:
        """What a probe says of inputs: of the newest weights of a run of this home, or of an exact lab.

        Raises ValueError for inputs that the probe refuses, Unreadable for weights that are damaged or do not
        fit the net, TooLong, Fault.
        """
        place = {} if run is None else {"key": run.key, "attempt": run.attempt, "moments": len(run.moments())}
        asked = {"lab": lab, "spec": dict(spec), "probe": probe, "inputs": dict(inputs)}
        try:
            return self._ask({**asked, **place, "home": str(home)})
        except Misfit:
            assert run is not None
            raise run.misfit() from None

    def warm(self) -> None:
        """Start one, so that the first page need not wait for it."""
        helper = self._idle.get()
        helper.start()
        self._idle.put(helper)

    def close(self) -> None:
        """End them."""
        for helper in [self._idle.get() for _ in range(self._idle.qsize())]:
            helper.end()

    def _ask(self, request: Mapping[str, Any]) -> Any:
        helper = self._idle.get()
        try:
            kind, told = helper.answer(request)
        finally:
            self._idle.put(helper)
        if kind in RAISED:
            raise RAISED[kind](told)
        return told


class _Helper:
    """One process beside; started when it is needed, and again when it has died."""

    def __init__(self, limit: float):
        self.limit = limit
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "engine.runs.beside"],
                cwd=Path(engine.__file__).parent.parent,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def answer(self, request: Mapping[str, Any]) -> tuple[str, Any]:
        self.start()
        assert self._process is not None
        out, back = self._process.stdin, self._process.stdout
        assert out is not None
        assert back is not None
        late = threading.Timer(self.limit, self._process.kill)
        late.start()
        try:
            out.write(packed(request))
            out.flush()
            return read(back)
        except (EOFError, OSError):
            self.end()
            raise TooLong(
                f"this took more than {self.limit:.0f} seconds or too much memory: choose less"
            ) from None
        finally:
            late.cancel()


def packed(value: Any) -> bytes:
    """Plain data and arrays as bytes: two lengths, a header in JSON, the arrays. Raises TypeError or
    ValueError for what is neither."""
    chunks: list[bytes] = []

    def plain(one: Any) -> Any:
        if isinstance(one, np.ndarray):
            if one.dtype.hasobject:
                raise ValueError(f"an array of {one.dtype} cannot be sent")
            chunks.append(np.ascontiguousarray(one).tobytes())
            return {"array": [one.dtype.str, list(one.shape)]}
        if isinstance(one, np.generic):
            return one.item()
        if isinstance(one, Mapping):
            return {"map": [[plain(name), plain(part)] for name, part in one.items()]}
        return [plain(part) for part in one] if isinstance(one, list | tuple) else one

    head = json.dumps(plain(value)).encode()
    body = b"".join(chunks)
    return len(head).to_bytes(8, "little") + len(body).to_bytes(8, "little") + head + body


def read(stream: IO[bytes]) -> Any:
    """What was packed; a tuple comes back as a list. Raises EOFError where the stream ends before."""
    head, body = (int.from_bytes(_exactly(stream, 8), "little") for _ in range(2))
    told, arrays, at = json.loads(_exactly(stream, head)), _exactly(stream, body), 0

    def rich(one: Any) -> Any:
        nonlocal at
        if isinstance(one, list):
            return [rich(part) for part in one]
        if not isinstance(one, dict):
            return one
        if "map" in one:
            return {rich(name): rich(part) for name, part in one["map"]}
        kind, shape = np.dtype(one["array"][0]), one["array"][1]
        array = np.frombuffer(arrays, kind, math.prod(shape), at).reshape(shape).copy()
        at += array.nbytes
        return array

    return rich(told)


def _exactly(stream: IO[bytes], n: int) -> bytes:
    data = stream.read(n)
    if len(data) < n:
        raise EOFError
    return data


@lru_cache(maxsize=16)
def _model(lab: str, spec: str, home: str, key: str, attempt: str, moments: int) -> Any:
    """A net at the newest weights of a run; or of an exact lab, from its spec."""
    made = load(lab).SPEC(**json.loads(spec))
    run = Store(Path(home)).attempt(lab, key, attempt) if key else None
    weights = None if run is None else run.weights()
    try:
        return load(lab).restore(made, weights)
    except (RuntimeError, LookupError) as other:
        raise Misfit(str(other)) from None


def done(request: Mapping[str, Any]) -> Any:
    """The answer to one request. Raises whatever the lab raises."""
    lab, spec = load(request["lab"]), request["spec"]
    if "probe" not in request:
        trace = traced(lab.run(lab.SPEC(**spec), torch.device("cpu"), {}))
        shots = [[name, moment, arrays] for (name, moment), arrays in trace.snapshots.items()]
        return {"total": trace.total, "scalars": trace.scalars, "moments": trace.moments, "snapshots": shots}
    run = (request.get("key", ""), request.get("attempt", ""), request.get("moments", 0))
    net = _model(request["lab"], json.dumps(spec), request["home"], *run)
    return lab.PROBES[request["probe"]](net, request["inputs"])


def _told(error: Exception) -> list[str]:
    """What is answered in place of an answer."""
    for kind, known in RAISED.items():
        if isinstance(error, known):
            return [kind, str(error)[:2000]]
    return ["fault", f"{type(error).__name__}: {str(error)[:500]}"]


def main() -> None:
    """Answer requests until there are no more: the server is gone."""
    torch.set_num_threads(1)
    asked, back = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a lab prints is no answer
    while True:
        try:
            request = read(asked)
        except EOFError:
            return
        try:
            answer = packed(["done", done(request)])
        except Exception as error:
            answer = packed(_told(error))
        back.write(answer)
        back.flush()


if __name__ == "__main__":
    main()
