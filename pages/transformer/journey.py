"""One query's way through scaled dot-product attention; the film's time is the divisor."""

from typing import Any

import streamlit as st

from app.components.blocks import pack
from app.components.film import film, inline
from app.page import live
from engine.attention import dot_product_lab
from engine.core.trace import Trace
from engine.labs import Lab
from pages.transformer import dot_product
from pages.transformer import figures as fig

SOURCES = ("a trained head", "random vectors")


def draw(view: live.View, model: Any, text: str, exact: Lab, random: Any) -> None:
    """The way of a trained head's query, or of a random one. `random` is the exact lab's spec."""
    trained = model is not None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.segmented_control(
            "Vectors", SOURCES, default=SOURCES[0], required=True, key="journey.source", disabled=not trained
        )
        if trained and source == SOURCES[0]:
            way, keys, query = _of_a_head(view, model, text)
        else:
            way = exact.PROBES["journey"](exact.restore(random, None), {})
            keys, query = [str(i + 1) for i in range(len(way["scores"]))], "q"
            st.markdown(f":gray[{len(keys)} random keys of $d_k$ = {random.d_k}: set below.]")
    header, arrays = dot_product.journeyed(way)
    stamp = f"{view.key}-{source}-{query}-{text}-{random.key()}-{st.session_state.get('journey.head')}"
    film(
        dot_product.journey(way, keys, query),
        inline(pack(header, arrays), stamp),
        key="journey.film",
        start=len(way["divisors"]) // 2,  # the square root
        timeline="kept",
        timeline_unit="of the entropy",
        sentence=dot_product.journey_sentence(way, keys),
        height=250,
        name="glassbox-journey",
        time="divisor",
    )


def _of_a_head(view: live.View, model: Any, text: str) -> tuple[dict[str, Any], list[str], str]:
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
    asked = {"text": text, "task": spec.task, "query": int(row) - 1}
    asked["head"] = (which, head // spec.heads, head % spec.heads)
    way = view.lab.PROBES["journey"](model, asked)
    written = view.lab.PROBES["read"](model, {"text": text, "task": spec.task})
    of_source, n = fig.source_of(text), len(way["scores"])
    keys = fig.signs(written["read"]) if which == "decoder" else of_source
    asks = of_source if which == "encoder" else fig.signs(written["written"])
    return way, [key or "–" for key in keys[:n]], asks[int(row) - 1] or "–"


def widths(trace: Trace) -> None:
    """The same over seven widths, from random vectors: where the divisor is needed."""
    st.markdown(dot_product.saturation(trace, dot_product_lab.WIDTHS))
