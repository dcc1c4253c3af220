"""Figures of subwords: texts and arrays in, panels and films out."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from app.figures import charts, marks
from app.figures.charts import Chart, Series
from app.figures.films import Film, header
from app.figures.kinds import Panel, Title, panel
from app.figures.marks import at
from app.figures.panels import lines
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.data.prose import ARTICLE
from engine.words import byte_level, characters, unigram
from engine.words.bpe import Pair
from engine.words.example import SENTENCE, WORD
from engine.words.pieces import ALPHAS

Cells = dict[str, Any]
SIGNS = {
    " ": "␣",
    unigram.SPACE: "␣",
    "\n": "↵",
    "\t": "→",
    characters.END: "·",
    characters.UNKNOWN: "\ufffd",
}
ASKED = " tokenization"  # what the reader bets on
NONE = 2**32 - 1
FIRST = next(iter(ARTICLE))


def visible(token: str) -> str:
    """A token with its spaces and line ends to be seen."""
    return "".join(SIGNS.get(c, c) for c in token)


def cells(text: str, kind: str, alphabet: Collection[int] = ()) -> Cells:
    """A text as cells, one a symbol of `kind`: bytes, characters, or pieces (characters that know no merge).

    ids: the symbols; signs: what each shows, at the first cell of a character; raw: what it shows alone;
    span: the cells of its character; words: where parts begin; lost: cells of characters never read before.
    """
    made: Cells = {name: [] for name in ("ids", "signs", "raw", "span", "words", "lost")}
    ours = {"bytes": byte_level, "characters": characters, "pieces": unigram}[kind]
    for part in ours.split(text):
        made["words"].append(len(made["ids"]))
        for sign in characters.symbols(part, alphabet or None) if kind == "characters" else part:
            _cell(made, sign, kind)
    return {**made, "bytes": len(text.encode()), "text": text}


def _cell(made: Cells, sign: str | int, kind: str) -> None:
    """One character more: a cell, or as many as it has bytes."""
    at = len(made["ids"])
    shown = SIGNS.get(sign) or (chr(sign) if isinstance(sign, int) else sign)
    code = sign if isinstance(sign, int) else ord(sign)
    ids = list(chr(code).encode()) if kind == "bytes" else [code]
    numbers, plain = [f"{id:02X}" for id in ids], shown.isprintable()
    made["lost"] += [at] if sign == characters.UNKNOWN else []
    made["ids"] += ids
    made["signs"] += [shown if plain else numbers[0], *[""] * (len(ids) - 1)]
    made["raw"] += [shown] if plain and len(ids) == 1 else numbers
    made["span"] += [[at, at + len(ids)]] * len(ids)


def chips(
    made: Cells,
    title: Title,
    array: str | None = None,
    first: int = byte_level.FIRST,
    cuts: str | None = None,
    breaks: Sequence[int] | None = None,
    bet: Mapping[str, Any] | None = None,
    width: float = 1,
) -> Panel:
    """A text of `cells` as chips, one a token.

    array: name of (moments, W, 3), the merges of each moment, whose symbols count from `first`; or cuts: name
    of (moments, N), a 1 for each cell that begins a token. breaks: cells that begin a line, for several texts
    in one panel. bet: {"begin", "end": cells, "said", "name": words}.
    """
    given = {name: made[name] for name in ("ids", "signs", "raw", "span", "words", "lost", "bytes")}
    given |= {"cuts": cuts, "first": first, "breaks": list(breaks) if breaks else None, "bet": bet}
    return panel("tokens/chips", array, title, width, **given)


def merges(title: Title, width: float = 1) -> Panel:
    """The newest merges at each moment."""
    return panel("tokens/merges", "merges.rows", title, width)


def lattice(array: str, title: Title, letters: str, shares: np.ndarray | None, width: float = 1) -> Panel:
    """A word's lattice. array: name of (moments, n + 1, n + 1), how probable the piece between two gaps is.
    shares: that array, if it is known: its longest piece is as high as the panel.
    """
    longest = unigram.LONGEST
    if shares is not None:
        _, start, end = np.nonzero(shares >= 0.004)  # as faint as what is still drawn
        longest = max(3, int((end - start).max(initial=1)))
    return panel("tokens/lattice", array, title, width, letters=list(letters), longest=longest)


def readings(array: str, title: Title, parts: Sequence[Sequence[str]], width: float = 1) -> Panel:
    """A word's readings, each as its parts. array: name of (moments, as many), probabilities."""
    said: list[list[tuple[str, str | None]]] = [[] for _ in parts]
    for one, pieces in zip(said, parts, strict=True):
        for piece in pieces:
            one += [("│", "past")] if one else []
            one.append((piece, None))
    names = [" | ".join(pieces) for pieces in parts]
    drawn = [
        marks.bars(array, sideways=True, alpha=0.28, names=names, say="{name}: {value:%}"),
        marks.words(said, column=True, shift=7, size=14, mono=True),
        marks.words(
            value=array, form="{value:%}", concept="soft", column=True, head="probability", align="right",
            size=11.5, mono=True,
        ),
    ]  # fmt: skip
    x, y = Axis(low=0, high=1, ticks={}, room=48), Axis(names=[""] * len(parts), room=0, most=30)
    return plot(drawn, title, x, y, tall=22 + 27 * len(parts), aspect=9, width=width)


def merging(made: Cells, kind: str, bet: int | str | None) -> Sequence[Panel]:
    """The hero of BPE: the reader's sentence, the newest merges, and what a token holds."""
    first = byte_level.FIRST if kind == "bytes" else characters.FIRST
    begin = made["text"].encode().find(ASKED.encode()) if kind == "bytes" else -1
    said = None
    if isinstance(bet, int) and begin >= 0:
        said = {"begin": begin, "end": begin + len(ASKED), "said": bet, "name": visible(ASKED)}
    curves = {
        "fit.train": ("training text", "past"),
        "fit.prose": ("other prose", "model"),
        "fit.code": ("other code", "code"),
    }
    yours: Title = [("Your text: each chip is one ", None), ("token", "past")]
    pair: Title = [("The commonest ", None), ("pair", "model"), (" fuses", None)]
    longer: Title = [("Each ", None), ("merge", "past"), (" makes tokens longer", None)]
    return [
        chips(made, yours, "merges.rows", first, bet=said, width=2.3),
        merges(pair, width=0.9),
        lines(curves, longer, unit="bytes a token", x="merges", low=1, width=1.05),
    ]


def pruning(trace: Trace) -> Sequence[Panel]:
    """The hero of the unigram model: one word's lattice, a sentence in pieces, and what a character costs."""
    known = [trace.at("word", moment)["share"] for moment in range(len(trace.moments))]
    curves = {
        "fit.train": ("training text", "past"),
        "fit.best": ("held-out text", "model"),
        "fit.bpe": ("the same, BPE's pieces", "code"),
    }
    word: Title = [("An arc is a ", None), ("piece", "past"), (", thick if likely", None)]
    likeliest: Title = [("The likeliest ", None), ("pieces", "past")]
    dearer: Title = [("Fewer ", None), ("pieces", "past"), (" cost more bits", None)]
    return [
        lattice("word.share", word, visible(f" {WORD}"), np.stack(known) if known else None, width=1.5),
        chips(cells(SENTENCE, "pieces"), likeliest, cuts="sentence.cuts", width=1.3),
        lines(curves, dearer, unit="bits a character", x="EM step", low=2, high=4, width=1),
    ]


def cover() -> Panel:
    """The example sentence for a card, at each moment of a recorded run."""
    return chips(cells(SENTENCE, "bytes"), (), cuts="sentence.cuts")


def own(size: int, pairs: Sequence[Pair], counts: Sequence[int], symbols: Sequence[int]) -> Film:
    """Merges learned from one's own text as a film, a moment a merge. size: its bytes; symbols: how many it
    is after 0, 1, ... merges."""
    n = len(pairs) + 1
    rows = np.full((n, 1, 3), NONE, np.uint32)
    for row, pair, count in zip(rows[1:], pairs, counts, strict=True):
        row[0] = (*pair, count)
    held = {"step": list(range(n)), "value": [round(size / s, 4) for s in symbols]}
    arrays = {"merges.rows": rows, "merges.first": np.full(n, byte_level.FIRST, np.uint32)}
    return header(range(n), {"train": held}), arrays


def own_panels(beginning: str) -> Sequence[Panel]:
    """Its panels: the text's beginning as chips, and the merges."""
    yours: Title = [("Your text, by ", None), ("merges", "past"), (" of its own", None)]
    pair: Title = [("Your commonest ", None), ("pair", "model")]
    return [chips(cells(beginning, "bytes"), yours, "merges.rows", width=2.4), merges(pair)]


def languages(trace: Trace) -> Sequence[Panel]:
    """The same article in many languages: how many tokens it costs in each, and how many times the first."""
    title: Title = [("The same article: ", None), (FIRST, "past"), (" and ", None), ("the others", "model")]
    array, times, names = "languages.tokens", at("languages.tokens", against=0), list(ARTICLE)
    drawn = [
        marks.bars(
            array, ["past", *["model"] * (len(names) - 1)], sideways=True, alpha=0.85, names=names,
            more={"ratio": times}, say=f"{{name}}: {{value}} tokens, {{ratio:2}} times {FIRST}",
        ),
        marks.words(value=array, column=True, head="tokens", align="right", shift=-44, mono=True),
        marks.words(
            value=times, form="{value:1}×", concept="soft", column=True, head="ratio", align="right",
            mono=True,
        ),
    ]  # fmt: skip
    most = float(trace.at("languages", 0)["tokens"].max()) if trace.moments else 1
    x, y = Axis(low=0, high=most, ticks={}, room=96), Axis(names=names, room=74, most=26)
    return [plot(drawn, title, x, y, tall=22 + 22 * len(names), aspect=9)]


def alpha(word: str, found: Mapping[str, np.ndarray]) -> tuple[Sequence[Panel], Film]:
    """Panels and film of one word's readings as alpha grows: lattice, likeliest readings, drawn ones."""
    letters = visible(f" {word.strip()}")
    n, draws = len(letters), found["cuts"].shape[1]
    begins, signs = [n * i for i in range(draws)], list(letters) * draws
    drawn: Cells = {"ids": list(map(ord, signs)), "signs": signs, "raw": signs, "words": begins, "lost": []}
    drawn |= {"bytes": 0, "span": [[i, i + 1] for i in range(n * draws)]}
    named = [tuple(unigram.cut(letters, [int(g) for g in np.flatnonzero(row)])) for row in found["ends"]]
    all_: Title = [("An arc is a ", None), ("piece", "past"), (", thick if likely", None)]
    ten: Title = [("Ten drawn ", None), ("readings", "model")]
    panels = [
        lattice("word.share", all_, letters, found["share"], width=1.5),
        readings("word.chance", [("The likeliest", None)], named, width=1.1),
        chips(drawn, ten, cuts="word.cuts", breaks=begins, width=0.9),
    ]
    cuts, chance = found["cuts"].reshape(len(ALPHAS), -1), found["chance"][:, : len(named)]
    arrays = {"word.share": found["share"], "word.chance": chance, "word.cuts": cuts}
    steps = [round(float(100 * t)) for t in ALPHAS]
    even = -(found["chance"] * np.log2(np.maximum(found["chance"], 1e-12))).sum(1)
    bits = {"step": steps, "value": [round(float(v), 4) for v in even]}
    return panels, (header(steps, {"bits": bits}), arrays)


def zipf(counts: Mapping[str, np.ndarray]) -> Chart:
    """How often each token occurs, by rank, for each name; and Zipf's 1 / rank beside the last."""
    series = []
    for (name, count), concept in zip(counts.items(), ("soft", "past"), strict=False):
        rank = np.unique(np.geomspace(1, len(count), 60).round().astype(int))
        series.append(Series(name, rank, count[rank - 1], concept, dots=True, size=22))
    rank, count = np.asarray(series[-1].x), np.asarray(series[-1].y)
    tenth = min(9, len(rank) - 1)
    series.append(Series("1 / rank", rank, count[tenth] * rank[tenth] / rank, "truth", dash=True))
    x = charts.Axis("rank of the token", log=True, format=",d")
    return charts.lines(series, x, charts.Axis("times in held-out prose", log=True, format=","))
