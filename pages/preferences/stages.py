"""Teach it yourself: two clips, four answers, a map that blooms. The answers stay in this session."""

from dataclasses import dataclass, field

import streamlit as st

from app.page import live
from engine.reward.gardens import GARDENS
from pages.preferences import clips
from pages.preferences import figures as fig

KEY = "teach.clips"
MU = {"left": 1.0, "equal": 0.5, "right": 0.0}
BEGIN = {"none": 0, "20": 20, "160": 160}
FIRST = "20"
SEEDS = 3


@dataclass
class Talk:
    """One conversation: answers as (left, right, mu), how many of them a person gave, pairs asked."""

    answers: list = field(default_factory=list)
    own: int = 0
    turn: int = 0
    seen: dict = field(default_factory=dict)


def draw(view: live.View, extras: dict[str, str | int]) -> None:
    """The picture, and the row of acts below it. view: the run whose labeller went before; extras: of the
    page's link."""
    picture = st.container()
    with st.container(key="strip-teach", horizontal=True, vertical_alignment="bottom", gap="small"):
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
        if choice is not None and talk.seen:
            _answer(talk, MU.get(choice), own=1)
        _ask(view, talk)
        if st.button(
            "Let the labeller answer", key="teach.one", help="It sees the true reward and slips never."
        ):
            _by_labeller(view, talk, 1)
        if st.button("… ten times", key="teach.ten"):
            _by_labeller(view, talk, 10)
        if st.button("Start over", key="teach.over", disabled=talk.turn == len(before)):
            st.session_state["teach.again"] = st.session_state.get("teach.again", 0) + 1
            st.rerun(scope="fragment")
    seen, garden = talk.seen, GARDENS[view.spec.garden]
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


def _ask(view: live.View, talk: Talk) -> None:
    """Fit to all answers, choose the next pair; once for each."""
    if talk.seen.get("turn") == talk.turn:
        return
    left, right, mu = ([one[i] for one in talk.answers] for i in range(3))
    given = {"left": left, "right": right, "mu": mu, "turn": talk.turn}
    given["active"] = int(view.spec.queries == "active")
    talk.seen = view.lab.PROBES["teach"](view.lab.restore(view.spec, None), given) | {"turn": talk.turn}


def _answer(talk: Talk, mu: float | None, own: int) -> None:
    """Take in an answer to the pair that was shown; None: cannot tell, and the pair is dropped."""
    if mu is not None and len(talk.answers) < 400:
        talk.answers.append((talk.seen["left"].tolist(), talk.seen["right"].tolist(), mu))
        talk.own += own
    talk.turn += 1


def _by_labeller(view: live.View, talk: Talk, count: int) -> None:
    for _ in range(count):
        _answer(talk, float(talk.seen["labeller"]), own=0)
        _ask(view, talk)


def arms(view: live.View) -> None:
    """Return over answers for three ways to ask, on every seed that was trained here or is shipped."""
    ways = {
        "its own clips, active": {},
        "its own clips, pairs by lot": {"queries": "random"},
        "a random walker's clips": {"clips": "a random walker"},
    }
    plain = view.spec.but(clips="its own", queries="active", seed=0)
    found, missing = {}, []
    for name, changes in ways.items():
        views = [live.view(view.lab, plain.but(**changes, seed=seed)) for seed in range(SEEDS)]
        found[name] = [one.trace for one in views if one.run is not None and one.trace.finished]
        missing += [one for one in views if one.run is None]
    if any(found.values()):
        st.plotly_chart(fig.curves(found), key="teach.arms", config={"displayModeBar": False})
        st.caption(fig.arms_said(found))
    live.offer(missing, f"Train what is missing of {SEEDS} seeds", "train.arms")
