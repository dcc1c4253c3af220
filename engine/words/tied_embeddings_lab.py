"""Lab: two language models, one with one table for reading and writing words, one with two."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn

from engine.core.claims import Claim, check, last
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, restored, shots
from engine.data.corpora import pythons_prose
from engine.words import analogy, watch
from engine.words.text import cut
from engine.words.tied_embeddings import LanguageModel, weights

PAPERS = ("press2017",)
BATCH, LENGTH, MOMENTS, HELD = 32, 17, 16, 0.1
SHOWN, BATCHES = 40, 16  # words and batches on the maps of gradients
COMPARED = 300  # words whose similarities are compared
FLOOR = -5  # gradients of less than 10 to this power count as none


@dataclass(frozen=True)
class TiedSpec(Spec):
    words: int = param(
        400, "Words", "The most frequent of Python's prose; the others are left out.", low=100, high=2000
    )
    d: int = param(32, "Dimensions d", "Numbers in a vector, and units of the LSTM.", choices=(16, 32, 64))
    lr: float = param(
        0.01, "Learning rate", "Of Adam; it falls to a twentieth.", low=1e-4, high=1.0, log=True
    )
    steps: int = param(
        1600, "Training steps", "Batches of 32 x 16 words, the same for both.", low=10, high=5000
    )
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


@lru_cache(maxsize=4)
def tokens(words: int) -> Tensor:
    """Python's prose as numbers of its most frequent words, one long text."""
    return torch.from_numpy(cut(pythons_prose(), words).tokens)


def restore(spec: TiedSpec, weights: State | None) -> nn.ModuleDict:
    """Both nets with these weights, or as they start from the seed: U and the LSTM alike in both."""
    V = int(tokens(spec.words).max()) + 1
    nets = {
        name: restored(spec.seed, None, lambda tied=name == "tied": LanguageModel(V, spec.d, tied))
        for name in ("tied", "untied")
    }
    held = nn.ModuleDict(nets)
    if weights is not None:
        held.load_state_dict(dict(weights))
    return held


def parted(spec: TiedSpec) -> tuple[Tensor, Tensor]:
    """The text to learn from (N,), and rows of the text kept aside (n, LENGTH): those that the first does not
    hold word for word, for a reference says some things twice."""
    text = tokens(spec.words)
    cut_at = int((1 - HELD) * len(text))
    train, n = text[:cut_at], (len(text) - cut_at) // LENGTH
    held = text[cut_at : cut_at + n * LENGTH].view(n, LENGTH)
    read = {row.tobytes() for row in train.unfold(0, LENGTH, 1).numpy()}
    return train, held[[row.tobytes() not in read for row in held.numpy()]]


def split(spec: TiedSpec) -> tuple[np.ndarray, np.ndarray]:
    """All rows of words that may be read, and those that the perplexity is measured on."""
    train, held = parted(spec)
    return train.unfold(0, LENGTH, 1).numpy(), held.numpy()


def run(spec: TiedSpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains both on the same batches, on the CPU whatever the device. No weights are kept."""
    (train, held), rng = parted(spec), torch.Generator().manual_seed(spec.seed)
    nets = restore(spec, given.get("start"))
    adams = {name: torch.optim.Adam(net.parameters(), lr=spec.lr) for name, net in nets.items()}
    moments, look = Moments(spec.steps, MOMENTS), Look(nets, held)
    yield from shots(0, 0, look())
    for step in range(1, spec.steps + 1):
        at = torch.randint(len(train) - LENGTH, (BATCH, 1), generator=rng) + torch.arange(LENGTH)
        figures = {}
        for name, net in nets.items():
            assert isinstance(net, LanguageModel)
            loss = net.loss(train[at])
            adams[name].param_groups[0]["lr"] = spec.lr * max(0.05, 1 - step / spec.steps)
            adams[name].zero_grad()
            loss.backward()
            adams[name].step()
            figures[name] = loss.item()
        look.remember()
        yield Step(step, spec.steps, figures | {"loss": figures["tied"]})
        if (moment := moments.at(step)) is not None:
            yield from shots(moment, step, look())


class Look:
    """Perplexity on text kept aside, gradients of rows, and which table the tied one takes after."""

    def __init__(self, nets: nn.ModuleDict, held: Tensor):
        self.nets = {name: net for name, net in nets.items() if isinstance(net, LanguageModel)}
        self.held, V = held, len(self.nets["tied"].U)
        self.rows = torch.linspace(0, V - 1, SHOWN).round().long()  # from the most frequent to the rarest
        self.ring: deque[Tensor] = deque([torch.zeros(3, SHOWN)] * BATCHES, maxlen=BATCHES)

    def remember(self) -> None:
        """The gradient norms of this step's rows: tied, then untied as input, then untied as output."""
        tied, untied = self.nets["tied"], self.nets["untied"]
        grads = [
            part.grad[self.rows].norm(dim=1) for part in (tied.U, untied.U, untied.V) if part.grad is not None
        ]
        self.ring.append(torch.stack(grads))

    @torch.no_grad()
    def __call__(self) -> dict[str, Arrays]:
        tied, untied = self.nets["tied"], self.nets["untied"]
        size = torch.stack(list(self.ring), 2)  # (3, rows, batches)
        shown = ((size.clamp(min=1e-30).log10() - FLOOR) * 50).clamp(0, 250).where(size > 0, 0.0)
        alike = [_similarities(table) for table in (tied.U, untied.U, untied.V)]
        figures = {name: float(net.loss(self.held).exp()) for name, net in self.nets.items()}
        return {
            "gradients": {"rows": shown.round().to(torch.uint8).numpy()},
            "score": watch.figures(
                **figures,
                input=_rank_correlation(alike[0], alike[1]),
                output=_rank_correlation(alike[0], alike[2]),
                touched=float((size[1] > 0).float().mean()),
                saved=weights(untied) - weights(tied),
                V=len(tied.U),
                d=tied.U.shape[1],
            ),
        }


def _similarities(table: Tensor) -> np.ndarray:
    x = analogy.unit(table[:COMPARED].detach().numpy().astype(np.float64))
    return (x @ x.T)[np.triu_indices(len(x), 1)]


def _rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's: the correlation of the ranks."""
    return float(np.corrcoef(a.argsort().argsort(), b.argsort().argsort())[0, 1])


SPEC = TiedSpec
CLAIMS = (
    Claim(
        "One table for reading and writing predicts about as well as two, which are twice as many numbers.",
        check(
            lambda tied, untied, _: tied <= 1.05 * untied,
            "perplexity {:.0f} tied, {:.0f} untied, on new text; {:.0f} numbers fewer",
            "at most 5% more",
            last("score", "tied", "untied", "saved"),
        ),
        "A perplexity on new text that is more than 5% above the untied net's.",
    ),
    Claim(
        "The tied table takes after the output table, not after the input's.",
        check(
            lambda out, into: out - into >= 0.15,
            "rank correlation {:.2f} with the output table, {:.2f} with the input's",
            "at least 0.15 more",
            last("score", "output", "input"),
        ),
        "Similarities whose rank correlation with the input table is as high, or less than 0.15 lower.",
    ),
)
RECORDED = (TiedSpec(),)
