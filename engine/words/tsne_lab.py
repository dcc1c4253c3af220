"""Lab: the words of Python's prose on flat maps, by PCA and by t-SNE, and how far each map can be trusted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict, check, last
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, Trace, shots
from engine.words import watch
from engine.words.tsne import pca, trust, tsne

PAPERS = ("maaten2008", "venna2001")
NEEDS = {"text": "words.text"}
PERPLEXITIES = (5, 10, 20, 30, 50)
FALSE = 0.9  # trustworthiness of a word below which some of its neighbours on a map are far from it
SPAN = 1000  # a map's coordinates go from -SPAN to SPAN


@dataclass(frozen=True)
class TSNESpec(Spec):
    k: int = param(
        8, "Neighbours", "How many are compared, on the map and in all dimensions.", low=2, high=24
    )
    seed: int = param(0, "Seed", "Of t-SNE.", low=0, high=9999)


def restore(spec: TSNESpec, weights: State | None) -> None:
    """There is no net: maps are made of another lab's vectors."""


def run(spec: TSNESpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """One moment a perplexity. On the CPU whatever the device."""
    E = given["text"]["v"].float().numpy().astype(np.float64)
    flat = pca(E)
    cloud = watch.cloud(E)
    for moment, perplexity in enumerate(PERPLEXITIES):
        spots, divergence = tsne(E, perplexity, spec.seed)
        trusted = {"pca": trust(E, flat, spec.k), "tsne": trust(E, spots, spec.k)}
        means = {name: float(one.mean()) for name, one in trusted.items()}
        false = {f"{name}_false": float((one < FALSE).mean()) for name, one in trusted.items()}
        yield Step(perplexity, PERPLEXITIES[-1], {"divergence": divergence, "trust": means["tsne"]})
        seen = {
            "cloud": cloud,
            "map": {"pca": _whole(flat), "tsne": _whole(spots)},
            "trust": watch.figures(**means, **false),
        }
        yield from shots(moment, perplexity, seen)


def _whole(spots: np.ndarray) -> np.ndarray:
    """Centred, the farthest coordinate at SPAN: int16."""
    centred = spots - (spots.max(0) + spots.min(0)) / 2
    return (centred / max(float(abs(centred).max()), 1e-9) * SPAN).round().astype(np.int16)


def _no_map_is_whole(traces: Mapping[str, Trace]) -> Verdict:
    maps = [traces["this"].at("trust", m) for m in range(len(PERPLEXITIES))]  # LookupError: not all are made
    best = min(float(one[name]) for one in maps for name in ("tsne_false", "pca_false"))
    return Verdict(best >= 0.03, f"{best:.1%} of the words, on the best of six maps", "at least 3% on each")


SPEC = TSNESpec
split = None  # a map of what it is given
CLAIMS = (
    Claim(
        "t-SNE keeps more neighbours than PCA does.",
        check(
            lambda by_tsne, by_pca: by_tsne - by_pca >= 0.05,
            "{:.3f} by t-SNE, {:.3f} by PCA",
            "at least 0.05 more",
            last("trust", "tsne", "pca"),
        ),
        "A trustworthiness that is not at least 0.05 above that of PCA.",
    ),
    Claim(
        "Each of these six maps puts far words near to some word.",
        _no_map_is_whole,
        f"A map on which fewer than 3 words in 100 have a trustworthiness below {FALSE}.",
    ),
)
RECORDED = (TSNESpec(),)
