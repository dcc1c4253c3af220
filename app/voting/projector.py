"""The projector's side of a room: its doors, the code to scan, and how the room stands."""

from datetime import datetime
from html import escape

import numpy as np
import streamlit as st

from app.page import take
from app.style import plain
from app.visitor import visitor
from app.voting import ladder as fig
from app.voting import showing
from app.voting.exhibits import KINDS, Exhibit, exhibit
from app.voting.standing import Standing, standing
from app.voting.store import HOURS, MOST_VOTERS, Refused, Room, Unkept, store
from engine.reward import rooms as engine

POLL_S = 2
REWARD = "room.reward"  # where a session keeps the reward model of its room, for any page
RULES = {"what tells most": "information", "by lot": "random"}


def draw() -> Room | None:
    """Open a room, or show the one that this browser opened. Returns it."""
    if (said := st.session_state.pop("room.refused", None)) is not None:
        st.warning(plain(said))
    try:
        mine = store().of(visitor())
    except Unkept as refusal:
        st.warning(plain(str(refusal)))
        return None
    if mine:
        _wall(mine[0])
        return mine[0]
    st.caption(
        "A class votes from its phones: no login, no name. A random number tells a browser's votes apart in "
        f"this room and nowhere else. At most {MOST_VOTERS} voters. A room is forgotten after {HOURS} hours, "
        "or when you delete it."
    )
    with st.container(key="room-doors", horizontal=True, vertical_alignment="bottom", gap="small"):
        kind = st.segmented_control(
            "What is compared", KINDS, default=KINDS[0], key="room.kind", required=True
        )
        rule = st.segmented_control(
            "Next pair", list(RULES), default=next(iter(RULES)), key="room.rule", required=True
        )
        st.button("Open a room", type="primary", key="room.open", on_click=_open, args=(kind, rule))
    return None


def _open(kind: str | None, rule: str | None) -> None:
    try:
        store().open(visitor(), kind if kind in KINDS else KINDS[0], RULES.get(rule or "", "information"))
    except Refused as refusal:
        st.session_state["room.refused"] = str(refusal)


def _delete(code: str) -> None:
    try:
        store().delete(code, visitor())
    except Unkept as refusal:
        st.session_state["room.refused"] = str(refusal)


def address(code: str) -> tuple[str, bool]:
    """The room's short link, and whether a phone could open it."""
    found, reachable = take.base()
    return f"{found}/room/{code}", reachable


def _wall(room: Room) -> None:
    link, reachable = address(room.code)
    left, right = st.columns([1.25, 4], gap="medium")
    with left:
        st.html(f'<img class="gb-qr" src="{take.code(link)}" alt="QR code of the room: {link}">')
        host, _, code = link.partition("://")[2].rpartition("/")
        st.html(f'<code class="gb-room"><span>{escape(host)}/</span><b>{escape(code)}</b></code>')
        if not reachable:
            st.caption(
                "A phone cannot reach localhost. Set GLASSBOX_PUBLIC_URL, or serve with `--host 0.0.0.0`."
            )
        with st.container(key="quiet-room-delete"):
            st.caption(f"Open until {datetime.fromtimestamp(room.expires):%H:%M, %-d %b}.")
            with st.popover("Delete the room"):
                st.markdown("The room and all its votes go, for ever.")
                st.button("Delete it", key="room.delete", on_click=_delete, args=(room.code,))
    with right:
        st.fragment(_standing, run_every=POLL_S)(room)


def _standing(room: Room) -> None:
    try:
        _stands(room)
    except Unkept as refusal:
        st.warning(plain(str(refusal)))


def _stands(room: Room) -> None:
    with st.container(key="room-shown", horizontal=True, vertical_alignment="center", gap="medium"):
        view = showing.choose("room.view")
        two = st.toggle("Look for two camps", key="room.camps")
    now, shown = standing(room), exhibit(room.kind)
    if store().find(room.code) is None:
        st.rerun()
    st.markdown(fig.facts(now.reading, len(now.votes), now.left_out, now.voters))
    camps = _camps(room.code, len(now.votes), now, len(shown.svg)) if two else None
    images = [shown.image(i) for i in range(len(shown.svg))]
    if view == showing.VOTERS:
        stamp, belongs = f"{room.code}-{len(now.votes)}-{two}", camps.belongs if camps else None
        showing.matrix(stamp, now.votes, now.voter, now.voters, belongs, "room.matrix")
    elif view == showing.THINGS:
        showing.graph(now.reading.wins, now.reading.u, shown.said, images, "room.graph")
    else:
        _ladder(now, shown, images, camps)
    if two:
        st.markdown(fig.verdict_on_camps(camps, now.voters))


def _ladder(now: Standing, shown: Exhibit, images: list[str], camps: engine.Camps | None) -> None:
    said, two = shown.said, camps.u if camps else None
    if shown.kind == KINDS[2]:  # words are too small as pictures
        figure = fig.ladder(now.reading.u, now.reading.se, said, camps=two, height=410)
    else:
        figure = fig.ladder(now.reading.u, now.reading.se, images, camps=two, height=250)
    st.vega_lite_chart(figure, key="room.ladder")
    i, j = now.reading.next
    told = f"*{said[i]}* against *{said[j]}*, {now.reading.bits:.2f} bits"
    with st.container(key="quiet-room-next"):
        st.markdown(f":gray[The vote that would tell most: {told}.]")


@st.cache_data(show_spinner=False, max_entries=32)
def _camps(code: str, count: int, _now: Standing, n: int) -> engine.Camps | None:
    return engine.split(_now.votes, _now.voter, n, np.random.default_rng(0))
