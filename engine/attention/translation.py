"""What is asked of every net that translates dates: to write, to be scored, forced and blindfolded."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from engine.attention import decoding
from engine.attention.recurrent import Memory, Translator
from engine.data import dates as data
from engine.data.dates import BLANK, END, FIELDS, ROWS, START, Sentence

NOTHING = 255  # the code of a place behind the end mark
LONG = 11  # characters of one translated date and what parts it from the next
ROUND = 255  # weights are kept as whole numbers out of 255


class Written(NamedTuple):
    """What a net wrote: codes (B, T), the weights of each step (B, T, S), its probabilities (B, T, K)."""

    codes: Tensor
    alpha: Tensor
    p: Tensor


@torch.no_grad()
def write(
    net: Translator,
    x: Tensor,
    most: int,
    forced: Tensor | None = None,
    beside: Tensor | None = None,
) -> Written:
    """The likeliest character each time, `most` of them; NOTHING after the end mark.

    x (B, S). forced (B, T', S): its first rows take the place of the net's own weights, except rows of
    zeros. beside (B, S'): another text, whose annotations are laid behind those of x; S then counts both.
    """
    memory, state = net.begin(x)
    if beside is not None:
        other, _ = net.begin(beside)
        memory = Memory(*(torch.cat(pair, 1) for pair in zip(memory, other, strict=True)))
        memory = memory._replace(pad=torch.cat([memory.pad[:, : x.shape[1]], torch.ones_like(other.pad)], 1))
    alphas: list[Tensor] = []

    def writer(words: Tensor) -> Tensor:
        nonlocal state
        i = len(alphas)
        row = forced[:, i] if forced is not None and i < forced.shape[1] else None
        logits, alpha, state = net.step(memory, state, words, row)
        alphas.append(alpha)
        return logits

    codes, said = decoding.write(writer, x.new_full((len(x),), START), most)
    ended = (codes == END).cumsum(1) - (codes == END).int()  # end marks before each place
    return Written(codes.masked_fill(ended > 0, NOTHING), torch.stack(alphas, 1), said.softmax(2))


def dates_right(codes: Tensor, y: Tensor) -> Tensor:
    """Which dates are right to the last digit: codes (B, T), y (B, T) -> (B, dates) bool."""
    same = codes[:, : y.shape[1]] == y
    return torch.stack([same[:, at : at + LONG - 1].all(1) for at in range(0, y.shape[1], LONG)], 1)


def span_cells(sentences: Sequence[Sentence], length: int) -> np.ndarray:
    """Where year, month and day of the first date stand, a neighbour on each side counted: (B, 3, length)."""
    cells = np.zeros((len(sentences), len(FIELDS), length), bool)
    for cell, one in zip(cells, sentences, strict=True):
        for field, (low, high) in enumerate(one.spans[0]):
            cell[field, max(0, low - 1) : min(high + 1, len(one.text))] = True
    return cells


def span_mass(alpha: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """The share of each field's rows that lies on its own span: alpha (B, T, S), cells (B, 3, S) -> (3,)."""
    rows = [(alpha[:, low:high] * cells[:, f, None]).sum(2).mean() for f, (low, high) in enumerate(ROWS)]
    return np.array(rows, np.float32)


def entropies(alpha: np.ndarray) -> np.ndarray:
    """How blurred each row is, in bits, mean over the texts: alpha (B, T, S) -> (T,)."""
    return -(alpha * np.log2(np.maximum(alpha, 1e-12))).sum(2).mean(0)


def moved(alpha: Tensor, mine: Sequence[Sentence], others: Sequence[Sentence], length: int) -> Tensor:
    """The year's four rows, laid over another text's year: alpha (B, T, S) -> (B, 4, S + length).

    What a row gave to the year and its neighbours keeps its shape and is made to sum to one.
    """
    B, _, S = alpha.shape
    rows = alpha.new_zeros(B, 4, S + length)
    for b, (a, o) in enumerate(zip(mine, others, strict=True)):
        (low, high), (there, _) = a.spans[0][0], o.spans[0][0]
        first, last = max(0, low - 1), min(high + 1, len(a.text))
        at = S + there + first - low
        rows[b, :, at : at + last - first] = alpha[b, :4, first:last]
    return rows / rows.sum(2, keepdim=True).clamp(min=1e-12)


def blanked(x: Tensor, sentences: Sequence[Sentence], field: int) -> Tensor:
    """The texts with one field of their first date wiped out: x (B, S) -> (B, S)."""
    x = x.clone()
    for row, one in zip(x, sentences, strict=True):
        low, high = one.spans[0][field]
        row[low:high] = BLANK
    return x


def _apart(n: int, rng: torch.Generator) -> tuple[list[Sentence], list[Sentence]]:
    """n pairs of texts in one format, whose years differ in all four digits."""
    pairs: list[tuple[Sentence, Sentence]] = []
    while len(pairs) < n:
        form = (data.FORMATS[len(pairs) % len(data.FORMATS)],)
        a, b = data.sentences(2, 1, rng, test=True, forms=form)
        if all(one != other for one, other in zip(a.iso[:4], b.iso[:4], strict=True)):
            pairs.append((a, b))
    return [a for a, _ in pairs], [b for _, b in pairs]


class Watch:
    """All that is shown of a translator at each moment, on the same days for testing each time.

    counts: how many dates the texts hold that it is scored on; the first of them is 1.
    """

    def __init__(self, counts: Sequence[int], device: torch.device, n: int = 120, few: int = 30):
        rng = torch.Generator().manual_seed(0)  # not the run's: all runs are scored on the same texts
        self.shown = data.examples()
        self.sets = []
        for k in counts:
            texts = (self.shown if k == 1 else []) + data.sentences(n if k == 1 else few, k, rng, test=True)
            y = data.targets([one.iso for one in texts])
            self.sets.append((texts, data.encoded([one.text for one in texts]).to(device), y.to(device)))
        self.texts, self.x, self.y = self.sets[0]
        self.cells = span_cells(self.texts, self.x.shape[1])
        self.mine, self.others = _apart(few, rng)
        self.pair = [data.encoded([o.text for o in part]).to(device) for part in (self.mine, self.others)]
        self.wanted = data.targets([one.iso for one in self.others])[:, :4].to(device)
        self.blind = torch.cat([blanked(self.x[:few], self.texts[:few], f) for f in range(len(FIELDS))])

    def days(self) -> list[str]:
        """All days, as 2024-05-31, that a net is scored on, forced to and blindfolded for."""
        texts = [*(one for part, _, _ in self.sets for one in part), *self.mine, *self.others]
        return [day for one in texts for day in one.iso.split()]

    def __call__(self, net: Translator) -> dict[str, dict[str, np.ndarray]]:
        """-> e0 to e4 (an example each: weights, codes, which are wrong), score, look, force and blank."""
        all_done = [write(net, x, y.shape[1]) for _, x, y in self.sets]
        right = [
            dates_right(done.codes, y).float().mean().item()
            for done, (_, _, y) in zip(all_done, self.sets, strict=True)
        ]
        done = all_done[0]
        alpha = done.alpha[:, : LONG - 1].cpu().numpy()  # of single dates, without the end mark's row
        wrong = (done.codes != self.y).cpu().numpy()
        examples = {
            f"e{i}": {
                "alpha": np.rint(alpha[i, :, : len(one.text)] * ROUND).astype(np.uint8),
                "codes": done.codes[i, : LONG - 1].cpu().numpy().astype(np.uint8),
                "wrong": wrong[i, : LONG - 1].astype(np.uint8),
            }
            for i, one in enumerate(self.shown)
        }
        padded = (self.x == data.PAD).cpu().numpy()[:, None]
        return examples | {
            "score": {"right": _small(right), "wrong": _small(wrong[:, : LONG - 1].mean(0))},
            "look": {
                "mass": _small(span_mass(alpha, self.cells)),
                "blur": _small(entropies(alpha)),
                "sum": np.array([alpha.sum(2).min(), alpha.sum(2).max()], np.float32),
                "padding": np.asarray((alpha * padded).max(), np.float32),
            },
            "force": self._forced(net),
            "blank": {"wrong": self._blanked(net)},
        }

    def _forced(self, net: Translator) -> dict[str, np.ndarray]:
        """Which digits of the year change, and which become the other year's, when its rows look there."""
        x, other = self.pair
        before = write(net, x, 4)
        rows = moved(before.alpha, self.mine, self.others, other.shape[1])
        after = write(net, x, 4, rows, other)
        changed = (after.codes != before.codes).sum(1).cpu().numpy()
        return {
            "changed": np.asarray((changed >= 2).mean(), np.float32),
            "followed": np.asarray((after.codes == self.wanted).float().mean().item(), np.float32),
        }

    def _blanked(self, net: Translator) -> np.ndarray:
        """Wrong characters of each output field (columns) with one input field wiped out (rows): (3, 3)."""
        few = len(self.blind) // len(FIELDS)
        wrong = write(net, self.blind, LONG - 1).codes != self.y[:few, : LONG - 1].repeat(len(FIELDS), 1)
        by = wrong.float().view(len(FIELDS), few, -1).cpu().numpy()
        return np.stack([by[:, :, low:high].mean((1, 2)) for low, high in ROWS], 1).astype(np.float32)


def _small(values: Any) -> np.ndarray:
    return np.round(np.asarray(values, np.float32), 4)
