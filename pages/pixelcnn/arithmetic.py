"""A masked product worked out in numbers, and the bridge from one dimension."""

from typing import Any

import numpy as np
import streamlit as st

from app.components.pixels import pixels
from engine.autoregressive import causal_convolution as causal
from engine.autoregressive.masks import mask as make_mask
from engine.autoregressive.receptive_field import product
from engine.data.digits import digits

LENGTH, LAYERS = 13, 4


def in_numbers(kernel: int, kind: str, seed: int) -> None:
    """One masked product: a patch of a test digit, the mask, weights drawn from the seed, the terms."""
    image = np.pad(digits().test_x[0], kernel // 2)
    patch = image[3 : 3 + kernel, 3 : 3 + kernel].astype(int)
    mask = make_mask(kind, kernel)
    weights = np.random.default_rng(seed).normal(size=(kernel, kernel)).round(1)
    worked = product(patch, mask, weights)
    terms = worked["terms"].round(1) + 0.0  # no minus before a zero
    top = max(1.0, float(np.abs(terms).max()))
    signed = {"palette": "signed", "low": -top, "high": top}
    total = f"Their products. The sum is {float(worked['sum']):.1f}: one output of one channel."
    grids: tuple[tuple[str, np.ndarray, dict[str, Any], str], ...] = (
        ("Patch", patch, {"palette": "grey", "low": 0, "high": 16}, "A patch of a test digit."),
        ("Mask", mask, {"palette": "binary"}, f"Mask {kind}: what may be seen."),
        ("Weights", weights, {"palette": "signed", "low": -3, "high": 3}, "Weights, drawn from the seed."),
        ("Terms", terms, signed, total),
    )
    for column, (label, values, colours, sentence) in zip(st.columns(4, gap="medium"), grids, strict=True):
        shown = {"text": values, "mark": (kernel // 2, kernel // 2), "size": 200, **colours}
        with column:
            pixels(values, key=f"product.{label}", mode="show", label=label, sentence=sentence, **shown)


def bridge() -> None:
    """One dimension: each row is a depth, each column a time; numbers count the paths to y_t."""
    columns = st.columns(2, gap="medium")
    for column, strict in zip(columns, (False, True), strict=True):
        paths = np.zeros((LAYERS, LENGTH), int)
        for depth in range(1, LAYERS + 1):
            paths[depth - 1] = causal.receptive_field(LENGTH, 3, (1,) * depth, strict).numpy().astype(int)
        ink = np.log1p(paths)
        seen = int((paths[-1] > 0).sum())
        with column:
            pixels(
                np.log1p(paths),
                key=f"bridge.{strict}",
                mode="show",
                low=0,
                high=float(ink.max()),
                text=np.where(paths > 0, paths, "").astype(str),
                size=480,
                mark=(LAYERS - 1, LENGTH - 1),
                label="Paths in one dimension",
                sentence=(
                    "Shifted by one: the newest value is hidden, as by mask A. "
                    if strict
                    else "Causal: padded on the left only, the newest value is seen, as by mask B. "
                )
                + f"After {LAYERS} layers of width 3, {seen} values are seen.",
            )
