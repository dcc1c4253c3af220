"""The base model: writing with kept keys and values beside reading all anew, and what an n-gram takes."""

from statistics import median

import torch
from torch import Tensor

from engine.attention.decoding import Anew, by, write
from engine.language import base_lab, corpus, gpt, ngram
from tests.benchmarks.table import Row, in_turns, spread

LONG = base_lab.LENGTH


def table() -> list[Row]:
    """One text and eight, of 256 tokens each; fitting the trigram."""
    return [*_writing(1), *_writing(8), _fitting()]


def _writing(texts: int) -> list[Row]:
    net = base_lab.restore(base_lab.BaseSpec(), None)
    first = torch.full((texts,), corpus.END)
    uniforms = torch.rand(LONG, texts, generator=torch.Generator().manual_seed(0))

    def kept() -> tuple[Tensor, Tensor]:
        return write(gpt.Reader(net, texts), first, LONG, by(uniforms))

    def anew() -> tuple[Tensor, Tensor]:
        return write(Anew(net, first[:, None][:, :0]), first, LONG, by(uniforms))

    in_turns(1, kept, anew)
    sparing, whole = in_turns(3, kept, anew)
    apart = (kept()[1] - anew()[1]).abs().max().item()
    return [
        Row(
            f"writing {texts} x {LONG} tokens, anew against kept", median(whole), "s", beside=median(sparing),
            least_ratio=5 if texts > 1 else None, note=f"kept {median(sparing):.4f} s; {spread(sparing)}",
        ),
        Row(f"writing {texts} x {LONG} tokens: largest difference of a logit", apart, "", most=1e-5),
    ]  # fmt: skip


def _fitting() -> Row:
    train = corpus.read("prose").train
    (taken,) = in_turns(3, lambda: ngram.NGram(train, corpus.VOCABULARY, 3))
    return Row(f"a trigram of {len(train):,} tokens, fitted", median(taken), "s", note=spread(taken))
