"""A page's view of a run: find it, ask for it, follow it. Only this speaks to the supervisor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

import streamlit as st

from app.components import film
from app.components.blocks import pack
from app.figures.films import header_of
from app.page import moments
from app.visitor import address, named, visitor
from engine.core.params import Spec, Value
from engine.core.trace import Trace
from engine.labs import Lab, Loaded, lab_id, load
from engine.runs.client import Client, Refused, Status, Unavailable
from engine.runs.code import code_hash
from engine.runs.own import given
from engine.runs.reading import ACTIVE, Run, Unreadable
from engine.runs.store import ancestry, run_key

BADGES = {  # what each kind means
    "absent": "Nobody has trained these settings here yet: press Train.",
    "live": "Trained on this server with the settings shown.",
    "recorded": "Trained before, with these very settings, and kept: nothing has to be trained to see it.",
    "earlier": "Trained by an older version of this code: train it again to see what it does now.",
}
SIZE = ("steps", "seed")  # parameters that do not change how long a step takes


@lru_cache(maxsize=1)
def client() -> Client:
    """Who trains."""
    return Client()


@lru_cache(maxsize=256)
def _code(lab: str) -> str:
    return code_hash(load(lab))


@dataclass(frozen=True)
class View:
    """One run as a page sees it: what was asked for, and what there is of it (`run` None: nothing).

    A lab that needs no training is seen alike: `exact` says that its trace was computed here.
    """

    lab: Loaded
    spec: Any  # of the lab's own type
    key: str
    start: tuple[str, int] | None  # key and moment of the run that this one is forked from
    run: Run | None
    trace: Trace = field(repr=False)
    own: str = ""  # the visitor's own data that it learns from: private, and in no link
    exact: bool = False
    damaged: str = ""  # what is wrong with the recorded run, where it is all there was and shows nothing
    seen: str = ""  # the run's state when it was looked at: it may end while its trace is being read

    @property
    def id(self) -> str:
        """The lab's id."""
        return lab_id(self.lab)

    @property
    def mark(self) -> str:
        """Tells what is drawn of one's own run from what is drawn of the shared one."""
        return "-own" if self.own else ""

    @property
    def state(self) -> str:
        """The run's state, or "absent"."""
        return self.seen or (self.run.state if self.run else "absent")

    @property
    def active(self) -> bool:
        """It is queued, running or paused."""
        return self.state in ACTIVE

    @property
    def ready(self) -> bool:
        """It is trained, to its end or to where it was stopped, or needs no training: it can be asked."""
        if self.exact or self.run is None:
            return self.exact
        return not self.active and bool(self.trace.moments) and not self.run.lost

    @property
    def badge(self) -> tuple[str, str, str]:
        """(kind, words, what the kind means): live, recorded, earlier, or absent."""
        kind, words = self._badge()
        return kind, words, BADGES[kind]

    def _badge(self) -> tuple[str, str]:
        if self.run is None:
            return "absent", "not trained here yet"
        made = self.run.manifest
        if self.active:
            return "live", "live · training now"
        when = _day(made.get("started"))
        node = f" of node {made['node']}" if "node" in made else ""
        cost = f"{made.get('seconds', 0):.0f} s on {made.get('device', 'cpu')}{node}"
        if made.get("code") != _code(self.id):
            return "earlier", f"earlier code · {when}"
        kind = "recorded" if self.run.shipped else "live"
        return kind, f"{'recorded' if self.run.shipped else 'trained here'} · {when} · {cost}"

    @property
    def stamp(self) -> str:
        """Names the run for whoever keeps what it said: a run made anew is another."""
        if self.exact:
            return f"{self.id}-{self.key}"
        assert self.run is not None
        return f"{self.key}-{self.run.attempt}-{int(self.run.manifest.get('started', 0))}"

    def source(self, label: str = "this run") -> film.Source:
        """What a film of this run is fed with."""
        if self.exact:
            return _whole(self.stamp, self.trace)
        assert self.run is not None
        # What is fetched comes with the browser's cookie: a private run is fetched only by who has one.
        if moments.served and (not self.own or named()):
            return film.fetched(f"/moments/{self.id}/{self.key}/{self.run.attempt}", self.stamp, label)
        return film.inline(moments.block(self.run, 0, moments.BLOCK * 2)[0], self.stamp, label)


@st.cache_resource(show_spinner=False, max_entries=64)
def _whole(stamp: str, _trace: Trace) -> film.Source:
    arrays, _ = moments.stacks(_trace, 0, len(_trace.moments))
    return film.inline(pack(header_of(_trace), arrays), stamp)


def _day(stamp: float | str | None) -> str:
    if isinstance(stamp, int | float):
        return datetime.fromtimestamp(stamp).strftime("%-d %b %Y")
    return str(stamp or "")[:10]


def view(lab: Lab, spec: Spec, start: tuple[str, int] | None = None, own: str = "") -> View:
    """The run of this spec, if there is one. Nothing is trained. own: id of the visitor's own data."""
    key = run_key(lab_id(lab), spec, given(ancestry(lab_id(lab), start), own), own)
    run = moments.store().find(lab_id(lab), key)
    damaged = ""
    if run is not None and run.shipped and not run.moments():
        run, damaged = None, "; ".join(run.problems)
    state = run.state if run else ""  # before the trace: a run seen as ended is all there
    return View(
        load(lab_id(lab)),
        spec,
        key,
        start,
        run,
        run.sound() if run else Trace(),
        own,
        seen=state,
        damaged=damaged,
    )


def private(lab: Lab, spec: Spec, own: str) -> View:
    """The run of this spec on the visitor's own data: from scratch, or from where they forked one of it."""
    at = st.session_state.get(f"own.start.{lab_id(lab)}")
    return view(lab, spec, at[1] if at is not None and at[0] == own else None, own)


def fork(wanted: View, start: tuple[str, int] | None) -> None:
    """Have a run of the visitor's own data start from a moment of another, or from scratch. In no link."""
    st.session_state[f"own.start.{wanted.id}"] = (wanted.own, start)


def shipped(lab: Lab, spec: Spec | None = None) -> View:
    """The recorded run of a spec, by default the first: it can be asked whatever is being trained.

    Raises Unreadable where it is damaged: a page that stands on it has nothing else to stand on.
    """
    wanted: Spec = lab.RECORDED[0] if spec is None else spec
    id, start = lab_id(lab), ancestry(lab_id(lab))
    key = run_key(id, wanted, start)
    run = moments.store().attempt(id, key, "shipped")
    if run is not None and not run.moments():
        raise Unreadable(f"the recorded run of {id}: {'; '.join(run.problems)}")
    return View(load(id), wanted, key, None, run, run.sound() if run else Trace())


def again(shown: View, **changes: Value) -> View:
    """The same with some parameters changed, looked for anew; without changes, as it stands now."""
    return view(shown.lab, shown.spec.but(**changes), shown.start, shown.own)


def model_of(shown: View) -> Any:
    """The net of a run, at its newest weights; kept, since most reruns of a page ask the same one.

    Raises Unreadable, and LookupError where the run keeps none.
    """
    return _model(shown.stamp, len(shown.trace.moments), shown)


@st.cache_resource(show_spinner=False, max_entries=16)
def _model(stamp: str, moments: int, _shown: View) -> Any:
    if _shown.run is None:
        return _shown.lab.restore(_shown.spec, None)
    weights = _shown.run.weights()
    try:
        return _shown.lab.restore(_shown.spec, weights)
    except (RuntimeError, LookupError):
        raise _shown.run.misfit() from None


def offer(missing: Sequence[View], words: str, key: str) -> None:
    """A button that trains what is missing, with the seconds that it will take; none where nothing is."""
    cost = sum(seconds(one.lab, one.spec) or 0 for one in missing)
    about = f" · about {cost:.0f} s" if cost else ""
    if missing:
        st.button(f"{words}{about}", key=key, on_click=train, args=tuple(missing), kwargs={"keep": True})


def train(*wanted: View, keep: bool = False) -> None:
    """Ask for trainings: what a button does, as `order`. `keep`: they go on when nobody watches."""
    order(*(partial(start, one, keep) for one in wanted))


def start(wanted: View, keep: bool) -> Status:
    """Ask for one training. Raises Refused and Unavailable."""
    here = {"session": visitor(), "address": address()}
    return client().start(wanted.id, wanted.spec, **here, start_from=wanted.start, keep=keep, own=wanted.own)


def order(*actions: Callable[[], object]) -> None:
    """What a button asks of another process. For `on_click`: a rerun that another part of the page asks for
    at the same moment cuts the script off before its `if st.button`, and the click would be lost. The whole
    page is drawn anew, and nothing after this is done: it is what a callback does last.

    A refusal is shown at the head of the page until the next order.
    """
    told(*actions)
    st.rerun()


def told(*actions: Callable[[], object]) -> bool:
    """Ask another process; whether it agreed. A refusal is kept for the head of the page."""
    st.session_state["refused"] = None
    try:
        for act in actions:
            act()
    except (Refused, Unavailable) as refusal:
        st.session_state["refused"] = str(refusal)
    return st.session_state["refused"] is None


def redraw() -> None:
    """Call first in a fragment: when one of its widgets set a beat or a setting, the whole page is drawn."""
    if st.session_state.pop("ordered", False):
        st.rerun()


def seconds(lab: Lab, spec: Spec) -> float | None:
    """About how long a training takes: scaled by steps from a finished run of these parameters, or else from
    the recorded one that shares most of them; None where there is neither."""

    def unlike(known: Spec) -> int:
        return sum(
            getattr(known, f.name) != getattr(spec, f.name) for f in fields(spec) if f.name not in SIZE
        )

    for known in sorted((spec, *lab.RECORDED), key=unlike):
        run = moments.store().find(lab_id(lab), run_key(lab_id(lab), known, ancestry(lab_id(lab))))
        if run is not None and run.state == "done" and run.manifest.get("seconds"):
            share = getattr(spec, "steps", 1) / max(getattr(known, "steps", 1), 1)
            return float(run.manifest["seconds"]) * share
    return None


def follow(shown: View) -> Status | None:
    """Say that somebody is watching, and learn the place in the queue. None when there is nothing to follow.

    A supervisor that does not answer is told in the message, and what was known of the run stands.
    """
    if not shown.active or shown.run is None:
        return None
    try:
        status = client().watch(shown.id, shown.key, session=visitor())
    except (Refused, Unavailable) as silent:
        last: Status | None = st.session_state.get("followed")
        if last is None or (last.key, last.attempt) != (shown.key, shown.run.attempt):
            last = Status(shown.state, shown.key, shown.run.attempt, None, False, "")
        return replace(last, message=str(silent))
    st.session_state["followed"] = status
    return status


def words(value: Value) -> str:
    """A parameter's value for people: on and off for switches."""
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
