"""How a room stands: its votes read once a second for everybody, and the pair for each voter."""

import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.voting.exhibits import exhibit
from app.voting.store import Room, Vote, store
from engine.reward import bradley_terry as bt
from engine.reward import rooms as engine

FRESH_S = 1.0
NEAR = 0.5  # a pair is as good as the best if it tells half as much


@dataclass(frozen=True)
class Standing:
    """A room's votes as arrays, what they say, and what each pair would still tell."""

    votes: np.ndarray  # (n, 2): winner, loser
    voter: np.ndarray  # (n,)
    left_out: int  # equal, or cannot tell
    voters: int
    reading: engine.Reading
    bits: np.ndarray
    at: float


_kept: dict[str, Standing] = {}
_lock = threading.Lock()


def arrays(votes: Sequence[Vote]) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Votes as (winner, loser), numbered voters, how many were left out, how many voters there are."""
    names = {name: n for n, name in enumerate(dict.fromkeys(v.voter for v in votes))}
    told = [v for v in votes if v.choice >= 0]
    pairs = [(v.choice, v.low + v.high - v.choice) for v in told]
    who = [names[v.voter] for v in told]
    return np.array(pairs, int).reshape(-1, 2), np.array(who, int), len(votes) - len(told), len(names)


def standing(room: Room, fresh: float = FRESH_S) -> Standing:
    """At most `fresh` seconds old."""
    kept = _kept.get(room.code)
    if kept is not None and time.monotonic() - kept.at < fresh:
        return kept
    with _lock:
        kept = _kept.get(room.code)
        if kept is not None and time.monotonic() - kept.at < fresh:
            return kept
        began = time.monotonic()
        pairs, voter, left_out, count = arrays(store().votes(room.code))
        n, rng = len(exhibit(room.kind).svg), np.random.default_rng(0)
        found = bt.fit(bt.wins(pairs, n))
        reading = engine.read(pairs, voter, n, rng)
        bits = bt.information(found.theta, found.covariance)
        now = Standing(pairs, voter, left_out, count, reading, bits, began)
        if len(_kept) > 100:
            _kept.clear()
        _kept[room.code] = now
        return now


def next_pair(room: Room, voter: str) -> tuple[tuple[int, int] | None, int]:
    """A pair that this voter has not judged, sides by lot, None when all are; and how many it has judged.

    Asked again, the same. By information: one of the pairs that tell about as much as the best; by lot else.
    """
    done = {(v.low, v.high) for v in store().votes(room.code, voter)}
    bits = standing(room).bits
    n = len(bits)
    open_pairs = [(i, j) for i in range(n) for j in range(i + 1, n) if (i, j) not in done]
    if not open_pairs:
        return None, len(done)
    digest = hashlib.sha256(f"{room.code}:{voter}:{len(done)}".encode()).digest()
    lot, side = int.from_bytes(digest[:8], "big"), digest[8] % 2
    if room.rule == "information":
        worth = np.array([bits[pair] for pair in open_pairs])
        open_pairs = [pair for pair, bit in zip(open_pairs, worth, strict=True) if bit >= NEAR * worth.max()]
    i, j = open_pairs[lot % len(open_pairs)]
    return ((i, j) if side else (j, i)), len(done)
