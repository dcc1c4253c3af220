"""The route from which a film fetches the moments of a run: `/moments/<lab>/<key>/<attempt>?from=a&to=b`.

A new picture costs no rerun of a page, and no moment travels twice: a block that is full never changes, so browsers
may keep it; a block of a run that goes on is made anew each time.
"""

import re
from functools import lru_cache

import anyio.to_thread
import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.components.blocks import pack
from engine.runs.store import Run, Store

BLOCK = 64  # moments in one answer, at most
FINAL = {"done", "stopped", "failed", "interrupted"}


async def answer(request: Request) -> Response:
    """One block of moments as packed arrays; 404 for a run that is not here, 400 for a range that makes no sense."""
    path = request.path_params
    try:
        first, last = int(request.query_params.get("from", "0")), int(request.query_params.get("to", str(BLOCK)))
    except ValueError:
        return PlainTextResponse("from and to must be whole numbers", status_code=400)
    if not 0 <= first < last <= 100_000:
        return PlainTextResponse(f"from and to must satisfy 0 <= from < to, got {first} and {last}", status_code=400)
    if not all(re.fullmatch(r"[\w.-]{1,80}", part) and ".." not in part for part in path.values()):
        return PlainTextResponse("no such run", status_code=404)
    run = await anyio.to_thread.run_sync(_run, path["lab"], path["key"], path["attempt"])
    if run is None:
        return PlainTextResponse("no such run", status_code=404)
    body, full = await anyio.to_thread.run_sync(block, run, first, min(last, first + BLOCK))
    kept = "public, max-age=31536000, immutable" if full else "no-store"
    return Response(body, media_type="application/octet-stream", headers={"cache-control": kept})


@lru_cache(maxsize=64)
def _kept(lab: str, key: str, attempt: str) -> Run | None:
    return Store().attempt(lab, key, attempt)


def _run(lab: str, key: str, attempt: str) -> Run | None:
    run = _kept(lab, key, attempt)
    if run is None or not run.folder.exists():
        _kept.cache_clear()  # a run that has gone, or was not there yet
        run = _kept(lab, key, attempt)
    return run


def block(run: Run, first: int, last: int) -> tuple[bytes, bool]:
    """Moments `first` to `last` - 1 as far as they exist, packed; and whether this answer is for ever."""
    state, trace = run.state, run.trace()
    steps = trace.moments[first:last]
    stacks: dict[str, list[np.ndarray]] = {}
    for moment in range(first, first + len(steps)):
        for name in trace.names:
            for array, values in trace.at(name, moment).items():
                stacks.setdefault(f"{name}.{array}", []).append(values)
    after = trace.moments[first - 1] if first else -1
    upto = steps[-1] if steps else after
    header = {
        "from": first,
        "moments": steps,
        "count": len(trace.moments),
        "state": state,
        "total": trace.total,
        "scalars": {name: _between(*values, after, upto) for name, values in trace.scalars.items()},
    }
    full = len(steps) == last - first or state in FINAL - {"interrupted"}
    return pack(header, {name: np.stack(values) for name, values in stacks.items()}), full


def _between(steps: list[int], values: list[float], after: int, upto: int) -> dict[str, list]:
    kept = [(s, v) for s, v in zip(steps, values, strict=True) if after < s <= upto]
    return {"step": [s for s, _ in kept], "value": [round(v, 5) for _, v in kept]}
