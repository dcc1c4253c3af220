"""Section 2.1 of WaveNet (arXiv:1609.03499): causal, dilated convolutions."""

import numpy as np
import pytest
import torch

from engine.autoregressive import causal_convolution_lab as lab
from engine.autoregressive.causal_convolution import causal_convolution, receptive_field
from engine.core.trace import Trace, traced


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("dilation", [1, 3])
def test_y_t_is_the_sum_of_w_i_x_t_minus_d_i(dilation: int, strict: bool):
    """Mutants killed: weights not flipped; padding on both sides."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=11), rng.normal(size=3)
    want = np.zeros(11)
    for t in range(11):
        for i in range(3):
            s = t - strict - dilation * i
            want[t] += w[i] * x[s] if s >= 0 else 0
    got = causal_convolution(torch.tensor(x)[None], torch.tensor(w), dilation, strict)[0]
    assert np.allclose(got.numpy(), want, atol=1e-12)


def test_dilations_1_2_4_8_see_16_values_and_doubling_to_512_sees_1024():
    """Fig. 3: 1 + sum of d (k - 1). Mutant killed: dilation not handed to the convolution."""
    seen = receptive_field(40, 2, (1, 2, 4, 8), strict=False)
    assert torch.equal(seen != 0, torch.arange(40) >= 24)
    assert int((receptive_field(1100, 2, tuple(2**i for i in range(10)), strict=False) != 0).sum()) == 1024


def test_the_strict_first_layer_does_not_see_the_present():
    """What mask A is in time. Mutant killed: no shift."""
    seen = receptive_field(40, 2, (1, 2, 4, 8), strict=True)
    assert torch.equal(seen != 0, (torch.arange(40) >= 23) & (torch.arange(40) < 39))


def traces(**changes: object) -> dict[str, Trace]:
    return {"this": traced(lab.run(lab.SPEC().but(**changes), torch.device("cpu"), {}))}


def test_zeros_on_both_sides_let_the_future_in_and_a_shift_leaves_the_present_out():
    """Mutants killed: offsets counted the other way; the shift in every layer."""
    seen = [lab.fields(traces(padding=padding))[30] for padding in lab.PADDINGS]
    assert [(one.min(), one.max()) for one in seen] == [(-15, 0), (-16, -1), (-7, 8)]
    assert [lab.nothing_ahead(traces(padding=padding)).holds for padding in lab.PADDINGS] == [
        True,
        True,
        False,
    ]
    assert len(lab.fields(traces(padding="left, shifted"))[0]) == 0  # the first output hears of nothing


def test_dilation_skips_nothing_unless_it_grows_beyond_the_kernel():
    """Sums of some of 1, 3, 9 and 27 leave gaps; a kernel of 3 counts each up to twice, and leaves none.
    Mutant killed: gaps counted as samples heard."""
    assert lab.no_gaps(traces()).holds
    assert not lab.no_gaps(traces(grows="times 3")).holds
    assert lab.no_gaps(traces(grows="times 3", kernel=3)).holds
    found = lab.fields(traces(grows="times 3", layers=3))[40]
    assert (-found[::-1]).tolist() == sorted(
        {a + 3 * b + 9 * c for a in (0, 1) for b in (0, 1) for c in (0, 1)}
    )
