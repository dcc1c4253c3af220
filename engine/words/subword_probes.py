"""What can be asked of a tokenizer that was learned."""

from collections import Counter

import numpy as np

from engine.core.inputs import Answer, Inputs, whole
from engine.words.tokenizer import Tokenizer, learned, readable

MOST = 20_000  # characters of a text that is encoded in one go
MERGES = 400  # of a text of one's own
WORK = 4_000_000  # symbols of the longest part times merges: some three seconds


def encode(tokenizer: Tokenizer, inputs: Inputs) -> Answer:
    """{"text"} -> ids (T,). Raises ValueError for a text that is none, or one word of too much work."""
    text = readable(inputs.get("text"), MOST)
    _bounded(tokenizer, text, len(tokenizer.pairs))
    return {"ids": np.array(tokenizer.encode(text), np.int64)}


def learn(tokenizer: Tokenizer, inputs: Inputs) -> Answer:
    """{"text", "merges"} -> merges of a text's own, of pairs that are there twice or more: pairs (M, 2),
    count (M,) of each, size (M + 1,) of the text after 0, 1, ... of them. Raises ValueError."""
    text, merges = readable(inputs.get("text"), MOST), whole(inputs, "merges", 1, MERGES)
    _bounded(tokenizer, text, merges)
    made, counts, sizes = learned(text, tokenizer.kind, merges, least=2)
    pairs = np.array(made.pairs, np.int64).reshape(-1, 2)
    return {"pairs": pairs, "count": np.array(counts, np.int64), "size": np.array(sizes, np.int64)}


def _bounded(tokenizer: Tokenizer, text: str, merges: int) -> None:
    """Each merge may go through the whole of a part: one without spaces costs its length times them."""
    longest = max((len(tokenizer.symbols(part)) for part in tokenizer.split(text)), default=0)
    if longest * merges > WORK:
        raise ValueError(
            f"a word of {longest:,} {tokenizer.kind} takes at most {WORK // longest} merges, got {merges}: "
            "put spaces into it, or choose less"
        )


def forms(tokenizer: Tokenizer, inputs: Inputs) -> dict[str, list[str]]:
    """{"word"} -> its tokens as it stands, behind a space, with a capital, and in capitals."""
    word = readable(inputs.get("word"), 60, "word")
    shapes = dict.fromkeys((word, f" {word}", f" {word.capitalize()}", f" {word.upper()}"))
    return {shape: [tokenizer.token(id) for id in tokenizer.encode(shape)] for shape in shapes}


def ranks(tokenizer: Tokenizer, inputs: Inputs) -> Answer:
    """{"text"} -> count (R,): how often each token occurs in it, the most frequent first; ids (R,)."""
    counted = Counter(tokenizer.encode(readable(inputs.get("text"), MOST * 2))).most_common()
    return {"ids": np.array([id for id, _ in counted]), "count": np.array([n for _, n in counted])}
