"""What taught the judge: the comparisons that are about the answer, and those that are about manners."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
import torch

from app.figures.chips import Chip, chips
from app.page import live
from engine.data import instructions as world
from engine.reward import lessons, ranking
from pages.instructgpt.climbing import worded
from pages.instructgpt.figures import PROMPTS

SAID = {  # a kind's colour and name
    lessons.ANSWER: ("green", "the right answer"),
    lessons.POLITE: ("violet", "a polite word"),
    lessons.OVER: ("red", "one polite word too many"),
}
LOOKS: dict[str, dict[str, Any]] = {  # what people think of a word -> how it looks
    "right": {"concept": "truth"},
    "wrong": {"concept": "blind", "struck": True},
    "polite": {"concept": "code"},
    "over": {"concept": "code", "struck": True},
    "rude": {"concept": "blind", "filled": True},
}
SHOWN = 3  # comparisons of a kind


def draw(view: live.View, row: int) -> None:
    """How many comparisons there are of each kind, what the judge made of them, and some of them."""
    if not view.ready:
        st.info("Here stands what the judge was taught. Train it above.")
        return
    taught, level = view.trace.last("taught"), view.trace.last("level")
    total, here = taught["count"].sum(0), taught["count"][row]
    st.markdown(
        f"**`{PROMPTS[row]}`** Of {total.sum():,} comparisons, {total[lessons.ANSWER]:,} are about right "
        f"answers; **{here[lessons.ANSWER]:,}** of them about this one. "
        f"{total[lessons.POLITE] + total[lessons.OVER]:,} are about polite words, which are the same "
        "everywhere."
    )
    asked = taught["words"][taught["number"] == row]  # (P, K, REPLY), the best first
    pairs = _pairs(view, asked, row) if len(asked) else []
    for column, (kind, (colour, name)) in zip(st.columns(3, gap="medium"), SAID.items(), strict=True):
        with column:
            st.markdown(f":{colour}[**About {name}**] · {total[kind]:,}")
            st.markdown(f"The judge tells **{float(level[lessons.KINDS[kind]]):.0%}** of new ones right.")
            some = [pair for pair in pairs if pair[0] == kind]
            st.html("".join(_card(row, *pair[1:]) for pair in some[:SHOWN]) or "<p>None of this prompt.</p>")
            if some and here[kind] > SHOWN:
                st.caption(f"{here[kind] - min(SHOWN, len(some)):,} more of this prompt.")


def _pairs(view: live.View, asked: np.ndarray, row: int) -> list[tuple[int, np.ndarray, np.ndarray, float]]:
    """Comparisons of one prompt: kind, the better reply, the worse, and what the judge now gives the better
    one as its chance. Those that differ most come first, one for each pair of replies."""
    P, K, _ = asked.shape
    prompt = world.prompts()[row].expand(P, K, -1)
    places = [place.tolist() for place in ranking.pairs(K)]
    kinds = lessons.lessons(torch.cat([prompt, torch.tensor(asked).long()], 2))
    r = _scores(view.stamp, view, row, asked[:64].reshape(-1, world.REPLY)).reshape(-1, K)
    found = {}
    for p, scores in enumerate(r):
        for i, j, kind in zip(*places, kinds[p].tolist(), strict=True):
            better, worse = asked[p, i], asked[p, j]
            chance = 1 / (1 + np.exp(scores[j] - scores[i]))
            found.setdefault((better.tobytes(), worse.tobytes()), (kind, better, worse, float(chance)))
    return sorted(found.values(), key=lambda pair: pair[3])


@st.cache_data(show_spinner=False, max_entries=32)
def _scores(stamp: str, _view: live.View, row: int, words: np.ndarray) -> np.ndarray:
    return _view.lab.PROBES["scores"](live.model_of(_view), {"prompt": row, "words": words})["r"]


def _card(row: int, better: np.ndarray, worse: np.ndarray, chance: float) -> str:
    said = "the judge agrees" if chance > 0.5 else "the judge still disagrees"
    above, below = coloured(row, better.tolist()), coloured(row, worse.tolist())
    return (
        f'<div class="gb-pair">{above}<small>was ranked above</small>{below}'
        f'<div class="gb-chance"><i style="width: {100 * chance:.0f}%"></i></div>'
        f"<small>{said}: chance {chance:.2f}</small></div>"
    )


def coloured(row: int, codes: Sequence[int], who: str = "") -> str:
    """A reply to a prompt as a line of coloured words, behind a name."""
    return chips([Chip(word, **LOOKS.get(kind, {})) for word, kind in worded(row, codes)], who)
