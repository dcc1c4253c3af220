"""The tree of a beam search: what was tried in, a film of what was kept and given up out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.films import Film, header
from app.figures.kinds import Panel, Title
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.language.decoding_lab import DEPTH
from engine.words.tokenizer import Tokenizer


def tree(trace: Trace, spec: Any, tokenizer: Tokenizer) -> tuple[Sequence[Panel], Film, Sequence[str]]:
    """The first words of a beam search, step by step: what was tried, kept and given up."""
    grown, B = trace.last("tree"), spec.beam
    parent, word, total = (grown[name][:, : 2 * B] for name in ("parent", "word", "total"))
    there = np.isfinite(total)
    col, row = np.meshgrid(np.arange(1, DEPTH + 1), -np.arange(2 * B), indexing="ij")  # the best on top
    begin = np.where(col > 1, -parent, (1 - B) / 2)
    until = np.arange(DEPTH + 1)[:, None, None] >= col
    arrays = {}
    for name, kind in {"kept": row > -B, "gone": row <= -B}.items():
        seen = until & kind & there
        places = {"x": col, "y": row, "over": row + (0.36 if name == "kept" else 0), "from": col - 1.0,
                  "up": begin, "dx": np.full(col.shape, 0.97), "dy": row - begin}  # fmt: skip
        for part, of in places.items():
            shown = np.where(seen, of, np.nan).reshape(DEPTH + 1, -1)
            arrays[f"{name}.{part}"] = shown.astype(np.float32)
    names = [tokenizer.token(int(id)).replace("\n", "↵") for id in word.ravel()]
    drawn, ink = [], {"kept": "ink", "gone": "soft"}
    where: dict[str, Any] = {"kept": {"align": "right"}, "gone": {"shift": 7}}  # where no arrow goes on
    for name, concept in {"gone": "soft", "kept": "model"}.items():
        drawn += [
            marks.arrows(f"{name}.from", f"{name}.up", f"{name}.dx", f"{name}.dy", concept, 1.2),
            marks.dots(f"{name}.x", f"{name}.y", concept, size=3, names=names, say="“{name}”"),
            marks.words(names, f"{name}.x", f"{name}.over", ink[name], **where[name], size=11.5),
        ]  # fmt: skip
    ticks = {0.0: "prompt"} | {i: f"word {i}" for i in range(1, DEPTH + 1)}
    ranks = {-float(i): f"{i + 1}" for i in range(2 * B)}
    y = Axis("rank among all tries", low=0.4 - 2 * B, high=0.9, ticks=ranks)
    title: Title = [("Kept", "model"), (f": the {B} likeliest texts; given up: the next", None)]
    panels = [plot(drawn, title, Axis("", low=-0.1, high=DEPTH + 0.2, ticks=ticks), y, tall=320)]
    said = ["Before the first word there is one text, the prompt."]
    for t in range(DEPTH):
        best, at_, text = total[t, 0], 0, []
        for i in range(t, -1, -1):
            text.insert(0, int(word[i, at_]))
            at_ = int(parent[i, at_])
        first = int((parent[t, :B][there[t, :B]] == 0).sum())
        kept, gone = int(there[t, :B].sum()), int(there[t, B:].sum())
        said.append(
            f"After {t + 1} {'words' if t else 'word'} the likeliest text goes on "
            f"“{tokenizer.decode(text).strip()}”, probability {np.exp(best):.3g}. "
            f"Of the {kept} kept, {first} go on from what stood first before; {gone} tries that came "
            "next are given up."
        )
    steps = list(range(DEPTH + 1))
    best_p = {"step": steps[1:], "value": np.exp(total[:, 0]).astype(float).tolist()}
    return panels, (header(steps, {"best": best_p}), arrays), said
