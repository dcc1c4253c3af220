"""Home: what this is, one living picture, and the pages in reading order."""

import streamlit as st

from app.catalogue import CATALOGUE, found
from app.components.field import field
from app.figures import autoregressive as fig
from app.live import exact_trace
from app.navigation import page_of
from app.references import search_texts
from engine.autoregressive.receptive_field_lab import ReceptiveFieldSpec

st.title("Every machine of a course on deep generative models, at work behind glass.", anchor=False)
st.markdown(":gray[Small enough to train while you watch, faithful enough to show what its paper claims.]")
spec = ReceptiveFieldSpec(layers=5)
trace = exact_trace("autoregressive.receptive_field", spec.key(), spec)
with st.container(key="stage-home"):
    field(**fig.past(trace, (spec.row, spec.col), None), key="home.field")
shown = found(st.session_state.get("find", ""), search_texts())
for section in dict.fromkeys(entry.section for entry in CATALOGUE):
    entries = [entry for entry in shown if entry.section == section]
    if not entries:
        continue
    st.header(section, anchor=False)
    for row in range(0, len(entries), 3):
        for column, entry in zip(st.columns(3), entries[row : row + 3], strict=False):
            with column, st.container(key=f"card-{entry.slug}"):
                st.page_link(page_of(entry), label=f"**{entry.title}**")
                st.markdown(entry.idea)
                st.markdown(f":gray[{', '.join(entry.systems)} · {entry.minutes} minutes]")
if not shown:
    st.markdown(
        "Nothing here matches. Search for a system, an author or an idea, as in *gated* or *Kavukcuoglu*."
    )
