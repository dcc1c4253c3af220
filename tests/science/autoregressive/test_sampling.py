"""Sampling pixel after pixel: the sparing way is the naive way, and draws what the model says."""

import itertools
import time

import numpy as np
import pytest
import torch

from engine.autoregressive.gated_pixelcnn import GatedPixelCNN
from engine.autoregressive.measures import Net, surprise
from engine.autoregressive.pixelcnn import PixelCNN
from engine.autoregressive.sampling import Naive, sample


def nets(n: int) -> dict[str, Net]:
    torch.manual_seed(0)
    gated = {
        f"two={two} gates={gates}": GatedPixelCNN(4, 8, 5, two, gates, conditional=True).of(
            torch.arange(n) % 10
        )
        for two, gates in itertools.product((True, False), (True, False))
    }
    return {"A": PixelCNN(5, 16, 5), "B": PixelCNN(5, 16, 3, first="B"), **gated}


@pytest.mark.parametrize("name", nets(1))
def test_computing_nothing_twice_gives_the_naive_probabilities(name: str):
    """To 1e-5, and the same images. Mutants killed: `put` one column off; mask B's features not redone;
    the vertical stack not told of the pixel."""
    net, u = nets(6)[name], torch.rand(6, 8, 8, generator=torch.Generator().manual_seed(1))
    fast, p_fast = sample(net.pixelwise(6, 8, 8), u)
    slow, p_slow = sample(Naive(net, 6, 8, 8), u)
    assert torch.equal(fast, slow)
    assert (p_fast - p_slow).abs().max() < 1e-5


def test_the_probabilities_reported_are_those_of_the_finished_image():
    """Eq. 1: one pass over the result gives the same. Mutant killed: zeros put in place of the levels."""
    net = nets(1)["A"]
    x, p = sample(net.pixelwise(5, 8, 8), torch.rand(5, 8, 8, generator=torch.Generator().manual_seed(2)))
    chosen = p.gather(2, x.view(5, 64, 1))[..., 0]
    assert torch.allclose(-chosen.log2(), surprise(net, x).view(5, 64), atol=1e-4)


def test_images_come_as_often_as_the_model_says():
    """All 64 binary images of 2 x 3, within 5 standard errors.

    Mutants killed: one random number for a whole row; the cumulative sum one level late.
    """
    torch.manual_seed(3)
    net, n = PixelCNN(3, 8, 3, levels=2), 40_000
    for weight in net.parameters():
        weight.data *= 2
    images = torch.tensor(list(itertools.product((0, 1), repeat=6))).view(-1, 2, 3)
    p = (-surprise(net, images).sum((1, 2))).exp2().numpy()
    x, _ = sample(net.pixelwise(n, 2, 3), torch.rand(n, 2, 3, generator=torch.Generator().manual_seed(0)))
    code = (x.flatten(1) * 2 ** torch.arange(5, -1, -1)).sum(1)
    share = np.bincount(code.numpy(), minlength=64) / n
    assert (np.abs(share - p) < 5 * np.sqrt(p * (1 - p) / n)).all()
    assert p.max() > 3 * p.min()  # not a uniform model, where much would pass


def test_kept_pixels_are_taken_and_the_others_answer_to_them():
    """Completion. Mutant killed: a kept pixel is shown but not put."""
    net, u = nets(1)["A"], torch.rand(4, 8, 8, generator=torch.Generator().manual_seed(0))
    given = torch.full((8, 8), 16)
    keep = torch.arange(8)[:, None].expand(8, 8) < 4
    x, p = sample(net.pixelwise(4, 8, 8), u, 1.0, given, keep)
    assert (x[:, :4] == 16).all()
    whole = net(x).softmax(1).flatten(2).transpose(1, 2)  # (4, 64, K), of the finished image
    assert (p - whole).abs().max() < 1e-5
    assert torch.equal(x, sample(Naive(net, 4, 8, 8), u, 1.0, given, keep)[0])


def test_a_low_temperature_takes_the_likeliest_level():
    """Mutant killed: logits multiplied by the temperature."""
    net, u = nets(1)["A"], torch.rand(4, 8, 8, generator=torch.Generator().manual_seed(0))
    x, p = sample(net.pixelwise(4, 8, 8), u, temperature=1e-4)
    assert torch.equal(x.flatten(1), p.argmax(2))
    assert p.amax(2).min() > 0.9


def test_for_64_images_it_is_at_least_5_times_faster():
    """Measured in one run, the best of three each. Mutant killed: the naive sampler in its place."""
    for net in (PixelCNN(5, 32, 5), GatedPixelCNN(5, 11, 5).of(None)):
        u = torch.rand(64, 8, 8)

        def seconds(make) -> float:
            best = float("inf")
            for _ in range(3):
                start = time.process_time()
                sample(make(), u)  # noqa: B023
                best = min(best, time.process_time() - start)
            return best

        assert seconds(lambda: Naive(net, 64, 8, 8)) > 5 * seconds(lambda: net.pixelwise(64, 8, 8))  # noqa: B023
