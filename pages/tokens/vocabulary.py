"""What a vocabulary costs whom: languages, ranks, and merges learned from the reader's own text."""

import streamlit as st

from app.components.blocks import pack
from app.components.film import film, inline
from app.page import live
from app.style import plain
from engine.data.prose import ARTICLE, drawn
from engine.words.tokenizer import Tokenizer, learned, readable, uploaded
from pages.tokens import figures as fig
from pages.tokens import sentences as said
from pages.tokens.stages import cut

MOST, MERGES, SHOWN = 20_000, 400, 160  # characters of one's own text, its merges, characters drawn
START = (
    "How much wood would a woodchuck chuck if a woodchuck could chuck wood? "
    "A woodchuck would chuck as much wood as a woodchuck could chuck, if a woodchuck could chuck wood."
)


def languages(view: live.View) -> None:
    """The same sentence in many languages at every moment of the training, and one of them in chips."""
    if view.run is None or not view.trace.moments:
        st.info("Train this setting above: it counts the same sentence in fourteen languages.")
        return
    film(
        fig.languages(view.trace),
        view.source(),
        key=f"languages.{view.key}",
        timeline="train",
        timeline_unit="bytes",
        live=view.active,
        sentence=said.languages(view.trace),
        height=340,
        name="glassbox-languages",
        time="merge",
    )
    if view.ready:
        name = st.selectbox("Look at one", list(ARTICLE), index=10, key="language", width=200)
        tokenizer = live.model_of(view)
        tokens = [tokenizer.token(id) for id in tokenizer.encode(ARTICLE[name])]
        st.html(f'<div class="gb-tokens">{cut(tokens)}</div>')
        st.caption(
            f"{len(tokens)} tokens, {len(ARTICLE[name])} characters, {len(ARTICLE[name].encode())} bytes."
        )


@st.cache_data(show_spinner=False, max_entries=32)
def _ranks(stamp: str, _view: live.View) -> tuple[dict, str]:
    held = drawn("prose", 1, _view.spec.seed)[1]
    ask = _view.lab.PROBES["ranks"]
    tokenizer = live.model_of(_view)
    bare = ask(Tokenizer(tokenizer.kind, (), tokenizer.alphabet), {"text": held})["count"]
    now = ask(tokenizer, {"text": held})
    return fig.zipf(
        {f"bare {_view.spec.symbols}": bare, f"{len(tokenizer.pairs)} merges": now["count"]}
    ), said.ranks(tokenizer, now["ids"], now["count"])


def ranks(view: live.View) -> None:
    """How often each token occurs, by rank: merging levels what bytes leave steep."""
    if not view.ready:
        st.info("Train this setting above to count its tokens.")
        return
    chart, words = _ranks(view.stamp, view)
    st.plotly_chart(chart, key="ranks", config={"displayModeBar": False})
    st.caption(words)


def own(view: live.View) -> None:
    """Merges learned from the reader's own text, here and now, and gone with the session."""
    left, right = st.columns([1, 1.1], gap="large")
    with left:
        text = st.text_area(
            f"A text of your own, up to {MOST:,} characters", START, height=150, key="own.text"
        )
        file = st.file_uploader(
            "Or a text file", ["txt", "md", "py", "csv"], key="own.file", max_upload_size=1
        )
        many = int(st.slider("Merges", 1, MERGES, 60, key="own.merges"))
    try:
        given = uploaded(file.getvalue(), MOST) if file is not None else readable(text or "", MOST)
    except ValueError as refusal:
        with right:
            st.warning(f"{plain(str(refusal))}.")
        return
    tokenizer, counts, sizes = learned(given, "bytes", many, least=2)
    with right:
        st.markdown(said.own(given, tokenizer, live.model_of(view) if view.ready else None))
        st.caption(
            "Learned here, in the page's own process. Neither the text nor its merges are stored or stand in "
            "the link: they go with your session."
        )
    if not counts:
        return
    beginning = given[:SHOWN]
    panels = fig.own_panels(fig.cells(beginning, "bytes"))
    header, arrays = fig.own(len(given.encode()), tokenizer.pairs, counts, sizes)
    stamp = said.stamp(given, many)
    film(
        panels,
        inline(pack(header, arrays), stamp),
        key="own.film",
        timeline="train",
        timeline_unit="bytes",
        sentence=said.own_sentence(given, beginning, tokenizer, counts),
        height=240,
        name="glassbox-own-text",
        time="merge",
    )
