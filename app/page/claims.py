"""Claims, one line each: verdict and number, open to what was measured and what would refute it."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.page import controls, live
from engine.core.params import Spec, params_of
from engine.core.trace import Trace
from engine.runs import arms
from engine.runs.judge import Judged, judge

LOOK = {"holds": "holds", "falls short": "short"}  # verdict -> the name that colours the line


def verdicts(view: live.View) -> list[Judged]:
    """Each claim of the view's lab, judged on this run and the runs that it is compared with."""

    def find(spec: Spec) -> tuple[Trace, bool] | None:
        one = view if spec == view.spec else live.view(view.lab, spec)
        if one.trace.moments:
            return one.trace, one.trace.finished
        arm = None if spec == view.spec or view.own else arms.shipped_arm(view.lab, spec)
        return (arm[0], True) if arm else None

    return judge(view.lab, view.spec, find)


def summary(judged: Sequence[Judged]) -> None:
    """How many of the claims hold, in a line with a dot for each; it leads to where they are told."""
    if not judged:
        return
    dots = "".join(f'<i class="{LOOK.get(one.verdict, "open")}"></i>' for one in judged)
    held = sum(one.verdict == "holds" for one in judged)
    short = sum(one.verdict == "falls short" for one in judged)
    open_ = len(judged) - held - short
    words = (
        [f"{held} hold"] + [f"{short} fall short"] * bool(short) + [f"{open_} not measured yet"] * bool(open_)
    )
    text = f"Claims, checked on runs: {', '.join(words)}. Each is told under"
    st.html(f'<p class="gb-held">{dots} {text} <em>Argue</em>.</p>')


def claims(view: live.View, judged: Sequence[Judged]) -> None:
    """The claims of the run at hand, as they were judged; under them a button for what some of them need."""
    if not judged:
        return
    name = controls.paper(view.lab)
    with st.container(key=f"claims-{name}", gap="xsmall"):
        st.html(f'<div class="gb-claims">{"".join(_line(view, one) for one in judged)}</div>')
        for one in judged:
            if one.missing and not view.active:
                needed = [live.view(view.lab, spec) for spec in one.missing]
                live.offer(needed, f"Train what claim {one.number} needs", f"arm.{name}.{one.number}")


def _line(view: live.View, one: Judged) -> str:
    measured = f"<code>{escape(one.measured)}</code>" if one.measured else ""
    told = [
        ("Measured", one.measured or "nothing yet"),
        ("Wanted", one.wanted),
        ("Compared", _compared(view, one)),
        ("It would be refuted by", one.claim.falsified_by),
    ]
    rows = "".join(f"<dt>{term}</dt><dd>{escape(text)}</dd>" for term, text in told if text)
    return (
        f'<details class="{LOOK.get(one.verdict, "open")}"><summary><b>{escape(one.claim.sentence)}</b> '
        f"{measured} <em>{escape(one.verdict)}</em></summary><dl>{rows}</dl></details>"
    )


def _compared(view: live.View, one: Judged) -> str:
    """The arms of a claim: in what they differ, what they weigh, how long they learn; empty for one run."""
    sides = arms.named(one.claim, view.spec)
    if not sides:
        return ""
    unlike = arms.differences(sides)
    labels = {f.name: p.label for f, p in params_of(type(view.spec))}
    told = []
    for number, (name, spec) in enumerate(sides.items()):
        facts = [f"{labels[field]} {live.words(values[number])}" for field, values in unlike.items()]
        if weights := arms.weights(view.id, spec):
            facts.append(f"{weights:,} weights")
        if "steps" in labels and "steps" not in unlike:
            facts.append(f"{getattr(spec, 'steps', 0):,} steps")
        told.append(f"{name}: {', '.join(facts)}")
    return f"{'; '.join(told)}. {one.claim.beside}".strip()
