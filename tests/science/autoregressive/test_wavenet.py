"""What van den Oord et al. (2016) and Le Paine et al. (2016) say of WaveNet, checked on numbers."""

import numpy as np
import pytest
import torch

from engine.autoregressive import wavenet_lab as lab
from engine.autoregressive.wavenet import Player, WaveNet, play_on
from engine.core.trace import seeded
from engine.data.strings import KINDS, strings


def net_of(dilations: tuple[int, ...] = (1, 2, 4), values: int = 16) -> WaveNet:
    with seeded(0):
        return WaveNet(values, dilations, 6, 5)


def codes_of(length: int, values: int = 16) -> torch.Tensor:
    return torch.randint(values, (2, length), generator=torch.Generator().manual_seed(1))


def test_the_net_is_gates_residuals_and_skips_as_the_equations_say() -> None:
    """Sections 2.1 to 2.5 written out, sample by sample. Killed: tanh and sigmoid exchanged; h left out; the
    older value weighed as the newer; no residual; skips of the last layer alone."""
    net, x, h = net_of().double(), codes_of(12), torch.tensor([[1.0, 0], [0, 1]]).double()
    y = net.look(x)  # (B, T, C)
    total = 0
    for layer, d in zip(net.layers, (1, 2, 4), strict=True):
        older = torch.stack([y[:, t - d] if t >= d else torch.zeros_like(y[:, 0]) for t in range(12)], 1)
        W, V, out = layer.W, layer.V, layer.out
        a = older @ W.weight[:, :, 0].T + y @ W.weight[:, :, 1].T + W.bias + (h @ V.weight.T)[:, None]
        z = torch.tanh(a[..., :6]) * torch.sigmoid(a[..., 6:])
        more = z @ out.weight[:, :, 0].T + out.bias
        y, total = y + more[..., :6], total + more[..., 6:]
    assert torch.allclose(net(x, h), net.head(total.transpose(1, 2)), atol=1e-12)


def test_no_guess_hears_of_what_it_guesses_and_each_of_its_whole_field() -> None:
    """By changing one sample at a time. Killed: zeros on both sides; a field one too long."""
    net, x, h = net_of(), codes_of(30), torch.eye(2)
    before = net(x, h)
    for at in (3, 12):
        other = x.clone()
        other[:, at] = (other[:, at] + 1) % 16
        moved = (net(other, h) - before).abs().amax((0, 1)) > 0
        assert moved.nonzero().flatten().tolist() == list(range(at, at + net.field))


def test_queues_give_the_logits_of_a_whole_pass() -> None:
    """To 1e-5, sample after sample, from the very start. Killed: a queue one longer; the newest read for the
    oldest; biases left out; h of another row."""
    net, x, h = net_of(), codes_of(40), torch.eye(2)
    player = Player(net, h)
    told = np.stack([player(one) for one in x.T.numpy()], 2)
    assert np.abs(told - net(x, h).detach().numpy()).max() < 1e-5


def test_at_the_page_s_default_queues_are_20_times_as_fast_with_the_same_logits() -> None:
    """Killed: a player that begins anew at each sample."""
    net, x = lab.restore(lab.SPEC(), None), lab.split(lab.SPEC())[1][0]
    found = lab.race(net, {"codes": x, "from": 950, "h": np.array([1.0, 0])})
    assert found["seconds"][0] > 20 * found["seconds"][2]
    assert found["apart"] < 1e-5
    assert found["columns"].tolist() == [6 * sum(range(951, 1025)), 6 * 64 * 74, 6 * 74]


def test_what_is_played_is_drawn_from_the_softmax_and_read_again() -> None:
    """A net that says "one more than the last" counts; one that is even-handed draws each value. Killed: the
    likeliest in place of a draw; a draw that is not read again; a sum of chances shifted by one."""
    net = net_of((1,), 8)
    with torch.no_grad():
        for weight in net.parameters():
            weight.zero_()
    prime, rng = np.zeros((1, 4), int), np.random.default_rng(0)
    drawn = play_on(net, prime, torch.eye(2)[:1], 4000, rng)[0]
    assert np.bincount(drawn, minlength=8) == pytest.approx([500] * 8, abs=5 * np.sqrt(500))

    class Counts(Player):
        def __call__(self, x: np.ndarray) -> np.ndarray:
            return 50.0 * np.eye(8)[(x + 1) % 8]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.autoregressive.wavenet.Player", Counts)
        assert play_on(net, prime, torch.eye(2)[:1], 9, rng)[0].tolist() == [1, 2, 3, 4, 5, 6, 7, 0, 1]


def test_strings_repeat_after_their_period_until_they_are_plucked_anew() -> None:
    """Most where they ring. Killed: a period of another length; fresh told of the echo; kinds exchanged."""
    found = strings(48, 40, 7)
    ringing, muted = (found.waves[found.kinds == kind] for kind in range(len(KINDS)))
    codes = lab.encode(found.waves, lab.VALUES)
    near = [lab.repeats(codes, period) for period in (24, 47, 48, 49, 60)]
    assert near.index(max(near)) == 2
    assert max(near) > 0.5
    assert np.square(ringing).mean() > 1.5 * np.square(muted).mean()
    assert 1 / 16 < found.fresh.mean() < 1 / 8
    jumps = np.abs(found.waves[:, 48:] - found.waves[:, :-48])
    assert jumps[found.fresh[:, 48:]].mean() > 3 * jumps[~found.fresh[:, 48:]].mean()


def test_scores_are_of_kept_clips_and_of_whole_nats() -> None:
    """An even-handed net pays log 64 everywhere; a wave that goes round repeats by 1. Killed: learned
    clips scored as kept; bits for nats; fresh and echo exchanged."""
    spec = lab.SPEC()
    net = lab.restore(spec, None)
    with torch.no_grad():
        for weight in net.parameters():
            weight.zero_()
        found = lab.seen(net, spec)["score"]
        told = [float(found[name]) for name in ("kept", "fresh", "echo", "learned")]
        assert told == pytest.approx([np.log(64)] * 4, abs=1e-4)
        kept, fresh = lab.split(spec)[1][:, 1:], strings(spec.period, lab.KEPT, 1).fresh[:, 1:]
        often = np.bincount(kept.flatten(), minlength=64) / kept.size + 1e-9
        net.head[3].bias[:] = torch.from_numpy(np.log(often))
        found = lab.seen(net, spec)["score"]
    cost = -np.log(often)[kept]
    for name, where in (("kept", fresh | True), ("fresh", fresh), ("echo", ~fresh)):
        assert float(found[name]) == pytest.approx(cost[where].mean(), abs=1e-3)
    assert found["kept"] < found["learned"] - 0.005  # the frequencies are those of the kept clips
    assert lab.repeats(np.tile(np.arange(10, 50), (2, 8)), 40) == pytest.approx(1)


def test_what_a_net_pays_when_told_wrongly_is_of_the_same_clips_with_the_other_string() -> None:
    """Killed: h as it was; h of nobody."""
    spec = lab.SPEC()
    net = lab.restore(spec, None)
    with torch.no_grad():
        net.layers[0].V.weight.mul_(50)  # a net that listens to h
        x, h = torch.from_numpy(lab.split(spec)[1]), lab.which(lab.KEPT, spec).flip(1)
        told = torch.nn.functional.cross_entropy(net(x[:, :-1], h), x[:, 1:]).item()
    found = lab.seen(net, spec)["score"]
    assert float(found["wrong"]) == pytest.approx(told, abs=5e-4)
    assert abs(found["wrong"] - found["kept"]) > 0.002


def test_a_prime_that_is_none_is_refused_and_silence_plays_on() -> None:
    """Killed: a code beyond the last; an empty prime."""
    net = lab.restore(lab.SPEC(), None)
    asked = {"h": np.eye(2)[:1], "samples": 401, "period": 48, "seed": 0}
    for wrong in (np.array([[64]]), np.zeros((1, 0), int), np.zeros(3, int)):
        with pytest.raises(ValueError, match="prime must hold codes from 0 to 63"):
            lab.play(net, asked | {"prime": wrong})
    found = lab.play(net, asked | {"prime": lab.encode(np.zeros((1, 5)), 64)})
    assert np.isfinite(found["wave"]).all()
    assert np.abs(found["wave"]).max() <= 0.5
