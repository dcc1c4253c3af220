"""Lab: how large a model should be for a budget, by three sets of constants. Nothing is trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Traces, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, shots
from engine.scaling.chinchilla import LAWS, PRINTED, REFIT, UNROUNDED, Law

PAPERS = ("hoffmann2022", "besiroglu2024")
MOMENTS, SPAN = 26, 1e5  # budgets from C / SPAN to C
GRID = np.geomspace(1e7, 1e13, 61)  # sizes of the isoFLOP curve


@dataclass(frozen=True)
class ChinchillaSpec(Spec):
    constants: str = param(
        PRINTED, "Constants", "As printed in 2022, before rounding, refitted in 2024.", choices=tuple(LAWS)
    )
    N: float = param(
        70.0, "Your model N, billions", "Its parameters; 70 as Chinchilla.", low=0.01, high=1e4, log=True
    )
    D: float = param(
        1400.0, "Your data D, billions", "Tokens to learn from; 1400 as Chinchilla.",
        low=0.1, high=1e6, log=True,
    )  # fmt: skip
    C: float = param(
        576.0, "Budget C, 1e21 FLOPs", "At the film's end; 576 as Gopher.", low=0.1, high=1e6, log=True
    )

    @property
    def yours(self) -> tuple[float, float]:
        """Parameters and tokens of the reader's own model."""
        return self.N * 1e9, self.D * 1e9


def restore(spec: ChinchillaSpec, weights: State | None) -> Law:
    """The law with its constants: all there is to restore, for nothing is trained."""
    return LAWS[spec.constants]


def run(spec: ChinchillaSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Each moment is a budget: the losses of all sizes that spend it, and the size that each set advises."""
    law, (n, d), budget = restore(spec, None), spec.yours, spec.C * 1e21
    yours = {"N": np.array([n]), "D": np.array([d]), "loss": law.loss(n, np.array([d]))}
    for moment, C in enumerate(np.geomspace(budget / SPAN, budget, MOMENTS)):
        best = np.array([one.optimum(C) for one in LAWS.values()])  # (3, 2)
        N, D = law.optimum(C)
        yield Step(
            moment + 1, MOMENTS,
            {"flops": float(C), "size": float(N), "tokens": float(D), "loss": float(law.loss(N, D))},
        )  # fmt: skip
        seen = {
            "iso": {"loss": law.loss(GRID, C / 6 / GRID), "D": C / 6 / GRID},
            "best": {"N": best[:, 0], "D": best[:, 1]},
            "here": {"N": np.array([N]), "D": np.array([D]), "loss": law.loss(N, np.array([D]))},
            "yours": yours,
        }
        yield from shots(moment, moment + 1, seen)


def _rounding_moves_it(traces: Traces) -> Verdict:
    printed, unrounded, _ = traces["this"].last("best")["N"]
    return Verdict(
        bool(unrounded >= 1.2 * printed),
        f"{printed / 1e9:.1f} billion parameters as printed, {unrounded / 1e9:.1f} unrounded",
        "at least a fifth more",
    )


def _only_the_refit_is_even(traces: Traces) -> Verdict:
    trace, names = traces["this"], (PRINTED, UNROUNDED, REFIT)
    first, last = (trace.at("best", moment)["N"] for moment in (0, len(trace.moments) - 1))
    a = np.log(last / first) / np.log(SPAN)
    return Verdict(
        bool((a[:2] < 0.47).all() and 0.48 <= a[2] <= 0.53),
        ", ".join(f"C^{one:.3f} {name}" for one, name in zip(a, names, strict=True)),
        "0.48 to 0.53 for the refit alone, under 0.47 else; growth alike is 0.5",
    )


SPEC = ChinchillaSpec
split = None  # exact: nothing is learned
CLAIMS = (
    Claim(
        "Rounding two exponents to two digits moves the advised size by a fifth or more.",
        _rounding_moves_it,
        "Unrounded constants that advise under 1.2 times the size.",
    ),
    Claim(
        "Of the three sets only the refitted one lets model and data grow alike.",
        _only_the_refit_is_even,
        "Printed or unrounded constants whose advised size grows as C to the 0.47 or faster.",
    ),
)
RECORDED = (ChinchillaSpec(),)
