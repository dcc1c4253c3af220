"""The anatomy of a page (DESIGN 4), built once. A page is a storyboard of calls to `Page`.

Five chapters, in this order: See (the model, a bet, the hero), Try (trainings, what one may touch, compare,
challenges), How (mechanism, equation, our lines), Argue (claims, what people get wrong, disputes), Take.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any

import streamlit as st

from app import style
from app.catalogue import entry
from app.figures.captions import Said
from app.figures.panels import Panel
from app.figures.pipeline import Box, mechanism
from app.figures.pipeline import line as pipeline
from app.page import at, controls, head, live, prose
from app.page import beats as _beats
from app.page import challenges as _challenges
from app.page import claims as _claims
from app.page import compare as _compare
from app.page.beats import Beat
from app.page.damage import damaged, guarded
from app.page.how import Formula, how
from app.page.keeper import sync
from app.page.near import near, room
from app.page.predict import Bet, predict
from app.page.screen import Figure, Scene, screen
from app.page.settings import Settings
from app.page.take import take
from engine.core.params import params_of
from engine.labs import Lab, lab_id, load
from engine.runs.judge import Judged
from engine.runs.reading import Unreadable

CHAPTERS = {
    "see": "See",
    "try": "Try: train it, change it, ask it",
    "how": "How it works",
    "argue": "Argue: what holds, and what does not",
    "take": "Take it with you",
}


class Page(Settings):
    """One page in the making: what it is set to, and what its parts have to know of each other."""

    def __init__(self, slug: str, claim: str, says: Sequence[str], hero: str, beats: Sequence[Beat]):
        super().__init__()
        self.entry, self.slug, self.beats = entry(slug), slug, beats
        self.terms: set[str] = set()  # of the glossary, explained on this page already
        self.moment: int | None = None
        self.present = style.presenting()
        self._boxes: Sequence[Box] = ()
        self._how: tuple[str, Callable[[], None]] = "", lambda: None  # its title, and what draws it
        self._argued: dict[str, tuple[live.View, list[Judged]]] = {}  # whose claims were told, by lab
        self._hands: dict[str, Any] = {}  # by lab: where its run bar is, and its controls belong
        self._chapter, self._stages = "see", 0
        self.beat = self._stand()
        self.said = self._head(claim, says, hero)

    def _stand(self) -> int:
        """Where the page stands, before any widget of it exists: at its link, or as somebody asked for."""
        here = _beats.stand(self.slug, len(self.beats), self.go)
        controls.put_asked()
        if st.session_state.get("opened") != self.slug:
            st.session_state["opened"] = self.slug
            st.session_state.pop("refused", None)
            at.ask(None)
            if here >= 0:
                self.go(here, told=dict(st.query_params))
            if (moment := _number(st.query_params.get("at"))) is not None:
                at.ask(moment)
        self.admit()
        return here

    def go(self, beat: int, told: Mapping[str, str] | None = None) -> None:
        """Set the page to a beat: every parameter, the moment, the stage. told: what a link says, which wins.

        -1 is before the first beat, and leaves everything as it is.
        """
        if beat < 0:
            st.query_params.pop("beat", None)
            return
        one = self.beats[beat]
        wanted: dict[str, Any] = {}
        for lab in map(load, self.entry.labs):
            wanted |= controls.keyed(lab, asdict(lab.SPEC()))
        for name, value in (wanted | dict(one.parameters)).items():
            if name not in (told or {}):
                st.session_state[name] = value
        at.ask(one.moment, one.stage)
        st.session_state["went"] = st.session_state.get("went", 0) + 1
        if told is None:
            st.query_params.pop("at", None)
            st.query_params["beat"] = str(beat)

    def _head(self, claim: str, says: Sequence[str], hero: str) -> Any:
        head.title(claim, says, self.terms)
        self._pipe = st.container(key="quiet-pipe")
        with head.row(self.entry, hero, self.beat >= 0):
            code = head.code(self.slug, self.beat) if self.present else ""
            _beats.steps(self.slug, self.beats, self.beat, self.present, style.bare(claim), code)
        self._bet = st.container(key="quiet-predict")
        head.contents(CHAPTERS)
        said = st.container(key="said", gap="small")
        st.session_state.pop("ordered", None)
        if (refused := st.session_state.get("refused")) is not None:
            said.warning(style.plain(refused))
        if self.present:
            style.only(self.beats[max(self.beat, 0)].stage)
        return said

    def pipeline(self, *boxes: Box) -> None:
        """The model in one line under its three sentences, from the run on the stage; `how` tells it."""
        self._boxes = boxes
        with self._pipe:
            st.html(pipeline(boxes))

    def chapter(self, name: str, title: str = "") -> None:
        """Begin a chapter, unless the page is in it, or further, already. title: other words for it."""
        names = list(CHAPTERS)
        if names.index(name) > names.index(self._chapter):
            self._chapter = name
            with st.container(key=f"quiet-chapter-{name}"):
                st.header(title or CHAPTERS[name], anchor=name)

    def predict(self, bet: Bet) -> int | str | None:
        """One question about the next change of the hero; the answer is covered until the bet. Returns it."""
        with self._bet:
            return predict(self.slug, bet, self.beats[self.beat] if self.beat >= 0 else None)

    @contextmanager
    def stage(self, name: str, title: str = "") -> Iterator[None]:
        """A box for one picture and its controls. The first is the hero; all others are to try."""
        self._stages += 1
        if self._stages > 1:
            self.chapter("try")
        st.session_state["stage"] = name
        with st.container(key=f"stage-{name}"):
            if title:
                st.header(title, anchor=name)
            try:
                yield
            except Unreadable as found:
                damaged(found)

    def section(self, title: str, draw: Callable[..., None], *given: Any) -> None:
        """A heading and what `draw(*given)` puts under it; presenter mode leaves it out."""
        if self.present:
            return
        self.chapter("try")
        anchor = title.split(":")[0].lower().replace(" ", "-")
        with st.container(key=f"quiet-{anchor}"):
            st.header(title, anchor=anchor)
            draw(*given)

    def part(self, draw: Callable[[], None]) -> None:
        """A part of the page that can be drawn anew by itself; its name is the function's."""
        before = self._chapter, self._stages, set(self.terms)

        def anew() -> None:
            live.redraw()
            self._chapter, self._stages, self.terms = before[0], before[1], set(before[2])
            draw()

        st.fragment(guarded(anew), key=draw.__name__)()

    def _hand(self, lab: Lab) -> Any:
        """A place for the run bar and the controls of a picture; the hero's stay in sight while it does."""
        hero = "hero-" if self._stages == 1 else ""
        return st.container(key=f"hands-{hero}{controls.paper(lab)}", gap="xsmall")

    def strip(self, lab: Lab, first: Sequence[str] = (), parts: Sequence[str] = ()) -> None:
        """The controls of a lab: `first` in sight, or six. They redraw these parts, or the whole page."""
        names = [f.name for f, _ in params_of(lab.SPEC)]
        with self._hands.pop(lab_id(lab), None) or self._hand(lab):
            controls.strip(lab, tuple(first or names[:6]), controls.paper(lab), parts)

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
        controls (`first` in sight), and under it how many claims hold. Returns the run."""
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
        sentence: Said,
        height: int = 260,
        place: Any = None,
        **more: Any,
    ) -> None:
        """The film of a run, its run bar under it; an invitation where there is none. more: as in `screen`.
        place: a column for the film, beside something else."""
        picture = (place or st).container(key=f"picture-{controls.paper(shown.lab)}", gap="xsmall")
        hands = self._hands[shown.id] = self._hand(shown.lab)
        with picture:
            self.moment = screen(self.slug, shown, panels, figure, sentence, height, hands=hands, **more)

    def claims(self, shown: live.View) -> None:
        """How many claims of a run hold, in a line; each is told in *Argue*."""
        judged = _claims.verdicts(shown)
        self._argued[shown.id] = shown, judged
        with st.container(key=f"quiet-claims-{controls.paper(shown.lab)}"):
            _claims.summary(judged)

    def compare(self, shown: live.View, presets: Sequence[_compare.Preset]) -> None:
        """Pin this run, change one thing, see both."""
        self.section("Compare: change one thing", _compare.compare, self.slug, shown, presets)

    def how(
        self,
        title: str,
        equation: str,
        symbols: Sequence[tuple[str, str, str]],
        source: Sequence[Callable],
        plain: Sequence[Formula] = (),
    ) -> None:
        """The mechanism phrase by phrase, one equation with live values, and our own lines that do it.

        plain: further equations, each with the words that it stands under, or alone. Drawn by `close`, which
        waits until the reader comes near.
        """

        def draw() -> None:
            told = mechanism(self._boxes, self.terms) if self._boxes else ""
            how(equation, symbols, source, plain, told)

        self._how = title, draw

    def _argue(self) -> None:
        for one in self._argued.values():
            _claims.claims(*one)
        prose.prose(self.slug)
        st.markdown(f"[A sheet of this page for a seminar, to print](./sheet?page={self.slug})")

    def challenges(self, *goals: _challenges.Challenge) -> None:
        """Goals that the page grades."""
        self.section("Challenges", _challenges.challenges, self.slug, goals)

    def close(self, shown: live.View, figure: Figure) -> None:
        """How, Argue and Take, the pages before and after, and the browser's memory. Called last.

        The chapters are drawn when the reader comes near; presenter mode leaves them out.
        """
        taken = partial(take, shown, self.query(), self.slug, figure.name, self.entry.papers)

        def lower() -> None:
            if not self.present:
                title, told = self._how
                ready = near(self.slug)
                for name, words, draw, high in (
                    ("how", title, told, 1100), ("argue", "", self._argue, 1400), ("take", "", taken, 200)
                ):  # fmt: skip
                    self.chapter(name, words)
                    with st.container(key=f"quiet-{name}"):
                        draw() if ready else room(high)
            with st.container(key="quiet-rest"):
                head.neighbours_of(self.slug, max(self.beat, 0))
            sync(self.slug)

        self.part(lower)
        _beats.drawn()
        controls.put_drawn()


def open(slug: str, *, claim: str, says: Sequence[str], hero: str, beats: Sequence[Beat]) -> Page:
    """Begin a page. says: three plain sentences, what goes in, what comes out, how it learns. hero: where its
    first picture comes from."""
    return Page(slug, claim, says, hero, beats)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) <= 6 else None
