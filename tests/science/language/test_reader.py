"""Writing with a small GPT: kept keys and values give what the whole pass gives; drawing inverts the sum."""

import pytest
import torch

from engine.attention.decoding import Anew, by, choose, likeliest, write
from engine.core.trace import seeded
from engine.language import gpt


def fresh() -> gpt.GPT:
    with seeded(0):
        net = gpt.GPT(50, 40, 32, 4, 2)
        for p in net.parameters():  # away from the start, where all norms and many offsets are alike
            p.data += 0.1 * torch.randn_like(p)
    return net


def test_kept_keys_and_values_give_the_logits_of_the_whole_pass() -> None:
    """To 1e-5, after a prompt read at once or in pieces, likeliest and drawn, up to the last place.

    Killed: the place of the first word for all; the newest key left out; a prompt read without its mask.
    """
    net, prompt = fresh(), torch.randint(50, (3, 9), generator=torch.Generator().manual_seed(1))
    uniforms = torch.rand(31, 3, generator=torch.Generator().manual_seed(2))
    for pick in (lambda: likeliest, lambda: by(uniforms)):
        for pieces in ((8,), (1, 4, 3)):
            reader = gpt.Reader(net, 3)
            with torch.no_grad():
                for piece in prompt[:, :-1].split(pieces, 1):
                    reader.read(piece)
            words, said = write(reader, prompt[:, -1], 31, pick())
            again, anew = write(Anew(net, prompt[:, :-1]), prompt[:, -1], 31, pick())
            assert torch.equal(words, again)
            assert (said - anew).abs().max() < 1e-5


def test_a_text_longer_than_the_net_reads_is_refused() -> None:
    """Killed: no check, and the place of a word that has none."""
    reader = gpt.Reader(fresh(), 1)
    reader.read(torch.zeros(1, 40, dtype=torch.long))
    with pytest.raises(ValueError, match="at most 40 words, got 41"):
        reader(torch.zeros(1, dtype=torch.long))


def test_choosing_inverts_the_cumulative_distribution() -> None:
    """On a grid each word is chosen exactly as often as its probability says. Killed: `<` for `<=`; the place
    before."""
    p = torch.tensor([[0.25, 0.0, 0.5, 0.25], [0.0, 0.125, 0.875, 0.0]], dtype=torch.float64)
    grid = torch.arange(1000) / 1000
    for row in p:
        chosen = choose(row.expand(1000, -1), grid)
        assert torch.bincount(chosen, minlength=4).tolist() == (1000 * row).int().tolist()


def test_what_is_impossible_is_never_chosen_not_even_at_the_end_of_rounding() -> None:
    """The sum of float32 chances may end below the largest uniform, and a cut distribution ends in zeros.

    Killed: the last word of the vocabulary in the place of the last possible one; no bound at all.
    """
    last = 1 - 2**-24  # the largest float32 below 1
    p = torch.cat([torch.full((999,), 1 / 1000), torch.tensor([1 / 1000 - 1e-6, 0, 0])])
    assert p.cumsum(-1)[-1] < last
    assert choose(p, torch.tensor(last)) == 999
    assert choose(torch.tensor([0.0, 1.0, 0.0]), torch.tensor([0.0, last])[0]) == 1
