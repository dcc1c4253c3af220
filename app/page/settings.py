"""What a page is set to: the specs of its labs with their refusals, their runs, the link of this state."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import style
from app.entries import Entry
from app.page import computing, controls, live
from engine.core.params import Spec
from engine.labs import Lab, lab_id, load


class Settings:
    """The part of a page that knows its labs. `said` is where refusals are shown, at the page's head."""

    entry: Entry
    said: Any
    moment: int | None

    def __init__(self) -> None:
        self.extras: dict[str, Any] = {}  # what a link carries beside parameters
        self._read: set[str] = set()  # papers whose refusals were shown

    def spec(self, lab: Lab) -> Any:
        """What a lab of this page is set to. Each refusal is shown at the head by name, bound and value."""
        spec, kept = self._admitted(lab)
        name = controls.paper(lab)
        if name in kept and name not in self._read and kept[name][0] == spec:
            words = (
                f"{name}.{style.plain(text)}. The default stands in its place." for text in kept[name][1]
            )
            self.said.warning("  \n".join(words))
        self._read.add(name)
        return spec

    def admit(self) -> None:
        """Take what is refused out of the address before a widget exists, and begin again without it: in the
        run that came with it, widgets read it still."""
        before = len(st.query_params)
        for lab in map(load, self.entry.labs):
            self._admitted(lab)
        if refused := controls.endless():
            st.session_state["refused"] = " ".join(refused)
        if len(st.query_params) < before:
            st.rerun()

    @staticmethod
    def _admitted(lab: Lab) -> tuple[Any, dict[str, tuple[Spec, list[str]]]]:
        """The spec of a lab, and for each paper the spec and the refusals that it was last refused with."""
        spec, refusals = controls.spec_of(lab)
        kept = st.session_state.setdefault("refusals", {})
        if refusals:  # what is taken out of the address is seen but once
            controls.take_out(lab, refusals)
            old = kept[name][1] if (name := controls.paper(lab)) in kept and kept[name][0] == spec else []
            kept[name] = (spec, list(dict.fromkeys([*old, *map(str, refusals)])))
        return spec, kept

    badge = staticmethod(style.badge)

    def shown(self, lab: Lab) -> live.View:
        """The view of a lab that needs no training: its trace is computed here and kept, there is no run."""
        spec = self.spec(lab)
        trace = computing.exact_trace(lab_id(lab), spec.key(), spec)
        return live.View(load(lab_id(lab)), spec, spec.key(), None, None, trace, exact=True)

    def choose(self, labs: Mapping[str, Lab], label: str) -> Lab:
        """Which of several labs the training stage shows; in the URL as `lab`. What a link says wrong of
        any of them is refused, also of one that is not shown."""
        self._line = st.container(key="choose", horizontal=True, vertical_alignment="center")
        with self._line:
            name = st.segmented_control(
                label,
                list(labs),
                key="lab",
                required=True,
                default=next(iter(labs)),
                bind="query-params",
                label_visibility="collapsed",
                width="content",
            )
        self.extras["lab"] = chosen = name or next(iter(labs))
        for lab in labs.values():
            self.spec(lab)
        return labs[chosen]

    def beside(self) -> Any:
        """The line of the choice, for another control that belongs there."""
        return self._line

    def run(self, lab: Lab) -> live.View:
        """As `view`, with its badge beside the choice of the lab."""
        shown = self.view(lab)
        with self._line:
            self.badge(*shown.badge)
        return shown

    def view(self, lab: Lab) -> live.View:
        """The run of what the page is set to, if there is one. Nothing is trained by asking."""
        spec, name = self.spec(lab), f"{controls.paper(lab)}.start"
        text = st.session_state.get(name, st.query_params.get(name, ""))
        start = controls.ancestry(text)
        if text and start is None:
            words = f"{name} must be a run's key and a moment, as in 0a1b2c@12, got {text[:40]!r}."
            self.said.warning(style.plain(words))
        if start is not None:
            self.extras[name] = text
        return live.view(lab, spec, start)

    def query(self) -> str:
        """The link of this very state: every parameter, the lab, the ancestry, the moment."""
        moment = {} if self.moment is None else {"at": self.moment}
        specs = {controls.paper(lab): controls.spec_of(lab)[0] for lab in map(load, self.entry.labs)}
        return controls.query(specs, {**self.extras, **moment})
