"""The covers of the cards: one panel of a page's first recorded run, fetched when its card comes near."""

from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any

import anyio.to_thread
import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.catalogue import SLUGS, entry
from app.components.blocks import pack
from app.components.film import Source, fetched, inline
from app.figures.films import header, scalars
from app.figures.panels import Panel
from app.page import moments
from engine.core.trace import Trace
from engine.labs import load
from engine.runs.reading import Run
from engine.runs.store import ancestry, run_key

FRAMES = 24  # moments of a cover, at most


def cover(slug: str) -> tuple[Panel, Source]:
    """What a page's card draws, and from where. Without the route of app/serve.py it comes with the page."""
    run = _run(slug)
    stamp = f"{run.key}-{int(run.manifest.get('started', 0))}"
    source = fetched(f"/cover/{slug}", stamp) if moments.served else inline(block(slug), stamp)
    return panel(slug), source


@lru_cache(maxsize=128)
def panel(slug: str) -> Panel:
    """The panel that `cover()` of the page's figures makes."""
    return import_module(f"pages.{entry(slug).folder}.figures").cover()


@lru_cache(maxsize=128)
def _run(slug: str) -> Run:
    lab = entry(slug).cover
    run = moments.store().find(lab, run_key(lab, load(lab).RECORDED[0], ancestry(lab)))
    assert run is not None, f"the run on the card of {slug} is not shipped"
    return run


@lru_cache(maxsize=128)
def block(slug: str) -> bytes:
    """The few moments and arrays that the card draws, packed."""
    return thinned(_run(slug).trace(), panel(slug))


def thinned(trace: Trace, drawn: Panel) -> bytes:
    """The arrays that a panel draws, at FRAMES moments of the trace at most, the last among them; and its
    lines, whole."""
    named = set(_texts(drawn))
    steps = trace.moments
    kept = np.unique(np.linspace(0, len(steps) - 1, min(FRAMES, len(steps))).round().astype(int))
    arrays = {name: a[kept] for name, a in moments.stacks(trace, 0, len(steps))[0].items() if name in named}
    lines = {name: line for name, line in scalars(trace).items() if name in named}
    return pack(header([steps[i] for i in kept], lines, trace.total), arrays)


async def answer(request: Request) -> Response:
    """`/cover/<slug>`: the block; 404 for a page that is none."""
    slug = request.path_params["slug"]
    if slug not in SLUGS:
        return PlainTextResponse("no such page", status_code=404)
    body = await anyio.to_thread.run_sync(block, slug)
    kept = {"cache-control": "public, max-age=31536000, immutable"}  # the address holds the run's stamp
    return Response(body, media_type="application/octet-stream", headers=kept)


def _texts(value: Any) -> Iterator[str]:
    """Every text that stands somewhere in a panel: the names of its arrays are among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
