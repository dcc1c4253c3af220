"""The blind vote of InstructGPT's page: five models meet SFT, and examples that the reader types."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from app.page import live
from app.page.verbs import ask, finished
from app.page.verbs import text as read_text
from app.voting import duels
from app.voting.ballot import ballot
from engine.core.trace import Trace
from engine.language import gpt_lab, sft_lab
from engine.language.answers import EXAMPLE, ROOM, parsed
from engine.reward.climb_claims import CURED, STRONG, WEAK
from engine.reward.climb_watch import EACH
from engine.reward.measures import against
from pages.instructgpt.climbing import PROMPTS, worded
from pages.instructgpt.figures import coloured

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
    people: duels.Count


def rates(view: live.View) -> None:
    """Win rates against SFT: by the people of this world, and by the reader's own blind votes."""
    text = _examples()
    runs = {name: live.view(view.lab, view.lab.SPEC().but(**way)) for name, way in WAYS.items()}
    if finished(runs) is None:
        return
    arms, sft = _arms(view, runs, text)
    votes: list[Vote] = st.session_state.setdefault("blind", [])
    stamps = {name: arm.stamp for name, arm in arms.items()}
    now = [(name, row, worth) for name, stamp, row, worth in votes if stamps.get(name) == stamp]
    words, met = {name: arm.words for name, arm in arms.items()}, {(name, row) for name, row, _ in now}
    left, right = st.columns([1, 1.15], gap="large")
    with left:
        _vote(arms, sft, votes, duels.duel(words, sft, met, view.spec.seed))
    with right.container(key="won-people"):
        people = {name: arm.people for name, arm in arms.items()}
        you = {name: duels.counted(now, name) for name in arms}
        figure = duels.win_rates("people of this world", people, you, "SFT")
        st.vega_lite_chart(figure, key="won.chart")
    with st.container(key="quiet-rates-said"):
        st.caption(
            "PPO climbs freely, PPO-ptx pays for distance and goes on reading the web, the strong judge "
            f"learned from 36,000 comparisons. Bars: 95 % intervals of {24 * EACH} replies; ties count half."
        )


def _examples() -> str:
    """What the web model reads before a prompt, and four of ours to press."""
    with st.container(key="quiet-rates-examples", horizontal=True, vertical_alignment="bottom", gap="small"):
        text = read_text(
            "Examples that “web model, prompted” reads first", EXAMPLE, parsed, key="blind.text",
            max_chars=120, width=420,
            help=f"At most {ROOM} words of this world, “.” and “?” included; or none.",
        )  # fmt: skip
        for name, example in EXAMPLES.items():
            st.button(name, key=f"blind.{name}", on_click=_put, args=(example,))
    return " ".join(text.split())


def _put(example: str) -> None:
    st.session_state["blind.text"] = example


def _arms(view: live.View, runs: dict[str, live.View], text: str) -> tuple[dict[str, Arm], np.ndarray]:
    """The models that meet SFT, this run among them, and SFT's own replies."""
    known = next(iter(runs.values()))
    if view.trace.moments and view.key not in {one.key for one in runs.values()}:
        runs = {**runs, THIS: view}
    web, sft, _ = known.trace.last("cards")["words"]
    arms = {WEB: Arm(known.key, web, won(known.trace, "web"))}
    base, tuned = live.view(gpt_lab, gpt_lab.SPEC()), live.view(sft_lab, sft_lab.SPEC())
    if base.ready and tuned.ready:
        said, bare = ask(base, "replies", text=text, each=EACH), ask(tuned, "replies", text="", each=EACH)
        arms[PROMPTED] = Arm(text, said["words"][:24], against(said["gold"], bare["gold"]))
    for name, one in runs.items():
        stamp, words = f"{one.key}@{len(one.trace.moments)}", one.trace.last("cards")["words"][2]
        arms[name] = Arm(stamp, words, won(one.trace, "policy"))
    return arms, sft


def won(trace: Trace, name: str) -> duels.Count:
    """How often people liked replies of this model better than SFT's, as much, less, as the run saw it."""
    first, even, last = (int(v) for v in trace.last("won")[name])
    return first, even, last


def _vote(arms: dict[str, Arm], sft: np.ndarray, votes: list[Vote], duel: duels.Duel | None) -> None:
    """Two replies without names, and whose the last ones were."""
    if duel is None:
        st.markdown(f"**Every pair is judged**, {len(votes)} in all.")
    else:
        row, arm = duel.row, arms[duel.arm]
        st.markdown(f"**`{PROMPTS[row]}`** Which reply is better? Click it. One of the two is SFT's.")
        sides = [(arm.words[row], 1), (sft[row], -1)]
        sides = sides if duel.first else sides[::-1]
        shown = [(" ".join(w for w, _ in worded(row, codes.tolist())), worth) for codes, worth in sides]
        ballot(shown, lambda worth: votes.append((duel.arm, arm.stamp, row, worth)))
    if votes:
        _told(arms, sft, votes)


def _told(arms: dict[str, Arm], sft: np.ndarray, votes: list[Vote]) -> None:
    """Whose replies the last ones were, with the colours of what people think of each word."""
    name, stamp, row, worth = votes[-1]
    liked = {1: f"**{name}**", 0: "both alike", -1: "**SFT**"}[worth]
    st.markdown(f":gray[{len(votes)} judged. In the last pair you liked] {liked}:")
    if name in arms and arms[name].stamp == stamp:
        st.html(coloured(row, arms[name].words[row].tolist(), name) + coloured(row, sft[row].tolist(), "SFT"))
