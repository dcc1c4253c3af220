"""A constant for every cell: slide it, and see which of map, answers and walks it moves."""

import streamlit as st

from app.components import pixels
from app.page import live
from engine.reward import free_constant as engine
from engine.reward.gardens import SIDE
from pages.preferences import odds as fig

MOST, FIRST, STEP = 5.0, 2.0, 0.5  # of the slider
REACH = 10.0  # the predicted reward that is drawn darkest


def draw(view: live.View) -> None:
    """The newest tables of a run, and the last pairs that its labeller was asked about."""
    st.fragment(_moved, key="free")(view)


def _moved(view: live.View) -> None:
    now = live.again(view)
    if now.run is None or not now.trace.moments:
        st.caption("Nobody has answered in this run yet: train it, and its tables can be moved.")
        return
    picture = st.container()
    with st.container(key="strip-free", horizontal=True, vertical_alignment="bottom", gap="medium"):
        c = st.slider("Added to every cell", -MOST, MOST, FIRST, STEP, "%+.1f", key="free.c", width=320)
        cut = st.toggle("One clip shorter", key="free.cut", help="The right clip loses its last step.")
    asker, asked = live.model_of(now), now.trace.last("asked")
    new = min(len(asked["mu"]), now.trace.moments[-1] - ([0, *now.trace.moments])[-2])
    one, other = (engine.torched(asked[side][: max(1, new)]) for side in ("left", "right"))
    tables, allowed = asker.ensemble.r_hat, asker.ensemble.random_answers
    plain, with_it = (
        engine.shifted(tables, by, one, other, asker.start, allowed, int(cut)) for by in (0.0, c)
    )
    change, moves = engine.unlike(plain, with_it)
    left, right = picture.columns([1, 2], gap="medium")
    with left:
        st.markdown("**The :blue[map] moves**")
        pixels.pixels(
            with_it.r_hat.numpy().reshape(SIDE, SIDE),
            key="free.map",
            mode="show",
            low=-REACH,
            high=REACH,
            palette="signed",
            text=fig.arrows(with_it.pi.numpy(), SIDE),
            outline=fig.path(with_it.walk, SIDE),
            label="Predicted reward with the constant, best moves as arrows, the best walk framed",
            unit="predicted reward",
            sentence=f"Blue −{REACH:g}, grey 0, orange +{REACH:g}. Framed: the best walk.",
        )
    with right:
        st.markdown(f"**Its chances for the last pairs {'stay' if change < fig.SAME else 'move too'}**")
        figure = fig.odds(plain.odds.numpy(), with_it.odds.numpy(), asked["mu"][:new])
        st.plotly_chart(figure, key="free.odds", config={"displayModeBar": False})
    st.markdown(fig.found(c, asked["left"].shape[1], int(cut), change, moves, plain.walk == with_it.walk))
