"""A word of one's own, read by every head; a query's journey; what maps do not show; texts that repeat."""

from typing import Any

import numpy as np
import streamlit as st

from app.components.attention import attention
from app.page import live
from app.page.verbs import ask, film_of, finished, ready
from app.page.verbs import shown as there
from app.page.verbs import text as read_text
from app.style import plain
from engine.attention.dot_product_lab import WIDTHS
from engine.attention.letter_probes import CHANGES, heads_of, parsed
from engine.attention.letter_watch import EXAMPLE
from pages.transformer import figures as fig
from pages.transformer import goals, journeys

SAID = {"flat": "looks at everything alike", "mirrored": "looks at the mirror image"}
SOURCES = ("a trained head", "random vectors")


def kind(extras: dict[str, str | int]) -> str:
    """Which of the three attentions the film shows; in the URL as `kind`."""
    first = next(iter(fig.KINDS))
    said = st.segmented_control(
        "Attention", list(fig.KINDS), key="kind", default=first, required=True, bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    extras["kind"] = said or first
    return fig.KINDS[said or first]


def without_the_best(view: live.View) -> tuple[str, int | None]:
    """The head that finds the example's letters best, and how many of them stay right without it."""
    if not view.ready:
        return "the best head", None
    best = int(view.trace.last("score")["finds"].argmax())
    off = [("cross", best // view.spec.heads, best % view.spec.heads)]
    name = fig.names(best + 1, view.spec.heads)[best]
    return name, goals.spared(ask(view, "read", text=EXAMPLE, task=view.spec.task, off=off))


def asked(view: live.View) -> tuple[str, str]:
    """The reader's word, and which of the three attentions to show."""
    with st.container(key="quiet-word", horizontal=True, vertical_alignment="bottom"):
        word = read_text(
            "Your own word", EXAMPLE, lambda typed: parsed(_clean(typed)), key="ask.word", width=260,
            placeholder="1 to 16 letters, a to p",
            help=f"Trained on words of 3 to {view.spec.longest} letters; longer ones it has never seen.",
        )  # fmt: skip
        which = st.segmented_control(
            "Attention", list(fig.KINDS), default=next(iter(fig.KINDS)), required=True, key="ask.kind"
        )
    return _clean(word), fig.KINDS[which or next(iter(fig.KINDS))]


def _clean(typed: str) -> str:
    return typed.strip().lower()


def heads(view: live.View, text: str, which: str) -> None:
    """All heads of one kind, each with its switch; what becomes of the text and of the loss."""
    if not ready(view, "the trained net reads your word"):
        return
    per_layer = view.spec.heads
    key = f"ask.off.{view.key}.{which}"
    off: tuple[int, ...] = st.session_state.get(key, ())
    switched = [(which, i // per_layer, i % per_layer) for i in off]
    found = ask(view, "read", text=text, task=view.spec.task, off=switched)
    maps, source = found[which], fig.source_of(text)
    written, read = fig.signs(found["written"]), fig.signs(found["read"])
    n = len(source)
    cost = f"`{float(found['whole']):.2f} nats a letter` on 64 new words, all heads on"
    cost += " (more in training: its labels are smoothed)" if view.spec.smoothing else ""
    if off:
        cost = f"{cost}; `{float(found['loss']):.2f}` with {len(off)} of {len(maps)} switched off"
    st.markdown(f":blue[**{plain(text)}**] → {fig.marked(found)} &nbsp; :gray[{cost}.]")
    told = attention(
        maps,
        source if which == "encoder" else written,
        read if which == "decoder" else source,
        key=f"ask.{which}",
        names=fig.names(len(maps), per_layer),
        columns=min(per_layer, 4),
        head=len(maps) - per_layer,
        query=1 if n > 1 else 0,
        switches=True,
        forbidden=np.triu(np.ones((n, n), bool), 1) if which == "decoder" and view.spec.masked else None,
        query_title="letter of the word" if which == "encoder" else "letter written",
        key_title="letter written before" if which == "decoder" else "letter of the word",
        titles={"arcs": fig.TITLES[which], "matrix": [("All of one ", None), ("head", "model")]},
        height=280,
        name="glassbox-heads",
    )
    if told.off != off:
        st.session_state[key] = told.off
        st.rerun()


def maps(view: live.View, text: str) -> None:
    """Rollout beside the raw maps, and two very different maps with one output."""
    if not ready(view, "the trained net is looked into"):
        return
    found, twins = (ask(view, probe, text=text, task=view.spec.task) for probe in ("read", "twins"))
    source, pair = fig.source_of(text), fig.twin(twins)
    said_first = st.container()
    columns = st.columns(4, gap="medium")
    last = found["encoder"][-view.spec.heads :].mean(0)
    with columns[0]:
        _matrix(last, source, source, "raw", "Raw: the last layer", "Of the encoder, its heads averaged.")
    with columns[1]:
        said = "Multiplied, half of each the residual link."
        _matrix(found["rollout"], source, source, "rollout", "Rollout: all layers", said)
    if pair is None:
        columns[2].markdown("For this word no head can be changed without a trace. Try another word.")
        return
    at, change = pair
    kind, layer, head = heads_of(live.model_of(view))[at]
    moved, output = (float(twins[name][pair]) for name in ("moved", "output"))
    written, read = fig.signs(found["written"]), fig.signs(found["read"])
    queries = source if kind == "encoder" else written
    keys = read if kind == "decoder" else source
    where = f"{kind.capitalize()}, layer {layer + 1}, head {head + 1}"
    with columns[2]:
        _matrix(twins["maps"][at], queries, keys, "trained", "One head, as trained", f"{where}.")
    with columns[3]:
        said = f"Now it {SAID[CHANGES[change]]}: the same word."
        _matrix(twins["changed"][at, change], queries, keys, "changed", "That head, overruled", said)
    said_first.markdown(
        f"**Two maps, one output:** :red[{moved:.0%} of that head's mass has moved], every letter stays, and "
        f"the chances of none change by more than :orange[{output:.1%}]."
    )
    with st.container(key="quiet-twins"):
        st.markdown(
            f":gray[Of all {fig.counted(view.spec)}, made flat or mirrored one at a time, this one moves "
            "most while the word stays. Rollout, too, is made of maps alone: it cannot know this either.]"
        )


def _matrix(maps: np.ndarray, queries: list[str], keys: list[str], key: str, title: str, said: str) -> None:
    titles = {"matrix": [(title, None)]}
    attention(
        maps, queries, keys, key=f"shown.{key}", views=("matrix",), titles=titles, height=200, sentence=said
    )


def journey(view: live.View, text: str, exact: live.View) -> None:
    """The way of a trained head's query through eq. 1, or of a random one; the film's time is the divisor.

    exact: random vectors, as the page is set.
    """
    with st.container(key="quiet-way", horizontal=True, vertical_alignment="bottom"):
        source = st.segmented_control(
            "Vectors",
            SOURCES,
            default=SOURCES[0],
            required=True,
            key="journey.source",
            disabled=not view.ready,
        )
        if view.ready and source == SOURCES[0]:
            way, keys, query = _of_a_head(view, text)
        else:
            way, query = ask(exact, "journey"), "q"
            keys = [str(i + 1) for i in range(len(way["scores"]))]
            st.markdown(f":gray[{len(keys)} random keys of $d_k$ = {exact.spec.d_k}: set below.]")
    film_of(
        journeys.journeyed(way), journeys.journey(way, keys, query), journeys.journey_sentence(way, keys),
        key="journey.film", timeline="kept", unit="of the entropy", height=250, time="divisor",
        stamp=f"{view.key}-{source}-{query}-{text}-{exact.key}-{st.session_state.get('journey.head')}",
        start=len(way["divisors"]) // 2,  # the square root
    )  # fmt: skip


def _of_a_head(view: live.View, text: str) -> tuple[dict[str, Any], list[str], str]:
    kind = st.segmented_control(
        "Attention", list(fig.KINDS), default=next(iter(fig.KINDS)), required=True, key="journey.kind"
    )
    spec, which = view.spec, fig.KINDS[kind or next(iter(fig.KINDS))]
    names = fig.names(spec.layers * spec.heads, spec.heads)
    last = len(names) - spec.heads
    head = st.selectbox("Head", range(len(names)), index=last, format_func=names.__getitem__,
                        key="journey.head", width=170)  # fmt: skip
    many = len(text) + 1
    row = st.number_input("Query no.", 1, many, min(3, many), key=f"journey.row.{many}",
                          width=110, help="Which letter asks, counted from 1.")  # fmt: skip
    place = (which, head // spec.heads, head % spec.heads)
    way = ask(view, "journey", text=text, task=spec.task, query=int(row) - 1, head=place)
    written = ask(view, "read", text=text, task=spec.task)
    of_source, n = fig.source_of(text), len(way["scores"])
    keys = fig.signs(written["read"]) if which == "decoder" else of_source
    asks = of_source if which == "encoder" else fig.signs(written["written"])
    return way, [key or "–" for key in keys[:n]], asks[int(row) - 1] or "–"


def widths(exact: live.View) -> None:
    """The same over seven widths, from random vectors: where the divisor is needed."""
    with st.container(key="quiet-widths"):
        st.markdown(journeys.saturation(exact.trace, WIDTHS))


def appears(view: live.View, name: str) -> None:
    """The film of a run in which an induction head forms; `name` is what the page's choice calls its lab."""
    if there(view, "a head appears in a net"):
        panels = fig.induction(view.trace, view.spec.heads)
        more = {"timeline": "loss", "unit": "training nats", "height": 250, "training": True}
        film_of(view, panels, fig.INDUCTION, key="film.appears", **more)
    with st.container(key="quiet-change"):
        st.button("Train it, change it", on_click=_choose, args=(name,), key="choose.induction")


def _choose(name: str) -> None:
    st.session_state["lab"] = name


def masks(view: live.View) -> None:
    """The same net without its causal mask, and with it, on the same axes."""
    cheat, honest = (live.view(view.lab, view.spec.but(masked=on)) for on in (False, True))
    if finished({"without the mask": cheat, "with the mask": honest}) is not None:
        film_of(
            cheat, fig.masks(cheat.trace), fig.masks_sentence(cheat.trace, honest.trace), key="film.masks",
            timeline="loss", unit="training nats", height=270, label="without the mask", training=True,
            pinned=honest.source("with the mask"),
        )  # fmt: skip
