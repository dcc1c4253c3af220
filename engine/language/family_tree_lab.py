"""Lab: a tree of language models that grows month by month. Nothing is trained: it is a transcription."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from engine.core.claims import Claim, Traces, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.data.models import BRANCHES, Model
from engine.language.family_tree import ALL, CLOSED, OPEN, adopted, closed, counts, share, shown

PAPERS = ("yang2023tree", "touvron2023")
FIRST, MONTHS = 2017 + 5 / 12, 70  # June 2017 to March 2023


@dataclass(frozen=True)
class FamilyTreeSpec(Spec):
    branch: str = param(ALL, "Branch", "Which half of the Transformer a model has.", choices=(ALL, *BRANCHES))
    weights: str = param(
        ALL, "Weights", "Given out (open), or withheld (closed).", choices=(ALL, OPEN, CLOSED)
    )
    since: int = param(2013, "Since", "The year from which on models are shown.", low=2013, high=2023)


def chosen(spec: FamilyTreeSpec) -> tuple[Model, ...]:
    """The models of a spec, in order of time."""
    some = shown(spec.branch, spec.weights)
    return adopted([one for one in some if one.year >= spec.since])


def restore(spec: FamilyTreeSpec, weights: State | None) -> nn.Module:
    """There is no net: nothing is learned."""
    return nn.Module()


def run(spec: FamilyTreeSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moment i: the end of the month i after June 2017. counts.models: (branches, 2), open and closed, so
    far. years: of the models of 2018-19 and of 2021-23, the share that is decoder-only, and that is closed;
    -1 where there is none."""
    some = chosen(spec)
    spans = ((2018, 2019), (2021, 2023))
    decoder = np.array([share(some, *span, BRANCHES[0]) for span in spans])
    shut = np.array([closed(some, *span) for span in spans])
    years = {"decoder": np.nan_to_num(decoder, nan=-1), "closed": np.nan_to_num(shut, nan=-1)}
    for i in range(MONTHS):
        now = counts(some, FIRST + (i + 0.5) / 12)
        yield Step(i + 1, MONTHS, {"models": float(now.sum()), "closed": float(now[:, 1].sum())})
        yield from shots(i, i + 1, {"counts": {"models": now}, "years": years})


def _decoders_win(traces: Traces) -> Verdict:
    early, late = traces["whole"].last("years")["decoder"]
    return Verdict(
        bool(0 <= early < 0.5 < late),
        f"{_percent(early)} of those of 2018 and 2019, {_percent(late)} of those from 2021 on",
        "under half, then over half",
    )


def _doors_close(traces: Traces) -> Verdict:
    early, late = traces["whole"].last("years")["closed"]
    return Verdict(
        bool(early == 0 and late >= 0.4),
        f"{_percent(early)} of those of 2018 and 2019, {_percent(late)} of those from 2021 on",
        "none, then at least 40%",
    )


def _percent(share: float) -> str:
    return "none there" if share < 0 else f"{100 * share:.0f}%"


SPEC = FamilyTreeSpec
WHOLE = {"whole": {"branch": ALL, "weights": ALL, "since": 2013}}  # whatever the page has chosen to show
split = None  # exact: nothing is learned
CLAIMS = (
    Claim(
        "Of the tree's models, decoder-only ones are the minority in 2018 and 2019, the majority from 2021.",
        _decoders_win,
        "Half or more of the models early, or half or fewer of them late, with all branches counted.",
        WHOLE,
    ),
    Claim(
        "Of the tree's models, those of 2018 and 2019 all gave their weights out; from 2021 at least four in "
        "ten withheld them.",
        _doors_close,
        "A closed model early, or fewer than 40% of them late, with all branches counted.",
        WHOLE,
    ),
)
RECORDED = (FamilyTreeSpec(),)
