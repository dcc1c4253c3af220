"""Two switches, four runs: a 2 x 2 ablation read off the runs at hand."""

import streamlit as st

from app.page import live
from app.page.screen import Figure
from engine.core.params import Value

Switch = tuple[str, tuple[Value, Value]]  # a parameter and its two values


def draw(view: live.View, rows: Switch, columns: Switch, figure: Figure) -> None:
    """A table of one figure over two switches, other things equal; a button trains what is missing."""
    arms = {
        (r, c): live.view(view.lab, view.spec.but(**{rows[0]: r, columns[0]: c}))
        for r in rows[1]
        for c in columns[1]
    }
    head = " | ".join(f"{columns[0]}: {live.words(c)}" for c in columns[1])
    lines = [f"| | {head} |", "|---|---|---|"]
    for r in rows[1]:
        cells = " | ".join(_cell(arms[r, c], figure) for c in columns[1])
        lines.append(f"| **{rows[0]}: {live.words(r)}** | {cells} |")
    st.markdown("\n".join(lines))
    missing = [one for one in arms.values() if not one.trace.finished and not one.active]
    live.offer(missing, f"Train the {len(missing)} that are missing", "ablation.missing")


def _cell(view: live.View, figure: Figure) -> str:
    if figure.name not in view.trace.scalars:
        return ":gray[not run]"
    text = f"`{view.trace.latest(figure.name):.3f}` {figure.unit}"
    return text if view.trace.finished else f":orange[{text}, going on]"
