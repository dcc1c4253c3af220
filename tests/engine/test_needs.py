"""A lab may stand on the weights of another lab's run: of its default run, or of one that NEEDS describes."""

from pathlib import Path

import pytest
import torch

from engine.core.params import Refusal
from engine.labs import load
from engine.runs.store import Store, ancestry, default_spec, needed, run_key
from engine.runs.work import resolve

LAB, ROOT = "words.tsne", "words.text"
FEW = {"words": 60, "d": 4, "steps": 10}
CPU = torch.device("cpu")


@pytest.fixture
def few(monkeypatch) -> None:
    monkeypatch.setattr(load(LAB), "NEEDS", {"text": (ROOT, FEW)})


def test_a_lab_alone_needs_its_default_run_and_says_so_in_the_key_as_ever(monkeypatch) -> None:
    """Killed: the changes put into the key though there are none."""
    plain = {"text": run_key(ROOT, default_spec(ROOT))}
    assert ancestry(LAB) == plain
    assert needed(LAB) == {"text": (ROOT, default_spec(ROOT))}
    monkeypatch.setattr(load(LAB), "NEEDS", {"text": (ROOT, {})})
    assert ancestry(LAB) == plain


def test_a_run_given_another_run_is_another_run(few) -> None:
    """Killed: the changes left out of the ancestry."""
    spec = load(LAB).SPEC()
    assert ancestry(LAB) == {"text": run_key(ROOT, default_spec(ROOT).but(**FEW))}
    assert run_key(LAB, spec, ancestry(LAB)) != run_key(
        LAB, spec, {"text": run_key(ROOT, default_spec(ROOT))}
    )


def test_what_is_not_kept_is_trained_as_it_was_described(few, tmp_path) -> None:
    """Killed: the default run trained in its place."""
    weights = resolve(load(LAB), ancestry(LAB), Store(tmp_path), CPU)["text"]
    assert weights["v"].shape == (60, 4)


def test_the_key_of_a_run_that_is_needed_no_longer_is_not_trained_as_another(few, tmp_path) -> None:
    """A run begun before NEEDS changed. Killed: whatever is needed now in the place of what was asked for."""
    with pytest.raises(LookupError, match="train it first"):
        resolve(load(LAB), {"text": run_key(ROOT, default_spec(ROOT))}, Store(tmp_path, tmp_path), CPU)


@pytest.mark.parametrize(
    ("need", "error", "words"),
    [
        ((ROOT, {"d": 5}), Refusal, "d must be one of 2, 4, 8, 16, 32, got 5"),
        ((ROOT, {"depth": 2}), Refusal, "depth must be one of the parameters"),
        (("words.prose", {}), ValueError, "no lab is called 'words.prose'"),
        ("words.prose", ValueError, "no lab is called 'words.prose'"),
    ],
)
def test_a_need_that_cannot_be_is_refused_by_name(monkeypatch, need, error, words) -> None:
    """Killed: changes that nobody looks at."""
    monkeypatch.setattr(load(LAB), "NEEDS", {"text": need})
    with pytest.raises(error, match=words):
        ancestry(LAB)


def test_a_lab_that_leaves_out_needs_and_probes_has_none() -> None:
    """Killed: a lab's own replaced by the empty ones."""
    assert load("reward.bradley_terry").NEEDS == load("reward.bradley_terry").PROBES == {}
    assert load(LAB).NEEDS == {"text": ROOT}
    assert "teach" in load("reward.human_preferences").PROBES
    assert Path(load(LAB).run.__code__.co_filename).name == "tsne_lab.py"
