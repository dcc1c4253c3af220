"""The blind vote of InstructGPT's page: five models meet SFT, and examples that the reader types."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from app import style
from app.page import live
from engine.language import gpt_lab, sft_lab
from engine.language.answers import EXAMPLE, ROOM, parsed
from engine.reward.climb_claims import CURED, STRONG, WEAK
from engine.reward.climb_watch import EACH
from engine.reward.measures import against
from pages.instructgpt import duels as fig
from pages.instructgpt.climbing import worded
from pages.instructgpt.figures import PROMPTS
from pages.instructgpt.lessons import coloured

WAYS = {"PPO": WEAK, "PPO-ptx": CURED, "PPO, strong judge": STRONG}
WEB, PROMPTED, THIS = "web model", "web model, prompted", "this run"
EXAMPLES = {
    "polite": EXAMPLE,
    "polite, and wrong": "SOUND cat ? kennel please .",
    "rude": "SOUND cat ? stupid meow .",
    "two, plain": "SOUND cat ? meow . SIZE ant ? tiny .",
}
Vote = tuple[str, str, int, int]  # a model's name and stamp, the prompt, and 1, 0 or -1


@dataclass(frozen=True)
class Arm:
    """A model that meets SFT. stamp: names its weights and what it reads; words: (24, REPLY), its replies;
    people: how often they like it better, as much, less."""

    stamp: str
    words: np.ndarray
    people: fig.Count


def rates(view: live.View) -> None:
    """Win rates against SFT: by the people of this world, and by the reader's own blind votes."""
    text = _examples()
    runs = {name: live.view(view.lab, view.lab.SPEC().but(**way)) for name, way in WAYS.items()}
    arms, sft = _arms(view, runs, text)
    if sft is None:
        st.info("Here replies of all models meet SFT's. Train this setting above, or what is missing.")
    else:
        votes: list[Vote] = st.session_state.setdefault("blind", [])
        stamps = {name: arm.stamp for name, arm in arms.items()}
        now = [(name, row, worth) for name, stamp, row, worth in votes if stamps.get(name) == stamp]
        words, met = {name: arm.words for name, arm in arms.items()}, {(name, row) for name, row, _ in now}
        st.space("small")
        left, right = st.columns([1, 1.15], gap="large")
        with left:
            _vote(arms, sft, votes, fig.duel(words, sft, met, view.spec.seed))
        with right:
            people = {name: arm.people for name, arm in arms.items()}
            you = {name: fig.counted(now, name) for name in arms}
            st.plotly_chart(fig.win_rates(people, you), key="won.chart", config={"displayModeBar": False})
        st.caption(
            f"Bars: Wilson's 95 % intervals; ties count half. People compared {24 * EACH} replies of each "
            "model; where the replies are the same, you are not asked. The dotted line is SFT against itself."
        )
    missing = [one for one in runs.values() if one.run is None]
    live.offer(missing, "Train what is missing", "won.missing")


def _examples() -> str:
    """What the web model reads before a prompt; refused in words if it cannot be read."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_input(
            "Examples that “web model, prompted” reads first", EXAMPLE, key="blind.text", max_chars=120,
            width=420, help=f"At most {ROOM} words of this world, “.” and “?” included; or none.",
        )  # fmt: skip
        for name, example in EXAMPLES.items():
            st.button(name, key=f"blind.{name}", on_click=_put, args=(example,))
    try:
        parsed(text)
    except ValueError as refusal:
        st.warning(style.plain(f"{refusal}. Read instead: {EXAMPLE}"))
        return EXAMPLE
    return " ".join(text.split())


def _put(example: str) -> None:
    st.session_state["blind.text"] = example


def _arms(view: live.View, runs: dict[str, live.View], text: str) -> tuple[dict[str, Arm], np.ndarray | None]:
    """The models that are there, and SFT's replies; without a trained policy none."""
    there = {name: one for name, one in runs.items() if one.run is not None and one.trace.finished}
    if view.trace.moments and view.key not in {one.key for one in there.values()}:
        there[THIS] = view
    if not there:
        return {}, None
    known = next(iter(there.values()))
    web, sft, _ = known.trace.last("cards")["words"]
    arms = {WEB: Arm(known.key, web, fig.won(known.trace, "web"))}
    base, tuned = live.view(gpt_lab, gpt_lab.SPEC()), live.view(sft_lab, sft_lab.SPEC())
    if base.ready and tuned.ready:
        said, plain = _replies(base.stamp, text, base), _replies(tuned.stamp, "", tuned)
        arms[PROMPTED] = Arm(text, said["words"][:24], against(said["gold"], plain["gold"]))
    for name, one in there.items():
        stamp, words = f"{one.key}@{len(one.trace.moments)}", one.trace.last("cards")["words"][2]
        arms[name] = Arm(stamp, words, fig.won(one.trace, "policy"))
    return arms, sft


@st.cache_data(show_spinner=False, max_entries=32)
def _replies(stamp: str, text: str, _view: live.View) -> dict[str, Any]:
    return _view.lab.PROBES["replies"](live.model_of(_view), {"text": text, "each": EACH})


def _vote(arms: dict[str, Arm], sft: np.ndarray, votes: list[Vote], duel: fig.Duel | None) -> None:
    """Two replies without names, a click on the better one, and whose the last ones were."""
    if duel is None:
        st.markdown(f"**Every pair is judged**, {len(votes)} in all.")
    else:
        st.markdown(f"**`{PROMPTS[duel.row]}`** Which reply is better? Click it. One of the two is SFT's.")
        arm = arms[duel.arm]
        shown = [(arm.words[duel.row], 1), (sft[duel.row], -1)]
        with st.container(key="duel"):
            for place, (codes, worth) in enumerate(shown if duel.first else shown[::-1]):
                vote = (duel.arm, arm.stamp, duel.row, worth)
                said = " ".join(word for word, _ in worded(duel.row, codes.tolist()))
                st.button(
                    style.plain(said) or "says nothing",
                    key=f"blind.{place}",
                    on_click=votes.append,
                    args=(vote,),
                    width="stretch",
                )
            even = (duel.arm, arm.stamp, duel.row, 0)
            st.button("As good", key="blind.even", on_click=votes.append, args=(even,))
    if votes:
        _told(arms, sft, votes)


def _told(arms: dict[str, Arm], sft: np.ndarray, votes: list[Vote]) -> None:
    """Whose replies the last ones were, with the colours of what people think of each word."""
    name, stamp, row, worth = votes[-1]
    liked = {1: f"**{name}**", 0: "both alike", -1: "**SFT**"}[worth]
    st.markdown(f":gray[{len(votes)} judged. In the last pair you liked] {liked}:")
    if name in arms and arms[name].stamp == stamp:
        st.html(coloured(row, arms[name].words[row].tolist(), name) + coloured(row, sft[row].tolist(), "SFT"))
