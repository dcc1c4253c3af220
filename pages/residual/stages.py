"""Stages of the residual page: depth against loss, and blocks that are taken out by a click."""

from typing import Any

import streamlit as st

from app.page.anatomy import Page
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import arms, ask, film_of, ready
from engine.plumbing.resnet_lab import DEPTHS, KINDS
from pages.residual import figures as fig

LOSS = Figure("loss", "train loss of a batch", "lower")


def scene(run: View) -> Scene:
    """A net in training."""
    return Scene(fig.learning(run.spec), fig.learned(run.spec.kind), LOSS, height=244)


def depth(run: View) -> None:
    """Training loss of three depths, plain and residual."""
    settings = {f"{kind} {n}": {"kind": kind, "blocks": n} for kind in KINDS for n in DEPTHS}
    traces = arms(run, settings)
    if traces is None:
        return
    panels, film, said = fig.depth(traces)
    film_of(
        film, panels, said, key="depth.film", timeline="plain", unit="plain, 30 layers", height=270,
        start=0,
        stamp=f"depth-{run.key}-{len(traces)}",
    )  # fmt: skip


def delete(page: Page, run: View) -> tuple[dict[str, Any] | None, list[int]]:
    """Blocks of the trained net switched off. Returns what was measured, and which are off, from 0."""
    if not ready(run, "blocks are taken out of the trained net"):
        return None, []
    names = [str(i + 1) for i in range(run.spec.blocks)]
    chosen = st.pills("Leave out blocks", names, selection_mode="multi", key="off", bind="query-params")
    off = [int(one) - 1 for one in chosen if one in names]
    page.extras["off"] = [str(i + 1) for i in off]
    found = ask(run, "without", off=off)
    each, two, said = fig.deleting(found, run.spec.kind, off)
    left, right = st.columns([3, 1])
    left.vega_lite_chart(each, key="residual-each")
    right.vega_lite_chart(two, key="residual-yours")
    st.caption(said)
    return found, off
