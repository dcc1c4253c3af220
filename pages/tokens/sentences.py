"""What the pictures of subwords say, in words; and which words of a text are worth showing."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.figures.captions import Caption
from app.figures.pipeline import Box
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


def merging(kind: str) -> Caption:
    """What the merges have come to."""
    told = (
        "merges a token holds {fit.prose:.2f} bytes of prose that was kept out of learning, {fit.code:.2f} "
        f"of code. Dark chips were learned early, pale ones are single {kind}."
    )
    start = {"bytes": "byte", "characters": "character"}[kind]
    return Caption(
        f"Before any merge every {start} is a token. Each merge makes one token of the two neighbours "
        "that are commonest in the training text.",
        f"After {{step}} {told} Orange: the pair of this sentence that fused last.",
        f"At the end, after {{step}} {told}",
    )


COST = "A character of held-out text costs {fit.best:.2f} bits; with as many of BPE's pieces {fit.bpe:.2f}."
PRUNING = Caption(
    "Unigram, another method than BPE, merges nothing. It begins with {vocabulary.pieces} pieces, too many. "
    "An arc stands over each piece that the word may be cut into.",
    f"After EM step {{step}} {{vocabulary.pieces}} pieces are left. {COST}",
    f"At the end {{vocabulary.pieces}} pieces are left. {COST}",
)


def languages(trace: Trace) -> list[str]:
    """Who pays how much for the same sentence, a text a moment."""
    told, names = [], list(ARTICLE)
    for moment, step in enumerate(trace.moments):
        tokens = trace.at("languages", moment)["tokens"].astype(float)
        worst = int((tokens / tokens[0]).argmax())
        told.append(
            "Each bar is the same sentence, article 1 of the Universal Declaration of Human Rights. After "
            f"{step} merges it is {int(tokens[0])} tokens in {names[0]} and {int(tokens[worst])} in "
            f"{names[worst]}, {tokens[worst] / tokens[0]:.1f} times as many."
        )
    return told or ["Nothing is merged yet."]


def alpha(word: str, found: Mapping[str, np.ndarray]) -> list[str]:
    """How sure the model is of a word's best reading, a text for each alpha."""
    return [
        f"At α = {value:.2f} the likeliest reading of “{word.strip()}” is drawn with probability {best:.0%}."
        + (" This is how the model was trained." if abs(value - 1) < 1e-6 else "")
        for value, best in zip(ALPHAS.tolist(), found["chance"][:, 0].tolist(), strict=True)
    ]


def symbols(merged: Trace, pruned: Trace) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    counts = [int(v) for v in merged.scalars.get("count", ((), ()))[1] or [0]]
    pieces = int(pruned.last("vocabulary")["pieces"]) if pruned.moments else 0
    return (
        ("a, b, ab", "two symbols side by side within a word, and the new one that they become",
         f"{len(counts)} merges"),
        (r"\mathrm{count}(a, b)", "how often they stand so; of the first merge and of the last",
         f"{counts[0]:,} to {counts[-1]:,}"),
        (r"(a, b)^*", "the pair with the greatest count", "one a merge"),
        (r"\mathbf{x}, x_i", "a text cut into pieces, and its i-th piece", f"of {pieces} pieces"),
        (r"p, P", "how likely a piece is, and all pieces of a cut together", "0 to 1"),
        (r"S, \mathbf{x}'", "all ways to cut the text; any of them", "a set"),
        (r"\mathbf{x}^*", "the likeliest way: what comes out", "one way"),
        (r"\alpha", "0 draws all ways alike, 1 as the model believes, above 1 nearly always the best",
         "0 to 2"),
    )  # fmt: skip


def pipeline(view: Any, text: str, tokens: Sequence[str]) -> tuple[Box, ...]:
    """From a text to its tokens, by merges or by pieces. view: has a spec; tokens: of the text."""
    spec, size = view.spec, len(text.encode())
    begin, many, cut = text[:9] + "…", f"{len(tokens)} of them", "│".join(map(visible, tokens[:5])) + "…"
    given = Box("your text", "A text goes in.", "X", f"{len(text)} characters", text=begin, hue="past")
    size_read = f"{spec.corpus}, {spec.size},000 characters"
    read = Box("another text, read before", "From it what follows is learned beforehand.", "", size_read)
    if hasattr(spec, "V"):
        return (
            given,
            read,
            Box("many pieces", "All its frequent pieces are gathered, six times too many.", "",
                f"{6 * spec.V} at first"),
            Box("how likely", "Each piece is given a probability: how often it is used, over all ways to cut "
                "the training text.", "p(x_i)", "one number a piece", hue="model"),
            Box("pruned", "Again and again the pieces that would be missed least are given up.", "",
                f"{spec.V} are left", hue="blind"),
            Box("tokens", "Of all ways to cut a text the likeliest is taken: its pieces are the tokens.",
                "x*", many, text=cut, hue="past"),
        )  # fmt: skip
    in_bytes = spec.symbols == "bytes"
    numbers = " ".join(f"{one:02X}" for one in text.encode()[:4]) if in_bytes else " ".join(text[:4])
    return (
        given,
        Box(spec.symbols, f"It is split into words, and each word into its {spec.symbols}.", "",
            f"{size} bytes", text=numbers + " …"),
        read,
        Box("commonest pair", "The two neighbours that stand together most often in it are sought.",
            "count(a, b)", "a number for each pair", hue="model"),
        Box("merge", "They become one new symbol, and so on. Your text goes through these merges in the same "
            "order.", "a b → ab", f"{spec.steps} times", hue="model"),
        Box("tokens", "What comes out are tokens; a model sees their numbers, and no letters.", "x", many,
            text=cut, hue="past"),
    )  # fmt: skip


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


def own(text: str, tokenizer: Tokenizer, mine: int, others: int | None) -> str:
    """What merges of one's own text come to, `mine` tokens, beside the page's."""
    size, parts = len(text.encode()), len(tokenizer.split(text))
    if not text.strip():
        begin = f"This text is {f'only spaces, {len(text)} of them' if text else 'empty'}. "
    elif parts == 1:
        begin = "This text is a single word. "
    else:
        begin = f"{len(text):,} characters, {size:,} bytes, {parts:,} words and signs. "
    if not tokenizer.pairs:
        return begin + "No pair of bytes stands in it twice, so there is nothing to merge."
    more = f" The page's own merges make it {others:,} tokens." if others is not None else ""
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
