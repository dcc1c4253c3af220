"""Two runs beside each other: named by what differs, and told apart only where the figure means the same."""

from typing import Any

import pytest

from app.page import compare, live
from app.page.screen import Figure
from engine.codes import vqvae_lab
from engine.core.trace import Trace
from engine.labs import load

MSE = Figure("mse", "a test pixel", "lower")


def view(last: float, start: tuple[str, int] | None = None, **changes: Any) -> live.View:
    """A run that ended at a figure."""
    trace = Trace()
    trace.scalars["mse"] = ([1, 2], [1.0, last])
    spec = vqvae_lab.SPEC(**changes)
    return live.View(load("codes.vqvae"), spec, spec.key(), start, None, trace)


def test_runs_are_named_by_what_differs() -> None:
    """Killed: A and B; the pinned run's value at the new one; True in place of on."""
    assert compare.names(view(0.1), view(0.2, K=2)) == ("codes k 2", "codes k 64")
    assert compare.names(view(0.1), view(0.2, restart=False))[0] == "restart dead codes off"
    many = compare.names(view(0.1), view(0.2, K=2, D=4, beta=1.0))[0]
    assert many.endswith(", …")
    assert many.count(",") == 2
    assert compare.names(view(0.1), view(0.2, ("0a", 3)))[0] == "this start"


@pytest.mark.parametrize(("better", "word"), [("lower", "worse"), ("higher", "better")])
def test_a_higher_figure_is_judged_by_which_way_is_good(better: str, word: str) -> None:
    """Killed: higher taken for better; the two runs exchanged."""
    said = compare.difference(view(0.1), view(0.2, K=2), Figure("mse", "a test pixel", better))
    assert f"**codes k 2** is {word} here" in said
    assert "0.20 a test pixel" in said
    assert "**0.10**" in said


def test_figures_that_mean_different_things_are_not_judged() -> None:
    """Killed: a verdict where the setting changes the metric; one where no way is good."""
    apart = Figure("mse", "a test pixel", "lower", unlike=("K",))
    said = compare.difference(view(0.1), view(0.2, K=2), apart)
    assert "do not measure the same" in said
    assert "is better" not in said
    assert "is better" not in compare.difference(view(0.1), view(0.2, K=2), Figure("mse", "a test pixel"))
    assert "Train it" in compare.difference(view(0.1), view(0.2, K=2), Figure("other", "x"))
