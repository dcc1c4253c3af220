"""The page's figures and goals by their meaning."""

import torch

from engine.adversarial import dcgan_lab
from engine.core.trace import traced
from pages.dcgan import figures, goals


def test_a_fair_coin_tells_one_bit_and_that_is_too_much_for_the_goal() -> None:
    """Killed: the surprise of heads alone."""
    trace = traced(dcgan_lab.run(dcgan_lab.SPEC(p=0.5), torch.device("cpu"), {}))
    assert "1.00 bits" in figures.said(trace)[0]
    assert goals.bits(trace) == "1.0"
    assert goals.half_a_bit(trace) == (False, "1.00 bits")
