"""What is asked of every lab alike. With few steps, everything else as it is."""

import importlib
import json
import time
from dataclasses import fields
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.core.params import Refusal, params_of
from engine.core.trace import Snapshot, Step, Weights
from engine.labs import all_ids, lab_id, load
from engine.runs.code import code_hash
from engine.runs.store import SHIPPED, Store, ancestry, run_key
from engine.runs.work import resolve

CPU = torch.device("cpu")
EVERY = pytest.mark.parametrize("id", all_ids())


def small(lab):
    """The default spec with as few steps as it takes."""
    steps = {f.name: int(p.low) for f, p in params_of(lab.SPEC) if f.name == "steps" and p.low is not None}
    return lab.SPEC().but(**steps)


def given(id):
    return resolve(load(id), ancestry(id), Store(Path("/nonexistent")), CPU)


def plain(event):
    """An event as values that can be compared bit for bit."""
    if isinstance(event, Step):
        return event
    arrays = event.arrays if isinstance(event, Snapshot) else {k: v.numpy() for k, v in event.state.items()}
    return (
        type(event),
        event.moment,
        event.step,
        {k: (v.dtype, v.shape, v.tobytes()) for k, v in arrays.items()},
    )


@EVERY
def test_it_is_a_lab(id):
    lab = load(id)
    assert lab_id(lab) == id
    assert lab.__doc__
    assert lab.RECORDED
    assert lab.CLAIMS
    assert all(isinstance(spec, lab.SPEC) for spec in lab.RECORDED)
    assert all(callable(probe) for probe in lab.PROBES.values())
    assert all(claim.sentence.endswith(".") and claim.falsified_by for claim in lab.CLAIMS)
    assert all(load(needed) for needed in lab.NEEDS.values())
    assert len(fields(lab.SPEC)) == len(list(params_of(lab.SPEC)))
    assert all(p.label and p.help.endswith(".") for _, p in params_of(lab.SPEC))
    for claim in lab.CLAIMS:
        for changes in claim.runs.values():
            assert lab.SPEC().but(**changes)


@EVERY
def test_one_step_beyond_every_bound_is_refused_by_name(id):
    spec = load(id).SPEC()
    for f, p in params_of(type(spec)):
        beyond: list = [None, [], "no such choice at all"]
        if p.low is not None and p.high is not None:
            tiny = 1 if isinstance(f.default, int) else 1e-3 * abs(p.high)
            beyond += [p.low - tiny, p.high + tiny, float("nan")]
        if p.pattern:
            beyond += ["\x00", "<script>"]
        for value in beyond:
            if (
                isinstance(f.default, str)
                and not p.choices
                and value == "no such choice at all"
                and not p.pattern
            ):
                continue
            with pytest.raises(Refusal) as refusal:
                spec.but(**{f.name: value})
            assert refusal.value.field == f.name


@EVERY
def test_its_events_are_complete_finite_and_end_where_they_said(id):
    lab = load(id)
    spec = small(lab)
    began = time.perf_counter()
    events = lab.run(spec, CPU, given(id))
    first = next(events)
    waited = time.perf_counter() - began
    seen = [first, *events]
    assert waited < 20, "the first event is due within 2 s; a busy machine is forgiven ten times that"
    steps = [e for e in seen if isinstance(e, Step)]
    assert steps[-1].step == steps[-1].total == max(e.step for e in seen)
    assert [s.step for s in steps] == sorted(s.step for s in steps)
    assert all(np.isfinite(v) and type(v) in (int, float) for s in steps for v in s.scalars.values())
    shots = [e for e in seen if isinstance(e, Snapshot)]
    moments = sorted({e.moment for e in shots})
    assert moments == list(range(len(moments)))
    names = {name: {e.moment for e in shots if e.name == name} for name in {e.name for e in shots}}
    assert all(at == set(moments) for at in names.values()), "every name exists at every moment"
    parts = {name: {tuple(e.arrays) for e in shots if e.name == name} for name in names}
    assert all(len(kinds) == 1 for kinds in parts.values()), "and always holds the same arrays"
    for shot in shots:
        for array in shot.arrays.values():
            assert isinstance(array, np.ndarray)
            assert array.dtype.kind in "iufb"
            assert array.dtype.kind != "f" or np.isfinite(array).all()
    for event in (e for e in seen if isinstance(e, Weights)):
        assert all(t.device == CPU and not t.requires_grad for t in event.state.values())
        lab.restore(spec, event.state)


@EVERY
def test_the_same_spec_gives_the_same_events_also_when_two_runs_are_interleaved(id):
    """Killed mutant: a batch drawn from torch's global generator."""
    lab = load(id)
    spec = small(lab)
    alone = [plain(e) for e in islice(lab.run(spec, CPU, given(id)), 40)]
    other = lab.run(spec.but(seed=1) if hasattr(spec, "seed") else spec, CPU, given(id))
    mixed = []
    torch.manual_seed(99)
    for event in islice(lab.run(spec, CPU, given(id)), 40):
        mixed.append(plain(event))
        next(other, None)
        torch.rand(3)
    assert alone == mixed


@EVERY
def test_its_recorded_runs_are_fresh(id):
    """Made by this very code, and their first steps come out the same here; else: make record."""
    lab, store = load(id), Store(Path("/nonexistent"))
    for spec in lab.RECORDED:
        run = store.attempt(id, run_key(id, spec, ancestry(id)), "shipped")
        assert run is not None, f"{spec} is not recorded: make record"
        assert run.manifest["code"] == code_hash(lab), f"{spec} was recorded by earlier code: make record"
        trace = run.trace()
        assert not run.problems
        assert trace.finished
        for event in islice(lab.run(spec, CPU, given(id)), 30):
            if isinstance(event, Step) and event.step <= 5:
                for name, value in event.scalars.items():
                    steps, values = trace.scalars[name]
                    assert values[steps.index(event.step)] == pytest.approx(value, rel=1e-3, abs=1e-6)


def test_nothing_is_shipped_that_no_lab_records():
    wanted = {(id, run_key(id, spec, ancestry(id))) for id in all_ids() for spec in load(id).RECORDED}
    found = {(path.parent.parent.name, path.parent.name) for path in SHIPPED.glob("*/*/manifest.json")}
    assert found <= wanted
    for path in SHIPPED.glob("*/*/manifest.json"):
        assert "/" not in json.loads(path.read_text())["message"], "no path of a machine is shipped"


def test_an_unknown_lab_is_refused_by_name_and_never_imported():
    with pytest.raises(ValueError, match=r"no lab is called 'os\.path'"):
        load("os.path")
    assert importlib.import_module("engine.labs")
