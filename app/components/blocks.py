"""Blocks of moments as bytes: `pack` here, `unpack` in blocks.js."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from app.components.messages import finite

_SENDABLE = {"|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<f4", "<f8"}  # what typed arrays of a browser hold


def pack(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """A block of moments as bytes, for the browser's `unpack`.

    header: {"from": first moment in this block, "moments": their steps, "count": moments so far, "total":
    steps of the whole training, "state": "running" | "done" | ..., "scalars": {name: {"step": [...],
    "value": [...]}}}, the scalars new in this block. arrays: "snapshot.array" -> (moments, ...). Layout:
    uint32 length of the header, little-endian; the header in JSON, with "arrays" added; zeros to a multiple
    of 8; the arrays, each padded to 8, offsets counted from the first of them. Raises ValueError for an
    array whose first axis is not the block's moments.
    """
    moments = len(header["moments"])
    described, chunks, offset = {}, [], 0
    for name, array in arrays.items():
        if array.shape[:1] != (moments,):
            raise ValueError(
                f"the first axis of {name} must be the {moments} moments, got shape {array.shape}"
            )
        sent = _sendable(name, array)
        described[name] = {"dtype": sent.dtype.str, "shape": list(sent.shape), "offset": offset}
        chunks.append(_padded(sent.tobytes()))
        offset += len(chunks[-1])
    text = json.dumps(
        {**header, "scalars": finite(header.get("scalars", {})), "arrays": described}, allow_nan=False
    )
    head = text.encode()
    return _padded(len(head).to_bytes(4, "little") + head) + b"".join(chunks)


def _sendable(name: str, array: np.ndarray) -> np.ndarray:
    """The array in a dtype that browsers have: 64-bit integers as 32-bit where they fit, else as doubles."""
    if array.dtype == bool:
        array = array.astype(np.uint8)
    elif array.dtype == np.float16:
        array = array.astype(np.float32)
    elif array.dtype in (np.int64, np.uint64):
        fits = array.size == 0 or (array.min() >= -(2**31) and array.max() < 2**31)
        array = array.astype(np.int32 if fits else np.float64)
    array = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    if array.dtype.str not in _SENDABLE:
        raise ValueError(f"{name} has dtype {array.dtype}, which a browser cannot hold")
    return array


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)
