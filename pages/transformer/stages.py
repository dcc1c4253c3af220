"""A word of one's own, read by every head; heads switched off; and what a map does not show."""

from typing import Any

import numpy as np
import streamlit as st

from app import style
from app.components.attention import attention
from app.page import live
from engine.attention.letter_probes import CHANGES, heads_of, parsed
from engine.attention.letter_watch import EXAMPLE
from pages.transformer import figures as fig

SAID = {"flat": "looks at everything alike", "mirrored": "looks at the mirror image"}


def kind(extras: dict[str, str | int]) -> str:
    """Which of the three attentions the film shows; in the URL as `kind`."""
    first = next(iter(fig.KINDS))
    said = st.segmented_control(
        "Attention", list(fig.KINDS), key="kind", default=first, required=True, bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    extras["kind"] = said or first
    return fig.KINDS[said or first]


def asked(view: live.View) -> tuple[Any, str, str]:
    """The trained net, or None; the reader's word, refused under its box if it cannot be read; and which
    of the three attentions to show."""
    model = live.model_of(view) if view.ready else None
    row = st.container(horizontal=True, vertical_alignment="bottom")
    word = row.text_input(
        "Your own word", EXAMPLE, key="ask.word", width=260, placeholder="1 to 16 letters, a to p",
        help=f"Trained on words of 3 to {view.spec.longest} letters; longer ones it has never seen.",
    ).strip().lower()  # fmt: skip
    try:
        parsed(word)
    except ValueError as refusal:
        st.warning(style.plain(f"{refusal}. Read instead: {EXAMPLE}."))
        word = EXAMPLE
    which = row.segmented_control(
        "Attention", list(fig.KINDS), default=next(iter(fig.KINDS)), required=True, key="ask.kind"
    )
    return model, word, fig.KINDS[which or next(iter(fig.KINDS))]


def draw(view: live.View, model: Any, text: str, which: str) -> None:
    """All heads of one kind, each with its switch; what becomes of the text and of the loss."""
    if model is None:
        st.info("Here the trained net reads your word. Train this setting above, or go back to one that is.")
        return
    per_layer = view.spec.heads
    key = f"ask.off.{view.key}.{which}"
    off: tuple[int, ...] = st.session_state.get(key, ())
    heads = [(which, i // per_layer, i % per_layer) for i in off]
    found = view.lab.PROBES["read"](model, {"text": text, "task": view.spec.task, "off": heads})
    maps, source = found[which], fig.source_of(text)
    written, read = fig.signs(found["written"]), fig.signs(found["read"])
    n = len(source)
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
    without, whole = float(found["loss"]), float(found["whole"])
    cost = f"`{whole:.2f} nats a letter` on 64 new words, all heads on"
    if off:
        cost = f"{cost}; `{without:.2f}` with {len(off)} of {len(maps)} switched off"
    st.markdown(f":blue[**{style.plain(text)}**] → {fig.marked(found)} &nbsp; :gray[{cost}.]")


def shown(view: live.View, model: Any, text: str) -> None:
    """Rollout beside the raw maps, and two very different maps with one output."""
    if model is None:
        st.info("This is measured on the trained net. Train this setting above.")
        return
    asked = {"text": text, "task": view.spec.task}
    found, twins = view.lab.PROBES["read"](model, asked), view.lab.PROBES["twins"](model, asked)
    source, pair = fig.source_of(text), fig.twin(twins)
    columns = st.columns(4, gap="medium")
    last = found["encoder"][-view.spec.heads :].mean(0)
    with columns[0]:
        _matrix(last, source, source, "raw", "Raw: the encoder's last layer", "Its heads, averaged.")
    with columns[1]:
        said = "All layers multiplied, half of each the residual link."
        _matrix(found["rollout"], source, source, "rollout", "Rollout: where it came from", said)
    if pair is None:
        columns[2].markdown("For this word no head can be changed without a trace. Try another word.")
        return
    at, change = pair
    kind, layer, head = heads_of(model)[at]
    moved, output = (float(twins[name][pair]) for name in ("moved", "output"))
    written, read = fig.signs(found["written"]), fig.signs(found["read"])
    queries = source if kind == "encoder" else written
    keys = read if kind == "decoder" else source
    where = f"{kind.capitalize()}, layer {layer + 1}, head {head + 1}"
    with columns[2]:
        _matrix(twins["maps"][at], queries, keys, "trained", "One head, as trained", f"{where}.")
    with columns[3]:
        said = f"Now it {SAID[CHANGES[change]]}. The same word is written."
        _matrix(twins["changed"][at, change], queries, keys, "changed", "The same head, overruled", said)
    st.markdown(
        f"**Two maps, one output:** :red[{moved:.0%} of that head's mass has moved], every letter stays, and "
        f"the chances of none change by more than :orange[{output:.1%}]. "
        f":gray[Of all {len(twins['maps'])} heads, made flat or mirrored one at a time, this one moves most "
        "while the word stays. Rollout, too, is made of maps alone: it cannot know this either.]"
    )


def _matrix(maps: np.ndarray, queries: list[str], keys: list[str], key: str, title: str, said: str) -> None:
    titles = {"matrix": [(title, None)]}
    attention(
        maps, queries, keys, key=f"shown.{key}", views=("matrix",), titles=titles, height=200, sentence=said
    )
