"""What the files of a run say, as events and traces: a line of events.jsonl, and the shipped form."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine.core.trace import Event, Snapshot, Step, Trace, Weights
from engine.runs.stored import Stored, arrays_in, tensors_in

MOMENTS, STEPS = 10_000, 10**9  # as far as a line is believed


def unstacked(stacks: Mapping[str, np.ndarray], total: int) -> Trace:
    """The trace of the shipped form (see `writing.pack`). Raises LookupError, ValueError or TypeError."""
    trace = Trace(total, moments=[int(step) for step in stacks["moments"]])
    for path, stack in stacks.items():
        kind, name, part, *rest = [*path.split("/"), "", ""][: max(3, path.count("/") + 1)]
        if kind == "scalar" and part == "step":
            trace.scalars[name] = (stack.tolist(), stacks[f"scalar/{name}/value"].tolist())
        elif kind in ("snapshot", "grown"):
            for moment, array in [(int(rest[0]), stack)] if rest else enumerate(stack):
                arrays = trace.snapshots.setdefault((name, moment), {})
                arrays[part] = np.asarray(array)  # type: ignore[index]
    return trace


def _whole(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"must be a whole number in [0, {most}]")
    return value


def event_from(line: Mapping[str, Any], folder: Path) -> Event:
    """The event that a line of events.jsonl stands for; its arrays are read when looked at.

    Raises LookupError, TypeError, AttributeError, ArithmeticError or ValueError for a damaged line.
    """
    step, known = _whole(line["step"], STEPS), line.get("sum")
    match line["is"]:
        case "step":
            scalars = {name: float(value) for name, value in line["scalars"].items()}
            return Step(step, _whole(line["total"], STEPS), scalars)
        case "snapshot":
            moment, name = _whole(line["moment"], MOMENTS), line["name"]
            if not name.isidentifier():
                raise ValueError(f"a snapshot is not called {name!r}")
            return Snapshot(moment, step, name, Stored(folder / f"{moment:04d}-{name}.npz", arrays_in, known))
        case "weights":
            moment = _whole(line["moment"], MOMENTS)
            return Weights(moment, step, Stored(folder / f"{moment:04d}.safetensors", tensors_in, known))
        case other:
            raise ValueError(f"no event is called {other!r}")
