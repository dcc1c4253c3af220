"""The projector's side of a room: the code to scan, the ladder, what the room is like, its reward model."""

import os
from datetime import datetime
from urllib.parse import urlsplit

import numpy as np
import streamlit as st
import torch

from app.catalogue import entry
from app.components import pixels
from app.navigation import page_of
from app.page import take
from app.style import plain
from app.visitor import visitor
from app.voting.exhibits import KINDS, Exhibit, exhibit
from app.voting.standing import Standing, standing
from app.voting.store import HOURS, MOST_VOTERS, Refused, Room, store
from engine.labs import load
from engine.reward import bradley_terry as bt
from engine.reward import rooms as engine
from engine.reward import taste
from engine.reward.gardens import SIDE
from pages.preferences import ladder as fig
from pages.preferences import meetings

POLL_S = 2
RULES = {"what tells most": "information", "by lot": "random"}
LEAST = 20  # votes before a reward model is worth training


def draw() -> None:
    """Open a room, or show the one that this browser opened."""
    if (said := st.session_state.pop("room.refused", None)) is not None:
        st.warning(plain(said))
    mine = store().of(visitor())
    if mine:
        _projector(mine[0])
        return
    with st.container(key="room-doors", horizontal=True, vertical_alignment="bottom", gap="small"):
        kind = st.segmented_control(
            "What is compared", KINDS, default=KINDS[0], key="room.kind", required=True
        )
        rule = st.segmented_control(
            "Next pair", list(RULES), default=next(iter(RULES)), key="room.rule", required=True
        )
        st.button("Open a room", type="primary", key="room.open", on_click=_open, args=(kind, rule))
    st.caption(
        "A class votes from its phones: no login, no name. A random number tells a browser's votes apart in "
        f"this room and nowhere else. At most {MOST_VOTERS} voters. A room is forgotten after {HOURS} hours, "
        "or when you delete it."
    )


def _open(kind: str | None, rule: str | None) -> None:
    try:
        store().open(visitor(), kind if kind in KINDS else KINDS[0], RULES.get(rule or "", "information"))
    except Refused as refusal:
        st.session_state["room.refused"] = str(refusal)


def _delete(code: str) -> None:
    store().delete(code, visitor())


def address(code: str) -> tuple[str, bool]:
    """The room's short link, and whether a phone could open it."""
    public = os.environ.get("GLASSBOX_PUBLIC_URL", "").rstrip("/")
    here = urlsplit(st.context.url or "http://localhost:8501")
    base = public or f"{here.scheme}://{here.netloc}"
    return f"{base}/room/{code}", bool(public) or here.hostname not in ("localhost", "127.0.0.1", "::1")


def _projector(room: Room) -> None:
    link, reachable = address(room.code)
    left, right = st.columns([1, 4.2], gap="medium")
    with left:
        st.html(f'<img class="gb-qr" src="{take.code(link)}" alt="QR code of the room: {link}">')
        st.markdown(f"`{link.partition('://')[2]}`")
        if not reachable:
            st.caption(
                "A phone cannot reach localhost. Set GLASSBOX_PUBLIC_URL, or serve with `--host 0.0.0.0`."
            )
        st.caption(f"Open until {datetime.fromtimestamp(room.expires):%H:%M, %-d %b}.")
        with st.popover("Delete the room"):
            st.markdown("The room and all its votes go, for ever.")
            st.button("Delete it", key="room.delete", on_click=_delete, args=(room.code,))
    with right:
        st.fragment(_standing, run_every=POLL_S)(room)
    waits = len(standing(room).votes) < LEAST
    st.fragment(_trained, run_every=POLL_S if waits else None)(room)


def _standing(room: Room) -> None:
    with st.container(key="room-shown", horizontal=True, vertical_alignment="center", gap="medium"):
        view = meetings.choose("room.view")
        two = st.toggle("Look for two camps", key="room.camps")
    now, shown = standing(room), exhibit(room.kind)
    if store().find(room.code) is None:
        st.rerun()
    st.markdown(fig.facts(now.reading, len(now.votes), now.left_out, now.voters))
    camps = _camps(room.code, len(now.votes), now, len(shown.svg)) if two else None
    images = [shown.image(i) for i in range(len(shown.svg))]
    if view == meetings.VOTERS:
        stamp, belongs = f"{room.code}-{len(now.votes)}-{two}", camps.belongs if camps else None
        meetings.matrix(stamp, now.votes, now.voter, now.voters, belongs, "room.matrix")
    elif view == meetings.THINGS:
        meetings.graph(now.reading.wins, now.reading.u, shown.said, images, "room.graph")
    else:
        _ladder(now, shown, images, camps)
    if two:
        st.markdown(fig.verdict_on_camps(camps, now.voters))


def _ladder(now: Standing, shown: Exhibit, images: list[str], camps: engine.Camps | None) -> None:
    said, two = shown.said, camps.u if camps else None
    if shown.kind == KINDS[2]:  # words are too small as pictures
        figure = fig.ladder(now.reading.u, now.reading.se, camps=two, height=410, said=said)
    else:
        figure = fig.ladder(now.reading.u, now.reading.se, images, camps=two)
    st.plotly_chart(figure, key="room.ladder", config={"displayModeBar": False})
    i, j = now.reading.next
    st.markdown(
        f":gray[The vote that would tell most: *{said[i]}* against *{said[j]}*, {now.reading.bits:.2f} bits.]"
    )


@st.cache_data(show_spinner=False, max_entries=32)
def _camps(code: str, count: int, _now: Standing, n: int) -> engine.Camps | None:
    return engine.split(_now.votes, _now.voter, n, np.random.default_rng(0))


def _trained(room: Room) -> None:
    """A button that fits a reward model to the votes so far, and what it has learned."""
    votes = standing(room).votes
    st.button(
        "Train a reward model on the room",
        key="room.train",
        on_click=_train,
        args=(room,),
        disabled=len(votes) < LEAST,
    )
    if len(votes) < LEAST:
        st.caption(f"It takes {LEAST} votes at least; there are {len(votes)}.")
    kept = st.session_state.get("room.reward")
    if kept is None or kept["code"] != room.code:
        return
    if room.kind != KINDS[1]:
        _of_features(kept)
    else:
        _of_cells(kept)


def _train(room: Room) -> None:
    votes, array = standing(room, 0).votes, exhibit(room.kind).array
    if room.kind != KINDS[1]:
        X = engine.features(array) if room.kind == KINDS[0] else taste.features(torch.tensor(array)).numpy()
        found = bt.fit(bt.wins(votes, len(X)), X, prior=1.0)
        free = bt.fit(bt.wins(votes, len(X))).theta
        rho = engine.rank_correlation(X @ found.theta, free)
        seen = {
            "theta": found.theta,
            "se": np.sqrt(np.diag(found.covariance)),
            "u": X @ found.theta,
            "rho": rho,
        }
    else:
        lab = load("reward.human_preferences")
        clips, last = array.tolist(), votes[-400:]
        given = {"left": [clips[w] for w, _ in last], "right": [clips[l] for _, l in last]}
        given |= {"mu": [1.0] * len(last), "active": 1, "turn": 0}
        seen = lab.PROBES["teach"](lab.restore(lab.SPEC(), None), given)
    st.session_state["room.reward"] = {"code": room.code, "kind": room.kind, "votes": len(votes), **seen}


def _of_features(kept: dict) -> None:
    digits = kept["kind"] == KINDS[0]
    names, what = (engine.NAMES, "digit") if digits else (taste.NAMES, "reply")
    told = ", ".join(
        f"**{name}** {weight:+.2f} ± {se:.2f}"
        for name, weight, se in sorted(
            zip(names, kept["theta"], kept["se"], strict=True),
            key=lambda t: -abs(t[1]),
        )
    )
    st.markdown(
        f"From {kept['votes']} votes it learned what this room likes in a {what}: {told}. "
        f"Its order and the room's own ladder agree to a rank correlation of {kept['rho']:.2f}: "
        f"{len(kept['theta'])} features say no more than that."
    )
    if not digits:
        st.page_link(page_of(entry("instructgpt")), label="Let this judge train a policy")


def _of_cells(kept: dict) -> None:
    left, right = st.columns([1, 2.2], gap="medium")
    with left:
        pixels.pixels(
            kept["r_hat"].astype(float).reshape(SIDE, SIDE),
            key="room.map",
            mode="show",
            low=-2.5,
            high=2.5,
            palette="signed",
            label="The room's predicted reward",
            unit="predicted reward",
        )
    with right:
        st.markdown(
            f"From {kept['votes']} votes: orange cells are what this room likes, blue what it dislikes. "
            f"A policy that climbs this map earns **{float(kept['share']):.2f}** of the way from random to "
            "best, by our labeller's measure; the room may have wanted something else. "
            "Cells that no walk entered hold noise."
        )
