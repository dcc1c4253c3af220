"""What can be asked of a tokenizer that was learned."""

from collections import Counter

import numpy as np

from engine.core.inputs import Answer, Inputs
from engine.words.tokenizer import Tokenizer, readable

MOST = 20_000  # characters of a text that is encoded in one go


def encode(tokenizer: Tokenizer, inputs: Inputs) -> Answer:
    """{"text"} -> ids (T,). Raises ValueError for a text that is none."""
    return {"ids": np.array(tokenizer.encode(readable(inputs.get("text"), MOST)), np.int64)}


def forms(tokenizer: Tokenizer, inputs: Inputs) -> dict[str, list[str]]:
    """{"word"} -> its tokens as it stands, behind a space, with a capital, and in capitals."""
    word = readable(inputs.get("word"), 60, "word")
    shapes = dict.fromkeys((word, f" {word}", f" {word.capitalize()}", f" {word.upper()}"))
    return {shape: [tokenizer.token(id) for id in tokenizer.encode(shape)] for shape in shapes}


def ranks(tokenizer: Tokenizer, inputs: Inputs) -> Answer:
    """{"text"} -> count (R,): how often each token occurs in it, the most frequent first; ids (R,)."""
    counted = Counter(tokenizer.encode(readable(inputs.get("text"), MOST * 2))).most_common()
    return {"ids": np.array([id for id, _ in counted]), "count": np.array([n for _, n in counted])}
