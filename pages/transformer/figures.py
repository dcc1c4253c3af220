"""Figures of the Transformer's labs: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from app.figures.panels import Panel, Title, attention, lines
from engine.attention.maps import follows
from engine.core.trace import Trace
from engine.data.letters import END, SIGNS, SYMBOLS

BLANK = 255
KINDS = {"decoder to encoder": "cross", "encoder": "encoder", "decoder": "decoder"}  # said, and in arrays
WRITTEN = {"array": "text.written", "alphabet": SIGNS}
READ = {"array": "text.read", "alphabet": SIGNS}
TITLES: Mapping[str, Title] = {
    "cross": [("Each ", None), ("letter written", "model"), (" looks at the ", None), ("word", "past")],
    "encoder": [("Each letter of the ", None), ("word", "past"), (" looks at the others", None)],
    "decoder": [("Each ", None), ("letter written", "model"), (" looks at those before", None)],
}


EQUATIONS = (
    r"\text{head}_i = \text{Attention}(Q W_i^Q, K W_i^K, V W_i^V), \quad "
    r"\text{MultiHead} = \text{Concat}(\text{head}_1, \dots, \text{head}_h) W^O",
    r"\text{FFN}(x) = \max(0, x W_1 + b_1) W_2 + b_2, \qquad "
    r"x \leftarrow \text{LayerNorm}(x + \text{Sublayer}(x))",
    r"lrate = d_{model}^{-0.5} \cdot \min(step^{-0.5},\; step \cdot warmup^{-1.5})",
    r"q'(y) = (1 - \epsilon_{ls})\,[y = y^*] + \epsilon_{ls} / V",
)


def hero(trace: Trace, spec: Any, text: str, kind: str) -> tuple[Sequence[Panel], str]:
    """The film of a training and its sentence: of words where there is a `kind`, else of repeated texts."""
    if not kind:
        return induction(trace, spec.heads), induction_sentence(trace)
    word = text[: spec.longest]
    return training(trace, word, spec.heads, kind, spec.task), training_sentence(trace, word)


def names(heads: int, per_layer: int) -> list[str]:
    """What to call the heads of one kind, layer after layer."""
    return [f"L{i // per_layer + 1} · h{i % per_layer + 1}" for i in range(heads)]


def signs(codes: np.ndarray) -> list[str]:
    """Tokens as they are shown; nothing where there is none."""
    return ["" if code == BLANK else SIGNS[code] for code in codes.astype(int).tolist()]


def source_of(text: str) -> list[str]:
    """The letters that the encoder reads: the word, and the sign that ends it."""
    return [*text, SIGNS[END]]


def training(trace: Trace, text: str, per_layer: int, kind: str, task: str) -> Sequence[Panel]:
    """The hero: all heads of one kind, one of them enlarged, as arcs and as a matrix."""
    heads = trace.last("maps")[kind].shape[0] if trace.moments else per_layer
    best = int(trace.last("score")["finds"].argmax()) if kind == "cross" and _finds(trace) else heads - 1
    keys: Sequence[str] | Mapping[str, Any] = READ if kind == "decoder" else source_of(text)
    queries: Sequence[str] | Mapping[str, Any] = source_of(text) if kind == "encoder" else WRITTEN
    shared: dict[str, Any] = {
        "high": 255,
        "head": best,
        "query": 1,
        "query_title": "letter of the word" if kind == "encoder" else "letter written",
        "key_title": "letter written before" if kind == "decoder" else "letter of the word",
        "wrong": None if kind == "encoder" else "text.wrong",
    }
    array, n = f"maps.{kind}", len(text) + 1
    frame = places(len(text), task) if kind == "cross" else None
    future = 1 - np.tril(np.ones((n, n), int)) if kind == "decoder" else None
    all_heads: Title = [(f"{heads} heads, {heads // per_layer} layers", None)]
    return [
        attention(array, TITLES[kind], queries, keys, "arcs", width=1.1, **shared),
        attention(
            array, [("All of it: rows are ", None), ("outputs", "model")], queries, keys, "matrix",
            outline=frame, forbidden=None if future is None else future.tolist(), width=0.95, **shared,
        ),
        attention(
            array, all_heads, queries, keys, "grid", names(heads, per_layer), min(per_layer, 4),
            width=0.95, **shared,
        ),
    ]  # fmt: skip


def _finds(trace: Trace) -> bool:
    return bool(trace.moments) and trace.last("score")["finds"].size > 0


def places(n: int, task: str) -> list[list[int]] | None:
    """Where the letter to be written stands in the word: (n + 1, n + 1) of 0 and 1; None if nowhere."""
    if task == "sort":
        return None
    cells = np.zeros((n + 1, n + 1), int)
    at = np.arange(n)
    cells[at, n - 1 - at if task == "reverse" else at] = 1
    return cells.tolist()


def training_sentence(trace: Trace, text: str) -> str:
    """What the training has come to, in words."""
    if not trace.moments:
        return "The net is untrained: what it writes is noise."
    written = "".join(signs(trace.last("text")["written"])).rstrip(SIGNS[END])
    score = trace.last("score")
    best = f" Its best head puts {score['finds'].max():.0%} of its mass there." if score["finds"].size else ""
    return (
        f"For “{text}” it writes “{written}”; {float(score['exact']):.0%} of new words without a mistake. "
        f"Framed: the letter to be written.{best}"
    )


def followed(symbols: np.ndarray) -> list[list[int]]:
    """Where an induction head looks: (T, T), 1 at keys just after an earlier copy of the query's symbol."""
    return follows(torch.from_numpy(symbols.astype(np.int64))).int().tolist()


def induction(trace: Trace, per_layer: int) -> Sequence[Panel]:
    """The loss and the score on one time, and the map of the head that appears."""
    curves = {"repeated": ("what repeats", "model"), "loss": ("all, in training", "past")}
    least: dict[str, Any] | None = None
    outline, best, heads = None, 0, per_layer
    if trace.moments:
        last = trace.last("score")
        least = {"value": round(float(last["least"]), 3), "label": "the least for all"}
        outline = followed(trace.last("text")["symbols"])
        best, heads = int(last["induction"].argmax()), len(last["induction"])
    text = {"array": "text.symbols", "alphabet": list(SYMBOLS)}
    shared: dict[str, Any] = {
        "high": 255, "head": best, "query": 19, "query_title": "symbol", "key_title": "symbol before",
    }  # fmt: skip
    return [
        attention(
            "maps.weights", [("The head that looks for ", None), ("what came next", "truth")], text, text,
            "matrix", outline=outline, width=1.25, **shared,
        ),
        lines(
            curves, [("The ", None), ("loss", "model"), (" drops", None)], unit="nats a symbol",
            baseline=least, high=3.5, width=1,
        ),
        lines(
            {"induction": ("best head", "truth")}, [("as the ", None), ("head", "truth"), (" appears", None)],
            unit="induction score", high=1, width=1,
        ),
        attention(
            "maps.weights", [("All heads", None)], text, text, "grid", names(heads, per_layer), per_layer,
            width=0.8, **shared,
        ),
    ]  # fmt: skip


def induction_sentence(trace: Trace) -> str:
    """What became of the score and the loss, in words."""
    if not trace.moments:
        return "The net is untrained."
    first, last = trace.at("score", 0), trace.last("score")
    return (
        f"The best head's mass on what followed earlier copies goes from {first['induction'].max():.2f} to "
        f"{last['induction'].max():.2f}; what repeats costs {float(last['repeated']):.2f} nats a symbol, "
        f"what is new {float(last['new']):.2f}."
    )


def masks(cheat: Trace) -> Sequence[Panel]:
    """With and without the causal mask, side by side: the film's run has none, the pinned one has it."""
    least = {"value": round(float(cheat.last("score")["least"]), 3), "label": "the least there can be"}
    text = {"array": "text.symbols", "alphabet": list(SYMBOLS)}
    best = len(cheat.last("score")["induction"]) - 1
    return [
        lines(
            {"loss": ("training", "model")},
            [("The ", None), ("loss", "model"), (" falls through the floor", None)],
            unit="nats a symbol", baseline=least, high=3.5,
        ),
        attention(
            "maps.weights", [("It looks at the ", None), ("answer", "blind"), (", one to the right", None)],
            text, text, "matrix", high=255, head=best, query=9, query_title="symbol", key_title="symbol",
        ),
    ]  # fmt: skip


def masks_sentence(cheat: Trace, honest: Trace) -> str:
    """What the mask is good for, in words."""
    right = [float(one.last("score")["continued"]) for one in (cheat, honest)]
    least = float(cheat.last("score")["least"])
    return (
        f"No honest net can get below {least:.2f} nats. Without the mask: {cheat.latest('loss'):.2f}; "
        f"left to write, that net gets {right[0]:.0%} of symbols right, the one with the mask {right[1]:.0%}."
    )


def twin(found: Mapping[str, np.ndarray], most: float = 0.05) -> tuple[int, int] | None:
    """The head and the change that moved most mass while every letter stayed, and its chances nearly so.

    `found` is what the probe `twins` gives; most: total variation of any letter's distribution.
    """
    good = found["same"].astype(bool) & (found["output"] <= most)
    if not good.any():
        return None
    at = np.unravel_index(int(np.where(good, found["moved"], -1).argmax()), good.shape)
    return int(at[0]), int(at[1])


def marked(text: Mapping[str, np.ndarray]) -> str:
    """What was written, as Markdown: right letters in orange, wrong ones in magenta."""
    shown = zip(signs(text["written"]), text["wrong"], strict=True)
    return (
        "".join(f":{'red' if wrong else 'orange'}[**{sign}**]" for sign, wrong in shown if sign) or "nothing"
    )


def symbols(trace: Trace, width: int, heads: int) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    rate = f"{trace.latest('rate'):.4f}" if "rate" in trace.scalars else "not trained yet"
    d_k = width // heads
    return (
        ("d_{model}", "numbers that stand for a letter", str(width)),
        ("h", "heads in each sub-layer", str(heads)),
        ("d_k = d_v", r"numbers of a head: d_model / h", str(d_k)),
        (r"\sqrt{d_k}", "the divisor", f"{d_k**0.5:.2f}"),
        ("Q, K, V", "of one head: letters by $d_k$", f"9 × {d_k}"),
        (r"QK^T", "scores: queries by keys", "9 × 9"),
        ("lrate", "in the last step", rate),
    )


def cover() -> Panel:
    """For the page's card."""
    return attention("maps.cross", (), list("ognimalf."), list("flamingo."), head=4, high=255)
