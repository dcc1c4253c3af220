"""Arms of claims: how they differ, and what is shipped of those that have no film."""

import numpy as np
import pytest

from engine.core.claims import Claim, Verdict, check, ends, last, latest
from engine.core.trace import Trace
from engine.labs import load
from engine.runs import arms

LAB = "autoregressive.pixelcnn"


def trace_of(bits: float) -> Trace:
    """Three moments with one score each, a picture that no check reads, two curves."""
    trace = Trace(total=20, moments=[0, 10, 20], finished=True)
    trace.scalars = {"loss": ([1, 20], [3.0, bits]), "rate": ([1, 20], [0.1, 0.2])}
    for moment in range(3):
        trace.snapshots["score", moment] = {"bits": np.float32(bits + 2 - moment)}
        trace.snapshots["picture", moment] = {"x": np.zeros((9, 9), np.uint8)}
    return trace


READS = check(
    lambda now, loss, first, again: now == again and first > loss,
    "{:.2f} {:.2f} {:.2f} {:.2f}",
    "all of it",
    last("score", "bits"),
    latest("loss"),
    ends("score", "bits"),
)


def test_a_shipped_arm_holds_what_its_check_reads_and_says_the_same(tmp_path) -> None:
    """Killed: the last moment alone; a curve without its steps; all of the film."""
    whole = arms.noted(trace_of(1.5))
    verdict: Verdict = READS({"this": whole})
    path = tmp_path / "arms" / "one.npz"
    arms.ship(path, arms.kept(whole), "abc")
    read = arms._read(path, 0)
    assert read is not None
    assert READS({"this": read[0]}) == verdict
    assert read[1] == "abc"
    assert set(read[0].scalars) == {"loss"}
    assert set(read[0].snapshots) == {("score", 0), ("score", 2)}
    assert read[0].moments == [0, 10, 20]
    with pytest.raises(LookupError):
        read[0].at("picture", 0)


def test_a_damaged_arm_is_none(tmp_path) -> None:
    """Then its claim says what to train. Killed: the error passed on."""
    path = tmp_path / "one.npz"
    path.write_bytes(b"PK\x03\x04 no archive")
    assert arms._read(path, 1) is None


def test_arms_are_told_apart_by_the_fields_in_which_they_differ() -> None:
    """Killed: the run at hand among the arms; a field that is the same in all."""
    spec = load(LAB).SPEC()
    claim = Claim("s.", READS, "f", {"honest": {"first": "A"}, "leaking": {"first": "B"}})
    sides = arms.named(claim, spec)
    assert list(sides) == ["honest", "leaking"]
    assert arms.differences(sides) == {"first": ("A", "B")}
    assert arms.named(Claim("s.", READS, "f", {"only": {"first": "B"}}), spec) == {}


def test_weights_that_a_mask_hides_do_not_count() -> None:
    """Killed: all parameters of a masked net."""
    lab = "autoregressive.gated_pixelcnn"
    one = load(lab).SPEC(stacks="one")
    net = load(lab).restore(one, None)
    assert arms.weights(lab, one) == net.weights() < sum(p.numel() for p in net.parameters())
