"""Where the weights come from that a run is given: a file of another run, or that run trained again.

`origins` says it as plain data, so that it can be sent to where the run is trained; `weights` does it there.
"""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from engine.core.trace import State, Weights
from engine.labs import load
from engine.runs.lines import sum_of
from engine.runs.own import path_of
from engine.runs.reading import Unreadable
from engine.runs.store import Store, ancestry, needed, run_key
from engine.runs.stored import tensors_in

Origins = dict[
    str, dict[str, Any]
]  # name -> lab, key, moment, and a file with its checksum or how to train it


def origins(id: str, given: Mapping[str, str], store: Store) -> Origins:
    """Where each is that a run of this lab is given, by the keys in its manifest.

    "own" is somebody's own data. Raises LookupError where a run, or that data, is not here.
    """
    found: Origins = {}
    wanted = needed(id)
    for name, text in given.items():
        if name == "own":
            found[name] = {"file": str(path_of(store.home, text)), "sum": None}
            continue
        key, _, at = text.partition("@")
        moment = int(at) if at else None
        lab, spec = (id, None) if name == "start" else wanted[name]
        runs = [*store.attempts(lab, key), store.attempt(lab, key, "shipped")]
        known = [run for run in runs if run is not None]
        found[name] = one = {"lab": lab, "key": key, "moment": moment}
        for run in known:
            with contextlib.suppress(LookupError, Unreadable):
                if (stored := run.stored(moment)).sound():
                    file, one["sum"] = stored.source
                    one["file"] = str(file)
                    break
        if "file" in one:
            continue
        if known:
            one["spec"], before = dict(known[0].manifest["spec"]), known[0].manifest["given"]
        elif spec is not None and run_key(lab, spec, ancestry(lab)) == key:
            one["spec"], before = vars(spec).copy(), ancestry(lab)
        else:  # the start of a fork, or a run that this lab needed once
            raise LookupError(f"the run {lab}/{key} that this one starts from is not here: train it first")
        one["given"] = origins(lab, before, store)
    return found


def files(of: Origins) -> list[str]:
    """The files that `weights` will ask for."""
    found: list[str] = []
    for one in of.values():
        found += [one["file"]] if "file" in one else files(one["given"])
    return found


def from_disk(file: str) -> bytes:
    """What a file holds, on the machine where it lies. Raises OSError."""
    return Path(file).read_bytes()


def weights(of: Origins, on: torch.device, read: Callable[[str], bytes] = from_disk) -> dict[str, State]:
    """The weights. What is not kept is trained again, to the same weights.

    Raises Unreadable for a file that is not what was written, LookupError where a run has no such moment.
    """
    found: dict[str, State] = {}
    for name, one in of.items():
        if "file" in one:
            data = read(one["file"])
            if one["sum"] not in (None, sum_of(data)):
                raise Unreadable(f"{Path(one['file']).name} cannot be read (not what was written)")
            found[name] = tensors_in(data)
            continue
        lab, moment = load(one["lab"]), one["moment"]
        for event in lab.run(lab.SPEC().but(**one["spec"]), on, weights(one["given"], on, read)):
            if isinstance(event, Weights) and moment in (None, event.moment):
                found[name] = event.state
                if moment is not None:
                    break
        if name not in found:
            raise LookupError(f"the run {one['lab']}/{one['key']} has no weights of moment {moment}")
    return found
