"""Figures of the VQ-VAE's labs: arrays in, panels and sentences out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures.panels import Panel, Title, images, lines
from engine.core.trace import Trace
from pages.vqvae.cells import coded, tiles

INK = 15  # the darkest level of the labs' pictures


def learning(K: int, bet: int | str | None) -> Sequence[Panel]:
    """The hero: the codebook with its usage, images as codes, and how many codes are in use."""
    rows = (("test\npicture", "past"), ("all that\nis kept", "code"), ("drawn\nfrom it", "model"))
    curves = {"score.used": ("in use", "code"), "score.perplexity": ("perplexity", "model")}
    said = {"value": float(bet), "label": "you said"} if isinstance(bet, int) and bet <= K else None
    book: Title = [
        (f"{K} codes", "code"),
        (": hatched ones are ", None),
        ("dead", "blind"),
    ]
    return [
        tiles("codes.face", "codes.usage", book, high=INK, width=1.06),
        coded(
            "seen.x",
            "seen.k",
            "seen.x_hat",
            [("A picture is ", None), ("16 codes", "code")],
            rows,
            high=INK,
            most=3,
            width=1.25,
        ),
        lines(
            curves, [("Codes", "code"), (" in use", None)], unit="codes", high=float(K), bet=said, width=0.9
        ),
    ]


def learning_sentence(trace: Trace) -> str:
    """What the training has come to, in words."""
    if not trace.moments or "loss" not in trace.scalars:
        return "The net is untrained: its codes stand where chance put them."
    score, K = trace.last("score"), len(trace.last("codes")["usage"])
    least = int(min(float(trace.at("score", m)["used"]) for m in range(len(trace.moments))))
    again = (
        f", {int(sum(trace.scalars['restarted'][1]))} restarts" if any(trace.scalars["restarted"][1]) else ""
    )
    return (
        f"After {trace.moments[-1]} steps{again}, {int(score['used'])} of {K} codes are in use, as many as "
        f"{float(score['perplexity']):.1f} used evenly; at the worst moment it was {least}. "
        "An empty tile stands for an empty cell."
    )


def stage_two(trace: Trace) -> Sequence[Panel]:
    """Decoded grids of the prior, of codes by their frequency, of any codes; and what codes cost."""
    shown: dict[str, Title] = {
        "prior": [("The ", None), ("prior", "model")],
        "unigram": [("Codes by ", None), ("frequency", "past")],
        "uniform": [("Any ", None), ("codes", "code")],
    }
    pictures = [
        images(f"samples.{name}", title, columns=3, high=INK, width=0.9) for name, title in shown.items()
    ]
    curves = {
        "bits.prior": ("prior", "model"),
        "bits.unigram": ("frequency", "past"),
        "bits.uniform": ("any code", "code"),
    }
    high = float(np.ceil(max(float(trace.at("bits", 0)["prior"]), 6) + 0.5)) if trace.moments else 7.0
    cost: Title = [("What a test code costs", None)]
    return [*pictures, lines(curves, cost, unit="bits a code", high=high, width=1.1)]


def stage_two_sentence(trace: Trace) -> str:
    """What the prior has come to, in words."""
    if not trace.moments or "loss" not in trace.scalars:
        return "The prior is untrained: to it any code is as likely as another."
    bits, far = trace.last("bits"), trace.last("distance")
    return (
        f"After {trace.moments[-1]} steps a test code costs {float(bits['prior']):.2f} bits, "
        f"against {float(bits['unigram']):.2f} by frequency. Decoded, they lie {float(far['prior']):.2f} "
        f"from the nearest training picture, codes by frequency {float(far['unigram']):.2f}."
    )


def rate(trace: Trace) -> str:
    """The three numbers, as a table in Markdown, of a cell and of a picture of 16 cells."""
    bits = trace.last("bits")
    rows = (
        (r"$\log_2 K$", "if every code were as likely as another", float(bits["uniform"])),
        (r"$\log_2$ perplexity", "if codes come by their frequency", float(bits["perplexity"])),
        ("prior", "if the codes before are known", float(bits["prior"])),
    )
    lines_ = "\n".join(f"| {name} | {words} | **{b:.2f}** | {16 * b:.0f} |" for name, words, b in rows)
    return f"| rate | what a code costs | bits a code | bits a picture |\n|---|---|---|---|\n{lines_}"


def curve(trace: Trace, here: tuple[int, float] | None) -> dict[str, Any]:
    """Plotly: what is lost against the number of codes. here: (K, error) of the run on the stage."""
    last = trace.last("curve")
    K = [2 ** round(float(v)) for v in last["most"]]
    said = [
        f"{int(u)} of {k} codes used, {b:.2f} bits"
        for u, k, b in zip(last["used"], K, last["bits"], strict=True)
    ]
    violet, orange, grey = "#7f62c4", "#d17a1f", "rgba(128,128,128,.25)"
    mse = [float(v) for v in last["mse"]]
    data = [
        {
            "x": K,
            "y": mse,
            "text": said,
            "mode": "lines+markers",
            "name": "300 steps each",
            "type": "scatter",
            "line": {"color": violet, "width": 2.5},
            "marker": {"size": 9, "color": violet},
            "hovertemplate": "K = %{x}<br>error %{y:.4f}<br>%{text}<extra></extra>",
        }
    ]
    if here is not None:
        data.append(
            {
                "x": [here[0]],
                "y": [here[1]],
                "mode": "markers",
                "name": "the run on the stage",
                "type": "scatter",
                "marker": {"size": 12, "color": orange, "symbol": "diamond"},
                "hovertemplate": "K = %{x}<br>error %{y:.4f}<extra></extra>",
            }
        )
    axis = {"gridcolor": grey, "zeroline": False}
    layout = {
        "height": 300,
        "margin": {"l": 64, "r": 12, "t": 8, "b": 44},
        "xaxis": {**axis, "type": "log", "tickvals": K, "title": {"text": "codes K"}},
        "yaxis": {**axis, "rangemode": "tozero", "title": {"text": "mean square lost"}},
        "legend": {"orientation": "h", "y": 1.1, "x": 0.3},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
    return {"data": data, "layout": layout}


def mosaic(
    face: np.ndarray, usage: np.ndarray, columns: int = 8
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The codebook as one picture to be clicked: ink, a text for each pixel, and which are of dead codes.

    face (K, h, w), usage (K,) -> three arrays of rows (h + 1) x columns (w + 1) pixels, a blank line between.
    """
    K, h, w = face.shape
    columns = max(columns, int(np.ceil(np.sqrt(K))))
    rows = -(-K // columns)
    ink, text, dead = (
        np.zeros((rows * (h + 1), columns * (w + 1)), kind) for kind in (float, object, np.uint8)
    )
    text[:] = ""
    for k in range(K):
        r, c = (k // columns) * (h + 1), (k % columns) * (w + 1)
        ink[r : r + h, c : c + w] = face[k]
        text[r : r + h, c : c + w] = f"code {k}, {int(usage[k])} cells" if usage[k] else f"code {k}, dead"
        dead[r : r + h, c : c + w] = not usage[k]
    return ink, text, dead


def picked(cell: tuple[int, int], K: int, wide: int) -> int | None:
    """The code under a pixel of `mosaic`, whose rows are `wide` pixels; None beside the codes."""
    columns = max(8, int(np.ceil(np.sqrt(K))))
    side = wide // columns
    k = (cell[0] // side) * columns + cell[1] // side
    return k if k < K else None


def tile(code: int, K: int, shape: tuple[int, ...]) -> np.ndarray:
    """The pixels of one code in a `mosaic` of this shape, as ones."""
    columns = max(8, int(np.ceil(np.sqrt(K))))
    side = shape[1] // columns
    ones = np.zeros(shape, np.uint8)
    r, c = (code // columns) * side, (code % columns) * side
    ones[r : r + side - 1, c : c + side - 1] = 1
    return ones


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equation, with their values here."""
    mse = f"{float(trace.last('score')['mse']):.4f}" if trace.moments else "not trained yet"
    return (
        ("x", "a picture, ink in [0, 1]", "16 x 16"),
        (r"z_e(x)", "what the encoder puts out", f"4 x 4 x {spec.D}"),
        ("e_k", "the codes", f"{spec.K} x {spec.D}"),
        (r"z_q(x)", "the nearest code of each cell", f"4 x 4 x {spec.D}"),
        (r"\beta", "how strongly outputs are held to their code", f"{spec.beta:g}"),
        (r"\gamma", "memory of the averages", f"{spec.gamma:g}"),
        (r"\|x - \hat x\|^2", "what is lost of a test picture, a pixel", mse),
    )


def cover() -> Panel:
    """For the page's card."""
    return tiles("codes.face", "codes.usage", (), high=15)
