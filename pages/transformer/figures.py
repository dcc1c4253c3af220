"""Figures of the Transformer's labs: arrays in, panels and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from app.figures.captions import Caption
from app.figures.panels import Panel, Title, attention, lines
from app.figures.pipeline import Box
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
    ("**1.** Each head does this with questions, keys and answers of its own.",
     r"\text{head}_i = \text{Attention}(Q W_i^Q, K W_i^K, V W_i^V)"),
    ("**2.** What the heads bring is put side by side and blended.",
     r"\text{MultiHead} = \text{Concat}(\text{head}_1, \dots, \text{head}_h)\, W^O"),
    ("**3.** After attention each letter passes a small net, alone.",
     r"\text{FFN}(x) = \max(0, x W_1 + b_1) W_2 + b_2"),
    ("**4.** What either of the two gives is added to the letter's vector, and the sum is normalised.",
     r"x \leftarrow \text{LayerNorm}(x + \text{Sublayer}(x))"),
    ("**In training** labels are smoothed: the right letter is to get a little less than all, so that the "
     "loss cannot fall to 0.", r"q'(y) = (1 - \epsilon_{ls})\,[y = y^*] + \epsilon_{ls} / N"),
    ("Its steps grow while it warms up, then shrink.",
     r"lr = c\; d_{model}^{-0.5} \min(step^{-0.5},\, step \cdot warmup^{-1.5})"),
)  # fmt: skip


def hero(trace: Trace, spec: Any, text: str, kind: str) -> tuple[Sequence[Panel], Caption]:
    """The film of a training and its sentence: of words where there is a `kind`, else of repeated texts."""
    if not kind:
        return induction(trace, spec.heads), INDUCTION
    word = text[: spec.longest]
    return training(trace, word, spec.heads, kind, spec.task), training_sentence(kind, spec.task)


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
    all_heads: Title = [(f"{heads // per_layer} layers, {per_layer} heads each", None)]
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


def counted(spec: Any) -> str:
    """All heads of a net, reckoned: three kinds of attention, so many layers, so many heads in each."""
    return f"{3 * spec.layers * spec.heads} heads (3 attentions × {spec.layers} layers × {spec.heads})"


def places(n: int, task: str) -> list[list[int]] | None:
    """Where the letter to be written stands in the word: (n + 1, n + 1) of 0 and 1; None if nowhere."""
    if task == "sort":
        return None
    cells = np.zeros((n + 1, n + 1), int)
    at = np.arange(n)
    cells[at, n - 1 - at if task == "reverse" else at] = 1
    return cells.tolist()


def training_sentence(kind: str, task: str) -> Caption:
    """What the training has come to, in words."""
    framed = kind == "cross" and task != "sort"
    where = " Framed: where the letter that is to be written stands." if framed else ""
    told = f"a share of {{exact:.2f}} of 200 new words is written without a mistake.{where}"
    return Caption(
        f"Before training every letter looks at all others alike, and what is written is noise.{where}",
        f"After {{step}} steps {told} The darker a cell, the more its row looks there.",
        f"At the end {told} The darker a cell, the more its row looks there.",
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


FOUND = (
    "the best head gives {induction:.2f} of its weight to what followed earlier copies of the symbol "
    "(framed). A symbol that repeats costs {score.repeated:.2f} nats, one that is new {score.new:.2f}."
)
INDUCTION = Caption(
    "Before training no head looks for anything, and a symbol that repeats costs {score.repeated:.2f} nats.",
    f"After {{step}} steps {FOUND}",
    f"At the end {FOUND}",
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
            unit="nats a symbol", baseline=least, high=3.5, width=0.6,
        ),
        attention(
            "maps.weights", [("It looks at the ", None), ("answer", "blind"), (", one to the right", None)],
            text, text, "matrix", high=255, head=best, query=9, query_title="symbol", key_title="symbol",
            width=1.4,
        ),
    ]  # fmt: skip


def masks_sentence(cheat: Trace, honest: Trace) -> Caption:
    """What the mask is good for, in words."""
    right = [float(one.last("score")["continued"]) for one in (cheat, honest)]
    least = (
        f"no net that does not see the answer can get below {float(cheat.last('score')['least']):.2f} nats"
    )
    return Caption(
        f"Before training both nets guess. In the long run {least} a symbol.",
        f"After {{step}} steps the net without the mask is at {{loss:.2f}} nats in training; {least}.",
        f"At the end the net without the mask is at {{loss:.2f}} nats in training; {least}. Left to write, "
        f"it gets {right[0]:.0%} of symbols right, the one with the mask {right[1]:.0%}.",
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


def pipeline(trace: Trace, spec: Any, word: str) -> tuple[Box, ...]:
    """From a word to the word as it is written, with the run at hand."""
    n, d, layers = len(word) + 1, spec.d_model, f"{spec.layers} layer{'s' if spec.layers > 1 else ''}"
    heads = f"{spec.heads} head{'s' if spec.heads > 1 else ''}"
    done = bool(trace.moments) and "written" in trace.last("text")
    made = "".join(signs(trace.last("text")["written"])).rstrip(SIGNS[END]) if done else "not trained yet"
    return (
        Box("word", "A word goes in.", "", f"{n - 1} letters and an end", text=word, hue="past"),
        Box("vectors", "Each letter becomes a vector, a list of numbers, and a pattern that stands for its "
            "place is added to it.", "x", f"{n} × {d}"),
        Box(f"encoder, {layers}", f"In the encoder each letter asks all letters, by {heads} side by side, "
            "and takes in a blend of what they answer.", "Q, K, V of the word", f"{n} × {d}", hue="past"),
        Box(f"decoder, {layers}", "The decoder writes one letter after the other. Before each it asks the "
            "letters that it has written, then those of the word.", "Q of what is written; K, V of the word",
            f"{n} × {d}", hue="model"),
        Box("written", "Training makes the right next letter likely, and so decides what is asked.", "",
            "a letter at a time", text=made, hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    known = "rate" in trace.scalars
    rate = f"{trace.latest('rate'):.4f}" if known else "not trained yet"
    d, d_k = spec.d_model, spec.d_model // spec.heads
    wide, n = 4 * d, len(SIGNS)
    return (
        ("Q", "queries: what each letter asks; one a row", f"9 × {d_k} a head"),
        ("K", "keys: what each letter can be asked for", f"9 × {d_k} a head"),
        ("V", "values: what each letter answers", f"9 × {d_k} a head"),
        ("QK^T", "scores: how well each question meets each key", "9 × 9"),
        (r"d_k, \sqrt{d_k}", "numbers of a query, and the divisor", f"{d_k}, {d_k**0.5:.2f}"),
        (r"\text{softmax}", "turns a row of scores into weights that sum to 1", "9 × 9"),
        (r"h, i", f"heads of a sub-layer, of {counted(spec)} in all; the number of one", f"h = {spec.heads}"),
        ("W_i^Q, W_i^K, W_i^V", "learned: what head i asks, is asked for, answers", f"{d} × {d_k}"),
        ("W^O", "learned: blends what the heads bring, side by side (Concat)", f"{d} × {d}"),
        ("x", "a letter's vector; each sub-layer adds to it", f"{d} numbers"),
        (r"\text{Sublayer}", "attention, or FFN", f"9 × {d} → 9 × {d}"),
        (r"\text{LayerNorm}", "shifts and scales a vector to mean 0, variance 1", "a letter at a time"),
        ("W_1, b_1, W_2, b_2", "learned: two layers that each letter passes alone", f"{d} → {wide} → {d}"),
        ("lr, c", "the step's size in the last step, and a factor", f"{rate}, {spec.factor:g}"),
        ("d_{model}", "numbers that stand for a letter", str(d)),
        ("step, warmup", "the step of the training, and how many it takes to full size", str(spec.warmup)),
        ("q'(y)", "what the net is to say of letter y, where y* is right", f"{n} numbers"),
        (r"\epsilon_{ls}, N", "what of it is spread over all N signs", f"{spec.smoothing:g}, {n}"),
    )  # fmt: skip


def cover() -> Panel:
    """For the page's card."""
    return attention("maps.cross", (), list("ognimalf."), list("flamingo."), head=4, high=255)
