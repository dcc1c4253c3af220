"""Lab: two levels of codes share a picture; which of them keeps its silhouette, and which its stripes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from engine.codes.kept_apart import FIGURES, WAYS, figures, matrix, overlap, stripes, table, ways
from engine.codes.two_levels import CELLS, TwoLevels, objective
from engine.core.claims import Claim, Traces, Verdict
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.striped_shapes import striped_shapes

PAPERS = ("razavi2019vqvae2", "oord2017vqvae")
BATCH, MOMENTS = 64, 17
GAMMA, DEAD = 0.99, 0.5  # of the codebooks, as in `vqvae`
SCORED = 100  # kept pictures
SHOWN = (0, 1, 2)  # of them, in the film
INK = 15  # its darkest level


@dataclass(frozen=True)
class TwoLevelsSpec(Spec):
    alone: str = param("top", "Alone at first", "The level that is heard alone at first. Not in the paper.",
                       choices=("top", "bottom", "neither"))  # fmt: skip
    head: int = param(150, "Steps alone", "Until the other level joins.", low=0, high=1000)
    K_b: int = param(4, "Bottom codes", "To choose from, in each of 8 x 8 cells.", low=2, high=64)
    K_t: int = param(256, "Top codes", "To choose from, in each of 4 x 4 cells.", low=2, high=256)
    beta: float = param(
        0.25, "Commitment beta", "How strongly outputs are pulled to codes.", low=0.0, high=4.0
    )
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(500, "Training steps", "Batches of 64 pictures.", low=10, high=3000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


@cache
def pictures() -> tuple[Tensor, Tensor, Tensor]:
    """Ink (N, 32, 32) to learn from, (SCORED, 32, 32) that are kept, and where the shapes of these are."""
    learned, kept = striped_shapes()
    return torch.tensor(learned.x), torch.tensor(kept.x[:SCORED]), torch.tensor(kept.inside[:SCORED])


def split(spec: TwoLevelsSpec) -> tuple[Tensor, Tensor]:
    """The pictures that it learns from, and those that it is scored on."""
    return pictures()[:2]


def restore(spec: TwoLevelsSpec, weights: State | None) -> TwoLevels:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: TwoLevels(spec.K_t, spec.K_b))


def run(spec: TwoLevelsSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment takes kept pictures apart. `given["start"]` makes a fork."""
    rng = torch.Generator().manual_seed(spec.seed)
    learned, kept, inside = (part.to(device) for part in pictures())
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, look(net, kept, inside), net, half=True)
    for step in range(1, spec.steps + 1):
        x = learned[torch.randint(len(learned), (BATCH,), generator=rng).to(device)]
        loss, lost, heard = objective(net, x, spec.beta, spec.alone if step <= spec.head else "neither")
        adam.zero_grad()
        loss.backward()
        adam.step()
        for book, level in heard:
            h = level.h.detach().flatten(0, 2)
            book.follow(h, level.k.flatten(), GAMMA)
            book.restart(h, DEAD, rng)
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": lost.item()})
        else:
            seen = look(net, kept, inside)
            told = {"kept": 1000 * float(seen["lost"]["both"]), "loss": lost.item()}
            yield Step(step, spec.steps, told)
            yield from shots(moment, step, seen, net, half=True)


@torch.no_grad()
def look(net: TwoLevels, x: Tensor, inside: Tensor) -> dict[str, Arrays]:
    """Kept pictures taken apart -> of FIGURES each, for all of WAYS; seen: a table of three pictures, each
    top with each bottom, and the first of them in all of WAYS; codes in use."""
    k_t, k_b = net.indices(x)
    drawn, some = ways(net, k_t, k_b), list(SHOWN)
    found = [figures(one, x, inside) for one in drawn.values()]
    exchanged = matrix(net, k_t[some], k_b[some])
    return {
        **{
            name: {
                way: np.asarray(round(one[i], 5), np.float32) for way, one in zip(WAYS, found, strict=True)
            }
            for i, name in enumerate(FIGURES)
        },
        "seen": {
            "table": ink(table(x[some], exchanged))[None],
            "ways": ink(torch.stack([one[some[0]] for one in drawn.values()])),
        },
        "used": {
            "top": np.asarray(len(k_t.unique()), np.float32),
            "bottom": np.asarray(len(k_b.unique()), np.float32),
        },
    }


def ink(x: Tensor) -> np.ndarray:
    """Pictures as levels."""
    return (x.clamp(0, 1) * INK).round().cpu().numpy().astype(np.uint8)


@torch.no_grad()
def swap(net: TwoLevels, inputs: Inputs) -> Answer:
    """{"pictures": three numbers}: every top with every bottom, the row's top codes put in one after the
    other.

    -> k_t (3, 4, 4), k_b (3, 8, 8); tables (17, T, T), levels; and of the six off the diagonal, a mean in
    percent for each step: row, column (the overlap with their silhouettes), stripes (the column's that are
    left).
    """
    _, kept, inside = pictures()
    chosen = inputs.get("pictures")
    if not isinstance(chosen, list | tuple) or len(chosen) != len(SHOWN):
        raise ValueError(f"pictures must be {len(SHOWN)} numbers, got {str(chosen)[:60]}")
    some = torch.tensor([whole({"pictures": one}, "pictures", 0, len(kept) - 1) for one in chosen])
    k_t, k_b = net.indices(kept[some])
    n, side = len(some), CELLS["top"]
    row, column = torch.arange(n).repeat_interleave(n), torch.arange(n).repeat(n)
    off = row != column
    found: dict[str, list] = {"tables": [], "row": [], "column": [], "stripes": []}
    for put in range(side**2 + 1):
        mine = (torch.arange(side**2) < put).view(side, side)
        drawn = net.decode_indices(torch.where(mine, k_t[row], k_t[column]), k_b[column])
        found["tables"].append(ink(table(kept[some], drawn)))
        of_row, of_column = kept[some[row[off]]], kept[some[column[off]]]
        found["row"].append(100 * float(overlap(drawn[off], of_row).mean()))
        found["column"].append(100 * float(overlap(drawn[off], of_column).mean()))
        found["stripes"].append(100 * float(stripes(drawn[off], of_column, inside[some[column[off]]])))
    return {"k_t": k_t.numpy(), "k_b": k_b.numpy(), **{name: np.stack(one) for name, one in found.items()}}


def end(trace: Trace, figure: str, way: str) -> float:
    """One of FIGURES at the end, of pictures drawn in one of WAYS."""
    return float(trace.last(figure)[way])


def divided(traces: Traces) -> Verdict:
    """Silhouette and stripes with other bottom codes."""
    (shape, base), (fine, none) = (
        [end(traces["top"], figure, way) for way in ("other_bottom", "another")] for figure in FIGURES[1:]
    )
    return Verdict(
        shape >= 60 and fine <= 20,
        f"{shape:.0f}% of the silhouettes and {fine:.0f}% of the stripes left; of two different pictures "
        f"{base:.0f}% and {none:.0f}%",
        "at least 60%, and at most 20%",
    )


def dearer(traces: Traces) -> Verdict:
    """What an exchange costs."""
    own, top, bottom = (end(traces["top"], "lost", way) for way in ("both", "other_top", "other_bottom"))
    return Verdict(
        top - bottom >= 0.03,
        f"mean square {top:.4f} with another's top, {bottom:.4f} with another's bottom, {own:.4f} with its "
        "own codes",
        "at least 0.03 more with another's top",
    )


def other_way(traces: Traces) -> Verdict:
    """Whose codes the silhouettes follow where the bottom was first."""
    top, bottom = (end(traces["bottom"], "silhouette", way) for way in ("other_top", "other_bottom"))
    before = end(traces["top"], "silhouette", "other_top")
    return Verdict(
        top - bottom >= 15,
        f"{top:.0f}% left with other top codes, {bottom:.0f}% with other bottom codes (with other top codes "
        f"{before:.0f}% where the top was first)",
        "at least 15 points more",
    )


SPEC = TwoLevelsSpec
PROBES = {"swap": swap}
FIRST = {name: {"alone": name} for name in ("top", "bottom")}
CLAIMS = (
    Claim(
        "Where the top was heard alone at first, another picture's bottom codes leave most of a silhouette, "
        "and hardly any of its stripes.",
        divided,
        "Other bottom codes that leave less than 60% of the silhouettes, or more than 20% of the stripes.",
        {"top": FIRST["top"]},
    ),
    Claim(
        "There another picture's top codes cost a mean square error at least 0.03 above what another "
        "picture's bottom codes cost.",
        dearer,
        "Top codes whose exchange costs less than 0.03 more.",
        {"top": FIRST["top"]},
    ),
    Claim(
        "Where the bottom was heard alone instead, another picture's top codes leave at least 15 points more "
        "of a silhouette than its bottom codes leave.",
        other_way,
        "A silhouette that hangs on the top as much, although the bottom was first.",
        FIRST,
    ),
)
RECORDED = (TwoLevelsSpec(), TwoLevelsSpec(alone="bottom"))
