"""Figures of the labs of subwords: texts and arrays in, panels and sentences out."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from app.figures.films import Film, header
from app.figures.panels import Panel, Title, checked_range, lines, panel
from engine.core.trace import Trace
from engine.data.prose import ARTICLE
from engine.words import byte_level, characters, unigram
from engine.words.bpe import Pair
from engine.words.example import SENTENCE, WORD
from engine.words.pieces import ALPHAS

Cells = dict[str, Any]
SIGNS = {" ": "␣", "\n": "↵", "\t": "→", characters.END: "·", characters.UNKNOWN: "\ufffd"}
ASKED = " tokenization"  # what the reader bets on
NONE = 2**32 - 1


def visible(token: str) -> str:
    """A token with its spaces and line ends to be seen."""
    return "".join(SIGNS.get(c, c) for c in token)


def cells(text: str, kind: str, alphabet: Collection[int] = ()) -> Cells:
    """A text as cells, one a symbol of `kind`: bytes, characters, or pieces (characters that know no merge).

    ids: the symbols; signs: what each shows, at the first cell of a character; raw: what it shows alone;
    span: the cells of its character; words: where parts begin; lost: cells of characters never read before.
    """
    made: Cells = {"ids": [], "signs": [], "raw": [], "span": [], "words": [], "lost": []}
    parts = {"bytes": byte_level.split, "characters": characters.split, "pieces": unigram.split}[kind](text)
    for part in parts:
        made["words"].append(len(made["ids"]))
        signs: list[Any] = list(part)
        if kind == "characters":
            signs = [*characters.symbols(part, alphabet or None)]
        for sign in signs:
            _cell(made, sign, kind)
    return {**made, "bytes": len(text.encode()), "text": text}


def _cell(made: Cells, sign: str | int, kind: str) -> None:
    """One character more: a cell, or as many as it has bytes."""
    at = len(made["ids"])
    shown = SIGNS.get(sign) or (chr(sign) if isinstance(sign, int) else sign)
    code = sign if isinstance(sign, int) else ord(sign)
    ids = list(chr(code).encode()) if kind == "bytes" else [code]
    plain = shown.isprintable()
    made["lost"] += [at] if sign == characters.UNKNOWN else []
    for k, id in enumerate(ids):
        made["ids"].append(id)
        made["signs"].append("" if k else shown if plain else f"{id:02X}")
        made["raw"].append(shown if plain and len(ids) == 1 else f"{id:02X}")
        made["span"].append([at, at + len(ids)])


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
    in one panel. bet: {"begin", "end": cells, "said", "name": words}. Raises ValueError unless one of array
    and cuts is given.
    """
    if (array is None) == (cuts is None):
        raise ValueError("chips need an array of merges or one of cuts, and not both")
    rest = {name: made[name] for name in ("ids", "signs", "raw", "span", "words", "lost", "bytes")}
    own = {"cuts": cuts, "first": first, "breaks": list(breaks) if breaks else None}
    return panel("chips", array, title, width, **rest, **own, bet=dict(bet) if bet else None)


def merges(array: str, title: Title, width: float = 1) -> Panel:
    """The newest merges at each moment. array: as for `chips`."""
    return panel("merges", array, title, width)


def lattice(array: str, title: Title, letters: str, shares: np.ndarray | None, width: float = 1) -> Panel:
    """A word's lattice. array: name of (moments, n + 1, n + 1), how probable the piece between two gaps is.
    shares: that array, if it is known: its longest piece is as high as the panel.
    """
    longest = unigram.LONGEST
    if shares is not None:
        _, start, end = np.nonzero(shares >= 0.004)  # as faint as what is still drawn
        longest = max(3, int((end - start).max(initial=1)))
    return panel("lattice", array, title, width, letters=list(letters), longest=longest)


def readings(array: str, title: Title, parts: Sequence[Sequence[str]], width: float = 1) -> Panel:
    """A word's readings, each as its parts. array: name of (moments, as many), probabilities."""
    return panel("readings", array, title, width, readings=[list(one) for one in parts])


def merging(made: Cells, kind: str, bet: int | str | None) -> Sequence[Panel]:
    """The hero of BPE: the reader's sentence, the newest merges, and what a token holds."""
    first = byte_level.FIRST if kind == "bytes" else characters.FIRST
    begin = _asked(made["text"]) if kind == "bytes" else None
    said = None
    if isinstance(bet, int) and begin is not None:
        said = {"begin": begin, "end": begin + len(ASKED), "said": bet, "name": visible(ASKED)}
    curves = {
        "fit.train": ("its own text", "past"),
        "fit.prose": ("other prose", "model"),
        "fit.code": ("other code", "code"),
    }
    return [
        chips(
            made,
            [("Your text: each chip is one ", None), ("token", "past")],
            "merges.rows",
            first,
            bet=said,
            width=2.3,
        ),
        merges("merges.rows", [("The commonest ", None), ("pair", "model"), (" fuses", None)], width=0.9),
        lines(
            curves,
            [("Each ", None), ("merge", "past"), (" makes text shorter", None)],
            unit="bytes a token",
            x="merges",
            low=1,
            width=1.05,
        ),
    ]


def _asked(text: str) -> int | None:
    """The byte at which ASKED begins."""
    at = text.find(ASKED)
    return len(text[:at].encode()) if at >= 0 else None


def pruning(trace: Trace) -> Sequence[Panel]:
    """The hero of the unigram model: one word's lattice, a sentence in pieces, and what a character costs."""
    letters = unigram.SPACE + WORD
    known = [trace.at("word", moment)["share"] for moment in range(len(trace.moments))]
    shares = np.stack(known) if known else None
    return [
        lattice("word.share", [("One word, many ", None), ("readings", "past")], letters, shares, width=1.5),
        chips(
            cells(SENTENCE, "pieces"),
            [("The likeliest ", None), ("pieces", "past")],
            cuts="sentence.cuts",
            width=1.3,
        ),
        lines(
            {
                "fit.train": ("its own text", "past"),
                "fit.best": ("held out", "model"),
                "fit.bpe": ("BPE's pieces", "code"),
            },
            [("Fewer ", None), ("pieces", "past"), (" cost more bits", None)],
            unit="bits a character",
            x="EM step",
            low=2,
            high=4,
            width=1,
        ),
    ]


def cover() -> Panel:
    """The example sentence for a card, at each moment of a recorded run."""
    return chips(cells(SENTENCE, "bytes"), (), cuts="sentence.cuts")


def own(size: int, pairs: Sequence[Pair], counts: Sequence[int], symbols: Sequence[int]) -> Film:
    """Merges learned from one's own text as a film, a moment a merge. size: its bytes; symbols: how many it
    is after 0, 1, ... merges."""
    n = len(pairs) + 1
    rows = np.full((n, 1, 3), NONE, np.uint32)
    for i, (pair, count) in enumerate(zip(pairs, counts, strict=True)):
        rows[i + 1, 0] = (*pair, count)
    scalars = {"train": {"step": list(range(n)), "value": [round(size / s, 4) for s in symbols]}}
    return header(range(n), scalars), {
        "merges.rows": rows,
        "merges.first": np.full(n, byte_level.FIRST, np.uint32),
    }


def own_panels(made: Cells) -> Sequence[Panel]:
    """Its panels: the text's beginning as chips, and the merges."""
    return [
        chips(
            made,
            [("Your text, by ", None), ("merges", "past"), (" of its own", None)],
            "merges.rows",
            width=2.4,
        ),
        merges("merges.rows", [("Your commonest ", None), ("pair", "model")]),
    ]


def costs(
    array: str, title: Title, labels: Sequence[str], unit: str, ratio: str, high: float, width: float = 1
) -> Panel:
    """What the same thing costs in several ways, each a bar. array: name of (moments, as many), from 0 to
    `high` in `unit`; ratio: what stands over how many times the first each is. Raises ValueError for a range
    that is none.
    """
    checked_range(0, high)
    rest = {"labels": list(labels), "unit": unit, "ratio": ratio, "high": high}
    return panel("costs", array, title, width, **rest)


def languages(trace: Trace) -> Sequence[Panel]:
    """The same sentence in many languages, and how many tokens it costs in each."""
    most = float(trace.at("languages", 0)["tokens"].max()) if trace.moments else 1
    names = list(ARTICLE)
    title: Title = [
        ("The same article: ", None),
        (names[0], "past"),
        (" and ", None),
        ("the others", "model"),
    ]
    return [costs("languages.tokens", title, names, "tokens", "ratio", most)]


def alpha(word: str, found: Mapping[str, np.ndarray]) -> tuple[Sequence[Panel], Film]:
    """Panels and film of one word's readings as alpha grows: lattice, likeliest readings, drawn ones."""
    letters = unigram.SPACE + word.strip().replace(" ", unigram.SPACE)
    n, draws = len(letters), found["cuts"].shape[1]
    begins = [n * i for i in range(draws)]
    made = {"ids": [ord(c) for c in letters] * draws, "signs": list(letters) * draws, "lost": [], "bytes": 0}
    made |= {"raw": made["signs"], "words": begins, "span": [[i, i + 1] for i in range(n * draws)]}
    all_: Title = [("All its ", None), ("readings", "past"), (" at once", None)]
    named = [tuple(unigram.cut(letters, [int(g) for g in np.flatnonzero(row)])) for row in found["ends"]]
    shown = [
        lattice("word.share", all_, letters, found["share"], width=1.5),
        readings("word.chance", [("The likeliest", None)], named, width=1.1),
        chips(
            made, [("Ten drawn ", None), ("readings", "model")], cuts="word.cuts", breaks=begins, width=0.9
        ),
    ]
    arrays = {
        "word.share": found["share"],
        "word.chance": found["chance"][:, : len(named)],
        "word.cuts": found["cuts"].reshape(len(ALPHAS), -1),
    }
    steps = [round(float(100 * t)) for t in ALPHAS]
    even = -(found["chance"] * np.log2(np.maximum(found["chance"], 1e-12))).sum(1)
    scalars = {"bits": {"step": steps, "value": [round(float(v), 4) for v in even]}}
    return shown, (header(steps, scalars), arrays)


def zipf(counts: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Plotly: how often each token occurs, by rank, for each name; and Zipf's 1 / rank beside the last."""
    ink = ("#8a9099", "#2b6cb0")
    data: list[dict[str, Any]] = []
    for (name, count), colour in zip(counts.items(), ink, strict=False):
        rank = np.unique(np.geomspace(1, len(count), 60).round().astype(int))
        data.append(
            {
                "x": rank.tolist(),
                "y": count[rank - 1].tolist(),
                "name": name,
                "mode": "lines+markers",
                "type": "scatter",
                "line": {"color": colour, "width": 2.2},
                "marker": {"size": 4},
                "hovertemplate": "rank %{x}: %{y} times<extra>" + name + "</extra>",
            }
        )
    last = data[-1]
    start = float(last["y"][min(9, len(last["y"]) - 1)]) * float(last["x"][min(9, len(last["x"]) - 1)])
    line = {"color": "#2a9272", "width": 1.5, "dash": "dot"}
    zipfs = {"x": last["x"], "y": [start / x for x in last["x"]], "name": "1 / rank", "mode": "lines"}
    data.append({**zipfs, "type": "scatter", "line": line, "hoverinfo": "skip"})
    axis = {"gridcolor": "rgba(128,128,128,.25)", "zeroline": False, "type": "log", "dtick": 1}
    layout = {
        "height": 300,
        "margin": {"l": 60, "r": 12, "t": 8, "b": 44},
        "xaxis": {**axis, "title": {"text": "rank of the token"}},
        "yaxis": {**axis, "title": {"text": "times in held-out prose"}},
        "legend": {"orientation": "h", "y": 1.12, "x": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
    return {"data": data, "layout": layout}
