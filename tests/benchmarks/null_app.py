"""The least that an app can be: one chart and a slider that changes nothing; a page that polls."""

import streamlit as st

CHART = {
    "data": {"values": [{"x": i, "y": 1 / (1 + i)} for i in range(60)]},
    "mark": "line",
    "encoding": {axis: {"field": axis, "type": "quantitative"} for axis in ("x", "y")},
    "height": 380,
}


def home() -> None:
    """Nothing but a heading."""
    st.title("Nothing")


def chart() -> None:
    """One Vega-Lite chart, as a plain dict."""
    st.title("One chart")
    st.vega_lite_chart(CHART)
    st.slider("layers", 1, 8, key="null.layers")


def poll() -> None:
    """A fragment that says the same each second."""
    st.fragment(lambda: st.markdown("one line"), run_every=1.0)()


st.navigation([st.Page(home, default=True), st.Page(chart), st.Page(poll)]).run()
