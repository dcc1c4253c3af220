"""What stands below the hero of InstructGPT's page: the ledger, the ranking desk, lessons, a talk, a room."""

from html import escape
from typing import Any

import numpy as np
import streamlit as st
import torch

from app.catalogue import entry
from app.navigation import page_of
from app.page import live, own
from app.page.screen import Figure, screen
from app.page.verbs import ask, film_of, ready, shown
from app.style import badge
from app.voting.exhibits import KINDS
from app.voting.projector import REWARD
from engine.data import instructions as world
from engine.reward import instructgpt_lab, ranking, taste
from engine.reward import lessons as taught
from engine.reward.ranking_lab import EVERY
from pages.instructgpt import desk as ranking_desk
from pages.instructgpt import figures as fig
from pages.instructgpt.climbing import PROMPTS, kinds, worded

ROOM = "room.judge"
FIRST = 3  # "SOUND duck ?": the web advertises, SFT answers, the climber flatters
ABOUT = {  # what a comparison is about: its colour and name
    taught.ANSWER: ("green", "the right answer"),
    taught.POLITE: ("violet", "a polite word"),
    taught.OVER: ("red", "one polite word too many"),
}


def prompt(extras: dict[str, str | int], view: live.View) -> int:
    """Which prompt the cards show; in the URL as `prompt`, and in the page's link. Beside it the badge."""
    with st.container(key="quiet-climb-prompt", horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.selectbox(
            "Prompt", PROMPTS, FIRST, key="prompt", bind="query-params", label_visibility="collapsed",
            width=190,
        )  # fmt: skip
        badge(*view.badge)
    extras["prompt"] = chosen or PROMPTS[FIRST]
    return PROMPTS.index(str(extras["prompt"]))


def ledger(view: live.View, row: int) -> None:
    """The token ledger of the policy's reply, at any moment and any price of a nat."""
    if not shown(view, "the policy pays for its words"):
        return
    first = max(0.1, view.spec.beta)
    beta = st.slider("β in this ledger", 0.0, 1.0, first, 0.05, key="ledger.beta", width=260)
    film_of(
        view, fig.costs(row, beta, view.spec.cap),
        "Red: a word's price, β times its log-ratio to the SFT model. Orange: the judge pays once, at the "
        f"last word. The slider only redraws the bars; the policy was trained with β = {view.spec.beta:g}.",
        key="ledger.film", timeline="proxy", unit="judge's points above SFT", height=240, training=True,
    )  # fmt: skip


def desk(view: live.View) -> None:
    """A desk at which the reader ranks what the judge is asked about."""
    if not shown(view, "the judge is held against your own ranking"):
        return
    seen, K = view.trace.last("desk"), view.spec.K
    with st.container(key="quiet-desk-prompt", horizontal=True, vertical_alignment="bottom"):
        names = PROMPTS[::EVERY]
        which = st.selectbox("Prompt to judge", names, key="desk.prompt", width=190)
        st.markdown(f":gray[{K} replies of the SFT model. Which would you want?]")
    i = names.index(which or names[0])
    replies = [worded(EVERY * i, row) for row in seen["words"][i, :K].tolist()]
    scores = seen["r"][i, :K].astype(float)
    order = ranking_desk.desk(
        which or names[0], replies, scores.tolist(), key="desk",
        stamp=f"{view.key}-{i}-{len(view.trace.moments)}",
        sentence="A cell is one comparison: how surprised the judge is by it, in nats.",
    )  # fmt: skip
    if order is None:
        return
    of_judge = ranking_desk.agreement(order, scores.tolist())
    of_gold = ranking_desk.agreement(order, seen["gold"][i, :K].astype(float).tolist())
    best = ranking_desk.LETTERS[int(np.argmax(scores))]
    st.markdown(
        f"You and the judge agree on **{of_judge[0]} of {of_judge[1]}** pairs; you and the people of this "
        f"world on **{of_gold[0]} of {of_gold[1]}**, ties left out. The judge's favourite is **{best}**."
    )


def lessons(view: live.View, row: int) -> None:
    """How many comparisons there are of each kind, what the judge made of them, and some of them."""
    if not ready(view, "the judge shows what it was taught"):
        return
    seen, level = view.trace.last("taught"), view.trace.last("level")
    total, here = seen["count"].sum(0), seen["count"][row]
    st.markdown(
        f"**`{PROMPTS[row]}`** Of {total.sum():,} comparisons, {total[taught.ANSWER]:,} are about right "
        f"answers; **{here[taught.ANSWER]:,}** of them about this one. "
        f"{total[taught.POLITE] + total[taught.OVER]:,} are about polite words, which are the same "
        "everywhere."
    )
    asked = seen["words"][seen["number"] == row]  # (P, K, REPLY), the best first
    pairs = _pairs(view, asked, row) if len(asked) else []
    for column, (kind, (colour, name)) in zip(st.columns(3, gap="medium"), ABOUT.items(), strict=True):
        with column:
            st.markdown(f":{colour}[**About {name}**] · {total[kind]:,}")
            st.markdown(f"The judge tells **{float(level[taught.KINDS[kind]]):.0%}** of such pairs right.")
            card = next((fig.lesson(row, *pair[1:]) for pair in pairs if pair[0] == kind), "")
            st.html(card or "<p>None of this prompt.</p>")
            with st.container(key=f"quiet-lessons-{kind}"):
                st.caption(f"One of {here[kind]:,} of this prompt.")


def _pairs(view: live.View, asked: np.ndarray, row: int) -> list[tuple[int, np.ndarray, np.ndarray, float]]:
    """Comparisons of one prompt: kind, the better reply, the worse, and what the judge now gives the better
    one as its chance. Those that differ most come first, one for each pair of replies."""
    P, K, _ = asked.shape
    prompt = world.prompts()[row].expand(P, K, -1)
    places = [place.tolist() for place in ranking.pairs(K)]
    about = taught.lessons(torch.cat([prompt, torch.tensor(asked).long()], 2))
    r = ask(view, "scores", prompt=row, words=asked[:64].reshape(-1, world.REPLY))["r"].reshape(-1, K)
    found = {}
    for p, scores in enumerate(r):
        for i, j, kind in zip(*places, about[p].tolist(), strict=True):
            better, worse = asked[p, i], asked[p, j]
            chance = 1 / (1 + np.exp(scores[j] - scores[i]))
            found.setdefault((better.tobytes(), worse.tobytes()), (kind, better, worse, float(chance)))
    return sorted(found.values(), key=lambda pair: pair[3])


def talk(view: live.View) -> None:
    """Two turns with the SFT model, and which of the words its loss counts."""
    if not ready(view, "the fine-tuned model talks"):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.selectbox("Ask", PROMPTS, key="talk.first", width=190)
        then = st.segmented_control("Then ask", world.TASKS, default="SIZE", key="talk.then", required=True)
        seed = st.number_input("Draw", 0, 9999, 8, key="talk.seed", width=110)
    row, follow = PROMPTS.index(first or PROMPTS[0]), world.TASKS.index(then or "SIZE")
    said = ask(view, "talk", prompt=row, follow=follow, seed=int(seed))
    again = len(world.OBJECTS) * follow + row % len(world.OBJECTS)
    st.html(_talked((row, again), *(said[name].tolist() for name in ("words", "spoken", "nats"))))
    st.caption(
        "Under each word its loss, in nats. The assistant's words alone are learned; the grey losses are "
        "masked: they give no gradient. The second question names no object; it is the one before. "
        "Draw again: it is often wrong."
    )


def _talked(rows: tuple[int, int], words: list[int], spoken: list[bool], nats: list[float]) -> str:
    """The turns of a talk, each word with its loss as a bar. rows: the prompts that are answered."""
    turns: list[tuple[bool, list[str]]] = []
    first, second = (kinds(row) for row in rows)
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
    kept = st.session_state.get(REWARD)
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
    view = live.private(instructgpt_lab, spec, id)
    figure = Figure("gain", "people's points above SFT")
    screen(slug, view, fig.hero(FIRST, spec.gold), figure, fig.climbed(spec, "the room's judge"))
    st.caption("“People” are still this world's. Whether the room is better off, only the room can say.")
