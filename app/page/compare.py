"""Compare: pin a run, change one thing, see both on the same axes, with the difference in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from app.page import live
from app.page.keeper import remember, remembered
from engine.core.params import Refusal, Value
from engine.labs import lab_id, load


@dataclass(frozen=True)
class Preset:
    """One change, and the symptom that the paper predicts. `breaks` marks a "now break it"."""

    label: str
    changes: Mapping[str, Value]
    symptom: str
    breaks: bool = False


def pin(slug: str, shown: live.View) -> None:
    """Remember this run as the one to compare with."""
    start = list(shown.start) if shown.start else None
    remember(slug, "pin", {"lab": lab_id(shown.lab), "spec": asdict(shown.spec), "start": start})


def pinned(slug: str, shown: live.View) -> live.View | None:
    """The pinned run, if it is here, has pictures, and is another one than `shown`."""
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
    here = found.run is not None and found.trace.moments and found.key != shown.key
    return found if here else None


def difference(pin: live.View, shown: live.View, figure: str, unit: str) -> str:
    """What was changed between two runs, and what became of the figure, in a sentence."""
    before, after = asdict(pin.spec), asdict(shown.spec)
    changed = ", ".join(
        f"{name} {before.get(name, '–')} → {value}"
        for name, value in after.items()
        if before.get(name) != value
    )
    what = changed or ("another lab" if pin.id != shown.id else "another start")
    if figure not in pin.trace.scalars or figure not in shown.trace.scalars:
        return f"**Changed:** {what}. :gray[Train it to see the difference.]"
    old, new = pin.trace.latest(figure), shown.trace.latest(figure)
    way = "lower than" if new < old else "higher than" if new > old else "the same as"
    gap = "" if new == old else f"{abs(new - old):.2f} {way}"
    return f"**Changed:** {what}. Now **{new:.2f} {unit}**, {gap or way} the pinned run ({old:.2f})."


def compare(slug: str, shown: live.View, presets: Sequence[Preset]) -> None:
    """The pin, the ablations and the ways to break it."""
    kept = remembered(slug).get("pin")
    with st.container(horizontal=True):
        if st.button("Pin this run", disabled=shown.run is None):
            pin(slug, shown)
            st.rerun()
        if kept and st.button("Unpin"):
            remember(slug, "pin", None)
            st.rerun()
    for preset in presets:
        row = st.container(horizontal=True, vertical_alignment="center")
        kind = "Break it" if preset.breaks else "Try"
        with row:
            if st.button(f"{kind}: {preset.label}", key=f"preset.{preset.label}"):
                if shown.run is not None:
                    pin(slug, shown)
                st.session_state["put"] = (lab_id(shown.lab), dict(preset.changes))
                st.rerun()
            st.markdown(f":gray[{preset.symptom}]", width="stretch")
