"""MNIST and Fashion-MNIST by scikit-learn's loader, fetched once and kept: `python -m engine.data.openml`.

Source: openml.org, data sets mnist_784 (LeCun, Cortes & Burges; CC BY-SA 3.0) and Fashion-MNIST (Xiao, Rasul
& Vollgraf, 2017; MIT licence). Of 70,000 pictures 2,000 are kept, drawn by a generator of seed 0.

It runs as a process of its own, since the whole set takes much memory while it is read. GLASSBOX_OPENML
names another server that speaks OpenML's API, such as a mirror. Honest limits: 2,000 pictures are a
thirty-fifth; figures of papers need all.
"""

import http.client
import os
import socket
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import _openml, fetch_openml

SETS = {"MNIST": ("mnist_784", 1), "Fashion-MNIST": ("Fashion-MNIST", 1)}  # name -> OpenML's name, version
SIDE, KEPT, WAIT_S = 28, 2000, 20
OFFICIAL = "https://www.openml.org"
_ADDRESSES = ("_SEARCH_NAME", "_DATA_INFO", "_DATA_FEATURES", "_DATA_QUALITIES")


class OfflineDataError(OSError):
    """A set that is not here and cannot be fetched; the message says why, in a sentence for people."""


def file_of(name: str, folder: Path) -> Path:
    """Where a set is kept. Raises ValueError for a name that is none."""
    if name not in SETS:
        raise ValueError(f"name must be one of {', '.join(SETS)}, got {name[:60]!r}")
    return folder / f"{name}.npz"


def pictures(name: str, folder: Path) -> np.ndarray:
    """The kept pictures (N, 28, 28) uint8, 0 is paper. Raises OfflineDataError where they are not here."""
    path = file_of(name, folder)
    if not path.exists():
        raise OfflineDataError(f"{name} has not been fetched yet")
    with np.load(path, allow_pickle=False) as file:
        return file["x"]


def fetch(name: str, folder: Path, server: str = "") -> np.ndarray:
    """Fetch a set, keep 2,000 of its pictures, give them. Raises OfflineDataError, naming what went wrong."""
    path, (known_as, version) = file_of(name, folder), SETS[name]
    for address in _ADDRESSES if server else ():
        there = getattr(_openml, address).removeprefix(OFFICIAL)
        setattr(_openml, address, server.rstrip("/") + there)
    socket.setdefaulttimeout(WAIT_S)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        flat, _ = fetch_openml(
            known_as,
            version=version,
            as_frame=False,
            data_home=str(folder),
            n_retries=1,
            parser="liac-arff",  # slower than by pandas, which fails on classes that are whole numbers
            return_X_y=True,
        )
    except (OSError, http.client.HTTPException) as error:  # URLError and time-outs are OSErrors
        why = getattr(error, "reason", error)
        raise OfflineDataError(
            f"No network, or no answer from OpenML ({type(error).__name__}: {why})"
        ) from None
    except ValueError as error:  # a checksum that does not fit, a set that is not there
        raise OfflineDataError(f"OpenML sent something else than {name} ({str(error)[:120]})") from None
    x = np.asarray(flat)
    if x.ndim != 2 or x.shape[1] != SIDE * SIDE or not len(x) or not (x.min() >= 0 and x.max() <= 255):
        raise OfflineDataError(f"OpenML sent something else than {name} (an array of {x.shape})")
    some = np.random.default_rng(0).permutation(len(x))[:KEPT]
    kept = x[some].reshape(-1, SIDE, SIDE).astype(np.uint8)
    temporary = path.with_suffix(".part")
    with open(temporary, "wb") as file:
        np.savez_compressed(file, allow_pickle=False, x=kept)
    os.replace(temporary, path)
    return kept


def main() -> None:
    """`python -m engine.data.openml <name> <folder>`: the last line on stderr says why it failed."""
    try:
        fetch(sys.argv[1], Path(sys.argv[2]), os.environ.get("GLASSBOX_OPENML", ""))
    except (OfflineDataError, ValueError, MemoryError) as error:
        sys.stderr.write(f"{error or 'not enough memory'}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
