"""What stands below the hero of InstructGPT's page: the ledger, the ranking desk, a talk, a room."""

from html import escape
from typing import Any

import numpy as np
import streamlit as st

from app.catalogue import entry
from app.components.film import film
from app.navigation import page_of
from app.page import live, own
from app.page.screen import Figure, screen
from app.style import badge
from app.voting.exhibits import KINDS
from engine.data import instructions as world
from engine.reward import instructgpt_lab, taste
from engine.reward.ranking_lab import EVERY
from pages.instructgpt import climbing
from pages.instructgpt import desk as _desk
from pages.instructgpt import figures as fig
from pages.instructgpt import goals as grades

ROOM = "room.judge"
FIRST = 3  # "SOUND duck ?": the web advertises, SFT answers, the climber flatters
LETTERS = "ABCDEFGHI"


def prompt(extras: dict[str, str | int], view: live.View) -> int:
    """Which prompt the cards show; in the URL as `prompt`, and in the page's link. Beside it the badge."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.selectbox(
            "Prompt",
            fig.PROMPTS,
            key="prompt",
            index=FIRST,
            bind="query-params",
            label_visibility="collapsed",
            width=190,
        )
        badge(*view.badge)
    extras["prompt"] = chosen or fig.PROMPTS[FIRST]
    return fig.PROMPTS.index(chosen or fig.PROMPTS[FIRST])


def ledger(view: live.View, row: int) -> None:
    """The token ledger of the policy's reply, at any moment and any price of a nat."""
    if view.run is None or not view.trace.moments:
        st.info("Here each word's cost and gain is drawn. Train this setting above.")
        return
    beta = st.slider(
        "β in this ledger", 0.0, 1.0, max(0.1, view.spec.beta), 0.05, key="ledger.beta", width=260
    )
    film(
        fig.costs(row, beta, view.spec.cap), view.source(), key="ledger.film", live=view.active,
        timeline="proxy", timeline_unit="judge's points", height=270, name="glassbox-ledger", training=True,
        sentence="Each tile is a word of the policy's reply: -beta times its log-ratio to SFT. The judge "
        "pays once, at the last word. The slider restacks the tiles; the policy was trained with "
        f"beta = {view.spec.beta:g}.",
    )  # fmt: skip


def judge(view: live.View) -> None:
    """The judge in training, and a desk at which the reader ranks what it is asked about."""
    if view.run is None or not view.trace.moments:
        st.info("This judge has not been trained here yet. Press Train above.")
        return
    seen, K = view.trace.last("desk"), view.spec.K
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = fig.PROMPTS[::EVERY]
        which = st.selectbox("Prompt to judge", names, key="desk.prompt", width=190)
        st.markdown(f":gray[{K} replies of the SFT model. Which would you want?]")
    i = names.index(which or names[0])
    replies = [climbing.worded(EVERY * i, row) for row in seen["words"][i, :K].tolist()]
    scores = seen["r"][i, :K].astype(float)
    order = _desk.desk(
        which or names[0],
        replies,
        scores.tolist(),
        key="desk",
        stamp=f"{view.key}-{i}-{len(view.trace.moments)}",
        sentence="A cell is one comparison: how surprised the judge is by it.",
    )
    if order is None:
        return
    of_judge = grades.agreement(order, scores.tolist())
    of_gold = grades.agreement(order, seen["gold"][i, :K].astype(float).tolist())
    best = LETTERS[int(np.argmax(scores))]
    st.markdown(
        f"You and the judge agree on **{of_judge[0]} of {of_judge[1]}** pairs; you and the people of this "
        f"world on **{of_gold[0]} of {of_gold[1]}**, ties left out. The judge's favourite is **{best}**."
    )


def talk(view: live.View) -> None:
    """Two turns with the SFT model, and which of the words its loss counts."""
    if not view.ready:
        st.info("The talk needs the fine-tuned model. Train it above.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.selectbox("Ask", fig.PROMPTS, key="talk.first", width=190)
        then = st.segmented_control("Then ask", world.TASKS, default="SIZE", key="talk.then", required=True)
        seed = st.number_input("Draw", 0, 9999, 8, key="talk.seed", width=110)
    asked = {"prompt": fig.PROMPTS.index(first or fig.PROMPTS[0])}
    asked |= {"follow": world.TASKS.index(then or "SIZE"), "seed": int(seed)}
    said = view.lab.PROBES["talk"](live.model_of(view), asked)
    again = len(world.OBJECTS) * asked["follow"] + asked["prompt"] % len(world.OBJECTS)
    st.html(_talked((asked["prompt"], again), *(said[name].tolist() for name in ("words", "spoken", "nats"))))
    st.caption(
        "Under each word its loss, in nats. The assistant's words alone are learned; the grey losses are "
        "masked: they give no gradient. The second question names no object; it is the one before. "
        "Draw again: it is often wrong."
    )


def _talked(rows: tuple[int, int], words: list[int], spoken: list[bool], nats: list[float]) -> str:
    """The turns of a talk, each word with its loss as a bar. rows: the prompts that are answered."""
    turns: list[tuple[bool, list[str]]] = []
    first, second = (climbing.kinds(row) for row in rows)
    for word, on, loss in zip(words, spoken, nats, strict=True):
        if word == world.PAD:
            break
        if not turns or turns[-1][0] != on:
            turns.append((on, []))
        kind = (second if len(turns) > 2 else first)[word] if on else "asked"
        number = f"{loss:.1f}" if loss else "–"  # of the first word nothing was said
        turns[-1][1].append(
            f'<span><b class="{kind}">{escape(world.WORDS[word])}</b><small>{number}</small>'
            f'<i style="height: {min(30, 6 * loss):.0f}px"></i></span>'
        )
    who = {True: ("gb-learned", "assistant"), False: ("gb-masked", "person")}
    said = "".join(f'<p class="{who[on][0]}"><em>{who[on][1]}</em>{"".join(row)}</p>' for on, row in turns)
    return f'<div class="gb-talk">{said}</div>'


def room(slug: str, spec: Any) -> None:
    """A class's own taste in the judge's place: private to this session."""
    kept = st.session_state.get("room.reward")
    if kept is None or kept["kind"] != KINDS[2]:
        st.markdown(
            "On the page before this one, open a room on *replies of a GPT*, let people vote from their "
            "phones, and train its reward model. It will be the judge here."
        )
        st.page_link(page_of(entry("preferences")), label="Open a room")
        return
    told = ", ".join(f"{name} {w:+.2f}" for name, w in zip(taste.NAMES, kept["theta"], strict=True))
    st.markdown(f"The room's taste, from {kept['votes']} votes: {told}.")
    data = np.frombuffer(kept["theta"].astype(np.float32).tobytes(), np.uint8).copy()
    id = own.kept(ROOM)
    if not id or own.stored(id, "theta") != data.tobytes():
        id = own.keep(ROOM, {"theta": data})
    view = live.view(instructgpt_lab, spec, own=id)
    screen(
        slug,
        view,
        fig.hero(FIRST, view.trace, spec.cap),
        Figure("gain", "points above SFT"),
        fig.of_room(view.trace),
    )
    st.caption("“People” are still this world's. Whether the room is better off, only the room can say.")
