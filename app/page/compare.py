"""Compare: pin a run, change one thing, see both on the same axes, with the difference in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import streamlit as st

from app.page import controls, live
from app.page.keeper import remember, remembered
from engine.core.params import Refusal, Value, params_of
from engine.labs import Lab, lab_id, load

if TYPE_CHECKING:
    from app.page.screen import Figure

TOLD = 2  # differences that a name has room for


@dataclass(frozen=True)
class Preset:
    """A change of the defaults, and the symptom that the paper predicts. `breaks` marks a "break it"."""

    label: str
    changes: Mapping[str, Value]
    symptom: str
    breaks: bool = False


def pin(slug: str, shown: live.View) -> None:
    """Remember this run as the one to compare with."""
    start = list(shown.start) if shown.start else None
    remember(slug, "pin", {"lab": lab_id(shown.lab), "spec": asdict(shown.spec), "start": start})


def _kept(slug: str) -> live.View | None:
    """The pinned run, if it is here and has pictures."""
    kept = remembered(slug).get("pin")
    if not isinstance(kept, dict) or not isinstance(kept.get("spec"), dict):
        return None
    try:
        lab = load(str(kept.get("lab")))
        start = kept.get("start")
        found = live.view(lab, lab.SPEC(**kept["spec"]), (str(start[0]), int(start[1])) if start else None)
    except (Refusal, ValueError, TypeError):  # kept by an older version of the page, or edited by hand
        remember(slug, "pin", None)
        return None
    return found if found.run is not None and found.trace.moments else None


def pinned(slug: str, shown: live.View) -> live.View | None:
    """The pinned run, if it is one of the same lab, here, and another one than `shown`."""
    found = _kept(slug)
    return found if found is not None and found.id == shown.id and found.key != shown.key else None


def elsewhere(slug: str, shown: live.View) -> str | None:
    """What is said of a pin that cannot be drawn here, since it learned another task; None without one."""
    found = _kept(slug)
    if found is None or found.id == shown.id:
        return None
    return "The pinned run learned another task. It is not drawn beside this one; unpin it under Compare."


def names(one: live.View, other: live.View) -> tuple[str, str]:
    """What a run (`other`, then the pinned `one`) is called beside the other: by what differs."""
    before, after = asdict(one.spec), asdict(other.spec)
    labels = {f.name: p.label for f, p in params_of(other.lab.SPEC)}
    differ = [name for name in after if before.get(name) != after[name]]
    if not differ:
        return ("this start", "another start") if one.start != other.start else ("your data", "shared data")

    def name(spec: Mapping[str, Value]) -> str:
        told = [f"{labels[n].lower()} {live.words(spec[n])}" for n in differ[:TOLD]]
        return ", ".join(told) + (", …" if len(differ) > TOLD else "")

    return name(after), name(before)


def difference(pin: live.View, shown: live.View, figure: Figure) -> str:
    """What became of the figure, in a sentence that names both runs by what differs."""
    now, then = names(pin, shown)
    if figure.name not in pin.trace.scalars or figure.name not in shown.trace.scalars:
        return f"**{now}** beside **{then}**. :gray[Train it to see the difference.]"
    new, old = shown.trace.latest(figure.name), pin.trace.latest(figure.name)
    ends = "stands at" if shown.active else "ends at"
    told = f"**{now}** {ends} **{new:.2f} {figure.unit}**, **{then}** at **{old:.2f}**."
    apart = [n for n in figure.unlike if getattr(pin.spec, n, None) != getattr(shown.spec, n, None)]
    if apart:
        return f"{told} :gray[The two do not measure the same: {_listed(shown.lab, apart)} differs.]"
    if figure.better and new != old:
        verdict = "better" if (new < old) == (figure.better == "lower") else "worse"
        return f"{told} {figure.better.capitalize()} is better: **{now}** is {verdict} here."
    return told


def _listed(lab: Lab, fields: Sequence[str]) -> str:
    labels = {f.name: p.label for f, p in params_of(lab.SPEC)}
    return " and ".join(labels[name].lower() for name in fields)


def compare(slug: str, shown: live.View, presets: Sequence[Preset]) -> None:
    """The pin, the ablations and the ways to break it."""
    st.markdown("A **pinned** run stays in the picture of its training, beside whatever you try next.")
    kept = remembered(slug).get("pin")
    with st.container(horizontal=True):
        st.button("Pin this run", disabled=shown.run is None, on_click=pin, args=(slug, shown))
        if kept:
            st.button("Unpin", on_click=remember, args=(slug, "pin", None))
    for preset in presets:
        row = st.container(horizontal=True, vertical_alignment="center")
        kind = "Break it" if preset.breaks else "Try"
        with row:
            label = f"{kind}: {preset.label}"
            st.button(label, key=f"preset.{preset.label}", on_click=_set, args=(slug, shown, preset))
            if controls.undoes(shown.lab) == preset.label:
                st.button("Undo", key="preset.undo", on_click=controls.undo)
            st.markdown(f":gray[{preset.symptom}]", width="stretch")


def _set(slug: str, shown: live.View, preset: Preset) -> None:
    if shown.run is not None:
        pin(slug, shown)
    controls.ask(shown.lab, preset.changes, preset.label)
