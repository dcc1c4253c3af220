"""Lab: which pixels does one pixel's prediction depend on? Exact; nothing is trained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from engine.autoregressive import receptive_field as rf
from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, State, Step, Trace, shots

PAPERS = ("oord2016pixelrnn", "oord2016gated")
SHOWN = {
    "field": ("gradient", "paths", "analytic", "past", "blind", "leak"),
    "stack": ("levels", "vertical", "horizontal"),
}  # snapshot -> what is drawn in it
COUNTS = {"seen": "analytic", "blind": "blind", "leaks": "leak"}  # figure -> the array whose ones it counts
PAINTED = "|".join(f"[01]{{{k}}}(/[01]{{{k}}}){{{k - 1}}}" for k in (3, 5, 7))


@dataclass(frozen=True)
class ReceptiveFieldSpec(Spec):
    layers: int = param(4, "Layers", "Masked convolutions, one after the other.", low=1, high=8)
    kernel: int = param(3, "Kernel", "Height and width of each convolution.", choices=(3, 5, 7))
    first: str = param(
        "A", "First mask", "A hides the pixel itself; B shows it, and it leaks.", choices=("A", "B")
    )
    network: str = param(
        "plain",
        "Network",
        "One masked stack, or a vertical and a horizontal one.",
        choices=("plain", "gated"),
    )
    row: int = param(13, "Row", "Of the output pixel, from the top.", low=0, high=rf.SIZE - 1)
    col: int = param(10, "Column", "Of the output pixel, from the left.", low=0, high=rf.SIZE - 1)
    mask: str = param(
        "",
        "Own mask",
        "Rows of 0 and 1 joined by /: the mask of every layer of a plain stack, whatever kernel, first mask "
        "and network say. Empty: masks A and B.",
        pattern=f"({PAINTED})?",
        described="empty, or 3, 5 or 7 rows of as many 0s and 1s, joined by /",
    )
    seed: int = param(0, "Seed", "Of the random weights whose gradient is measured.", low=0, high=9999)


def run(spec: ReceptiveFieldSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moment l - 1 is the net of l layers. On the CPU whatever the device: float64, a few milliseconds."""
    for depth, field in enumerate(restore(spec, None), start=1):
        scalars = {name: float(getattr(field, array).sum()) for name, array in COUNTS.items()}
        yield Step(depth, spec.layers, scalars | {"blind_plane": float(field.blind_plane)})
        seen = {kind: {name: getattr(field, name) for name in names} for kind, names in SHOWN.items()}
        yield from shots(depth - 1, depth, {**seen, "masks": _masks(spec)})


def _masks(spec: ReceptiveFieldSpec) -> Arrays:
    """The masks (k, k) of the first and of the later layers; of a gated net, of each of its stacks."""
    if spec.mask:
        return {"first": rf.painted(spec.mask), "later": rf.painted(spec.mask)}
    kinds = {"first": spec.first, "later": "B"}
    if spec.network == "plain":
        return {name: rf.mask(kind, spec.kernel) for name, kind in kinds.items()}
    across = {name: rf.horizontal_mask(kind, spec.kernel) for name, kind in kinds.items()}
    return across | {
        "vertical_first": rf.vertical_mask("A", spec.kernel),
        "vertical_later": rf.vertical_mask("B", spec.kernel),
    }


def restore(spec: ReceptiveFieldSpec, weights: State | None) -> list[rf.Field]:
    """The fields of the nets of depth 1, 2, ...: all there is to restore, for nothing is trained."""
    own = rf.painted(spec.mask) if spec.mask else None
    gated = spec.network == "gated"
    return rf.fields(spec.layers, spec.kernel, spec.first, gated, spec.row, spec.col, spec.seed, own)


def _fields(trace: Trace) -> list[Arrays]:
    return [trace.at("field", moment) for moment in range(len(trace.moments))]


def _seen_is_predicted(traces: Mapping[str, Trace]) -> Verdict:
    fields = _fields(traces["this"])
    wrong = sum(int(((f["gradient"] != 0) != (f["analytic"] == 1)).sum()) for f in fields)
    sizes = ", ".join(str(int(f["analytic"].sum())) for f in fields)
    return Verdict(
        wrong == 0, f"{wrong} pixels differ; the fields hold {sizes}", "0 pixels differ, at every depth"
    )


def _blind_spot_has_its_size(traces: Mapping[str, Trace]) -> Verdict:
    trace, masks = traces["this"], traces["this"].last("masks")
    kernel = masks["later"].shape[0]
    gated = "vertical_first" in masks
    if not gated and not np.array_equal(masks["later"], rf.mask("B", kernel)):
        return Verdict(None, "a painted mask", "masks A and B")  # the formula is theirs
    depths = range(1, len(trace.moments) + 1)
    wanted = [0 if gated else kernel // 2 * n * (n - 1) // 2 for n in depths]
    found = [int(v) for v in trace.scalars["blind_plane"][1]]
    rule = "two stacks, none" if gated else "without a border h L (L - 1) / 2"
    return Verdict(found == wanted, ", ".join(map(str, found)), f"{rule}: {', '.join(map(str, wanted))}")


def _nothing_leaks(traces: Mapping[str, Trace]) -> Verdict:
    trace = traces["this"]
    leaks = max(trace.scalars["leaks"][1])
    gradient = max(float((f["gradient"] * (1 - f["past"])).max()) for f in _fields(trace))
    return Verdict(
        leaks == 0 and gradient == 0,
        f"{leaks:.0f} pixels leak; largest gradient at or after the pixel {gradient:.2g}",
        "0 pixels, gradient 0",
    )


def _probe_mask(model: list[rf.Field], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """{"mask": rows of 0 and 1, "first": is it the first layer's} -> leaks, hides (k, k), sentence."""
    leaks, hides, sentence = rf.opinion(rf.painted(inputs["mask"]), bool(inputs["first"]))
    return {"leaks": leaks, "hides": hides, "sentence": sentence}


SPEC = ReceptiveFieldSpec
split = None  # exact: nothing is learned
PROBES = {"mask": _probe_mask}
CLAIMS = (
    Claim(
        "A pixel depends on exactly the pixels that the masks add up to.",
        _seen_is_predicted,
        "A pixel whose gradient is not zero outside the sum of the masks, or zero inside it.",
    ),
    Claim(
        "A masked stack has a blind spot that grows with depth; two stacks have none.",
        _blind_spot_has_its_size,
        "Another number of unseen pixels in the causal window at any depth.",
    ),
    Claim(
        "No pixel sees itself or what comes after it.",
        _nothing_leaks,
        "A pixel at or after the output pixel, in raster order, with a gradient other than zero.",
    ),
)
RECORDED = (ReceptiveFieldSpec(),)
