"""Three decoders beside one vector (arXiv:1406.1078, 1705.03122, 1706.03762): causal, cached, and alike."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.attention import three_decoders as three
from engine.attention import three_decoders_lab as lab
from engine.attention.three_decoders import DECODERS, Cone, EncoderDecoder
from engine.core.trace import Snapshot, Trace
from engine.data.dates import encoded, targets

X, Y = encoded(["March 5, 1998", "5 March 1998"]), targets(["1998-03-05", "1998-03-05"])


def net_of(name: str, kernel: int = 3) -> EncoderDecoder:
    torch.manual_seed(0)
    return EncoderDecoder(name, 12, kernel)


def test_a_step_of_the_gates_is_torchs_gru_cell_and_its_fused_layer():
    """To 1e-6. Killed: z and r exchanged; 1 - z on what was; r before the product with U."""
    torch.manual_seed(0)
    cell, net = nn.GRUCell(3, 4), nn.GRU(3, 4, batch_first=True)
    for mine, theirs in zip(net.all_weights[0], cell.parameters(), strict=True):
        mine.data = theirs.data
    x, h, other = torch.randn(2, 5, 3), torch.zeros(2, 4), torch.zeros(2, 4)
    for t in range(5):
        h, z, r = three.gru(x[:, t], h, net)
        other = cell(x[:, t], other)
        assert torch.allclose(h, other, atol=1e-6)
        assert ((z > 0) & (z < 1) & (r > 0) & (r < 1)).all()
    assert torch.allclose(h, net(x)[0][:, -1], atol=1e-6)


@pytest.mark.parametrize("name", DECODERS)
def test_written_one_by_one_the_logits_are_those_of_one_pass(name: str):
    """To 1e-5. Killed: the oldest of a convolution's inputs kept, not the newest; a place that is not counted
    on; the newest key left out; c left out of a step; y itself fed in its own place."""
    net = net_of(name)
    c = net.summary(X)
    with torch.no_grad():
        said, logits = three.write(net, c)
        assert (net.decoder(net.before(said), c) - logits).abs().max() < 1e-5


def test_no_decoder_sees_ahead_and_convolutions_no_further_back_than_their_reach():
    """Exact: 1 + L (k - 1) inputs, and the two others all that is written. Killed: padding on both sides; no
    causal mask; a dilation of 2."""
    rows = torch.arange(11)
    for kernel in (2, 3, 4):
        net = net_of("CNN", kernel)
        assert isinstance(net.decoder, Cone)
        back = rows[:, None] - rows[None]
        wanted = (back >= 1) & (back <= net.decoder.reach)
        assert torch.equal(three.sees(net, X, Y) > 0, wanted)
        assert net.decoder.reach == 1 + 3 * (kernel - 1)
    for name in ("RNN", "Transformer"):
        assert torch.equal(three.sees(net_of(name), X, Y) > 0, rows[:, None] > rows[None])


def test_what_a_place_sees_is_how_fast_its_logit_changes_with_a_character():
    """Against finite differences. Killed: rows and columns exchanged; the character before for y_s."""
    net = net_of("RNN").double()
    seen, c = three.sees(net, X[:1], Y[:1]), net.summary(X[:1])
    for t, s in ((3, 0), (10, 8), (5, 4)):
        e = net.before(Y[:1]).detach().requires_grad_()
        g = torch.autograd.grad(net.decoder(e, c)[0, t, Y[0, t]], e)[0][0, s + 1]
        step = torch.zeros_like(e)
        step[0, s + 1] = 1e-5 * g / g.norm()
        with torch.no_grad():
            up, down = (net.decoder(e + d, c)[0, t, Y[0, t]] for d in (step, -step))
        assert float((up - down) / 2e-5) == pytest.approx(float(seen[t, s]), rel=1e-4)


def test_reading_to_the_end_gives_the_vector_and_the_text_of_the_whole():
    """And each earlier place those of the text's beginning. Killed: the state before the character."""
    net, text = net_of("RNN"), "the 5th of March 1998"
    found = lab.read(net, {"text": text})
    for n in (4, len(text)):
        c = net.summary(encoded([text[:n]]))
        assert np.allclose(found["c"][n - 1], c[0].detach().numpy(), atol=1e-5)
        assert found["codes"][n - 1].tolist()[0] == int(three.write(net, c)[0][0, 0])
    assert found["anew"].shape == found["heard"].shape == (len(text),)


def test_what_is_no_date_is_refused_by_name():
    """Killed: each check left out."""
    bad = {"": "hold a date", "5": "one day of 1950", "March 5, 19": "one day", 7: "a date",
           "February 30, 1998": "one day of", "März": "character 2 must", "1" * 100_000: "at most 64",
           "March 5, 1998; March 5, 1998": "one day of"}  # fmt: skip
    for text, words in bad.items():
        with pytest.raises(ValueError, match=words):
            lab.read(net_of("CNN"), {"text": text})


def test_the_score_wants_every_character_and_the_claim_the_worst_of_three():
    """Killed: characters for dates; the mean of the three; the first moment."""
    net = net_of("RNN")
    net.decoder.out.weight.data.zero_()
    net.decoder.out.bias.data = torch.eye(three.K)[int(Y[0, 0])]
    score = lab.watched(net, X, Y)["score"]
    assert score["exact"].item() == 0
    assert score["wrong"][0] == 0
    traces = {}
    for name, end in zip(DECODERS, (0.9, 0.8, 0.7), strict=True):
        traces[name] = Trace(total=1)
        for moment, share in enumerate((0.0, end, end, end)):
            traces[name].add(Snapshot(moment, moment, "score", {"exact": np.array([share])}))
    assert not lab.all_three_write(traces).holds
    traces["Transformer"] = traces["RNN"]
    assert lab.all_three_write(traces).holds
