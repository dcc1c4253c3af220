"""Figures of the page on pretraining: arrays in, panels, chips and sentences out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.chips import Chip, chips
from app.figures.kinds import Panel, Title
from app.figures.marks import over
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.data.animals import WORDS
from engine.language.bert_lab import EXAMPLE, FIXED, GUESSED, V
from engine.language.fine_tuning_lab import LABELS
from engine.words.tokenizer import Tokenizer

SHARE = {v: f"{v:.0%}" for v in (0, 0.5, 1)}
HIDDEN = EXAMPLE.replace("owls", "[MASK]", 1)
EQUATION = (
    r"\mathcal{L} = -\frac{1}{|M|} \sum_{i \in M} \log p(x_i \mid \tilde{x}), \qquad "
    r"p(\cdot \mid \tilde{x}) = \text{softmax}(E\, g(T_i) + b)"
)
PLAIN = (
    ("**GPT-2** guesses every word, each from those before it.",
     r"\mathcal{L} = -\frac{1}{n} \sum_i \log p(x_i \mid x_1, \dots, x_{i-1})"),
    ("**Fine-tuning**: one new table W on the vector C of [CLS]; all weights go on learning.",
     r"P = \text{softmax}(C W^T)"),
)  # fmt: skip
ARMS = {
    "pretrained": ("pretrained", "model", ()),
    "scratch": ("from nothing", "past", (5, 4)),
    "overlap": ("by the one most alike", "soft", (2, 3)),
}


def chances(side: str, title: Title) -> Panel:
    """How likely one net finds some words at the hidden place of the example."""
    worn = ["truth", *["soft"] * (len(GUESSED) - 1)]
    return plot(
        [marks.bars(f"example.{side}", worn, alpha=0.8, gap=0.12, names=GUESSED, say="{name}: {value:%}")],
        title, Axis("word for [MASK]", names=GUESSED), Axis("probability", low=0, high=1, ticks=SHARE),
    )  # fmt: skip


def right() -> Panel:
    """The share of hidden animals that either net guesses, over the training."""
    lines = [
        marks.line(over(), over("animal_both"), "model", label="both sides"),
        marks.line(over(), over("animal_left"), "past", label="left only", dash=(5, 4)),
        marks.line(over(), over("open"), "code", label="in the open", dash=(2, 2)),
    ]
    title: Title = [("Hidden animals; ", None), ("words in the open", "code")]
    return plot(
        lines, title, Axis("step"), Axis("right, %", low=0, high=105, ticks={0: "0", 50: "50", 100: "100"})
    )


def hero(trace: Trace) -> Sequence[Panel]:
    """One hidden word for both nets, and how many they guess."""
    return [
        chances("both", [("From ", None), ("both sides", "model")]),
        chances("left", [("From the ", None), ("left only", "past")]),
        right(),
    ]


def cover() -> Panel:
    """The page's card."""
    return right()


def hero_said(trace: Trace) -> Caption:
    """What both nets make of a hidden word."""
    where = f"“{HIDDEN}”"
    common = float(trace.last("score")["commonest"]) if trace.moments else 0
    told = (
        "the net that looks at both sides guesses {animal_both:.0f}% of the hidden animals in held-out "
        "sentences, the one that looks left {animal_left:.0f}%; always to say the commonest one is right "
        f"in {common:.0%}."
    )
    return Caption(
        f"Untrained, both nets find all {V} words about alike. In {where} the missing word is owls: "
        "only owls hoot, and “hoot” stands to its right.",
        f"After {{step}} steps {told}",
        f"At the end {told} Bars: some words for the gap in {where}",
    )


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a sentence to the guess of its hidden word; the net that looks at both sides."""
    p = float(trace.last("example")["both"][0]) if trace.moments else 0.0
    return (
        Box("sentence", "A sentence goes in; 15 of 100 words are chosen by lot. Of those 80 in 100 "
            "become the sign [MASK], 10 a word by lot, 10 stay: 80/10/10.", "x̃",
            "up to 12 words", text="the [MASK] … hoot", hue="past"),
        Box("vectors", "Each word becomes a vector: what it is, plus where it stands.", "E + place",
            "40 numbers a word"),
        Box("two layers", "In each layer every word looks at all others, to its left and to its right, and "
            "takes something over.", "T_i", "40 numbers a word", hue="model"),
        Box("guess", "At a hidden place the vector is compared with the vector of every word there is.",
            "p(x_i | x̃)", f"{V} probabilities", hue="model", text=f"owls {p:.0%}"),
        Box("loss", "Only the chosen words count: the net learns to make the true ones likely.", "−log p",
            "1 number", hue="truth"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> tuple[tuple[str, str, str], ...]:
    """Each symbol of the equations, what it is, and its value."""
    latest = f"{trace.latest('loss_both'):.2f} nats" if trace.scalars else "not measured yet"
    return (
        (r"\mathcal{L}", "the loss of a batch, both sides", latest),
        ("M", "the chosen words: 15 of 100, by lot (between bars: how many)", f"{spec.replaced}"),
        (r"x_i", "the word that stood at place i", "owls"),
        (r"\tilde{x}", "the sentence with its chosen words replaced", HIDDEN),
        (r"p", "the probability of each word at a place", f"{V} numbers"),
        (r"T_i", "the last layer's vector at place i", "40 numbers"),
        ("g", "a layer, GELU and a normalisation before the words", "40 numbers to 40"),
        ("E, b", "the table of word vectors, used again; an offset a word", f"{V} × 40, {V}"),
        (r"x_1, n", "GPT-2's text: its first word, how many it has", "1 to n"),
        ("C", "the last vector of [CLS], which begins each sentence", "40 numbers"),
        ("W", "the classifier's own weights", "2 × 40"),
        ("P", "the probability of tame and of wild", "2 numbers"),
    )


def guesses(words: Sequence[str], hidden: Sequence[int], p: np.ndarray) -> list[str]:
    """For each hidden place (n,) a line of chips for each net: its three likeliest words. p (2, n, V)."""
    out = []
    for i, place in enumerate(hidden):
        for side, who in enumerate(("both sides", "left only")):
            best = np.argsort(-p[side, i])[:3]
            said = [Chip(WORDS[k], "truth" if WORDS[k] == words[place] else None, f"{p[side, i, k]:.0%}",
                         float(p[side, i, k])) for k in best]  # fmt: skip
            out.append(chips(said, who=f"“{words[place]}”, place {place + 1}, {who}"))
    return out


def few(trace: Trace) -> Sequence[Panel]:
    """New sentences sorted, by the number of labels."""
    x = np.log2(LABELS)
    lines = [
        marks.line(
            x, f"score.{arm}", concept, label=label, dots=3.5, dash=dash, say=f"{label}: {{y:%0}} right"
        )
        for arm, (label, concept, dash) in ARMS.items()
    ]
    ticks = {float(np.log2(n)): str(n) for n in LABELS}
    across = Axis("labelled sentences", low=1.7, high=7.3, ticks=ticks)
    right = Axis("new sentences right", low=0.4, high=1.02, ticks={v: f"{v:.0%}" for v in (0.5, 0.75, 1)})
    lines.append(marks.rules(0.5, "soft", label="a coin", must=True, dash=(2, 3)))
    title: Title = [("Tame or wild? Few labels are enough after ", None), ("pretraining", "model")]
    return [plot(lines, title, across, right, tall=260)]


FEW = Caption(
    "Nothing is labelled yet. Where an animal is heard is hidden: the net must know which animals are tame.",
    "After {step} draws of labelled sentences (“the dog barks in the [MASK] .”: tame), with 16 labels "
    "{pretrained:.0f}% of new sentences are right, "
    "{scratch:.0f}% by the same net from nothing, {overlap:.0f}% by the labelled one that is most alike.",
)


def surprise(tokenizer: Tokenizer, words: np.ndarray, nats: np.ndarray, chosen: int) -> str:
    """A text as chips, each with its surprise in bits: how unlikely the net found it after those before."""
    return chips([
        Chip(shown(tokenizer, int(id)), "model" if i == chosen else None,
             f"{nats[i] / np.log(2):.1f}", min(1.0, float(nats[i]) / 8))
        for i, id in enumerate(words) if i
    ])  # fmt: skip


def layers(tokenizer: Tokenizer, found: Mapping[str, Any], chosen: int) -> list[str]:
    """What each layer would say next after one word: chips, a line a layer."""
    top, chance = found["top"][:, chosen], found["chance"][:, chosen]
    names = [
        "no layer",
        *(f"layer {i}" for i in range(1, len(top) - 1)),
        f"layer {len(top) - 1}: what it says",
    ]
    lines = zip(names, top, chance, strict=True)
    out = []
    for name, ids, ps in lines:
        pairs = zip(ids.tolist(), ps.tolist(), strict=True)
        out.append(chips([Chip(shown(tokenizer, id), None, f"{p:.0%}", p) for id, p in pairs], who=name))
    return out


def shown(tokenizer: Tokenizer, id: int) -> str:
    """A token as a reader may see it: spaces and ends have a sign."""
    text = tokenizer.token(id)
    return "end" if id == FIXED[0] else text.replace(" ", "·").replace("\n", "↵")


def work_said(found: Mapping[str, Any]) -> str:
    """What keeping keys and values spares."""
    kept, anew = int(found["kept"]), int(found["anew"])
    return (
        f"To write these {kept} pieces one by one (the start is one), the net reads {anew} if it begins anew "
        f"each time, and "
        f"{kept} if it keeps the keys and values of what it has read. The logits of both ways differ by "
        f"{float(found['apart']):.0e} at most: by rounding."
    )
