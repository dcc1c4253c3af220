"""Figures of two grids of codes by their data: what a picture shows is what the runs say."""

import numpy as np

from engine.codes import two_levels_lab, two_priors_lab
from engine.codes.kept_apart import FIGURES, WAYS
from engine.core.trace import Snapshot, Trace
from pages.vqvae2 import exchange, goals
from pages.vqvae2 import figures as fig


def trained(left: float = 24.0) -> Trace:
    """A run whose figures all differ, at two moments."""
    trace = Trace(finished=True)
    for moment in (0, 1):
        for i, figure in enumerate(FIGURES):
            found = {way: np.array(100.0 * moment + 10 * i + j) for j, way in enumerate(WAYS)}
            if moment:
                found["other_bottom"] = np.array(left)
            trace.add(Snapshot(moment, moment, figure, found))
        trace.add(Snapshot(moment, moment, "seen", {"ways": np.full((6, 32, 32), moment)}))
    return trace


def test_each_bar_is_the_figure_of_its_way() -> None:
    """Killed: stripes drawn as silhouettes; ways in another order; the last moment for all."""
    _, arrays = fig.apart(trained())
    assert arrays["apart.stripes"][0].tolist() == [20, 21, 22, 23, 24, 25]
    assert arrays["silhouette.mean_top"].tolist() == [14, 114]
    assert arrays["apart.x"][:, 0, 0, 0].tolist() == [0, 1]
    assert len(fig.NAMES) == len(fig.HUES) == len(WAYS)


def test_codes_put_in_are_counted_and_told() -> None:
    """Killed: rows told as columns; the count begun at 1."""
    line = np.linspace(0, 80, 17)
    found = {"row": line, "column": 90 - line, "stripes": line * 0 + 50, "tables": np.zeros((17, 4, 4))}
    _, (film, arrays), said = exchange.swapping(found)
    assert film["count"] == len(said) == 17
    assert arrays["swap.put"][-1, 0] == 16
    assert said[-1].startswith("16 of the row's 16 top codes put in")
    assert "overlap 80% with the silhouette of their row, 10% with that of their column" in said[-1]


def test_a_code_is_dark_as_it_was_unlikely_and_blank_until_it_is_written() -> None:
    """Killed: the bottom's before the top's; all cells filled from the start; another picture's nats."""
    nats = np.arange(1, 81)[None].repeat(3, 0) / 16.0
    nats[1:] = 9
    (film, arrays), said = exchange.written({"nats": nats}, np.zeros((81, 3, 32, 32)))
    assert film["count"] == len(said) == 81
    assert arrays["write.top"][0].max() == arrays["write.bottom"][16].max() == 0
    assert np.allclose(arrays["write.top"][16].ravel(), np.maximum(nats[0, :16], 0.4))
    assert np.count_nonzero(arrays["write.bottom"][20]) == 4
    assert "Bottom code 4 of 64 is drawn: in picture 1 it cost 1.2 nats" in said[20]


def test_bets_and_challenges_are_graded_by_the_run() -> None:
    """Killed: a run that goes on; fewer bottom codes than asked for; an error above the bound."""
    going = trained()
    going.finished = False
    assert goals.left(going) is None
    assert goals.left(trained(71)) == ("75%", "71%")
    few, many = (two_levels_lab.SPEC(K_b=k) for k in (8, 16))
    assert goals.divided(trained(85), few, 16, 80) is None
    assert goals.divided(trained(85), many, 16, 80) == (True, "85% with 16 bottom codes")
    assert goals.fine(trained(), 0.004) == (False, "100.0000 lost")
    trace = Trace()
    trace.add(Snapshot(0, 0, "nats", {"bottom": np.array(0.62)}))
    assert goals.cheap(trace, 0.5) == (False, "0.62 nats")
    assert two_priors_lab.cost(trace, "bottom") == 0.62
