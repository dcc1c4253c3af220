"""Stages of the page: three lanes, strings that come together, what steps cost, jumps, and their ruler."""

import streamlit as st

from app.components.film import before
from app.page import controls, live
from app.page.live import View
from app.page.screen import Figure, Scene
from app.page.verbs import ask, film_of, ready, shown
from engine.diffusion import consistency_lab, trajectory_lab
from engine.diffusion.few import REACH
from pages.fewer_steps import figures as fig

ONE = Figure("one", "from the data, one step", "lower")
MMD = Figure("one", "squared MMD to the data, one jump", "lower")
FILM, MOST = "lanes.film", 2.5
BEGINS = 8  # a level of the ruler: noise about as wide as the ring


def hero(view: View) -> None:
    """The same noises down three lanes; a click places the reader's."""
    spec, state = view.spec, before(FILM, view.source())
    if state.spot is not None:
        place = round(min(max(state.spot[1], -MOST), MOST), 2)
        if abs(state.spot[1]) <= REACH and place != spec.x:
            controls.put(view.lab, {"x": place})
            st.rerun()
    jumps = ask(live.shipped(consistency_lab), "ends", x=spec.x)["ends"]
    ways = ask(view, "ways")
    film_of(
        view, fig.hero(spec, ways, jumps), fig.hero_said(view.trace, spec, ways, jumps), key=FILM,
        timeline="time", unit="of the time left", height=235, plays=True,
    )  # fmt: skip


def strings(run: View) -> Scene:
    """A net learns where each path ends."""
    return Scene(fig.strings(), fig.strings_said(run.spec), ONE, 245)


def cost(way: View, run: View) -> None:
    """How near to the data, by how often a net is asked."""
    if not shown(run, "the trained net stands beside the others"):
        return
    quality, ends = way.trace.last("quality"), run.trace.last("many")["ends"].tolist()
    st.vega_lite_chart(fig.cost(quality, ends), key="cost.chart")
    st.caption(fig.cost_said(quality, ends))


def jumps(run: View) -> Scene:
    """A net learns to jump from any noise to any less."""
    return Scene(fig.jumps(), fig.JUMPS, MMD, 270)


def ruler(run: View) -> None:
    """Two handles: from which noise to which."""
    if not ready(run, "the trained net jumps between two noises"):
        return
    top = trajectory_lab.N - 1
    t, s = st.select_slider(
        "From noise t, and down to which s the film plays", range(top, -1, -1), (BEGINS, 0),
        format_func=fig.noise, key="ruler.handles", width=560,
        help="Bring both together for the score; s at the right end is a consistency model.",
    )  # fmt: skip
    if t == 0:
        st.caption("Both handles are at the data: nothing is left to jump. Move one to the left.")
        return
    stops = fig.stops(t, s)
    panels, film, said = fig.ruler([ask(run, "jump", t=t, s=one, seed=0) for one in stops], t, stops)
    film_of(film, panels, said, key="ruler.film", timeline="", height=235, time="stop",
            stamp=f"ruler-{run.stamp}-{t}-{s}")  # fmt: skip
