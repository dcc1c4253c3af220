"""What is watched of a Transformer that writes letters: its maps of one word, its score on many."""

import numpy as np
import torch
from torch import Tensor

from engine.attention.decoding import Anew, Kept, beside, write
from engine.attention.maps import Seen, pressed
from engine.attention.transformer import KINDS, Transformer
from engine.core.trace import Arrays
from engine.data.letters import END, PAD, START, prepared, token, words

EXAMPLE = "flamingo"
MANY = 200
SHORTER = 3  # words for testing are at most this much shorter than the longest
BLANK = 255  # no letter


def word_of(text: str) -> Tensor:
    """Letters -> tokens (1, n). Raises ValueError for a letter that is none."""
    return torch.tensor([[token(letter) for letter in text]])


@torch.no_grad()
def written(net: Transformer, source: Tensor, steps: int) -> Tensor:
    """What the net writes by itself for each source (B, S): the likeliest letter each time -> (B, steps)."""
    start = torch.full((len(source),), START, device=source.device)
    writer = Kept(net, source, steps) if net.masked else beside(net, source)
    return write(writer, start, steps)[0]


@torch.no_grad()
def reading(net: Transformer, source: Tensor, answer: Tensor, seen: Seen) -> Arrays:
    """One word read and written by the net itself; what it looked at stands in `seen` afterwards.

    source, answer (1, S) -> written, read (S,) uint8 tokens, BLANK after the end; wrong (S,) of 0 and 1;
    chance (S,) float32, the probability of each letter that was written.
    """
    steps = source.shape[1]
    memory, first = net.encode(source, seen), source.new_full((1,), START)
    # all that was written, anew each time: in the end `seen` holds whole maps
    writer = Anew(lambda y: net.decode(y, memory, source, seen), source[:, :0])
    y = torch.cat([first[:, None], write(writer, first, steps)[0]], 1)
    chance = net.decode(y[:, :-1], memory, source, seen)[0].softmax(-1).cpu()
    codes = y[0].cpu().numpy()
    ends = np.flatnonzero(codes[1:] == END)
    last = int(ends[0]) + 1 if len(ends) else steps  # letters up to and with the end
    blank = np.arange(steps) >= last
    wrong = (codes[1:] != answer[0].cpu().numpy()) & ~(blank & (answer[0].cpu().numpy() == PAD))
    return {
        "written": np.where(blank, BLANK, codes[1:]).astype(np.uint8),
        "read": np.where(blank, BLANK, codes[:-1]).astype(np.uint8),
        "wrong": wrong.astype(np.uint8),
        "chance": chance[torch.arange(steps), y[0, 1:].cpu()].numpy(),
    }


class Watch:
    """Called with a net, shows maps, text and score; always with the same words."""

    def __init__(self, task: str, longest: int, seed: int, device: torch.device):
        rng = torch.Generator().manual_seed(seed + 10_000)  # the training draws from another
        self.task, self.device = task, device
        test = words(MANY, max(3, longest - SHORTER), longest, task, rng)
        self.kept = test[0]  # the training draws none of these
        self.source, self.y, self.target = (x.to(device) for x in test)
        example = prepared(word_of(EXAMPLE[:longest]), task)
        self.example, _, self.answer = (x.to(device) for x in example)

    @torch.no_grad()
    def __call__(self, net: Transformer) -> dict[str, Arrays]:
        """Snapshots by name: maps (N h, T, S) uint8 of each kind, text, score."""
        seen = Seen()
        text = reading(net, self.example, self.answer, seen)
        return {
            "maps": {kind: pressed(seen.of(kind)) for kind in KINDS},
            "text": {name: text[name] for name in ("written", "read", "wrong")},
            "score": self.score(net),
        }

    def score(self, net: Transformer) -> Arrays:
        """exact (): share of words written without a mistake, by itself; told (): share of letters right when
        told the true ones before; finds (N h,): mass of each cross head on the letter to be written.
        """
        seen, real = Seen(), self.target != PAD
        right = net(self.source, self.y, seen).argmax(-1) == self.target
        alone = written(net, self.source, self.target.shape[1])
        exact = ((alone == self.target) | ~real).all(1)
        return {
            "exact": np.asarray(exact.float().mean().cpu(), np.float32),
            "told": np.asarray(right[real].float().mean().cpu(), np.float32),
            "finds": self.finds(seen),
        }

    def finds(self, seen: Seen) -> np.ndarray:
        """The mean mass (N h,) of each cross head on the source letter of the answer; (0,) if it has none."""
        if self.task == "sort":
            return np.zeros(0, np.float32)
        letters = (self.target != PAD) & (self.target != END)  # (B, T)
        lengths = letters.sum(1, keepdim=True)
        at = torch.arange(letters.shape[1], device=letters.device).expand_as(letters)
        place = (lengths - 1 - at).clamp(min=0) if self.task == "reverse" else at
        layers = sorted(n for kind, n in seen.maps if kind == "cross")
        found = []
        for n in layers:
            weights = seen.maps["cross", n]  # (B, h, T, S)
            mass = weights.gather(3, place[:, None, :, None].expand(-1, weights.shape[1], -1, 1))[..., 0]
            found.append((mass * letters[:, None]).sum((0, 2)) / letters.sum())
        return torch.cat(found).cpu().numpy().astype(np.float32)
