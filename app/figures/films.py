"""Films that a page makes for itself: the header that goes with their arrays, as `pack` wants it."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.core.trace import Trace

Film = tuple[dict[str, Any], dict[str, Any]]  # header, and "snapshot.array" -> (moments, ...)


def header(
    moments: Sequence[float], scalars: Mapping[str, Any] | None = None, total: float | None = None
) -> dict[str, Any]:
    """A film that is all there. scalars: name -> {"step", "value"}; total: its end."""
    return {
        "from": 0,
        "moments": list(moments),
        "count": len(moments),
        "state": "done",
        "total": moments[-1] if total is None else total,
        "scalars": dict(scalars or {}),
    }


def header_of(trace: Trace) -> dict[str, Any]:
    """The header of a whole trace."""
    return header(trace.moments, scalars(trace), trace.total)


def scalars(trace: Trace) -> dict[str, dict[str, list]]:
    """The figures of a trace as a film takes them."""
    return {
        name: {"step": list(steps), "value": list(values)} for name, (steps, values) in trace.scalars.items()
    }
