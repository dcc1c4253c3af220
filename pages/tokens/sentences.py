"""What the pictures of subwords say, in words; and which words of a text are worth showing."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from engine.core.trace import Trace
from engine.data.prose import ARTICLE
from engine.words.pieces import ALPHAS
from engine.words.tokenizer import Tokenizer, readable
from pages.tokens.figures import visible

Surprise = tuple[str, int, list[str], list[str]]  # word, how often, behind a space, without


def read(text: str, most: int, name: str) -> None:
    """Raises ValueError for a text that is empty, too long or none."""
    if not readable(text, most, name):
        raise ValueError(f"{name} must hold a character, got none")


def merging(trace: Trace, kind: str) -> str:
    """What the merges have come to."""
    if not trace.moments:
        return "Nothing is merged yet."
    fit, step = trace.last("fit"), trace.moments[-1]
    start = {"bytes": "256 bytes", "characters": "characters"}[kind]
    return (
        f"From {start}, after {step} merges, a token holds {float(fit['prose']):.2f} bytes of prose that was "
        f"held out, {float(fit['code']):.2f} of code. The darker a chip, the earlier it was learned; pale "
        f"ones are single {kind}; orange ones fused at this moment."
    )


def pruning(trace: Trace) -> str:
    """What pruning has come to."""
    if not trace.moments:
        return "Nothing is counted yet."
    begin, now, fit = trace.at("vocabulary", 0), trace.last("vocabulary"), trace.last("fit")
    return (
        f"Of {int(begin['pieces'])} pieces {int(now['pieces'])} are left. A character of held-out text costs "
        f"{float(fit['best']):.2f} bits; in as many pieces of BPE's it costs {float(fit['bpe']):.2f}. "
        "The thicker an arc, the more of the word's readings use it."
    )


def languages(trace: Trace) -> str:
    """Who pays how much for the same sentence."""
    begin, end = (trace.at("languages", m)["tokens"].astype(float) for m in (0, len(trace.moments) - 1))
    names, worst = list(ARTICLE), int((end / end[0]).argmax())
    return (
        f"Article 1 of the Universal Declaration of Human Rights. {names[0]} {int(end[0])} tokens, "
        f"{names[worst]} {int(end[worst])}: {end[worst] / end[0]:.1f} times as many. Before any merge it was "
        f"{begin[worst] / begin[0]:.1f} times."
    )


def alpha(word: str, found: Mapping[str, np.ndarray]) -> str:
    """How sure the model is of a word's best reading."""
    best = found["chance"][int(np.abs(ALPHAS - 1).argmin()), 0]
    said = f"Of “{word.strip()}” the likeliest reading has {best:.0%} at α = 1"
    return f"{said}, the value that was trained for."


def symbols(merged: Trace, pruned: Trace) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    counts = [int(v) for v in merged.scalars.get("count", ((), ()))[1] or [0]]
    pieces = int(pruned.last("vocabulary")["pieces"]) if pruned.moments else 0
    return (
        ("a, b", "two symbols side by side within a word", f"merge {len(counts)}"),
        (r"\mathrm{count}", "how often they are, at first and at last", f"{counts[0]:,} to {counts[-1]:,}"),
        (r"\mathbf{x}", "a text X as pieces, one of all ways S", f"V = {pieces}"),
        (r"\alpha", "sharpens the draw between ways", "0 to 2"),
    )


def commonest(word: str) -> tuple[str, int]:
    """The letter that is in a word most often, and how often."""
    return Counter(word.replace(" ", "")).most_common(1)[0]


def surprises(tokenizer: Tokenizer, held: str, most: int = 7) -> list[Surprise]:
    """Words of held-out prose, one token behind a space, that fall into most tokens without it."""
    words = Counter(re.findall(r"(?<= )[a-z]{4,}(?=[ .,])", held))
    found: list[Surprise] = []
    for word, n in words.most_common(400):
        behind, bare = ([tokenizer.token(id) for id in tokenizer.encode(one)] for one in (f" {word}", word))
        if len(behind) == 1 and len(bare) > 1:
            found.append((word, n, behind, bare))
    return sorted(found, key=lambda one: (-len(one[3]), -one[1]))[:most]


def ranks(tokenizer: Tokenizer, ids: np.ndarray, count: np.ndarray) -> str:
    """How much of a text the commonest tokens are, and how much of the vocabulary it never uses."""
    first = len(tokenizer.pairs) - sum(int(id) >= tokenizer.first for id in ids)
    top, all_ = int(count[:100].sum()), int(count.sum())
    common = ", ".join(f"“{visible(tokenizer.token(int(id)))}”" for id in ids[:8])
    return (
        f"Held-out prose, {all_:,} tokens. The hundred commonest are {top / all_:.0%} of it, beginning with "
        f"{common}. Of {len(tokenizer.pairs)} merged symbols {first} do not occur in it at all: steps on the "
        "way to a longer one, or words of the other text."
    )


def own(text: str, tokenizer: Tokenizer, other: Tokenizer | None) -> str:
    """What merges of one's own text come to, beside the page's."""
    size, parts = len(text.encode()), len(tokenizer.split(text))
    if not text.strip():
        begin = f"This text is {f'only spaces, {len(text)} of them' if text else 'empty'}. "
    elif parts == 1:
        begin = "This text is a single word. "
    else:
        begin = f"{len(text):,} characters, {size:,} bytes, {parts:,} words and signs. "
    if not tokenizer.pairs:
        return begin + "No pair of bytes stands in it twice, so there is nothing to merge."
    mine = len(tokenizer.encode(text))
    more = f" The page's own merges make it {len(other.encode(text)):,} tokens." if other else ""
    after = (
        f"After **{len(tokenizer.pairs)}** merges it is **{mine:,}** tokens, {size / mine:.2f} bytes each."
    )
    return f"{begin}{after}{more}"


def own_film(text: str, drawn: int, tokenizer: Tokenizer, counts: Sequence[int]) -> str:
    """What the film of one's own text shows, of which so many characters are drawn."""
    cut = "" if len(text) <= drawn else f"Its first {drawn} characters are drawn. "
    first = visible(tokenizer.token(tokenizer.first))
    return (
        f"{cut}First to fuse: “{first}”, there {counts[0]} times. No pair that is there only once is merged."
    )
