"""Lab: dates through one vector, written by a recurrent net, by convolutions or by a Transformer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.attention import three_decoders as three
from engine.attention.three_decoders import DECODERS, EncoderDecoder
from engine.core.claims import Claim, Traces, Verdict
from engine.core.inputs import Answer, Inputs
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.data.dates import BETWEEN, END, PAD, Sentence, encoded, sentences, targets, understood

PAPERS = ("cho2014", "gehring2017", "vaswani2017")
BATCH, POOL, MANY, FEW, MOMENTS = 64, 8192, 200, 16, 30
LETTERS = 64  # of a text, at most
NOTHING = 255  # behind the end
FLOOR = 75  # percent of new dates


@dataclass(frozen=True)
class ThreeDecodersSpec(Spec):
    decoder: str = param("RNN", "Decoder", "What writes from the vector.", choices=tuple(DECODERS))
    hidden: int = param(48, "Numbers in the vector", "And units of the encoder.", low=4, high=96)
    kernel: int = param(3, "Kernel (CNN)", "Characters that each convolution spans.", low=2, high=5)
    lr: float = param(8e-3, "Learning rate", "Of Adam; it falls to 0.", low=1e-5, high=1.0, log=True)
    steps: int = param(900, "Training steps", "Batches of 64 dates.", low=10, high=4000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: ThreeDecodersSpec, weights: State | None) -> EncoderDecoder:
    """The net with these weights, or as it starts from the seed."""
    return restored(spec.seed, weights, lambda: EncoderDecoder(spec.decoder, spec.hidden, spec.kernel))


def learned(spec: ThreeDecodersSpec) -> list[Sentence]:
    """The dates that it learns from; their days are never those for testing."""
    return sentences(POOL, 1, torch.Generator().manual_seed(spec.seed))


def kept() -> list[Sentence]:
    """The dates that every net is scored on."""
    return sentences(MANY, 1, torch.Generator().manual_seed(0), test=True)


def split(spec: ThreeDecodersSpec) -> tuple[list[str], list[str]]:
    """The days that it learns from, and all that it is scored on, as 2024-05-31."""
    return [one.iso for one in learned(spec)], [one.iso for one in kept()]


def run(spec: ThreeDecodersSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows which characters of new dates are wrong, and what each place sees.

    `given["start"]` makes a fork.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    x, y = (part.to(device) for part in coded(kept()))
    net = restore(spec, given.get("start")).to(device)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    moments = Moments(spec.steps, MOMENTS)

    yield from shots(0, 0, watched(net, x, y), net, half=True)
    texts, answers = (part.to(device) for part in coded(learned(spec)))
    for step in range(1, spec.steps + 1):
        adam.param_groups[0]["lr"] = spec.lr * min(1, step / 30) * (1 - (step - 1) / spec.steps)
        some = torch.randint(POOL, (BATCH,), generator=rng).to(device)
        batch = texts[some]
        loss = net.loss(batch[:, (batch != PAD).any(0)], answers[some])
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, {"loss": loss.item()})
        else:
            seen = watched(net, x, y)
            yield Step(step, spec.steps, {"loss": loss.item(), "exact": 100 * seen["score"]["exact"].item()})
            yield from shots(moment, step, seen, net, half=True)


def coded(dates: list[Sentence]) -> tuple[Tensor, Tensor]:
    """Dates -> their texts, padded, and what is to be written."""
    return encoded([one.text for one in dates]), targets([one.iso for one in dates])


def watched(net: EncoderDecoder, x: Tensor, y: Tensor) -> dict[str, Arrays]:
    """-> score (share of new dates exact; wrong, by place) and grid (what each sees, rows of sum 255)."""
    with torch.no_grad():
        said, _ = three.write(net, net.summary(x))
    wrong = (said != y).float()
    seen = three.sees(net, x[:FEW], y[:FEW])
    total = seen.sum(1, keepdim=True)
    return {
        "score": {
            "exact": (1 - wrong.amax(1)).mean()[None].cpu().numpy(),
            "wrong": wrong.mean(0).cpu().numpy().round(4),
        },
        "grid": {"sees": (255 * seen / total.clamp(min=1e-12)).round().cpu().numpy().astype(np.uint8)},
    }


def date_in(inputs: Inputs) -> str:
    """The date to read. Raises ValueError for a text that is none, that holds two, or is too long."""
    text = inputs.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("text must hold a date, got an empty one")
    if len(text) > LETTERS:
        raise ValueError(f"text must have at most {LETTERS} characters, got {len(text)}")
    encoded([text])  # refuses a character that no date uses
    if BETWEEN in text or understood(text) is None:
        raise ValueError(
            "text must be one day of 1950 to 2049 as in March 5, 1998; 5 March 1998; 05/03/1998; "
            f"Thursday, Mar 5 1998; the 5th of March 1998; got {text!r}"
        )
    return text


@torch.no_grad()
def read(net: EncoderDecoder, inputs: Inputs) -> Answer:
    """{"text"}, read character by character -> anew and heard (S,), the means of 1 - z and r over the units;
    c (S, n) if the text ended there, codes (S, T) that are written then, NOTHING after the end, and the
    probability p (S, T) of each."""
    x = encoded([date_in(inputs)])
    rightward, h = net.encoder.rightward, torch.zeros(1, net.V.in_features)
    anew, heard, states = [], [], []
    for e in net.encoder.E(x[0])[:, None]:  # (1, embed)
        h, z, r = three.gru(e, h, rightward)
        anew.append(1 - z.mean())
        heard.append(r.mean())
        states.append(h)
    c = net.V(torch.cat(states)).tanh()  # (S, n)
    codes, logits = three.write(net, c)
    ended = (codes == END).cumsum(1) - (codes == END).int() > 0
    return {
        "anew": torch.stack(anew).numpy(),
        "heard": torch.stack(heard).numpy(),
        "c": c.numpy(),
        "codes": codes.masked_fill(ended, NOTHING).numpy().astype(np.uint8),
        "p": logits.softmax(2).amax(2).numpy(),
    }


def exact(trace: Trace) -> float:
    """Percent of new dates that are right to the last digit, mean of the last three moments."""
    last = range(max(0, len(trace.moments) - 3), len(trace.moments) or 1)  # none: a KeyError
    return 100 * float(np.mean([trace.at("score", moment)["exact"] for moment in last]))


def all_three_write(traces: Traces) -> Verdict:
    """Exact dates of each decoder. Two new days are never the same, so one guess for all has one at most."""
    found = {name: exact(traces[name]) for name in DECODERS}
    said = ", ".join(f"{name} {percent:.0f}%" for name, percent in found.items())
    return Verdict(
        min(found.values()) >= FLOOR,
        f"{said} exact; always the same date: under 1%",
        f"at least {FLOOR}% each",
    )


SPEC = ThreeDecodersSpec
PROBES = {"read": read}
CLAIMS = (
    Claim(
        "From one vector, an RNN, a CNN and a Transformer each write most new dates without a mistake.",
        all_three_write,
        "One of the three that gets fewer than three of four new dates right.",
        {name: {"decoder": name} for name in DECODERS},
    ),
)
RECORDED = tuple(ThreeDecodersSpec(decoder=name) for name in DECODERS)
