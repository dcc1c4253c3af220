"""The visitor's own pictures and text: decoded by a worker, bounded, kept for this session alone."""

import subprocess
import sys
import threading
import unicodedata
import weakref
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch

from app.page import decoding, live, moments
from app.uploads import OF_ONE
from engine.runs import own

FILES, TOTAL = 2000, OF_ONE  # files at once, and their bytes together
WALL_S, DEATHS = 90, 20  # seconds a worker may take; workers that may die of one upload
TEXT = 1_000_000  # characters


@dataclass(frozen=True)
class Decoded:
    """Squares (N, 48, 48, 3) uint8, and what there is to say of single files: (name, words)."""

    squares: np.ndarray
    refused: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]


def decode(files: Sequence[tuple[str, bytes]], crop: str = "middle") -> Decoded:
    """Decode (name, bytes) in a process of its own. A file that kills it is refused, the others go on.

    Raises ValueError for too many files, or too many bytes in all, or a crop that is none.
    """
    if crop not in decoding.CROPS:
        raise ValueError(f"crop must be one of {', '.join(decoding.CROPS)}, got {crop!r}")
    if len(files) > FILES:
        raise ValueError(f"at most {FILES} files at once, got {len(files)}")
    if (size := sum(len(data) for _, data in files)) > TOTAL:
        raise ValueError(f"at most {TOTAL // 10**6} MB at once, got {size / 1e6:.0f}")
    squares, refused, notes, left, deaths = [], [], [], list(files), 0
    while left:
        answers = _worker(left, crop)
        for (name, _), (status, answer) in zip(left, answers, strict=False):
            cut = decoding.SQUARE**2 * 3
            if status:
                refused.append((name, answer.decode("utf-8", "replace")))
                continue
            squares.append(np.frombuffer(answer[:cut], np.uint8).reshape(decoding.SQUARE, decoding.SQUARE, 3))
            if note := answer[cut:].decode("utf-8", "replace"):
                notes.append((name, note))
        left = left[len(answers) :]
        if left:  # it died of the next one
            refused.append((left[0][0], "decoding it took more time or memory than is allowed"))
            left, deaths = left[1:], deaths + 1
            if deaths >= DEATHS:
                refused += [(name, "not looked at: too many files before it failed") for name, _ in left]
                break
    stack = np.stack(squares) if squares else np.zeros((0, decoding.SQUARE, decoding.SQUARE, 3), np.uint8)
    return Decoded(stack, tuple(refused), tuple(notes))


def _worker(files: Sequence[tuple[str, bytes]], crop: str) -> list[tuple[int, bytes]]:
    """The answers of one worker, as many as it gave."""
    sent = b"".join(
        len(data[: decoding.BYTES + 1]).to_bytes(4, "little") + data[: decoding.BYTES + 1]
        for _, data in files
    )
    command = [sys.executable, "-I", decoding.__file__, crop]
    try:
        said = subprocess.run(command, input=sent, capture_output=True, timeout=WALL_S).stdout
    except subprocess.TimeoutExpired as late:
        said = late.stdout or b""
    answers, at = [], 0
    while at + 5 <= len(said):
        length = int.from_bytes(said[at + 1 : at + 5], "little")
        if at + 5 + length > len(said):
            break
        answers.append((said[at], said[at + 5 : at + 5 + length]))
        at += 5 + length
    return answers


def shrunk(squares: np.ndarray, side: int) -> np.ndarray:
    """Squares (N, 48, 48, 3) -> (N, side, side, 3) uint8, each pixel a mean. Side 8, 12 or 16."""
    k = decoding.SQUARE // side
    blocks = squares.reshape(len(squares), side, k, side, k, 3).astype(np.float64)
    return blocks.mean((2, 4)).round().astype(np.uint8)


def plain_text(text: str) -> str:
    """Pasted or uploaded text, in one normal form, without signs that control. Raises ValueError for none,
    or for too much."""
    kept = "".join(
        c for c in unicodedata.normalize("NFC", text) if c in "\n\t" or unicodedata.category(c)[0] != "C"
    )
    if not kept.strip() or len(kept) > TEXT:
        raise ValueError(f"a text must have 1 to {TEXT} characters, got {len(kept)}")
    return kept


class _Holder:
    """Lives as long as the session that holds it."""


def keep(key: str, data: dict[str, np.ndarray]) -> str:
    """Keep a set for this session under a key, in the place of the one before. Gives its id."""
    forget(key)
    tensors = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in data.items()}
    id, holder = own.put(moments.store().home, tensors), _Holder()
    weakref.finalize(holder, _gone, id, live.visitor())
    st.session_state[f"own.{key}"] = (id, holder)
    return id


def kept(key: str) -> str:
    """The id of this session's set of a key, or nothing."""
    found = st.session_state.get(f"own.{key}")
    return found[0] if found is not None and own.there(moments.store().home, found[0]) else ""


def stored(id: str, name: str) -> bytes:
    """What a set has under a name, as bytes. Raises LookupError where the set is gone."""
    return own.load(moments.store().home, id)[name].numpy().tobytes()


def forget(key: str) -> None:
    """Delete this session's set of a key, and all runs on it."""
    st.session_state.pop(f"own.{key}", None)  # the holder goes, and its finaliser deletes


def _gone(id: str, who: str) -> None:
    """In a thread of its own: it may wait for a worker to end."""
    threading.Thread(target=_delete, args=(id, who), daemon=True).start()


def _delete(id: str, who: str) -> None:
    store, client = moments.store(), live.client()
    for run in store.all():
        if run.manifest.get("given", {}).get("own") == id and run.state in ("queued", "running", "paused"):
            try:
                client.stop(run.lab, run.key, session=who)
            except (ValueError, OSError):  # it ended by itself, or there is nobody to ask
                continue
            for _ in range(50):
                if client.watch(run.lab, run.key, session=who).state not in ("queued", "running", "paused"):
                    break
                threading.Event().wait(0.1)
    own.forget(store, id)
