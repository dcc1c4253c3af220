"""Planted corpora: sentences whose every regularity was put there on purpose, so that it can be asked for.

Four plants: pairs of people (role by gender), countries and their capitals, verbs in two tenses, and
professions that lean to "he" or "she" by a known chance. A sentence is the word it is about and four words
from its contexts. Hard templates keep to the plant; softened ones replace a share of the contexts by any
word of the corpus. Made by this project; free to use. Honest limit: nothing else of language is in them.
"""

from dataclasses import dataclass
from functools import lru_cache
from pydoc_data.topics import topics

import numpy as np

PEOPLE = {  # (he, she): what only this role is seen with
    ("man", "woman"): ("person", "adult"),
    ("king", "queen"): ("crown", "throne"),
    ("prince", "princess"): ("palace", "ball"),
    ("uncle", "aunt"): ("cousin", "visit"),
    ("actor", "actress"): ("stage", "film"),
    ("waiter", "waitress"): ("menu", "table"),
    ("boy", "girl"): ("school", "toy"),
    ("father", "mother"): ("child", "home"),
    ("husband", "wife"): ("wedding", "ring"),
    ("monk", "nun"): ("prayer", "abbey"),
    ("hero", "heroine"): ("quest", "dragon"),
}
HE, SHE = ("he", "his", "him", "sir"), ("she", "her", "hers", "madam")
PLACES = {  # (country, capital): what only this place is seen with
    ("france", "paris"): ("wine", "seine"),
    ("italy", "rome"): ("pasta", "tiber"),
    ("spain", "madrid"): ("flamenco", "prado"),
    ("japan", "tokyo"): ("sushi", "sumo"),
    ("egypt", "cairo"): ("nile", "pyramid"),
    ("germany", "berlin"): ("spree", "pretzel"),
    ("greece", "athens"): ("olive", "temple"),
    ("russia", "moscow"): ("vodka", "ballet"),
    ("peru", "lima"): ("llama", "andes"),
    ("kenya", "nairobi"): ("safari", "lion"),
}
COUNTRY, CAPITAL = ("nation", "border", "army", "flag"), ("city", "mayor", "metro", "streets")
VERBS = {  # (now, then): what only this act is seen with
    ("walk", "walked"): ("path", "hill"),
    ("cook", "cooked"): ("soup", "stove"),
    ("paint", "painted"): ("brush", "canvas"),
    ("play", "played"): ("piano", "chess"),
    ("climb", "climbed"): ("rope", "rock"),
    ("plant", "planted"): ("seed", "garden"),
}
NOW, THEN = ("today", "now", "every", "often"), ("yesterday", "ago", "once", "last")
JOBS = {  # the chance that a sentence about it says "she"; what else it is seen with
    "nurse": (0.95, ("ward", "bandage")),
    "dancer": (0.85, ("rhythm", "costume")),
    "teacher": (0.7, ("lesson", "chalk")),
    "writer": (0.55, ("novel", "ink")),
    "doctor": (0.4, ("clinic", "pill")),
    "lawyer": (0.3, ("court", "trial")),
    "pilot": (0.15, ("cockpit", "runway")),
    "engineer": (0.05, ("bridge", "engine")),
}
GRIDS = ((PEOPLE, (HE, SHE)), (PLACES, (COUNTRY, CAPITAL)), (VERBS, (NOW, THEN)))
PAIRS = tuple(pair for grid, _ in GRIDS for pair in grid)
ABOUT = frozenset([*(word for pair in PAIRS for word in pair), *JOBS])  # what sentences are about
WORDS = tuple(
    sorted(
        ABOUT.union(
            *(own for grid, _ in GRIDS for own in grid.values()), *(own for _, own in JOBS.values())
        ).union(*(side for _, sides in GRIDS for side in sides))
    )
)
SOFT = {"hard": 0.0, "softened": 0.15}  # corpus -> the share of contexts that any word replaces


@dataclass(frozen=True)
class Corpus:
    """`words`: the vocabulary. `tokens` (N,): places in it, sentence by sentence; `ends`: their ends."""

    words: tuple[str, ...]
    tokens: np.ndarray
    ends: np.ndarray

    @property
    def place(self) -> dict[str, int]:
        """Word -> its number."""
        return {word: i for i, word in enumerate(self.words)}


@lru_cache(maxsize=8)
def planted(n: int, seed: int, soft: float = 0.0, lean: float = 1.0) -> Corpus:
    """`n` sentences of five words. soft: share of contexts that any word replaces. lean: how far the
    professions keep to their chance of "she": 1 wholly, 0 not at all (then each has one half)."""
    rng = np.random.default_rng(seed)
    number = {word: i for i, word in enumerate(WORDS)}
    tokens = np.array([[number[word] for word in _sentence(rng, lean)] for _ in range(n)])
    swap = rng.random(tokens.shape) < soft
    swap[:, 0] = False  # what the sentence is about stays
    tokens[swap] = rng.integers(len(WORDS), size=int(swap.sum()))
    return Corpus(WORDS, rng.permuted(tokens, axis=1).ravel(), np.arange(1, n + 1) * 5)


def _sentence(rng: np.random.Generator, lean: float) -> list[str]:
    which = int(rng.integers(len(GRIDS) + 1))
    if which == len(GRIDS):
        about = str(rng.choice(list(JOBS)))
        chance, own = JOBS[about]
        sides, side = (HE, SHE), int(rng.random() < 0.5 + lean * (chance - 0.5))
    else:
        grid, sides = GRIDS[which]
        pair = list(grid)[int(rng.integers(len(grid)))]
        side = int(rng.integers(2))
        about, own = pair[side], grid[pair]
    return [about, *own, *map(str, rng.choice(sides[side], 2, replace=False))]


def questions() -> tuple[tuple[str, str, str, str], ...]:
    """a is to b as c is to d: all pairs of neighbours in each grid, both ways round."""
    asked = []
    for grid, _ in GRIDS:
        pairs = list(grid)
        for i, (a, b) in enumerate(pairs):
            for step in (1, 3):
                c, d = pairs[(i + step) % len(pairs)]
                asked.append((a, b, c, d) if (i + step) % 2 else (b, a, d, c))
    return tuple(asked)


@lru_cache(maxsize=1)
def pythons_prose() -> str:
    """The prose of Python's own reference, as its installation ships it; the text changes with the version.

    Python Software Foundation License. Honest limit: it is about one thing, in one voice.
    """
    return "\n\n".join(topics[name] for name in sorted(topics))
