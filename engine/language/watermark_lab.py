"""Lab: one text written twice by the same luck, without a watermark and with one. Exact, untrained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from engine.core.claims import Claim, Verdict
from engine.core.params import Spec, param
from engine.core.trace import Event, State, Step, Trace, shots
from engine.language import cutting, marked
from engine.language import watermark as wm
from engine.words.tokenizer import Tokenizer

PAPERS = ("kirchenbauer2023watermark", "chen1998smoothing")
ARMS = ("plain", "marked")
SETTLED = 25  # words after which z is looked at: before them it jumps


@dataclass(frozen=True)
class WatermarkSpec(Spec):
    gamma: float = param(0.25, "γ: green share", "Share of the vocabulary that is green.", low=0.1, high=0.9)
    delta: float = param(
        2.0, "δ: push", "Added to the logits of green words; 0: no mark.", low=0.0, high=10.0
    )
    length: int = param(200, "Length", "Words of each text.", low=25, high=200)
    temperature: float = param(1.0, "Temperature", "Below 1 the model is surer of itself.", low=0.2, high=1.5)
    source: str = param(
        "trigram", "Source", "How many words the model looks back: 2, or 4.", choices=tuple(marked.SOURCES)
    )
    secret: int = param(
        wm.HASH_KEY, "Key", "Of the green lists: who has it can test.", low=1, high=2_000_000_000
    )
    seed: int = param(0, "Seed", "Of the words' luck, the same for both texts.", low=0, high=9999)


def restore(spec: WatermarkSpec, weights: State | None) -> Tokenizer:
    """How texts are cut into words: all there is to restore, for the model only counts."""
    return cutting.cutter(weights)


def run(spec: WatermarkSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Moment t is the text after t words. On the CPU whatever the device: a tenth of a second."""
    pairs = torch.tensor(restore(spec, None).pairs, dtype=torch.int16)
    yield from shots(0, 0, {}, {"pairs": pairs})  # to read the corpus takes another second or two
    rng = torch.Generator().manual_seed(spec.seed)
    luck = torch.rand(spec.length, 1, generator=rng, dtype=torch.float64).expand(-1, 2)
    green = wm.greenlists(marked.V, spec.gamma, spec.secret)
    delta = torch.tensor([[0.0], [spec.delta]], dtype=torch.float64)
    words, log_p = marked.written(spec.source, spec.temperature, luck, green, delta)
    nats = marked.lost(words, log_p).cumsum(1)
    z = [wm.growing(text, green, spec.gamma) for text in words.numpy()]
    texts = {"plain": words[0], "marked": words[1], "people": marked.people(spec.length, spec.seed)[0]}
    seen = {"text": {name: np.asarray(text, np.int16) for name, text in texts.items()}}
    yield from shots(0, 0, seen)
    for t in range(1, spec.length + 1):
        told = {f"z_{arm}": float(z[i][t - 1]) for i, arm in enumerate(ARMS)}
        told |= {f"perplexity_{arm}": float(np.exp(nats[i, t - 1] / t)) for i, arm in enumerate(ARMS)}
        yield Step(t, spec.length, told)
        yield from shots(t, t, seen)


def _none_found(traces: Mapping[str, Trace]) -> Verdict:
    plain = max(traces["this"].scalars["z_plain"][1][SETTLED - 1 :])
    now = traces["this"].latest("z_marked")
    said = f"{plain:.2f} at most from word {SETTLED} on; with the watermark {now:.2f} at the end"
    return Verdict(plain <= wm.THRESHOLD, said, "4 at most")


SPEC = WatermarkSpec
split = None  # nothing is learned
CLAIMS = (
    Claim(
        "Without the watermark the test finds none: z stays at 4 or below.",
        _none_found,
        f"A text written without the watermark whose z is over 4 at any word from the {SETTLED}th on.",
    ),
)
RECORDED = (
    WatermarkSpec(),
    WatermarkSpec(length=25),
    WatermarkSpec(temperature=0.3),
    WatermarkSpec(gamma=0.9),
)
