"""Figures of scaled dot-product attention: one query's journey, and what the divisor saves."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.figures.films import Film, header
from app.figures.panels import Panel, attention, bars, heat, lines
from engine.core.trace import Trace

Way = Mapping[str, np.ndarray]  # the fields of engine.attention.dot_product.Journey


def journey(way: Way, keys: Sequence[str], query: str) -> Sequence[Panel]:
    """One query's way through eq. 1; the film's time is the divisor."""
    top, most = (float(np.ceil(np.abs(way[name]).max())) or 1.0 for name in ("scores", "values"))
    return [
        bars(
            "way.scores", [("q · k, ", None), ("divided", "model")], unit="score", x="key",
            low=-top, high=top, labels=keys, width=0.95,
        ),
        attention(
            "way.weights", 
            [("Softmax: what ", None), (query, "model"), (" takes from ", None), ("each", "past")],
            [query], list(keys), "arcs", query=0, query_title="query", key_title="key", width=1.2,
        ),
        heat(
            "way.weighted", [("The values, weighted; ", None), ("their sum", "model"), (" below", None)],
            scale="signed", low=-most, high=most, unit="component", outline="way.sum", width=0.8,
        ),
        lines(
            {"kept": ("this query", "model")},
            [("The ", None), ("entropy", "model"), (" that is left", None)],
            unit="share of ln n", x="divisor", high=1, width=0.8,
        ),
    ]  # fmt: skip


def journeyed(way: Way) -> Film:
    """Header and arrays of the film of a journey: one moment a divisor."""
    divisors, n = way["divisors"], len(way["scores"])
    steps = [round(float(by), 2) for by in divisors]
    kept = way["entropy"] / max(np.log(n), 1e-9)
    line = {"step": steps, "value": [round(float(v), 4) for v in kept]}
    weighted = np.concatenate([way["weights"][:, :, None] * way["values"], way["sums"][:, None]], 1)
    frame = np.zeros(weighted.shape, np.uint8)
    frame[:, -1] = 1
    arrays = {
        "way.scores": (way["scores"] / divisors[:, None]).astype(np.float32),
        "way.weights": way["weights"][:, None].astype(np.float32),
        "way.weighted": weighted.astype(np.float32),
        "way.sum": frame,
    }
    return header(steps, {"kept": line}), arrays


def journey_sentence(way: Way, keys: Sequence[str]) -> list[str]:
    """What the divisor does to this query, a text for each divisor."""
    divisors, n = way["divisors"], len(keys)
    share = way["entropy"] / max(np.log(n), 1e-9)
    root = len(divisors) // 2
    told = []
    for i, by in enumerate(divisors):
        name = {0: "Undivided", root: f"Divided by √d_k = {by:.2f}"}.get(i, f"Divided by {by:.2f}")
        top = int(way["weights"][i].argmax())
        told.append(
            f"{name}, the scores of {n} keys make a softmax that gives {way['weights'][i][top]:.2f} of its "
            f"weight to {keys[top]}. It keeps {share[i]:.0%} of the entropy that even weights would have."
        )
    return told


def saturation(trace: Trace, widths: Sequence[int]) -> str:
    """The curve over d_k as a table in Markdown: what the softmax keeps of its entropy, without and with."""
    kept = trace.last("widths")["kept"]
    head = " | ".join(f"$d_k = {width}$" for width in widths)
    rows = [
        f"| {name} | " + " | ".join(f"`{share:.0%}`" for share in kept[:, i]) + " |"
        for i, name in enumerate(("bare $q \\cdot k$", "divided by $\\sqrt{d_k}$"))
    ]
    return "\n".join([f"| entropy kept | {head} |", "|---" * (len(widths) + 1) + "|", *rows])
