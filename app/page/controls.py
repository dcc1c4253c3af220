"""From a Spec to widgets bound to the URL, and back to a link. Keys are `<paper>.<field>`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from app import style
from app.page import at
from engine.core.params import Refusal, Spec, Value, params_of, read
from engine.labs import Lab, lab_id, load


def paper(lab: Lab) -> str:
    """The part of a lab's id that names its parameters in the URL."""
    return lab_id(lab).split(".")[1]


def spec_of(lab: Lab) -> tuple[Spec, list[Refusal]]:
    """What the page is set to: by its widgets, by its URL before they exist, else by default.

    A value out of bounds, from whichever door, is refused here and the default stands in its place.
    """
    prefix = paper(lab) + "."
    texts = {k.removeprefix(prefix): v for k, v in st.query_params.items() if k.startswith(prefix)}
    texts.pop("start", None)  # not a parameter: the run that a fork began from
    spec, refusals = read(lab.SPEC, texts)
    for f, _ in params_of(lab.SPEC):
        if (key := prefix + f.name) in st.session_state:
            value: Any = st.session_state[key]
            default: Any = f.default
            if value != default:  # the reader has chosen since: what the URL said counts no longer
                refusals = [r for r in refusals if r.field != f.name]
            try:
                spec = spec.but(**{f.name: default if value is None else value})
            except Refusal as refusal:
                spec = spec.but(**{f.name: default})
                refusals.append(refusal)
    return spec, refusals


def take_out(lab: Lab, refusals: Sequence[Refusal]) -> None:
    """Take refused values out of the address: no widget of the lab ever reads one."""
    for refusal in refusals:
        if (name := f"{paper(lab)}.{refusal.field}") in st.query_params and name not in st.session_state:
            del st.query_params[name]


def endless() -> list[str]:
    """Take out of the address, whatever their names, numbers without an end: widgets cannot hold them. Says
    which, in sentences."""
    said = []
    for name in list(st.query_params):
        bad = [text for text in st.query_params.get_all(name) if _endless(text)]
        if bad:
            del st.query_params[name]
            said.append(f"{name} must be a number with an end, got {bad[0][:40]!r}.")
    return said


def _endless(text: str) -> bool:
    try:
        return not math.isfinite(float(text))
    except ValueError:
        return False


ASKED = "put"  # in the session: what to set, until a whole page was drawn with it


def keyed(lab: Lab, values: Mapping[str, Value]) -> dict[str, Value]:
    """Values of a lab's parameters by the keys of their widgets."""
    return {f"{paper(lab)}.{name}": value for name, value in values.items()}


def put(lab: Lab, changes: Mapping[str, Value]) -> None:
    """Have parameters set when the page is drawn next, before any widget exists. Raises Refusal."""
    spec = spec_of(lab)[0].but(**changes)
    _want(lab, {name: getattr(spec, name) for name in changes})


def ask(
    lab: Lab, changes: Mapping[str, Value], label: str = "", also: Mapping[str, Value] | None = None
) -> None:
    """The same with all other parameters of the lab as by default, and what stood there kept for *undo*,
    under the label of what set it. also: other keys of the page. Raises Refusal."""
    before = asdict(spec_of(lab)[0])
    _want(lab, asdict(lab.SPEC().but(**changes)))
    st.session_state[ASKED] |= also or {}
    at.ask(None)
    st.session_state["undo"] = (lab_id(lab), before, label)


def undoes(lab: Lab) -> str | None:
    """The label of what *undo* takes back of a lab, None where there is nothing."""
    id, _, label = st.session_state.get("undo") or ("", {}, None)
    return label if id == lab_id(lab) else None


def undo() -> None:
    """Set the parameters as they were before the last preset."""
    id, before, _ = st.session_state.pop("undo")
    _want(load(id), before)


def _want(lab: Lab, values: Mapping[str, Value]) -> None:
    sets = st.session_state.setdefault(ASKED, {})
    sets |= keyed(lab, values)
    st.session_state["ordered"] = True  # a part of the page that is drawn alone has the whole page drawn


def put_asked() -> None:
    """Set what was asked for; again, where a rerun of another part cut the page off before its end."""
    for name, value in st.session_state.get(ASKED, {}).items():
        st.session_state[name] = value


def put_drawn() -> None:
    """The page was drawn to its end."""
    st.session_state.pop(ASKED, None)


def widget(lab: Lab, name: str, parts: Sequence[str] = ()) -> None:
    """One bound widget for one parameter. A change reruns these parts of the page alone, or all of it."""
    f, p = next((f, p) for f, p in params_of(lab.SPEC) if f.name == name)
    # The default must be the Spec's: a bound widget falls back to it when the URL lacks the name.
    shared: dict[str, Any] = {"key": f"{paper(lab)}.{name}", "help": p.help, "bind": "query-params"}
    if parts:
        shared["on_change"] = lambda: st.rerun(list(parts))
    low, high = p.low, p.high
    default: Any = f.default
    if p.choices and len(p.choices) <= 5:
        st.segmented_control(p.label, p.choices, default=default, required=True, **shared)
    elif p.choices:
        st.selectbox(p.label, p.choices, index=p.choices.index(default), **shared)
    elif isinstance(default, bool):
        st.toggle(p.label, default, **shared)
    elif isinstance(default, str) or low is None or high is None:
        st.text_input(p.label, default, **shared)
    elif isinstance(default, float) and p.log:  # there is no logarithmic slider
        st.number_input(p.label, low, high, default, format="%.3g", **shared)
    elif isinstance(default, float):
        st.slider(p.label, low, high, default, step=(high - low) / 100, **shared)
    elif f.name == "seed" or high > 200:
        st.number_input(p.label, int(low), int(high), default, step=1, **shared)
    else:
        st.slider(p.label, int(low), int(high), default, **shared)


def strip(lab: Lab, first: tuple[str, ...], key: str, parts: Sequence[str] = ()) -> None:
    """At most six controls in one line, the rest behind "more". A change redraws `parts`, or all."""
    rest = [f.name for f, _ in params_of(lab.SPEC) if f.name not in first]
    with st.container(key=f"strip-{key}", horizontal=True, vertical_alignment="bottom", gap="small"):
        for name in first:
            f, p = next((f, p) for f, p in params_of(lab.SPEC) if f.name == name)
            with st.container(width="content" if p.choices or isinstance(f.default, bool) else 126):
                widget(lab, name, parts)
        more = f"more.{key}"
        again = (lambda: st.rerun(list(parts))) if parts else None
        wide = bool(rest) and st.toggle("more", key=more, on_change=again)
    for refusal in spec_of(lab)[1]:  # typed here; what a link said wrong stands at the head of the page
        if f"{paper(lab)}.{refusal.field}" in st.session_state:
            st.caption(f":red[{style.plain(str(refusal))}]")
    # Hidden by style, not left out or folded away: the browser binds to the URL only what it has drawn.
    with st.container(key=f"more-{key}-{'open' if wide else 'shut'}", horizontal=True, gap="small"):
        for name in rest:
            with st.container(width=150):
                widget(lab, name, parts)


def query(specs: Mapping[str, Spec], extras: Mapping[str, str | int | list[str]]) -> str:
    """The query of a link: every field of every spec written out (paper -> spec), then the extras; of an
    extra that is a list each part by itself, as a bound widget wants it."""
    pairs = {f"{p}.{name}": text(value) for p, spec in specs.items() for name, value in asdict(spec).items()}
    return urlencode({**pairs, **extras}, doseq=True)


def text(value: Value) -> str:
    """A value as it stands in a URL."""
    return (
        str(value).lower()
        if isinstance(value, bool)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def ancestry(text: str) -> tuple[str, int] | None:
    """`<key>@<moment>` -> (key, moment), or None."""
    key, _, moment = text.partition("@")
    good = len(key) <= 40 and key.isalnum() and moment.isdecimal() and len(moment) <= 6
    return (key, int(moment)) if good else None
