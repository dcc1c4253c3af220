"""Harnessing the Power of LLMs in Practice. Yang et al., 2023. arXiv:2304.13712, fig. 1: a tree of models.

Departures from it:
  - the models, months and openness are our own transcription: engine/data/models.py says how;
  - the figure draws branches without saying which model came from which; the lines here do, as we read it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.data.models import BRANCHES, MODELS, Model

ALL, OPEN, CLOSED = "all", "open", "closed"


def shown(branch: str, given: str, models: Sequence[Model] = MODELS) -> tuple[Model, ...]:
    """The models of a branch, or of all, that are open, or closed, or either; in order of time."""
    return tuple(
        one for one in models
        if branch in (ALL, one.branch) and (given == ALL or one.open == (given == OPEN))
    )  # fmt: skip


def adopted(models: Sequence[Model]) -> tuple[Model, ...]:
    """The same, each under the nearest ancestor that is among them; "" where there is none."""
    there, by_name = {one.name for one in models}, {one.name: one for one in MODELS}

    def nearest(name: str) -> str:
        while name and name not in there:
            name = by_name[name].parent
        return name

    return tuple(replace(one, parent=nearest(one.parent)) for one in models)


def counts(models: Sequence[Model], until: float) -> np.ndarray:
    """How many came before this time (in years), by branch -> (branches, 2) of open and closed."""
    found = np.zeros((len(BRANCHES), 2), int)
    for one in models:
        if one.when < until:
            found[BRANCHES.index(one.branch), 0 if one.open else 1] += 1
    return found


def share(models: Sequence[Model], first: int, last: int, branch: str) -> float:
    """The share of the models of these years that are of a branch; nan where there is none."""
    some = [one for one in models if first <= one.year <= last]
    return sum(one.branch == branch for one in some) / len(some) if some else float("nan")


def closed(models: Sequence[Model], first: int, last: int) -> float:
    """The share of the models of these years that are closed; nan where there is none."""
    some = [one for one in models if first <= one.year <= last]
    return sum(not one.open for one in some) / len(some) if some else float("nan")
