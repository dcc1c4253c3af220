"""Stages of the page on the watermark: two texts, an attack on one of them, a text of one's own."""

import hashlib

import numpy as np
import streamlit as st

from app.components.film import before
from app.page.anatomy import Page
from app.page.live import View, model_of
from app.page.screen import Figure, Scene
from app.page.verbs import arms, film_of
from app.style import plain
from engine.language import detection, marked, watermark_lab
from engine.language import watermark as wm
from engine.words.tokenizer import Tokenizer, readable
from pages.watermark import figures as fig
from pages.watermark.goals import OWN, Outcome

Z = Figure("z", "standard deviations at δ = 2")
MOST = 3_000  # characters that may be typed: more could not be read in the picture
ABOVE = "standard deviations above chance"
KINDS = (*detection.ATTACKS, OWN)
START = 6  # the attack's film opens at 30 %


def seen(page: Page) -> View:
    """The two texts: as they were recorded, or written here and now."""
    recorded = page.view(watermark_lab)
    return page.shown(watermark_lab) if recorded.run is None else recorded


def marked_ids(view: View) -> np.ndarray:
    """The marked text, as numbers of its words."""
    return view.trace.last("text")["marked"].astype(np.int64)


def hero(view: View) -> None:
    """Without the watermark and with it, word by word, and z."""
    green, trace = wm.greenlists(marked.V, view.spec.gamma, view.spec.secret), view.trace
    sentence = fig.hero_sentence(trace, marked_ids(view), green, view.spec.gamma)
    film_of(
        view, fig.hero(trace, green, model_of(view)), sentence, key="watermark.film", timeline="z_marked",
        unit=ABOVE, height=272, time="word", plays=True,
    )  # fmt: skip


def attack(view: View, extras: dict[str, str | int]) -> Outcome:
    """What somebody may do to the marked text, or a text of one's own. Returns what came of it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "What is done to it", KINDS, key="attack", default=KINDS[0], required=True, bind="query-params"
        )
        secret, most = view.spec.secret, 2_000_000_000
        key = st.number_input("Key of the test", 1, most, secret, key=f"attack.key.{secret}", width=190)
    extras["attack"] = kind = chosen or KINDS[0]
    tokenizer, ids = model_of(view), marked_ids(view)
    if kind == OWN:
        return _own(view, int(key), tokenizer, ids)
    other = view.trace.last("text")["people"].astype(np.int64)
    panels, film, z = fig.attack(kind, ids, other, view.spec, int(key), tokenizer)
    stamp, right = f"{view.stamp}-{kind}-{key}", int(key) == secret
    told = before("attack.film", {"stamp": stamp}).moment
    moment = START if told is None else min(told, len(z) - 1)
    film_of(
        film, panels, fig.attack_sentence(kind, moment, z, right), key="attack.film", timeline="z",
        unit=ABOVE, stamp=stamp, height=262, start=START, time="percent",
    )  # fmt: skip
    return Outcome(kind, right, int(fig.SHARES[moment]), len(ids), float(z[moment]))


def _own(view: View, key: int, tokenizer: Tokenizer, ids: np.ndarray) -> Outcome:
    """The reader's text under the test. It stays in the session: neither stored nor in the link."""

    words = f"A text of yours, at most {MOST:,} characters. It begins as the marked text: change it"
    typed = st.text_area(words, tokenizer.decode(ids.tolist()), height=144, key="own.text") or ""
    try:
        own = np.array(tokenizer.encode(readable(typed, MOST)), np.int64)
        if len(own) < 2:
            raise ValueError(f"a text must have at least 2 words of the vocabulary, got {len(own)}")
    except ValueError as refusal:
        st.warning(f"{plain(str(refusal))}. The marked text stands in its place.")
        own = ids
    green = wm.greenlists(marked.V, view.spec.gamma, key)
    panels, film = fig.own(own, green, view.spec.gamma, tokenizer)
    stamp = hashlib.sha256(f"{view.spec.gamma} {key} ".encode() + own.tobytes()).hexdigest()[:16]
    film_of(
        film, panels, fig.own_sentence(own, green, view.spec.gamma), key="own.film", timeline="z",
        unit=ABOVE, stamp=stamp, height=240, time="word",
    )  # fmt: skip
    z = float(wm.growing(own, green, view.spec.gamma)[-1])
    shared = np.isin(wm.pairs(own), wm.pairs(ids)).mean()  # of the marked text nothing is forged
    return Outcome(OWN, shared < 0.5, 0, len(own), z)


def crowd(run: View) -> Scene:
    """Many texts under the test."""
    panels = fig.crowd(run.trace, run.spec.gamma, run.spec.steps)
    return Scene(panels, fig.crowd_sentence(run.trace, run.spec.gamma), Z, height=258, time="batch")


def price(view: View) -> None:
    """Strength against its cost, at two temperatures."""
    if found := arms(view, {f"temperature {t:g}": {"temperature": t} for t in (1.0, 0.5)}):
        st.vega_lite_chart(fig.price(found), key="price")
        st.caption(fig.price_sentence(found))
