"""What stands below the hero of InstructGPT's page: the ledger, the ranking desk, a talk, a blind vote."""

from html import escape
from typing import Any

import numpy as np
import streamlit as st

from app import live, own
from app.catalogue import entry
from app.components import desk as _desk
from app.components.film import film
from app.figures import climbing
from app.figures import instructgpt as fig
from app.figures import instructgpt_grades as grades
from app.navigation import page_of
from app.rooms.exhibits import KINDS
from app.screen import Figure, screen
from app.style import badge
from engine.data import instructions as world
from engine.language.answers import EXAMPLE
from engine.reward import instructgpt_lab, taste
from engine.reward.climb_claims import CURED, STRONG, WEAK
from engine.reward.ranking_lab import EVERY

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
        st.markdown(f":gray[{K} replies of the SFT model. Rank them, best first: click, or Tab and Enter.]")
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
        seed = st.number_input("Draw", 0, 9999, 0, key="talk.seed", width=110)
    asked = {"prompt": fig.PROMPTS.index(first or fig.PROMPTS[0])}
    asked |= {"follow": world.TASKS.index(then or "SIZE"), "seed": int(seed)}
    said = view.lab.PROBES["talk"](live.model_of(view), asked)
    st.html(_talked(said["words"].tolist(), said["spoken"].tolist()))
    st.caption(
        "Dark words are the assistant's: they alone are learned. Grey ones are read and give no gradient. "
        "The second question names no object; it is the one before."
    )


def _talked(words: list[int], spoken: list[bool]) -> str:
    parts = [
        f"<b>{escape(world.WORDS[word])}</b>"
        if on
        else f'<span class="gb-soft">{escape(world.WORDS[word])}</span>'
        for word, on in zip(words, spoken, strict=True)
        if word != world.PAD
    ]
    return f'<p class="gb-written">{" ".join(parts)}</p>'


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


def rates(view: live.View) -> None:
    """Win rates against SFT: by the people of this world, and by the reader's own blind votes."""
    votes = _blind(view)
    arms: dict[str, tuple[int, int, int]] = {}
    kept = {name: live.view(view.lab, view.lab.SPEC(**way)) for name, way in _ARMS.items()}  # type: ignore[arg-type]
    there = {name: one for name, one in kept.items() if one.run is not None and one.trace.finished}
    if there:
        any_ = next(iter(there.values())).trace
        arms |= {"web model": fig.won(any_, "web"), "with an example": fig.won(any_, "example")}
    arms |= {name: fig.won(one.trace, "policy") for name, one in there.items()}
    if view.trace.moments and view.key not in {one.key for one in there.values()}:
        arms["this run"] = fig.won(view.trace, "policy")
    if arms:
        st.plotly_chart(fig.win_rates(arms, votes), key="won.chart", config={"displayModeBar": False})
        st.caption(
            "Bars: Wilson's 95 % intervals; ties count half; the number after a name says how many replies "
            "were compared. The dotted line is SFT against itself. The example that the web model reads is "
            f"`{EXAMPLE}`"
        )
    missing = [one for one in kept.values() if one.run is None]
    live.offer(missing, "Train what is missing", "won.missing")


_ARMS = {"weak judge, climbed freely": WEAK, "with β and γ": CURED, "strong judge, freely": STRONG}


def _blind(view: live.View) -> tuple[int, int, int]:
    """A reader judges the policy's replies against SFT's without knowing whose is whose."""
    if not view.trace.moments:
        return 0, 0, 0
    name = f"blind.{view.key}"
    votes: list[int] = st.session_state.setdefault(name, [])  # 1 policy, 0 even, -1 SFT
    cards = view.trace.last("cards")["words"]
    differ = [i for i in range(24) if (cards[1, i] != cards[2, i]).any()]
    count = (votes.count(1), votes.count(0), votes.count(-1))
    if len(votes) >= len(differ):
        st.markdown(f"**All {len(differ)} prompts are judged.** The policy won {count[0]}, lost {count[2]}.")
        return count
    row = differ[len(votes)]
    swapped = (row * 7 + view.spec.seed + len(votes)) % 2 == 1  # sides by lot, the same after a reload
    st.markdown(f"**`{fig.PROMPTS[row]}`** Which reply is better? One is SFT's, one is the policy's.")
    sides = st.columns(2)
    for side, model in zip(sides, (2, 1) if swapped else (1, 2), strict=True):
        words = " ".join(word for word, _ in climbing.worded(row, cards[model, row].tolist()))
        side.html(f'<p class="gb-written">{escape(words) or "nothing"}</p>')
    with st.container(horizontal=True):
        for label, left in (("Left", 1), ("As good", 0), ("Right", -1)):
            worth = -left if not swapped else left  # SFT stands left unless swapped
            st.button(label, key=f"{name}.{label}", on_click=votes.append, args=(worth,))
        st.markdown(f":gray[{len(votes)} of {len(differ)} judged]")
    return count
