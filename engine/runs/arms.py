"""What claims compare: how their arms differ, and what is shipped of arms that have no film.

A shipped arm is `assets/recorded/<lab>/arms/<key>.npz`: the figures that the checks read of that run, every
moment's step, and the hash of the code that made it. A check that reads anything else finds nothing there.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from engine.core.claims import Claim
from engine.core.params import Spec, Value, params_of
from engine.core.trace import Trace, traced
from engine.labs import Lab, lab_id, load
from engine.runs.code import code_hash
from engine.runs.judge import judge
from engine.runs.store import SHIPPED, Store, ancestry, run_key
from engine.runs.stored import arrays_in
from engine.runs.work import device, resolve
from engine.runs.writing import npz


def named(claim: Claim, spec: Spec) -> dict[str, Spec]:
    """The arms that a claim compares with each other, by name; none for a claim about one run."""
    return {name: spec.but(**changes) for name, changes in claim.runs.items()} if len(claim.runs) > 1 else {}


def differences(arms: Mapping[str, Spec]) -> dict[str, tuple[Value, ...]]:
    """The fields in which arms differ, each with one value an arm."""
    specs = list(arms.values())
    values = {f.name: tuple(getattr(one, f.name) for one in specs) for f, _ in params_of(type(specs[0]))}
    return {name: found for name, found in values.items() if len(set(found)) > 1}


@lru_cache(maxsize=256)
def weights(lab: str, spec: Spec) -> int:
    """How many numbers a run of this spec learns; 0 for a lab without a net.

    A net that hides some behind masks counts them itself, in a method of this name.
    """
    model = load(lab).restore(spec, None)
    if not isinstance(model, nn.Module):
        return 0
    own: Callable[[nn.Module], int] | None = vars(type(model)).get("weights")
    return own(model) if own else sum(p.numel() for p in model.parameters())


class _Noted(dict):
    """A mapping that remembers which of its keys were looked up."""

    def __init__(self, of: Mapping[Any, Any]):
        super().__init__(of)
        self.read: dict[Any, None] = {}

    def __getitem__(self, key: Any) -> Any:
        self.read[key] = None
        return super().__getitem__(key)


def noted(trace: Trace) -> Trace:
    """The same trace, which remembers what a check reads of it: for `kept`."""
    return Trace(
        trace.total, _Noted(trace.scalars), trace.moments, _Noted(trace.snapshots), finished=trace.finished
    )


def kept(trace: Trace) -> Trace:
    """Only what was read of a noted trace."""
    scalars, snapshots = trace.scalars, trace.snapshots
    assert isinstance(scalars, _Noted)
    assert isinstance(snapshots, _Noted)
    return Trace(
        trace.total,
        {name: scalars[name] for name in scalars.read if name in scalars},
        trace.moments,
        {key: snapshots[key] for key in snapshots.read if key in snapshots},
        finished=True,
    )


def path_of(lab: str, spec: Spec, shipped: Path = SHIPPED) -> Path:
    """Where the arm of this spec is, or would be."""
    return shipped / lab / "arms" / f"{run_key(lab, spec, ancestry(lab))}.npz"


def ship(path: Path, trace: Trace, code: str) -> int:
    """Write an arm. Returns its bytes."""
    facts = {"moments": trace.moments, "total": trace.total, "code": code}
    arrays = {name: np.asarray(fact) for name, fact in facts.items()}
    for name, (steps, values) in trace.scalars.items():
        arrays[f"scalar/{name}/step"] = np.asarray(steps, np.int32)
        arrays[f"scalar/{name}/value"] = np.asarray(values, np.float64)
    for (name, moment), parts in trace.snapshots.items():
        arrays |= {f"snapshot/{name}/{part}/{moment}": array for part, array in parts.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(npz(arrays, pressed=True))
    return path.stat().st_size


def shipped_arm(lab: Lab, spec: Spec) -> tuple[Trace, str] | None:
    """What is shipped of a run for the claims alone: its figures, and the hash of its code; None for none."""
    path = path_of(lab_id(lab), spec)
    return _read(path, path.stat().st_mtime_ns) if path.exists() else None


@lru_cache(maxsize=256)
def _read(path: Path, _stamp: int) -> tuple[Trace, str] | None:
    try:
        arrays = arrays_in(path.read_bytes())
        trace = Trace(int(arrays["total"]), moments=arrays["moments"].tolist(), finished=True)
        for name, array in arrays.items():
            match name.split("/"):
                case ["scalar", scalar, "step"]:
                    values = arrays[f"scalar/{scalar}/value"].tolist()
                    trace.scalars[scalar] = (array.tolist(), values)
                case ["snapshot", snapshot, part, moment]:
                    parts: dict = trace.snapshots.setdefault((snapshot, int(moment)), {})  # type: ignore
                    parts[part] = array
        return trace, str(arrays["code"])
    except (
        Exception
    ):  # bytes can be damaged in any way, and a damaged arm is none: its claim says what to train
        return None


def record(lab: Lab, store: Store, folder: Path) -> Iterator[tuple[Spec, int]]:
    """Train the arms that the claims about a lab's first shipped run need and no shipped run is; write what
    their checks read into `folder`. Yields each arm's spec and bytes."""
    id, base = lab_id(lab), lab.RECORDED[0]
    given, known = resolve(lab, ancestry(id), store, device()), dict[Spec, Trace]()

    def find(spec: Spec) -> tuple[Trace, bool]:
        run = store.find(id, run_key(id, spec, ancestry(id)))
        if run is not None:
            return run.trace(), True
        if spec not in known:
            known[spec] = noted(traced(lab.run(spec, device(), given)))
        return known[spec], True

    judge(lab, base, find)
    for spec, trace in known.items():
        yield spec, ship(folder / "arms" / path_of(id, spec).name, kept(trace), code_hash(lab))
