"""The route from which a film fetches the moments of a run: `/moments/<lab>/<key>/<attempt>?from=a&to=b`.

A new picture costs no rerun of a page, and no moment travels twice: a block that is full never changes, so
browsers may keep it; a block of a run that goes on is made anew each time. A private run is answered to its
owner alone, and kept by nobody.
"""

from functools import lru_cache

import anyio.to_thread
import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.components.blocks import pack
from app.figures.films import header
from app.visitor import COOKIE, read
from engine.core.trace import Trace
from engine.runs import own
from engine.runs.reading import Run, Unreadable
from engine.runs.store import Store

BLOCK = 64  # moments in one answer, at most
served = False  # set by app/serve.py; with `streamlit run app/main.py` there is no route


async def answer(request: Request) -> Response:
    """One block of moments, packed; 404 for a run that is not here, 400 for a range that is none."""
    path = request.path_params
    asked = (request.query_params.get(name, usual) for name, usual in (("from", "0"), ("to", str(BLOCK))))
    try:
        first, last = map(int, asked)
    except ValueError:
        return PlainTextResponse("from and to must be whole numbers", status_code=400)
    if not 0 <= first < last <= 100_000:
        refusal = f"from and to must satisfy 0 <= from < to, got {first} and {last}"
        return PlainTextResponse(refusal, status_code=400)
    run = await anyio.to_thread.run_sync(store().attempt, path["lab"], path["key"], path["attempt"])
    if run is None or not own.may(run, read(request.cookies.get(COOKIE, ""))):
        return PlainTextResponse("no such run", status_code=404, headers={"cache-control": "no-store"})
    body, full = await anyio.to_thread.run_sync(block, run, first, min(last, first + BLOCK))
    kept = "public, max-age=31536000, immutable" if full else "no-store"
    if run.private:
        kept = "private, no-store"
    return Response(body, media_type="application/octet-stream", headers={"cache-control": kept})


@lru_cache(maxsize=1)
def store() -> Store:
    """The runs of this machine; one for the pages and the route, so that no event is read twice."""
    return Store()


def block(run: Run, first: int, last: int) -> tuple[bytes, bool]:
    """Moments `first` to `last` - 1 as far as they can be read, packed; and whether this is so for ever."""
    state, trace = run.state, run.trace()
    steps = trace.moments[first:last]
    arrays, missing = stacks(trace, first, first + len(steps)) if steps else ({}, False)
    after = trace.moments[:first][-1] if first and trace.moments else -1  # `first` may lie beyond the end
    upto = steps[-1] if steps else after
    between = {name: _between(*values, after, upto) for name, values in trace.scalars.items()}
    told = header(steps, between, trace.total) | {"from": first, "count": len(trace.moments), "state": state}
    full = (len(steps) == last - first or state == "done") and not missing
    return pack(told, arrays), full


def stacks(trace: Trace, first: int, last: int) -> tuple[dict[str, np.ndarray], bool]:
    """`snapshot.array` -> (moments, ...) for moments `first` to `last` - 1; and whether any is missing.

    An array that cannot be read at some moment before `last` is left out of this block and of all later ones:
    whoever joins blocks finds a moment by its place in the array, so a hole would shift all that follow.
    """
    found: dict[str, list[np.ndarray]] = {}
    missing = False
    for name in trace.names:
        parts: dict[str, list[np.ndarray]] = {}
        try:
            for moment in range(last):
                for array, values in trace.at(name, moment).items():
                    parts.setdefault(f"{name}.{array}", []).append(values)
        except (Unreadable, KeyError):  # KeyError: the line that tells of it is damaged
            missing = True
            continue
        for array, values in parts.items():
            if _alike(values, last):
                found[array] = values[first:]
            else:
                missing = True
    return {name: np.stack(values) for name, values in found.items()}, missing


def _alike(values: list[np.ndarray], count: int) -> bool:
    """Numbers, one array a moment, all of one shape: what a film can hold."""
    return len(values) == count and len({v.shape for v in values}) == 1 and values[0].dtype.kind in "biuf"


def _between(steps: list[int], values: list[float], after: int, upto: int) -> dict[str, list]:
    kept = [(s, v) for s, v in zip(steps, values, strict=True) if after < s <= upto]
    return {"step": [s for s, _ in kept], "value": [round(v, 5) for _, v in kept]}
