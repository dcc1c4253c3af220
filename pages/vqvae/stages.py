"""Films that the VQ-VAE's page makes for itself: the plane, the copied gradient, a grid being written."""

import numpy as np
import streamlit as st
import torch

from app.figures.films import Film
from app.page import live
from app.page.live import View
from app.page.verbs import ask, film_of, shown
from app.style import badge
from engine.codes import measures, prior
from engine.codes.images import DEFAULT, images
from engine.labs import Lab
from pages.vqvae import figures, theatre


def plane(view: View) -> None:
    """The codebook in the plane, and one step of one code in numbers."""
    trace, K = view.trace, view.spec.K
    asked = st.session_state.get("theatre.code", 3)
    code = asked if isinstance(asked, int) and 0 <= asked < K else 0
    told = film_of(
        theatre.film(trace), theatre.stage(trace, code), theatre.told(K), key="theatre.film",
        timeline="error", unit="mean square distance", stamp=view.stamp, height=275, time="update",
    )  # fmt: skip
    moment = len(trace.moments) - 1 if told.moment is None else min(told.moment, len(trace.moments) - 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Follow code", width="content")
        st.number_input(
            "Follow code", 0, K - 1, code, key="theatre.code", label_visibility="collapsed", width=120
        )
        st.markdown(theatre.said(trace, moment, code), width="stretch")
    with st.container(key="quiet-plane-step"):
        for line in theatre.one_step(trace, moment, code, view.spec.gamma):
            st.latex(line)
        st.caption(
            "Equations 6 to 8 of the paper's appendix, with the numbers of this step. Let go of the timeline "
            "elsewhere for another one; a grey code shows why it never comes back."
        )


def copying(view: View) -> None:
    """The gradient at one cell of a test picture, copied; drawn at every moment of the training."""
    if not shown(view, "gradients are copied"):
        return
    film_of(
        figures.copied(view.trace),
        figures.copying(),
        "Orange: the step that would lower the error, at the code (z_q) and copied to the encoder's output "
        "(z_e). Green: where the commitment pulls that output. The last row is the code's own: it gets "
        "nothing.",
        key="copy.film", timeline="loss", unit="train loss", stamp=f"{view.stamp}-{len(view.trace.moments)}",
        height=215,
    )  # fmt: skip
    with st.container(key="quiet-copy-said"):
        st.caption(
            "Left is the plane through z_e, z_q and the step, so nothing is projected away. The first two "
            "rows differ by 0 at every moment: that is one of the claims below."
        )


@st.cache_resource(show_spinner=False, max_entries=32)
def _written(stamp: str, _prior: View, _codes: View, seed: int) -> Film:
    """Three grids from the same random numbers, cell by cell, decoded after each."""
    net, found = live.model_of(_codes), ask(_prior, "write", seed=seed)
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
    pictures = ask(_codes, "decode", k=so_far.reshape(-1, *uniforms.shape))["x_hat"]
    return figures.written(grids, pictures.reshape(n, 3, *pictures.shape[1:]), found["p"])


def writing(prior_view: View, stage_one: Lab) -> None:
    """The prior writes a grid, cell by cell, beside grids that know no neighbours.

    It stands on the recorded run of stage one, whatever the page's stage one is set to.
    """
    codes_view = live.view(stage_one, stage_one.RECORDED[0])
    if not (shown(codes_view, "stage one decodes") and shown(prior_view, "the prior of stage two writes")):
        return
    with st.container(key="quiet-write-seed"):
        seed = int(st.number_input("Seed of the grid", 0, 9999, 3, key="codes.seed", width=150))
    stamp = f"{prior_view.stamp}-{len(prior_view.trace.moments)}-{seed}"
    made = _written(stamp, prior_view, codes_view, seed)
    film_of(
        made, figures.writing(), figures.written_said(made[0]["scalars"]["bits"]["value"]), key="codes.film",
        timeline="bits", unit="bits for this code", stamp=stamp, height=280, time="cell",
    )  # fmt: skip
    with st.container(key="quiet-write-rate"):
        st.markdown(figures.rate(prior_view.trace))


def curve(view: View, base: View) -> None:
    """What is lost against the number of codes, with the run on the stage as a mark."""
    badge(*view.badge)
    if not shown(view, "books of 2 to 256 codes are compared"):
        return
    same = base.trace.moments and getattr(base.spec, "data", None) == view.spec.data
    here = (base.spec.K, float(base.trace.last("score")["mse"])) if same else None
    st.vega_lite_chart(figures.curve(view.trace, here), key="codes.curve")
    st.caption(
        "The same net with 2 to 256 codes, restarted when dead, 300 steps each: mean square lost on test "
        "pictures. Point at a dot for the codes it uses and the bits that they are worth: log₂ of the "
        "perplexity stays below log₂ K."
    )
