"""Films that the VQ-VAE's page makes for itself: the plane, the copied gradient, a grid being written."""

from typing import Any

import numpy as np
import streamlit as st
import torch

from app.components.blocks import pack
from app.components.film import film, inline
from app.page import live
from app.style import badge
from engine.codes import measures, prior
from engine.codes.images import DEFAULT, images
from engine.core.trace import Trace
from engine.labs import Lab
from pages.vqvae import figures, gradients, theatre


def plane(trace: Trace, spec: Any, key: str) -> None:
    """The codebook in the plane, and one step of one code in numbers."""
    asked = st.session_state.get("theatre.code", 3)
    code = asked if isinstance(asked, int) and 0 <= asked < spec.K else 0
    told = film(
        theatre.stage(trace, code),
        inline(pack(*theatre.film(trace)), key),
        key="theatre.film",
        timeline="error",
        timeline_unit="error",
        sentence=theatre.sentence(trace),
        height=360,
        name="glassbox-codebook",
        time="update",
    )
    moment = len(trace.moments) - 1 if told.moment is None else min(told.moment, len(trace.moments) - 1)
    left, right = st.columns([1, 3.2], gap="medium", vertical_alignment="center")
    with left:
        st.number_input("Follow code", 0, spec.K - 1, code, key="theatre.code")
    with right:
        st.markdown(theatre.said(trace, moment, code))
    lines = theatre.one_step(trace, moment, code, spec.gamma)
    for column, line in zip(st.columns([1, 1.4, 1.15]), lines, strict=True):
        with column:
            st.latex(line)
    st.caption(
        "Equations 6 to 8 of the paper's appendix, with the numbers of this step. Let go of the timeline "
        "elsewhere for another one; a grey code shows why it never comes back."
    )


def copying(view: live.View) -> None:
    """The gradient at one cell of a test picture, copied; drawn at every moment of the training."""
    if not view.trace.moments:
        st.info("Train this setting above to see its gradients.")
        return
    header, arrays = gradients.copied(view.trace)
    attempt = view.run.attempt if view.run else ""
    last = view.trace.last("copy")
    film(
        gradients.copying(),
        inline(pack(header, arrays), f"{view.key}-{attempt}-{len(view.trace.moments)}"),
        key="copy.film",
        timeline="loss",
        timeline_unit="lost",
        sentence="Rows from the top: the gradient at z_q; what arrives at z_e, the same; beta's pull at z_e, "
        "towards z_q; what the code gets of it: nothing. Largest difference of the first two: "
        f"{float(last['difference']):g}.",
        height=215,
        name="glassbox-straight-through",
    )
    st.caption(
        "Left, the plane through z_e, z_q and the step: nothing is projected away. Orange: the step down the "
        "gradient, its direction at z_q and its copy at z_e. Green: where the commitment pulls the encoder."
    )


@st.cache_resource(show_spinner=False, max_entries=32)
def _written(stamp: str, _prior: live.View, _codes: live.View, seed: int) -> gradients.Film:
    """Three grids from the same random numbers, cell by cell, decoded after each."""
    net, model = live.model_of(_codes), live.model_of(_prior)
    found = _prior.lab.PROBES["write"](model, {"seed": seed})
    with torch.no_grad():
        train = net.indices(images(DEFAULT)[0])
    p, K = prior.unigram(train, len(net.codebook.e)), len(net.codebook.e)
    uniforms = torch.from_numpy(found["uniforms"])
    flat = [prior.independent(one, uniforms).numpy() for one in (p, torch.full_like(p, 1 / K))]
    grids = np.stack([found["k"].reshape(uniforms.shape), *flat])
    n, common = grids[0].size, int(measures.usage(train, K).argmax())
    so_far = np.full((n, *grids.shape), common)
    for i in range(n):
        so_far[i].reshape(3, -1)[:, : i + 1] = grids.reshape(3, -1)[:, : i + 1]
    pictures = _codes.lab.PROBES["decode"](net, {"k": so_far.reshape(-1, *uniforms.shape)})["x_hat"]
    return gradients.written(grids, pictures.reshape(n, 3, *pictures.shape[1:]), found["p"])


def writing(prior_view: live.View, stage_one: Lab) -> None:
    """The prior writes a grid, cell by cell, beside grids that know no neighbours.

    It stands on the recorded run of stage one, whatever the page's stage one is set to.
    """
    codes_view = live.view(stage_one, stage_one.RECORDED[0])
    if prior_view.run is None or codes_view.run is None or not prior_view.trace.moments:
        st.info("Train stage two above: its prior writes here.")
        return
    seed = int(st.number_input("Seed of the grid", 0, 9999, 3, key="codes.seed", width=150))
    stamp = f"{prior_view.key}-{prior_view.run.attempt}-{len(prior_view.trace.moments)}-{seed}"
    header, arrays = _written(stamp, prior_view, codes_view, seed)
    bits = header["scalars"]["bits"]["value"]
    film(
        gradients.writing(arrays["write.p"].shape[1]),
        inline(pack(header, arrays), stamp),
        key="codes.film",
        timeline="bits",
        timeline_unit="bits",
        sentence=f"The prior's sixteen codes cost {sum(bits):.0f} bits, {sum(bits) / len(bits):.2f} a code. "
        "All three grids use the same random numbers; cells not yet written stand at the commonest code.",
        height=290,
        name="glassbox-prior",
        time="cell",
    )
    st.markdown(figures.rate(prior_view.trace))


def curve(view: live.View, shown: live.View) -> None:
    """What is lost against the number of codes, with the run on the stage as a mark."""
    badge(*view.badge)
    if not view.trace.moments:
        st.info("Not trained here yet.")
        return
    same = shown.trace.moments and getattr(shown.spec, "data", None) == view.spec.data
    here = (shown.spec.K, float(shown.trace.last("score")["mse"])) if same else None
    st.plotly_chart(figures.curve(view.trace, here), key="codes.curve", config={"displayModeBar": False})
    st.caption(
        "The same net with 2 to 256 codes, restarted when dead, 300 steps each. Point at a dot for the codes "
        "it uses and the bits that they are worth: log₂ of the perplexity stays below log₂ K."
    )
