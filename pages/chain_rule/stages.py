"""Stages of the page of the chain rule: the hero under a cursor, connections, NADE's sum, unknown pixels."""

from itertools import islice

import numpy as np
import streamlit as st

from app.components.film import before
from app.components.pixels import pixels
from app.page import at, controls, live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, finished, ready
from engine.autoregressive import made_lab
from engine.autoregressive.chain_watch import pixel_chances
from engine.core.params import params_of
from engine.data.black_digits import black_digits
from pages.chain_rule import figures as fig
from pages.chain_rule import nets, reading

COST = Figure("kept", "bits a kept digit", "lower", unlike=("mask",))
FILM, START = "now.film", 28  # the moment it opens at
SHOWN, HALF = fig.SHOWN, 224  # which kept digits
FIRST = ("order", "mask", "hidden", "layers", "steps", "seed")


def digit(number: int) -> np.ndarray:
    """A kept digit: (64,) of 0 and 1."""
    return black_digits().kept[number].numpy().astype(int)


def now(view: View) -> None:
    """The hero: known, next and to come; a click turns a pixel."""
    if not ready(view, "the trained net guesses each pixel from those before it"):
        return
    turned = _clicked()
    x = digit(int(st.session_state.get("now.digit", SHOWN)))
    changed = x.copy()
    changed[list(turned)] ^= 1
    found, was = (ask(view, "read", x=one.reshape(8, 8)) for one in (changed, x))
    panels, film, said = reading.reading(found, was, changed, pixel_chances().numpy(), turned)
    count = st.session_state.get("now.touches", 0)  # a pixel turned back makes a new film, too
    stamp = f"now-{view.stamp}-{count}-{np.packbits(changed).tobytes().hex()}"
    st.session_state["now.stamp"] = stamp
    st.session_state["now.cost"] = float(found["bits"].sum()), len(turned), view.spec.mask
    film_of(film, panels, said, key=FILM, timeline="bits", unit="bits", height=272, stamp=stamp,
            time="pixel", start=_start(), asked=at.asked("now")[1])  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiet-now"):
        for f, p in islice(params_of(made_lab.SPEC), 2):
            st.session_state[f"now.{f.name}"] = getattr(view.spec, f.name)
            st.segmented_control(p.label, p.choices, key=f"now.{f.name}", required=True, help=p.help,
                                 on_change=_put, args=(f.name,))  # fmt: skip
        st.number_input("Kept digit", 0, len(black_digits().kept) - 1, SHOWN, key="now.digit", width=130,
                        on_change=_forget)  # fmt: skip
        st.button("Turn all back", on_click=_forget, disabled=not turned)


def _put(name: str) -> None:
    controls.put(made_lab, {name: st.session_state[f"now.{name}"]})


def _forget() -> None:
    st.session_state["now.turned"] = []
    st.session_state["now.touches"] = st.session_state.get("now.touches", 0) + 1


def _clicked() -> list[int]:
    """The pixels that are turned; one that was clicked is turned, or turned back."""
    turned: list[int] = st.session_state.setdefault("now.turned", [])
    told = before(FILM, {"stamp": st.session_state.get("now.stamp", "")})
    if told.moment is not None:
        st.session_state["now.at"] = told.moment
    if told.spot is not None and 0 <= told.spot[0] < 8 and 0 < told.spot[1] <= 8:
        pixel = 8 * int(8 - told.spot[1]) + int(told.spot[0])
        turned[:] = [one for one in turned if one != pixel] + [pixel] * (pixel not in turned)
        st.session_state["now.touches"] = st.session_state.get("now.touches", 0) + 1
    return turned


def _start() -> int | None:
    """Where the film stands: as somebody asked, else where the reader left it."""
    moment, count = at.asked("now")
    if st.session_state.get("now.asked") != count:
        st.session_state["now.asked"] = count
        st.session_state["now.at"] = START if moment is None else moment
    return st.session_state["now.at"]


def scene(run: View) -> Scene:
    """A net in training."""
    leaks = getattr(run.spec, "mask", ">") != ">"
    first = FIRST if run.lab.SPEC is made_lab.SPEC else ("order", "hidden", "lr", "steps", "seed")
    return Scene(fig.training(), fig.trained(leaks), COST, 240, first=first)


def connections(run: View) -> None:
    """The connections of a small net, drawn from its masks, and the slopes of the trained one."""
    if not ready(run, "the trained net's slopes are measured"):
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiet-net"):
        way = st.segmented_control("Order of the small net", ("1 to 8", "shuffled"), key="net.order",
                                   default="1 to 8", required=True)  # fmt: skip
        seed = st.number_input("Seed of its degrees", 0, 9999, 0, key="net.seed", width=160)
    found = ask(run, "connections", seed=int(seed or 0), shuffled=int(way == "shuffled"))
    panels, film, said = nets.connections(found, run.spec.mask)
    stamp = f"net-{run.stamp}-{seed}-{way}"
    if (spot := before("net.film", {"stamp": stamp}).spot) != st.session_state.get("net.spot"):
        st.session_state["net.spot"] = spot
        st.session_state["net.clicks"] = st.session_state.get("net.clicks", 0) + 1
    start = 4 if spot is None else nets.place_at(found, spot[0]) - 1
    film_of(film, panels, said, key="net.film", timeline="reached", unit="pixels that reach it", height=300,
            stamp=stamp, time="place", start=start, asked=st.session_state.get("net.clicks", 0))  # fmt: skip


def accumulator(run: View) -> None:
    """NADE reads a kept digit."""
    if not ready(run, "the trained NADE sums up a digit"):
        return
    number = st.number_input("Kept digit", 0, len(black_digits().kept) - 1, SHOWN, key="sum.digit", width=130)
    x = digit(int(number or 0))
    panels, film, said = nets.accumulated(ask(run, "accumulate", x=x.reshape(8, 8)), x)
    film_of(film, panels, said, key="sum.film", timeline="inked", unit="inked pixels", height=270,
            stamp=f"sum-{run.stamp}-{number}", time="pixel", start=START)  # fmt: skip


def paint(run: View) -> None:
    """The reader covers pixels; two nets fill them in."""
    views = {name: live.view(made_lab, run.spec.but(order=name, mask=">")) for name in ("any", "rows")}
    if finished(views) is None:
        return
    left, right = st.columns([1, 4], gap="medium")
    with left:
        number = st.number_input("Kept digit", 0, len(black_digits().kept) - 1, HALF, key="fill.digit")
        start = (np.arange(64) < 32).astype(int).reshape(8, 8)
        told = pixels(
            start, key="fill.unknown", mode="paint", palette="binary", size=170, label="What is unknown",
            sentence="Paint what the nets must not see.",
        )  # fmt: skip
    unknown = start if told.values is None else (told.values > 0.5).astype(int)
    x = digit(int(number or 0)).reshape(8, 8)
    any_, rows = (ask(views[one], "fill", x=x, unknown=unknown, n=48, seed=0) for one in ("any", "rows"))
    st.session_state["fill.told"] = float(any_["bits"]), float(rows["bits"]), int(unknown.sum())
    halves = [float(views[one].trace.last("score")["upper"]) for one in ("any", "rows")]
    panels, film, said = nets.filled(any_, rows, x, unknown, halves)
    stamp = f"fill-{views['any'].stamp}-{number}-{np.packbits(unknown).tobytes().hex()}"
    with right:
        film_of(film, panels, said, key="fill.film", timeline="bits", unit="bits, any order", height=210,
                time="dozen", stamp=stamp, start=0)  # fmt: skip
