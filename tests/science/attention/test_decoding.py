"""Writing letter by letter: keys and values kept give what the whole pass gives."""

import pytest
import torch

from engine.attention.decoding import Kept, beside, by, likeliest, write
from engine.attention.transformer import Transformer
from engine.data.letters import PAD, START, TOKENS, words


def net_of(norm: str = "post", masked: bool = True) -> Transformer:
    torch.manual_seed(0)
    return Transformer(TOKENS, PAD, 80, 32, 4, 2, 128, norm, masked=masked)


@pytest.mark.parametrize("norm", ["post", "pre"])
def test_kept_keys_and_values_give_the_logits_of_the_whole_pass(norm: str):
    """To 1e-5, letter by letter, drawn and likeliest. Killed: the newest key left out; positions all 0; the
    padding of the source seen."""
    net = net_of(norm).eval()
    source = words(5, 3, 8, "copy", torch.Generator().manual_seed(0))[0]
    first, uniforms = torch.full((5,), START), torch.rand(64, 5, generator=torch.Generator().manual_seed(1))
    for pick in (lambda: likeliest, lambda: by(uniforms)):
        with torch.no_grad():
            letters, said = write(Kept(net, source, 64), first, 64, pick())
            again, anew = write(beside(net, source), first, 64, pick())
        assert torch.equal(letters, again)
        assert (said - anew).abs().max() < 1e-5


def test_drawn_letters_have_the_frequencies_of_their_distribution():
    """And letters of one text, or of one place, know nothing of each other. Killed: `<` with the cumulative
    distribution shifted by one letter; one random number for all letters of a text; one for all texts."""
    p = torch.tensor([0.5, 0.2, 0.3])
    n = 20_000
    uniforms = torch.rand(2, n, generator=torch.Generator().manual_seed(0))
    letters, _ = write(
        lambda newest: p.log().expand(n, 3), torch.zeros(n, dtype=torch.int64), 2, by(uniforms)
    )
    for place in letters.T:
        found = torch.bincount(place, minlength=3) / n
        assert ((found - p).abs() < 5 * (p * (1 - p) / n).sqrt()).all()
    alike, same = float((letters[:, 0] == letters[:, 1]).float().mean()), float((p * p).sum())
    assert abs(alike - same) < 5 * (same * (1 - same) / n) ** 0.5


def test_without_a_causal_mask_nothing_can_be_kept_and_that_is_said():
    """Killed: the check left out."""
    with pytest.raises(ValueError, match="only behind a causal mask"):
        Kept(net_of(masked=False), torch.full((1, 4), 5), 8)
