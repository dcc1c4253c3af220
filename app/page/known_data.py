"""MNIST and Fashion-MNIST at a press: fetched in the background, kept, and used like own pictures."""

import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np
import streamlit as st
from PIL import Image

from app.page import live, moments, own
from app.page.decoding import SQUARE
from app.style import ROOT, badge, plain
from engine.data import openml


@dataclass
class Fetching:
    """One download that everyone shares: its process, where it says why it failed, when it began."""

    process: subprocess.Popen
    log: IO[bytes]
    began: float

    def reason(self) -> str:
        """The last line that it said."""
        self.log.seek(0)
        lines = self.log.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it was ended"


@st.cache_resource(show_spinner=False)
def _going() -> dict[str, Fetching]:
    return {}


def folder() -> Path:
    """Where fetched sets are kept."""
    return moments.store().home / "openml"


def begin(name: str) -> None:
    """Start to fetch a set, unless somebody has."""
    going = _going()
    if name in going and going[name].process.poll() is None:
        return
    where = folder()
    where.mkdir(parents=True, exist_ok=True)
    log = (where / f"{name}.log").open("w+b")
    command = [sys.executable, "-m", "engine.data.openml", name, str(where)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    going[name] = Fetching(process, log, time.monotonic())


def squares(name: str) -> np.ndarray:
    """A fetched set as own pictures come from a worker: (N, 48, 48, 3) uint8, dark on paper."""
    found = []
    for one in openml.pictures(name, folder()):
        large = Image.fromarray(255 - one).resize((SQUARE, SQUARE), Image.Resampling.BOX)
        found.append(np.asarray(large))
    return np.stack(found)[..., None].repeat(3, -1)


def choose(key: str, side: int) -> None:
    """A button a set. What is fetched becomes the set in use under `key`, as if it had been brought."""
    waiting = [name for name, one in _going().items() if one.process.poll() is None]

    @st.fragment(run_every=1.0 if waiting else None)
    def sets() -> None:
        live.redraw()
        if any(_going()[name].process.poll() is not None for name in waiting):
            st.rerun()
        for name in openml.SETS:
            _one(key, name, side)

    sets()


def _one(key: str, name: str, side: int) -> None:
    going = _going().get(name)
    here = openml.file_of(name, folder()).exists()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if going is not None and going.process.poll() is None:
            st.markdown(f":gray[Fetching {name}: {_megabytes():.1f} MB so far, {_seconds(going)} s]")
        elif here:
            if st.button(f"Use {len(openml.pictures(name, folder())):,} of {name}", key=f"{key}.use.{name}"):
                own.keep(key, {"images": own.shrunk(squares(name), side)})
                st.rerun()
        else:
            ask = partial(begin, name)
            words = f"Fetch {name} · needs internet"
            st.button(words, key=f"{key}.fetch.{name}", on_click=live.order, args=(ask,))
    if going is not None and not here and going.process.poll() not in (None, 0):
        badge("absent", "data: flat shapes (fallback)")
        st.warning(
            plain(f"{name}: {going.reason()[:300]}. ")
            + "Nothing is lost: the shapes above and your own pictures work without a network."
        )


def _seconds(going: Fetching) -> int:
    return round(time.monotonic() - going.began)


def _megabytes() -> float:
    total = 0
    for path in folder().rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # a temporary file that has just been moved
            continue
    return total / 1e6
