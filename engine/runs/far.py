"""What a node of a Ray cluster does: it says what it is, and trains a run.

Our code is sent to it (see `bridge`), which this module is part of; all else it must have in our versions.
What it answers is bytes, in which nothing is pickled. Torch is imported by the calls, not by this module: the
bridge imports it, too.
"""

import json
import os
import platform
import time
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from engine.runs.code import files_hash

FRAME_S = 0.1  # events of so many seconds travel together
HELD = 2  # frames that lie ready; with more the training is held
ALIKE = (
    "torch",
    "numpy",
    "scikit-learn",
    "safetensors",
)  # in other versions they compute, or hold, other data


def versions() -> dict[str, str]:
    """What must be the same here and there."""
    found = {"Python": platform.python_version(), "code": files_hash()}
    for name in ALIKE:
        try:
            found[name] = version(name).partition("+")[0]  # +cpu, +cu126: the same torch for other devices
        except PackageNotFoundError:
            found[name] = "none"
    return found


def look() -> bytes:
    """What this node has."""
    return json.dumps(versions()).encode()


def warm() -> bytes:
    """Import what a training needs, so that the first one does not wait for it."""
    from engine.runs import work

    return str(work.torch.__version__).encode()


def framed(head: Mapping[str, Any], parts: list[bytes]) -> bytes:
    """Plain data, and files that it tells the lengths of."""
    told = json.dumps(head).encode()
    return len(told).to_bytes(4, "little") + told + b"".join(parts)


def unframed(frame: bytes) -> tuple[dict[str, Any], memoryview]:
    """The same apart. Raises ValueError for what is no frame."""
    size = int.from_bytes(frame[:4], "little")
    head = json.loads(frame[4 : 4 + size])
    if not isinstance(head, dict):
        raise ValueError("no frame")
    return head, memoryview(frame)[4 + size :]


def train(order: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[bytes]:
    """Train a run. Yields its events, several to a frame; the first frame says where, the last how it ended.

    order: the run's manifest as `facts`; `origins` of its weights, whose `files` come along; `gb` of memory
    that it may take; `known`, how many of its events are written already and need not be sent again.
    """
    import psutil
    import ray
    import torch

    from engine.labs import load
    from engine.runs.code import code_hash
    from engine.runs.lines import mark
    from engine.runs.origins import weights
    from engine.runs.work import name, pulled
    from engine.runs.writing import told

    torch.set_num_threads(1)
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, 10)  # the same for every run: a worker has several
    facts = order["facts"]
    gpu = bool(ray.get_runtime_context().get_accelerator_ids().get("GPU")) and torch.cuda.is_available()
    on = torch.device("cuda" if gpu else "cpu")
    node = ray.get_runtime_context().get_node_id()
    yield framed({"begun": {"node": node, "device": name(on), "torch": torch.__version__}}, [])
    if code_hash(load(facts["lab"])) != facts["code"]:
        words = "the code that arrived is not the code that was sent: train it again"
        yield framed({"ended": ("failed", words, 0.0)}, [])
        return
    seen: set[tuple] = set()
    lines: list[tuple[dict, str, int]] = []
    parts: list[bytes] = []
    sent = 0.0  # the first event goes at once
    events = pulled(facts, lambda: weights(order["origins"], on, files.__getitem__), on)
    while True:
        try:
            event, worked = next(events)
        except StopIteration as end:
            ended = end.value
            break
        line, file, make = told(event, worked)
        seen.add(mark(line))
        if len(seen) <= order["known"]:
            continue
        parts.append(make())
        lines.append((line, file, len(parts[-1])))
        if time.monotonic() - sent < FRAME_S:
            continue
        yield framed({"lines": lines, "seconds": worked}, parts)
        lines, parts, sent = [], [], time.monotonic()
        if (used := psutil.Process().memory_info().rss / 1e9) > order["gb"]:
            words = f"took {used:.1f} GB of memory, more than the {order['gb']:g} GB allowed; "
            ended = ("failed", words + f"what it showed up to step {event.step} is kept", worked)
            break
    yield framed({"lines": lines, "ended": ended}, parts)
