"""What a lab measures: scores are taken on what was held out, batches and neighbours on what was learned.

Each lab is run for a few steps, then again with its held-out data exchanged for others, then with those that
it learns from: what it learns must not hear of the former, nor its scores before training of the latter.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch

from engine.core.trace import Snapshot, Step
from engine.labs import load
from engine.runs.store import SHIPPED, Store, ancestry
from engine.runs.work import resolve

CPU, STEPS = torch.device("cpu"), 3
KEPT, LEARNED = "kept", "learned"


def turned(x: Any) -> Any:
    """Other data of the same shape and range: each picture upside down, the brightest pixel made dark."""
    other = x.flip(1) if isinstance(x, torch.Tensor) else x[:, ::-1].copy()
    return other.max() - other


def pair(part: str) -> Callable[[Any], Any]:
    """Of (learned, kept): one of them turned."""
    return lambda data: (turned(data[0]), data[1]) if part == LEARNED else (data[0], turned(data[1]))


def digits(part: str) -> Callable[[Any], Any]:
    """The same of `data.digits.Digits`."""
    name = "train_x" if part == LEARNED else "test_x"
    return lambda data: data._replace(**{name: turned(getattr(data, name))})


# lab, where its data come from, how a part is exchanged, scores of what was kept, what is of what was learned
LABS = [
    ("autoregressive.pixelcnn", "pixelcnn_lab.digits", digits, ["score.test_bits"], ["samples.nearest"]),
    ("autoregressive.gated_pixelcnn", "gated_pixelcnn_lab.digits", digits, ["score.test_bits"],
     ["samples.nearest"]),
    ("autoregressive.likelihood", "likelihood_lab.digits", digits, ["mean.digits", "share.blank"], []),
    ("autoregressive.heads", "heads_lab.photos", pair, ["score.Gaussian", "score.first_Gaussian"],
     ["first.truth"]),
    ("autoregressive.colour_pixelcnn", "colour_pixelcnn_lab.pictures", pair, ["score.test_bits"],
     ["samples.off"]),
    ("codes.vqvae", "vqvae_lab.images", pair, ["score.mse", "seen.x"], []),
    ("codes.rate", "rate_lab.images", pair, ["curve.mse"], []),
    ("codes.prior", "prior_lab.images", pair, ["bits.prior"], ["distance.uniform"]),
    ("diffusion.ddpm_digits", "digit_watch.digits", digits, ["score.loss"], ["judged.near"]),
]  # fmt: skip


def told(lab: str) -> tuple[dict[str, np.ndarray], list[float]]:
    """The snapshots of the first moment, and the losses of the first steps."""
    module = load(lab)
    given = resolve(module, ancestry(lab), Store(shipped=SHIPPED), CPU)
    first: dict[str, np.ndarray] = {}
    losses: list[float] = []
    for event in islice(module.run(module.SPEC(), CPU, given), 200):
        if isinstance(event, Snapshot) and event.moment == 0:
            first |= {f"{event.name}.{name}": np.asarray(array) for name, array in event.arrays.items()}
        if isinstance(event, Step):
            losses.append(sum(value for name, value in event.scalars.items() if name in ("loss", "Gaussian")))
            if len(losses) == STEPS:
                break
    return first, losses


@pytest.mark.parametrize(("lab", "source", "exchange", "kept", "learned"), LABS, ids=[lab[0] for lab in LABS])
def test_scores_are_of_what_was_held_out_and_steps_of_what_was_learned(
    lab: str,
    source: str,
    exchange: Callable[[str], Callable[[Any], Any]],
    kept: Sequence[str],
    learned: Sequence[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed in each lab: its score taken on the data that it learns from; its batches drawn from the held-
    out ones; where there are neighbours, those sought among the held-out ones."""
    module, name = source.split(".")
    where = import_module(f"engine.{lab.split('.')[0]}.{module}")
    real = getattr(where, name)
    before, losses = told(lab)
    seen = {}
    for part in (KEPT, LEARNED):
        monkeypatch.setattr(where, name, lambda *args, part=part: exchange(part)(real(*args)))
        seen[part] = told(lab)
    for figure in kept:
        assert np.array_equal(seen[LEARNED][0][figure], before[figure]), f"{figure} hears of what is learned"
        assert not np.array_equal(seen[KEPT][0][figure], before[figure]), f"{figure} is not of what was kept"
    for figure in learned:
        assert np.array_equal(seen[KEPT][0][figure], before[figure]), f"{figure} hears of what was kept"
        assert not np.array_equal(seen[LEARNED][0][figure], before[figure]), f"{figure} is not learned"
    assert seen[KEPT][1] == losses
    assert seen[LEARNED][1] != losses
