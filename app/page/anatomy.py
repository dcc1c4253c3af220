"""The anatomy of a page (DESIGN 4), built once. A page is a storyboard of calls to `Page`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any

import streamlit as st

from app import style
from app.catalogue import entry, neighbours
from app.figures.panels import Panel
from app.navigation import page_of
from app.page import challenges as _challenges
from app.page import claims as _claims
from app.page import compare as _compare
from app.page import controls, live, prose
from app.page.beats import Beat, asked, steps
from app.page.how import how
from app.page.keeper import sync
from app.page.predict import predict
from app.page.screen import Figure, Scene, screen
from app.page.take import address, code, take
from app.references import papers
from engine.core.params import params_of
from engine.labs import Lab, lab_id, load


class Page:
    """One page in the making: what it is set to, and what its parts have to know of each other."""

    def __init__(self, slug: str, claim: str, idea: str, hero: str, beats: Sequence[Beat]):
        self.entry, self.slug, self.beats = entry(slug), slug, beats
        self._read: set[str] = set()  # papers whose refusals were shown
        self.moment: int | None = None
        self.extras: dict[str, str | int] = {}
        self.present = style.presenting()
        self.beat = self._beat()
        self._apply_asked()
        if st.session_state.get("opened") != self.slug:
            st.session_state["opened"] = self.slug
            st.session_state.pop("refused", None)
            self._open()
        self._head(claim, idea, hero)

    def _open(self) -> None:
        """What a link says beside parameters: a beat, a moment."""
        if self.beat >= 0:
            self.go(self.beat)
        if (at := _number(st.query_params.get("at"))) is not None:
            st.session_state["at"] = (None, at)

    def _beat(self) -> int:
        at = _number(st.query_params.get("beat"))
        return at if at is not None and at < len(self.beats) else -1

    def _apply_asked(self) -> None:
        """A beat, or parameters, asked for since: set before any widget of this rerun exists."""
        if (beat := asked(self.slug, self.beats)) is not None:
            self.go(beat)
        if (put := st.session_state.pop("put", None)) is not None:
            controls.put(load(put[0]), put[1])

    def spec(self, lab: Lab) -> Any:
        """What a lab of this page is set to. Each refusal is shown at the head by name, bound and value."""
        spec, refusals = controls.spec_of(lab)
        name = controls.paper(lab)
        kept = st.session_state.setdefault("refusals", {})
        if refusals:  # Streamlit takes a bad value out of the URL, so it is seen but once
            old = kept[name][1] if name in kept and kept[name][0] == spec else []
            kept[name] = (spec, list(dict.fromkeys([*old, *map(str, refusals)])))
        if name in kept and name not in self._read and kept[name][0] == spec:
            words = (
                f"{name}.{style.plain(text)}. The default stands in its place." for text in kept[name][1]
            )
            self._said.warning("  \n".join(words))
        self._read.add(name)
        return spec

    def go(self, beat: int) -> None:
        """Set the page to a beat: its parameters and its moment. Called between two reruns' widgets."""
        self.beat = beat
        for name, value in self.beats[beat].parameters.items():
            st.session_state[name] = value
        if self.beats[beat].moment is not None:
            st.session_state["at"] = (None, self.beats[beat].moment)
        st.query_params["beat"] = str(beat)

    def _head(self, claim: str, idea: str, hero: str) -> None:
        with st.container(key="quiet-head"):
            st.title(claim, anchor=False)
            st.markdown(f":gray[{idea}]")
        row = st.container(key="line", horizontal=True, vertical_alignment="center", gap="small")
        chips = "".join(
            f'<a href="{papers()[k].url}" target="_blank" rel="noopener">{escape(papers()[k].short)}</a>'
            for k in self.entry.papers
        )
        with row.container(key="quiet-chips", width="content"):
            badge = f'<span class="gb-chip gb-exact">{escape(hero)}</span>'
            minutes = f'<span class="gb-soft">{self.entry.minutes} minutes</span>'
            st.html(f'<div class="gb-chips">{badge}{chips}{minutes}</div>')
        with row.container(key="tour", width="stretch"):
            steps(self.slug, self.beats, self.beat, self.present, self._code())
        self._said = st.container(key="said", gap="small")
        st.session_state.pop("ordered", None)
        if (refused := st.session_state.get("refused")) is not None:
            self._said.warning(style.plain(refused))
        if self.present:
            style.only(self.beats[max(self.beat, 0)].stage)

    def predict(
        self, name: str, question: str, choices: Sequence[int | str], measured: int | str | None
    ) -> int | str | None:
        """One question about the next change. Returns the bet."""
        with st.container(key="quiet-predict"):
            return predict(self.slug, name, question, choices, measured)

    @contextmanager
    def stage(self, name: str, title: str = "") -> Iterator[None]:
        """A box for one picture and its controls."""
        with st.container(key=f"stage-{name}"):
            if title:
                st.header(title, anchor=name)
            yield

    badge = staticmethod(style.badge)

    def shown(self, lab: Lab) -> live.View:
        """The view of a lab that needs no training: its trace is computed here and kept, there is no run."""
        spec = self.spec(lab)
        trace = live.exact_trace(lab_id(lab), spec.key(), spec)
        return live.View(load(lab_id(lab)), spec, spec.key(), None, None, trace, exact=True)

    def section(self, title: str, draw: Callable[..., None], *given: Any) -> None:
        """A heading and what `draw(*given)` puts under it; presenter mode leaves it out."""
        anchor = title.split(":")[0].lower().replace(" ", "-")
        with st.container(key=f"quiet-{anchor}"):
            st.header(title, anchor=anchor)
            draw(*given)

    def part(self, draw: Callable[[], None]) -> None:
        """A part of the page that can be drawn anew by itself; its name is the function's."""

        def anew() -> None:
            live.redraw()
            draw()

        st.fragment(anew, key=draw.__name__)()

    def strip(self, lab: Lab, first: Sequence[str] = (), parts: Sequence[str] = ()) -> None:
        """The controls of a lab: `first` in sight, or six. They redraw these parts, or the whole page."""
        names = [f.name for f, _ in params_of(lab.SPEC)]
        controls.strip(lab, tuple(first or names[:6]), controls.paper(lab), parts)

    def choose(self, labs: Mapping[str, Lab], label: str) -> Lab:
        """Which of several labs the training stage shows; in the URL as `lab`. What a link says wrong of
        any of them is refused, also of one that is not shown."""
        self._line = st.container(horizontal=True, vertical_alignment="center")
        first = next(iter(labs))
        with self._line:
            name = st.segmented_control(
                label,
                list(labs),
                key="lab",
                required=True,
                default=first,
                bind="query-params",
                label_visibility="collapsed",
                width="content",
            )
        self.extras["lab"] = chosen = name or first
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
            self._said.warning(style.plain(words))
        if start is not None:
            self.extras[name] = text
        return live.view(lab, spec, start)

    def training(
        self,
        stage: str,
        labs: Lab | Mapping[str, Lab],
        scene: Callable[[live.View], Scene],
        *,
        title: str = "",
        label: str = "Method",
        first: Sequence[str] = (),
    ) -> live.View:
        """A training on a stage of its own: the choice among labs, the badge, the film with its run bar, the
        controls (`first` in sight), and the claims under it. Returns the run."""
        with self.stage(stage, title):
            if isinstance(labs, Mapping):
                shown = self.run(self.choose(labs, label))
            else:
                shown = self.view(labs)
                self.badge(*shown.badge)
            made = scene(shown)
            more = {"height": made.height, "time": made.time, "plays": made.plays}
            self.film(shown, made.panels, made.figure, made.sentence, **more)
            self.strip(shown.lab, made.first or first)
        self.claims(shown)
        return shown

    def film(
        self,
        shown: live.View,
        panels: Sequence[Panel],
        figure: Figure,
        sentence: str,
        height: int = 300,
        **more: Any,
    ) -> None:
        """The film of a run with its run bar; an invitation where there is none yet. more: as in `screen`."""
        self.moment = screen(self.slug, shown, panels, figure, sentence, height, **more)

    def claims(self, shown: live.View) -> None:
        """The claims of a run, each with its verdict and number."""
        with st.container(key=f"quiet-claims-{controls.paper(shown.lab)}"):
            _claims.claims(shown)

    def compare(self, shown: live.View, presets: Sequence[_compare.Preset]) -> None:
        """Pin this run, change one thing, see both."""
        self.section("Compare: change one thing", _compare.compare, self.slug, shown, presets)

    def how(
        self,
        title: str,
        equation: str,
        symbols: Sequence[tuple[str, str, str]],
        source: Sequence[Callable],
        plain: Sequence[str] = (),
    ) -> None:
        """One equation with live values, and our own lines that do it."""
        self.section(title, how, equation, symbols, source, plain)

    def challenges(self, *goals: _challenges.Challenge) -> None:
        """Goals that the page grades."""
        self.section("Challenges", _challenges.challenges, self.slug, goals)

    def close(self, shown: live.View, figure: Figure) -> None:
        """Simplified, misconception, discuss, take it with you, next page; and the browser's memory."""
        query = self.query()
        with st.container(key="quiet-rest"):
            prose.prose(self.slug)
            st.header("Take it with you", anchor="take")
            take(shown, query, self.slug, figure.name, self.entry.papers)
            before, after = neighbours(self.slug)
            for other, word in ((before, "Before this"), (after, "Next")):
                if other is not None:
                    st.page_link(page_of(other), label=f"{word}: {other.title}")
            st.markdown(
                f"[Present this page](?present=1&beat=0&{query}) "
                ":gray[Arrow keys move, B blacks out, N shows notes, Q a QR code.]"
            )
        sync(self.slug)

    def _code(self) -> str:
        """In presenter mode a QR code of the beat on the screen; empty where a phone could not follow it."""
        link, reachable = address(f"beat={max(self.beat, 0)}", self.slug)
        return code(link) if self.present and reachable else ""

    def query(self) -> str:
        """The link of this very state: every parameter, the lab, the ancestry, the moment."""
        at = {} if self.moment is None else {"at": self.moment}
        specs = {controls.paper(lab): controls.spec_of(lab)[0] for lab in map(load, self.entry.labs)}
        return controls.query(specs, {**self.extras, **at})


def open(slug: str, *, claim: str, idea: str, hero: str, beats: Sequence[Beat]) -> Page:
    """Begin a page. `hero` says where its first picture comes from."""
    return Page(slug, claim, idea, hero, beats)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) <= 6 else None
