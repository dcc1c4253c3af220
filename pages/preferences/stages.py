"""Teach it yourself, move its map by a constant, compare three ways to ask, watch a simulated room."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from app.components import pixels
from app.page import live
from app.page.anatomy import Page
from app.page.damage import guarded
from app.page.verbs import ask, film_of, finished, shown
from app.voting import showing
from app.voting.ladder import ladder
from engine.core.params import Spec
from engine.core.trace import Trace
from engine.labs import Lab, lab_id, load
from engine.reward import bradley_terry as bt
from engine.reward import bradley_terry_lab, free_constant
from engine.reward.asking import MOST
from engine.reward.gardens import GARDENS, SIDE
from pages.preferences import clips
from pages.preferences import figures as fig

KEY = "teach.clips"
MU = {"left": 1.0, "equal": 0.5, "right": 0.0}
BEGIN = {"none": 0, "20": 20, "160": 160}
FIRST = "20"
CONSTANT, TO, STEP = 2.0, 5.0, 0.5  # of the slider: at first, at most, apart
REACH = 10.0  # the predicted reward that is drawn darkest beside it
WAYS = {
    "its own clips, active": {},
    "its own clips, pairs by lot": {"queries": "random"},
    "a random walker's clips": {"clips": "a random walker"},
}
SEEDS = 3


def untrained(lab: Lab, spec: Spec) -> live.View:
    """A lab's model as it begins, for what learns from the question alone, or has nothing to learn."""
    return live.View(load(lab_id(lab)), spec, spec.key(), None, None, Trace(), exact=True)


@dataclass
class Talk:
    """One conversation: answers as (left, right, mu), how many of them a person gave, pairs asked."""

    answers: list = field(default_factory=list)
    own: int = 0
    turn: int = 0


def teach(view: live.View, extras: dict[str, str | int]) -> None:
    """Two clips, four answers, a map that blooms, and the row of acts below.

    The answers stay in this session. view: the run whose labeller went before; extras: of the page's link.
    """
    picture = st.container()
    strip = st.container(key="hands-teach").container(
        key="strip-teach", horizontal=True, vertical_alignment="bottom", gap="small"
    )
    with strip:
        begin = st.segmented_control(
            "Answers of the labeller before yours",
            list(BEGIN),
            default=FIRST,
            key="begin",
            required=True,
            bind="query-params",
            width="content",
        )
        extras["begin"] = begin or FIRST
        before = fig.given_before(view.trace, BEGIN[begin or FIRST])
        stamp = f"{view.spec.key()}-{len(before)}-{st.session_state.get('teach.again', 0)}"
        talk = _talk(stamp, before)
        choice = clips.told(KEY, stamp, talk.turn)
        if choice is not None:
            _answer(talk, _seen(view, talk), MU.get(choice), own=1)
        if st.button(
            "Let the labeller answer", key="teach.one", help="It sees the true reward and slips never."
        ):
            _by_labeller(view, talk, 1)
        if st.button("… ten times", key="teach.ten"):
            _by_labeller(view, talk, 10)
        if st.button("Start over", key="teach.over", disabled=talk.turn == len(before)):
            st.session_state["teach.again"] = st.session_state.get("teach.again", 0) + 1
            st.rerun(scope="fragment")
    seen, garden = _seen(view, talk), GARDENS[view.spec.garden]
    asked = clips.Asked(
        seen["left"].tolist(),
        seen["right"].tolist(),
        garden.start,
        garden.flags,
        garden.water,
        *(seen[name].flatten().astype(float).tolist() for name in ("r_hat", "spread", "true")),
        best=seen["best"].round(2).tolist(),
    )
    said = fig.conversation(seen, len(talk.answers) - talk.own, talk.own)
    with picture:
        clips.clips(
            asked, key=KEY, stamp=stamp, turn=talk.turn, titles=(fig.BELIEF, fig.TRUTH), sentence=said
        )


def _talk(stamp: str, before: list) -> Talk:
    kept = st.session_state.get("teach.talk")
    if kept is None or kept[0] != stamp:
        kept = (stamp, Talk(list(before), 0, len(before)))
        st.session_state["teach.talk"] = kept
    return kept[1]


def _seen(view: live.View, talk: Talk) -> dict[str, Any]:
    """What predictors make of all answers, and the next pair."""
    left, right, mu = ([one[i] for one in talk.answers] for i in range(3))
    active = int(view.spec.queries == "active")
    blank = untrained(view.lab, view.spec)
    return ask(blank, "teach", left=left, right=right, mu=mu, turn=talk.turn, active=active)


def _answer(talk: Talk, seen: dict[str, Any], mu: float | None, own: int) -> None:
    """Take in an answer to the pair that was shown; None: cannot tell, and the pair is dropped."""
    if mu is not None and len(talk.answers) < MOST:
        talk.answers.append((seen["left"].tolist(), seen["right"].tolist(), mu))
        talk.own += own
    talk.turn += 1


def _by_labeller(view: live.View, talk: Talk, count: int) -> None:
    for _ in range(count):
        seen = _seen(view, talk)
        _answer(talk, seen, float(seen["labeller"]), own=0)


def constant(view: live.View) -> None:
    """A constant for every cell: slide it, and see which of map, answers and walks it moves.

    On the newest tables of a run, and the last pairs that its labeller was asked about.
    """
    st.fragment(guarded(_moved), key="free")(view)


def _moved(view: live.View) -> None:
    now = live.again(view)
    if not shown(now, "the learned map moves by a constant"):
        return
    picture = st.container()
    with st.container(key="strip-free", horizontal=True, vertical_alignment="bottom", gap="medium"):
        c = st.slider("Added to every cell", -TO, TO, CONSTANT, STEP, "%+.1f", key="free.c", width=320)
        cut = st.toggle("One clip shorter", key="free.cut", help="The right clip loses its last step.")
    asker, asked = live.model_of(now), now.trace.last("asked")
    new = min(len(asked["mu"]), now.trace.moments[-1] - ([0, *now.trace.moments])[-2])
    one, other = (free_constant.torched(asked[side][: max(1, new)]) for side in ("left", "right"))
    tables, allowed = asker.ensemble.r_hat, asker.ensemble.random_answers
    plain, with_it = (
        free_constant.shifted(tables, by, one, other, asker.start, allowed, int(cut)) for by in (0.0, c)
    )
    change, moves = free_constant.unlike(plain, with_it)
    left, right = picture.columns([1, 2], gap="medium")
    with left:
        st.markdown("**The :blue[map] moves**")
        pixels.pixels(
            with_it.r_hat.numpy().reshape(SIDE, SIDE),
            key="free.map",
            mode="show",
            low=-REACH,
            high=REACH,
            palette="signed",
            text=fig.arrows(with_it.pi.numpy(), SIDE),
            outline=fig.path(with_it.walk, SIDE),
            label="Predicted reward with the constant, best moves as arrows, the best walk framed",
            unit="predicted reward",
            sentence=f"Blue −{REACH:g}, grey 0, orange +{REACH:g}. Framed: the best walk.",
        )
    with right:
        st.markdown(f"**Its chances for the last pairs {'stay' if change < fig.SAME else 'move too'}**")
        figure = fig.odds(plain.odds.numpy(), with_it.odds.numpy(), asked["mu"][:new])
        st.vega_lite_chart(figure, key="free.odds")
    st.markdown(fig.moved(c, asked["left"].shape[1], int(cut), change, moves, plain.walk == with_it.walk))


def arms(view: live.View) -> None:
    """Return over answers for three ways to ask, on every seed; all else as by default, whatever is set."""
    plain = view.lab.SPEC()
    views = {
        f"{name} {seed}": live.view(view.lab, plain.but(**changes, seed=seed))
        for name, changes in WAYS.items()
        for seed in range(SEEDS)
    }
    if (traces := finished(views, f"Train what is missing of {SEEDS} seeds")) is not None:
        found = {name: [traces[f"{name} {seed}"] for seed in range(SEEDS)] for name in WAYS}
        st.vega_lite_chart(fig.curves(found), key="teach.arms")
        with st.container(key="quiet-arms-said"):
            st.caption(fig.arms_said(found))


def voted(page: Page) -> live.View:
    """The recorded room of voters, or one simulated now: it takes a moment."""
    recorded = page.view(bradley_terry_lab)
    return recorded if recorded.ready else page.shown(bradley_terry_lab)


def voters(view: live.View) -> None:
    """The film of a simulated room, and its votes at the moment where the film stands."""
    trace = view.trace
    with st.container(key="quiet-voters-film"):
        told = film_of(
            view, fig.voters(), fig.voted(trace), key="voters.film", timeline="rho",
            unit="rank correlation", height=250, time="vote",
        )  # fmt: skip
    last = len(trace.moments) - 1
    moment = last if told.moment is None else min(told.moment, last)
    seen, count = trace.at("ladder", moment), trace.moments[moment]
    with st.container(key="quiet-voters-shown"):
        way = showing.choose("voters.view")
    if way == showing.LADDER:
        whose = "what one camp wants" if view.spec.minority else "truth"
        figure = ladder(seen["u"], seen["se"], true=seen["true"], height=290, truth=whose)
        st.vega_lite_chart(figure, key="voters.ladder")
    else:
        _votes(view, way, count, seen["u"])
    with st.container(key="quiet-voters-said"):
        st.caption(f"After {count} votes. Let go of the timeline elsewhere, and this picture follows.")


def _votes(view: live.View, way: str, count: int, u: np.ndarray) -> None:
    """The voters or the things, after so many votes; things are numbered from the truly best down."""
    room, n = live.model_of(untrained(view.lab, view.spec)), len(u)
    votes, voter = room.votes[:count], room.voter[:count]
    if way == showing.VOTERS:
        showing.matrix(f"{view.key}-{count}", votes, voter, len(room.camp), None, "voters.matrix")
    else:
        place = np.argsort(np.argsort(-room.true))
        said = [f"{i + 1}" for i in range(n)]
        showing.graph(bt.wins(place[votes], n), u, said, (), "voters.graph")
