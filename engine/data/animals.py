"""Sentences on animals in which words decide each other from both sides: made by us, no licence needed.

"the small dog near the owls barks in the kitchen ." Each animal has a sound of its own, in two numbers; its
kind, tame or wild, decides where it is heard. The animal can be told from the verb to its right, the verb
from the animal to its left, the kind from the place; an animal that is only near decides nothing.
Honest limits: 16 animals, one sentence form, and no word has two meanings.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

TAME = {"dog": "bark", "cat": "meow", "cow": "moo", "horse": "neigh", "hen": "cluck", "duck": "quack",
        "pig": "grunt", "goat": "bleat"}  # fmt: skip
WILD = {"owl": "hoot", "wolf": "howl", "lion": "roar", "snake": "hiss", "crow": "caw", "frog": "croak",
        "bear": "growl", "bee": "buzz"}  # fmt: skip
SOUNDS = TAME | WILD
ANIMALS = tuple(SOUNDS)
PLACES = (("kitchen", "yard", "barn", "garden"), ("forest", "swamp", "desert", "canyon"))
LOOKS = ("small", "old", "grey", "quiet")
MANY = tuple("wolves" if one == "wolf" else f"{one}s" for one in ANIMALS)


def alone(sound: str) -> str:
    """The form of a verb that one animal has."""
    return f"{sound}es" if sound[-1] in "sz" else f"{sound}s"


BEINGS, VERBS = (*ANIMALS, *MANY), (*SOUNDS.values(), *map(alone, SOUNDS.values()))
FERAL = {*WILD, *(MANY[ANIMALS.index(one)] for one in WILD)}
PAD, MASK, CLS = "[PAD]", "[MASK]", "[CLS]"
WORDS = (PAD, MASK, CLS, "the", "near", "in", ".", *LOOKS, *BEINGS, *VERBS, *PLACES[0], *PLACES[1])
NUMBER = {word: i for i, word in enumerate(WORDS)}
LENGTH = 12  # [CLS] and eleven words at most
FIXED = (NUMBER[PAD], NUMBER[MASK], NUMBER[CLS])  # signs: nobody guesses them
HELD, MADE = 400, 6000


def sentence(rng: np.random.Generator) -> list[str]:
    """One sentence, [CLS] first, padded to LENGTH."""
    i, j, many, others = (int(rng.integers(n)) for n in (len(ANIMALS), len(ANIMALS), 2, 2))
    about, other = (MANY, ANIMALS)[1 - many][i], (MANY, ANIMALS)[1 - others][j]
    look = [str(rng.choice(LOOKS))] if rng.random() < 0.5 else []
    near = ["near", "the", other] if rng.random() < 0.5 else []
    sound = SOUNDS[ANIMALS[i]] if many else alone(SOUNDS[ANIMALS[i]])
    place = str(rng.choice(PLACES[int(ANIMALS[i] in WILD)]))
    words = [CLS, "the", *look, about, *near, sound, "in", "the", place, "."]
    return words + [PAD] * (LENGTH - len(words))


def sentences(n: int, seed: int) -> np.ndarray:
    """n sentences as numbers of words -> (n, LENGTH) int64."""
    rng = np.random.default_rng(seed)
    return np.array([[NUMBER[word] for word in sentence(rng)] for _ in range(n)])


@lru_cache(maxsize=4)
def parted(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Different sentences to learn from, and HELD others that are kept aside, (n, LENGTH) each."""
    rows = np.unique(sentences(MADE, seed), axis=0)
    rows = rows[np.random.default_rng(seed).permutation(len(rows))]
    return rows[HELD:], rows[:HELD]


def place_of(rows: np.ndarray, forms: Sequence[str]) -> np.ndarray:
    """Where the first word of these forms stands in each sentence (n, T) -> (n,)."""
    return np.isin(rows, [NUMBER[one] for one in forms]).argmax(1)


def wild(rows: np.ndarray) -> np.ndarray:
    """Whether the animal that each sentence (n, T) is about is a wild one -> (n,) int64."""
    about = rows[np.arange(len(rows)), place_of(rows, BEINGS)]
    return np.isin(about, [NUMBER[one] for one in FERAL]).astype(np.int64)
