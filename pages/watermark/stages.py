"""Stages of the page on the watermark: two texts, an attack on one of them, many texts."""

from zlib import crc32

import numpy as np
import streamlit as st

from app.page import at
from app.page.anatomy import Page
from app.page.live import View, model_of
from app.page.screen import Figure, Scene
from app.page.verbs import film_of, text
from engine.language import detection, marked, watermark_lab
from engine.language import watermark as wm
from pages.watermark import figures as fig
from pages.watermark.goals import Outcome

Z = Figure("z", "z, mean of texts at δ = 2", "higher")
KINDS = detection.ATTACKS
CHARACTERS, WORDS = 2000, 600  # of a text that is pasted
START = 6  # the attack's film opens at 30 %
KEY = "test.key"


def seen(page: Page) -> View:
    """The two texts: as they were recorded, or written here and now."""
    recorded = page.view(watermark_lab)
    return recorded if recorded.ready else page.shown(watermark_lab)


def hero(view: View) -> None:
    """Without the watermark and with it, word by word, and z."""
    green = wm.greenlists(marked.V, view.spec.gamma, view.spec.secret)
    film_of(
        view, fig.hero(view.trace, green, model_of(view)), fig.hero_said(view.trace, green, view.spec.gamma),
        key="watermark.film", timeline="z_marked", unit="z", height=272, time="word", training=True,
        plays=at.asked()[1] < 2,
    )  # fmt: skip


def attack(view: View, extras: dict[str, str | int]) -> Outcome:
    """What somebody may do to the marked text, with any key. Returns what came of it."""
    with st.container(key="quiet-attack", horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "What is done to it", KINDS, key="attack", default=KINDS[0], required=True, bind="query-params"
        ) or KINDS[0]  # fmt: skip
        key = st.number_input(
            "Key of the test", 1, 2_000_000_000, wm.HASH_KEY, key=KEY, width=190, bind="query-params"
        )
    extras |= {"attack": kind, KEY: key}
    panels, film, said, z = fig.attack(kind, view.trace, view.spec, key, model_of(view))
    start, count = at.asked("test")
    start = START if start is None else start
    told = film_of(
        film, panels, said, key="attack.film", timeline="z", unit="z", stamp=f"{view.stamp}-{kind}-{key}",
        height=262, start=start, asked=count, time="%",
    )  # fmt: skip
    moment = min(start if told.moment is None else told.moment, len(z) - 1)
    return Outcome(kind, key == view.spec.secret, int(fig.SHARES[moment]), float(z[moment]), float(z[0]))


def own(view: View, key: int) -> None:
    """A text that the reader pastes, under the same test; nothing of it is kept."""
    cut = model_of(view).encode

    def read(typed: str) -> None:
        if len(typed) > CHARACTERS:
            raise ValueError(f"the text must have at most {CHARACTERS:,} characters, got {len(typed):,}")
        if len(cut(typed)) > WORDS:
            raise ValueError(f"the text must have at most {WORDS} parts of words, got {len(cut(typed)):,}")

    with st.container(key="quiet-own"):
        typed = text("Paste any text: would the test accuse it?", "", read, key="own", lines=3)
        ids = np.array(cut(typed), np.int64)
        if len(ids) > 1:
            green = wm.greenlists(marked.V, view.spec.gamma, key)
            panels, film, said = fig.own(ids, green, view.spec.gamma, model_of(view))
            stamp = f"own-{crc32(typed.encode())}-{key}-{view.spec.gamma}"
            more = {"stamp": stamp, "height": 220, "time": "word", "start": len(ids) - 1}
            film_of(film, panels, said, key="own.film", timeline="z", unit="z", **more)


def crowd(run: View) -> Scene:
    """Many texts under the test."""
    panels = fig.crowd(run.trace, run.spec.gamma, run.spec.steps)
    return Scene(panels, fig.crowd_said(run.trace, run.spec.gamma), Z, height=236, time="batch")
