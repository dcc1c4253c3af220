"""Lab: one small GPT that has read documentation for ten minutes, for all pages that need a language model.

Its recording is that training. Nobody waits for ten minutes: a page trains it on, as a fork of the recording.
The matrices of its blocks are trained by Muon (Jordan et al., 2024), torch's own; all else by Adam.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.attention.decoding import by, write
from engine.core.claims import Claim, Verdict
from engine.core.inputs import Answer, Inputs, whole
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots
from engine.language import corpus, gpt, microscope, ngram
from engine.words.tokenizer import Tokenizer, readable

PAPERS = ("radford2019", "jordan2024muon", "chen1998smoothing")
LENGTH, D_MODEL, HEADS, LAYERS = 256, 96, 4, 3
BATCH = 8
WARMUP, LEAST = 0.05, 0.1  # the share of the steps in which the rate rises; what is left of it at the end
DECAY, ADAM = 0.1, 0.3  # of the matrices, which Muon trains; the rate of all else beside theirs
EVERY = 4  # one held-out window of so many is looked at
BINS = 16  # parts of a window, for the loss by place
PROMPT = "The number of"
SAID = 48  # words that it writes at each moment
TOP = 20  # next words that a reader is shown
TYPED = 600  # characters that may be typed
LOOKED = 25  # tokens whose layers are looked at: read in two ways, they take some 50 ms


@dataclass(frozen=True)
class BaseSpec(Spec):
    steps: int = param(4800, "Training steps", "Batches of 8 windows of 256 tokens.", low=10, high=20_000)
    lr: float = param(
        0.02,
        "Learning rate",
        "The highest step size, of Muon; of Adam 0.3 of it.",
        low=1e-5,
        high=1.0,
        log=True,
    )
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


class Base(gpt.GPT):
    """The net, and the merges that its tokens were made by: it reads typed text without the corpus."""

    def __init__(self):
        super().__init__(corpus.VOCABULARY, LENGTH, D_MODEL, HEADS, LAYERS)
        self.pairs: Tensor
        self.register_buffer("pairs", torch.zeros(corpus.VOCABULARY - 256, 2, dtype=torch.int16))

    def tokenizer(self) -> Tokenizer:
        """Text to tokens and back."""
        return Tokenizer("bytes", tuple((left, right) for left, right in self.pairs.tolist()))


def restore(spec: BaseSpec, weights: State | None) -> Base:
    """The net with these weights, or as it starts from the seed."""
    net = restored(spec.seed, weights, Base)
    if weights is None:
        net.pairs.copy_(torch.tensor(corpus.tokenizer("prose").pairs))
    return net


def rate(step: int, steps: int) -> float:
    """The share of the highest rate at a step: it rises straight, then falls along a cosine to LEAST."""
    return min(1.0, step / (WARMUP * steps)) * (
        LEAST + (1 - LEAST) * (1 + math.cos(math.pi * step / steps)) / 2
    )


def split(spec: BaseSpec) -> tuple[np.ndarray, np.ndarray]:
    """Windows of documents that it reads, and the windows that it is measured by."""
    text = corpus.read("prose")
    return corpus.windows(text.train, LENGTH).numpy(), corpus.windows(text.held, LENGTH)[::EVERY].numpy()


def run(spec: BaseSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Next tokens of documentation. `given["start"]` makes a fork: the recorded net, trained on."""
    rng = torch.Generator().manual_seed(spec.seed)
    net = restore(spec, given.get("start")).to(device)
    yield from shots(
        0, 0, {}, net, half=True
    )  # the first word; to read the corpus takes another second or two
    text = corpus.read("prose")
    moments = Moments(spec.steps, 24)
    watch = Watch(text, device)
    yield from shots(0, 0, watch(net))
    matrices = [p for p in net.blocks.parameters() if p.ndim == 2]
    muon = torch.optim.Muon(matrices, weight_decay=DECAY)  # its import takes a second: not before a picture
    adam = torch.optim.Adam([p for p in net.parameters() if not any(p is one for one in matrices)])
    for step in range(1, spec.steps + 1):
        some = corpus.drawn(text.train, LENGTH, BATCH, rng).to(device)
        loss = nats(net, some).mean()
        net.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        lr = spec.lr * rate(step, spec.steps)
        muon.param_groups[0]["lr"], adam.param_groups[0]["lr"] = lr, ADAM * lr
        muon.step()
        adam.step()
        yield Step(step, spec.steps, {"loss": loss.item()})
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, watch(net), net, half=True)


def nats(net: gpt.GPT, windows: Tensor) -> Tensor:
    """-log p of each token of windows (B, T + 1) but the first, after those before it -> (B, T)."""
    logits = net(windows[:, :-1])
    return torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), windows[:, 1:].flatten(), reduction="none"
    ).view(len(windows), -1)


class Watch:
    """What is shown of the net at each moment: what held-out text costs it, and what it writes itself."""

    def __init__(self, text: corpus.Corpus, device: torch.device):
        self.windows = corpus.windows(text.held, LENGTH)[::EVERY].to(device)
        places = (np.arange(len(text.held) - 1)[: (len(text.held) - 1) // LENGTH * LENGTH] + 1).reshape(
            -1, LENGTH
        )
        self.grams = {
            name: -ngram.NGram(text.train, corpus.VOCABULARY, n).log_probs(text.held)[places[::EVERY]]
            for name, n in (("trigram", 3), ("five", 5))
        }  # of the very tokens that the net is scored on, each after all that an n-gram can see
        self.per_token = text.per_token
        self.prompt = torch.tensor([text.tokenizer.encode(PROMPT)], device=device)
        self.uniforms = torch.rand(SAID, 1, generator=torch.Generator().manual_seed(0)).to(device)

    @torch.no_grad()
    def __call__(self, net: gpt.GPT) -> dict[str, Arrays]:
        """held: mean nats a token of net, trigram and five (), and characters a token (); places: the net's
        and the trigram's nats by place in the window (BINS,); said: prompt and continuation (P + SAID,)."""
        own = nats(net, self.windows).cpu().numpy()  # (W, LENGTH)
        all_of = {"net": own, **self.grams}
        held = {name: np.asarray(part.mean(), np.float32) for name, part in all_of.items()}
        by_place = {
            name: all_of[name].mean(0).reshape(BINS, -1).mean(1).astype(np.float32)
            for name in ("net", "trigram")
        }
        said = torch.cat([self.prompt[0], continued(net, self.prompt, self.uniforms)[0]])
        return {
            "held": held | {"characters": np.asarray(self.per_token, np.float32)},
            "places": by_place,
            "said": {"words": said.cpu().numpy().astype(np.uint16)},
        }


def continued(net: gpt.GPT, prompt: Tensor, uniforms: Tensor) -> Tensor:
    """What the net writes after a prompt (B, P), by uniforms (n, B) -> (B, n)."""
    reader = gpt.Reader(net, len(prompt))
    if prompt.shape[1] > 1:
        reader.read(prompt[:, :-1])
    return write(reader, prompt[:, -1], len(uniforms), by(uniforms))[0]


def _typed(net: Base, inputs: Inputs, room: int) -> Tensor:
    """What somebody typed, after the end of a document -> (1, T). Raises ValueError."""
    ids = [corpus.END, *net.tokenizer().encode(readable(inputs.get("text"), TYPED))]
    if len(ids) > room:
        raise ValueError(f"text must have at most {room - 1} tokens, got {len(ids) - 1}")
    return torch.tensor([ids])


@torch.no_grad()
def _next(net: Base, inputs: Inputs) -> Answer:
    """Probe: {"text"} -> words (T,), the end of a document first; nats (T,) of each, 0 for the first; top
    (T, 20), the likeliest words after each, with their chances (T, 20); p (V,) of words after the text."""
    x = _typed(net, inputs, LENGTH)
    p = net(x)[0].softmax(-1)
    chance, top = p.topk(TOP)
    lost = -p[:-1].gather(1, x[0, 1:, None])[:, 0].log()
    parts = {
        "words": x[0],
        "nats": torch.cat([lost.new_zeros(1), lost]),
        "top": top,
        "chance": chance,
        "p": p[-1],
    }
    return {name: part.numpy() for name, part in parts.items()}


def _continue(net: Base, inputs: Inputs) -> Answer:
    """Probe: {"text", "words": how many, "seed"} -> words (n,) that it writes, by uniforms of the seed."""
    n = whole(inputs, "words", 1, 64)
    rng = torch.Generator().manual_seed(whole(inputs, "seed", 0, 9999))
    x = _typed(net, inputs, LENGTH - n + 1)
    return {"words": continued(net, x, torch.rand(n, 1, generator=rng))[0].numpy()}


@torch.no_grad()
def _lens(net: Base, inputs: Inputs) -> Answer:
    """Probe: {"text"} -> words (T,), the end of a document first; of each layer, the embedding first, the
    likeliest words after each (L + 1, T, 3) and their chances; kept, anew, apart as in microscope.Work."""
    x = _typed(net, inputs, LOOKED)
    chance, top = microscope.lens(net, x)[:, 0].softmax(-1).topk(3)
    found = {"words": x[0].numpy(), "top": top.numpy(), "chance": chance.numpy()}
    return found | {name: np.asarray(one) for name, one in microscope.work(net, x)._asdict().items()}


def _as_good(traces: Mapping[str, Trace]) -> Verdict:
    held = {name: float(value) for name, value in traces["this"].last("held").items()}
    net, trigram = (held[name] / math.log(2) for name in ("net", "trigram"))
    a, b = (bits / held["characters"] for bits in (net, trigram))
    measured = f"{net:.2f} bits a token ({a:.2f} a character), the trigram {trigram:.2f} ({b:.2f})"
    return Verdict(net <= trigram + 0.1, measured, "at most 0.1 bits a token more, on held-out text")


def _by_heart(traces: Mapping[str, Trace]) -> Verdict:
    trace = traces["this"]
    read = float(np.mean(trace.scalars["loss"][1][-100:])) / math.log(2)
    held = float(trace.last("held")["net"]) / math.log(2)
    measured = f"{read:.2f} bits a token of what it learned from lately, {held:.2f} of what it has not read"
    return Verdict(held - read >= 0.5, measured, "at least 0.5 bits a token less")


def _looks_back(traces: Mapping[str, Trace]) -> Verdict:
    places = traces["this"].last("places")
    gap = (places["net"] - places["trigram"]) / math.log(2)  # so that hard tokens count for neither
    early, late = float(gap[0]), float(gap[BINS // 2 :].mean())
    measured = (
        f"beside the trigram {early:+.2f} bits a token at first, {late:+.2f} with half a window before it"
    )
    return Verdict(early - late >= 0.1, measured, "at least 0.1 bits less")


SPEC = BaseSpec
PROBES: dict[str, Callable[[Base, Inputs], Answer]] = {"next": _next, "continue": _continue, "lens": _lens}
CLAIMS = (
    Claim(
        "On text that it has not read it predicts about as well as a trigram that counts the same text.",
        _as_good,
        "More than 0.1 bits a token above the trigram's, on documents that were held out.",
    ),
    Claim(
        "It makes use of what stands further back than an n-gram sees.",
        _looks_back,
        "Tokens with 128 others before them that cost it hardly less than those at the start of its window.",
    ),
    Claim(
        "What it has read twenty times it knows much better than what it has not read.",
        _by_heart,
        "Less than 0.5 bits a token between the windows it learned from last and held-out text.",
    ),
)
RECORDED = (BaseSpec(),)
