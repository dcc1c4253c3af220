"""What grades a bet or a challenge on word vectors: traces in, verdicts out."""

from typing import Any

from engine.core.claims import Verdict
from engine.core.trace import Trace
from engine.words.shifted_pmi_lab import KS


def line_at(trace: Trace, k: int, choices: tuple[str, ...]) -> str | None:
    """Which of the choices the mean offset with k negatives came nearest to; None before there is one."""
    if not trace.finished:
        return None
    offset = float(trace.last("score")["offset"][KS.index(k)])
    return min(choices, key=lambda one: abs(float(one) - offset))


def solved(trace: Trace, spec: Any, d: int, wanted: float) -> Verdict:
    """So many analogies answered with at most d dimensions."""
    say = f"{wanted:.0%} with {d} dimensions or fewer"
    if not trace.finished:
        return Verdict(None, "", say)
    share = float(trace.last("score")["solved"])
    return Verdict(share >= wanted and spec.d <= d, f"{share:.0%} with {spec.d}", say)


def no_lean(trace: Trace) -> Verdict:
    """No profession that leans by more than 0.1 in the vectors."""
    say = "all within 0.10"
    if not trace.finished:
        return Verdict(None, "", say)
    most = float(abs(trace.last("bias")["leans"]).max())
    return Verdict(most <= 0.1, f"the strongest leans by {most:.2f}", say)


def glove_hard(view: Any) -> Verdict:
    """GloVe on hard templates, answering more than half. view: has a trace and a spec."""
    trace, spec = view.trace, view.spec
    say = "more than 50% on the hard corpus"
    if not trace.finished or spec.corpus != "hard":
        return Verdict(None, "", say)
    share = float(trace.last("score")["solved"])
    return Verdict(share > 0.5, f"{share:.0%}", say)


def symbols(trace: Trace, spec: Any) -> list[tuple[str, str, str]]:
    """The symbols of the central equation, with their values here."""
    k, d = getattr(spec, "K", 5), getattr(spec, "d", 16)
    loss = f"{trace.latest('loss'):.2f} nats a pair" if "loss" in trace.scalars else "untrained"
    return [
        (r"v_c", "vector of the word in the middle", f"{d} numbers"),
        (r"u_o", "vector of a true neighbour", f"{d} numbers"),
        (r"k", "negatives for each pair", str(k)),
        (r"P_n", "noise: counts to a power", f"exponent {getattr(spec, 'exponent', 0.75):g}"),
        (r"L", "the loss now", loss),
    ]


EQUATIONS = (
    r"P_n(w) \propto \text{count}(w)^{3/4}, \qquad P(\text{drop } w) = 1 - \sqrt{t / f(w)}",
    r"u_o \cdot v_c \;\to\; \log \frac{p(o \mid c)}{P_n(o)} - \log k",
    r"J = \tfrac12 \sum_{ij} f(X_{ij}) \left(w_i \cdot \tilde w_j + b_i + \tilde b_j - \log X_{ij}\right)^2",
    r"\frac{\partial L}{\partial E} = \frac{\partial L}{\partial U} + \frac{\partial L}{\partial V} ",
)
