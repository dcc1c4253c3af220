"""Every claim of every lab, judged on the runs that are shipped; and one lab trained whole."""

import pytest
import torch

from engine.core.params import Spec
from engine.core.trace import Trace, traced
from engine.labs import all_ids, load
from engine.runs import arms
from engine.runs.judge import judge
from engine.runs.store import Store, ancestry, run_key


@pytest.mark.parametrize(
    ("lab", "spec"),
    [(lab, spec) for lab in all_ids() for spec in load(lab).RECORDED],
    ids=lambda v: str(v)[:60],
)
def test_no_claim_falls_short_on_a_shipped_run(lab: str, spec: Spec) -> None:
    """Killed: a shipped PixelCNN whose first mask is B, put in the place of the honest one."""
    store = Store()

    def find(one: Spec) -> tuple[Trace, bool] | None:
        run = store.attempt(lab, run_key(lab, one, ancestry(lab)), "shipped")
        if run is not None:
            return run.trace(), True
        arm = arms.shipped_arm(load(lab), one)
        return (arm[0], True) if arm is not None else None

    honest = getattr(spec, "first", "A") == "A"  # the leaking net is shipped to be seen failing
    verdicts = {one.claim.sentence: one.verdict for one in judge(load(lab), spec, find)}
    open_ = set() if spec == load(lab).RECORDED[0] else {"not run"}  # of what a page opens on, all is judged
    assert set(verdicts.values()) <= {"holds", *open_, *(() if honest else ("falls short",))}, verdicts
    assert "holds" in verdicts.values() if honest else "falls short" in verdicts.values()


def test_the_claims_of_the_default_pixelcnn_hold_when_it_is_trained_anew() -> None:
    """The whole training, as a press of the button does it. Killed: a training loop without `zero_grad`."""
    lab = load("autoregressive.pixelcnn")
    spec = lab.SPEC()
    trace = traced(lab.run(spec, torch.device("cpu"), {}))
    judged = judge(lab, spec, lambda one: (trace, True) if one == spec else None)
    assert [one.verdict for one in judged if not one.missing] == ["holds", "holds"]
