"""One file of a run: named arrays or tensors, checked against what was written before anything is made of it.

Nothing is ever unpickled.
"""

import io
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import torch
from safetensors.torch import load as load_tensors

from engine.runs.lines import sum_of

V = TypeVar("V")
Stamp = tuple[int, int, int]


class Unreadable(OSError):
    """A file of a run is damaged or gone. The message names the file; the rest of the run can be read."""


def stamp_of(path: Path) -> Stamp | None:
    """Changes whenever a file does; None where there is none."""
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def arrays_in(data: bytes) -> dict[str, np.ndarray]:
    """The arrays of an .npz file. Of a damaged one it raises anything: a header can lie in any way."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def tensors_in(data: bytes) -> dict[str, torch.Tensor]:
    """The tensors of a .safetensors file. Of a damaged one it raises anything."""
    return load_tensors(data)


class Stored(Mapping[str, V], Generic[V]):
    """What one file holds, read when first looked at. Raises Unreadable.

    known: the file's checksum as it was written; None for a file of earlier code, which kept none.
    """

    def __init__(self, path: Path, parse: Callable[[bytes], Mapping[str, V]], known: str | None = None):
        self._path, self._parse, self._known = path, parse, known
        self._read: Mapping[str, V] | None = None
        self._sound: bool | None = None  # as it was seen last
        self._seen: Stamp | None = None  # the file, when it was seen
        self.fault = ""  # what is wrong with it, in words

    @property
    def source(self) -> tuple[Path, str | None]:
        """The file, and the checksum that it should have."""
        return self._path, self._known

    def sound(self) -> bool:
        """Whether the file is what was written. A sound one is looked at once, a damaged one again whenever
        it changes: it may be repaired."""
        if self._sound is None or (not self._sound and stamp_of(self._path) != self._seen):
            try:
                self.fresh(check=True)
            except Unreadable:
                return False
        return bool(self._sound)

    def fresh(self, check: bool = False) -> Mapping[str, V]:
        """All of it, read anew and not kept. Raises Unreadable. check: only as much as that takes."""
        self._seen, self._sound, self.fault = stamp_of(self._path), True, ""
        try:
            data = self._path.read_bytes()
            if self._known is None:
                return self._parse(data)
            if sum_of(data) != self._known:
                raise ValueError("not what was written")
            return {} if check else self._parse(data)
        except Exception as error:  # bytes that anybody may have changed: numpy alone raises nine kinds
            known = isinstance(error, ValueError) and self._known is not None
            why = "not what was written" if known else type(error).__name__
            self._sound, self.fault = False, f"{self._path.name} cannot be read ({why})"
            raise Unreadable(self.fault) from error

    def _all(self) -> Mapping[str, V]:
        if self._read is None:
            self._read = self.fresh()
        return self._read

    def __getitem__(self, name: str) -> V:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
