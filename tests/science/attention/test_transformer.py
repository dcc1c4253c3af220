"""Attention Is All You Need: both stacks, positions, schedule, smoothing; against torch.nn.Transformer."""

import math
import warnings

import pytest
import torch
from torch import nn

from engine.attention import transformer_lab
from engine.attention.multi_head import MultiHead
from engine.attention.transformer import (
    Layer,
    Transformer,
    causal,
    positions,
    smoothed,
    warm_up,
)
from engine.data.letters import PAD, TASKS, TOKENS, words

D, H, N = 16, 4, 2


def net_of(norm: str = "post", **changes: bool) -> Transformer:
    torch.manual_seed(0)
    net = Transformer(TOKENS, PAD, 24, D, H, N, 4 * D, norm, **changes)
    for p in net.parameters():
        if p.dim() == 1:  # biases and norms away from 0 and 1, else they prove nothing
            nn.init.normal_(p, mean=0.5)
    return net.double().eval()


def batch(n: int = 6) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return words(n, 3, 8, "reverse", torch.Generator().manual_seed(0))


def taught(ours: Transformer, norm: str) -> nn.Transformer:
    """torch's own, with our weights."""
    stacks = {"batch_first": True, "norm_first": norm == "pre"}
    with warnings.catch_warnings(action="ignore"):  # that pre-norm takes no nested tensors
        other = nn.Transformer(D, H, N, N, 4 * D, 0.0, **stacks).double().eval()
    if norm == "post":  # torch ends each stack with one more norm, the paper does not
        other.encoder.norm = other.decoder.norm = None

    def attention(theirs: nn.MultiheadAttention, mine: MultiHead) -> None:
        weights = {"in_proj_weight": mine.project.weight, "in_proj_bias": mine.project.bias}
        weights |= {"out_proj.weight": mine.out.weight, "out_proj.bias": mine.out.bias}
        theirs.load_state_dict(weights)

    def rest(theirs: nn.Module, mine: Layer) -> None:
        theirs.linear1.load_state_dict(mine.ffn[0].state_dict())  # type: ignore[union-attr]
        theirs.linear2.load_state_dict(mine.ffn[2].state_dict())  # type: ignore[union-attr]
        for i, norm_ in enumerate(mine.norms, start=1):
            getattr(theirs, f"norm{i}").load_state_dict(norm_.state_dict())

    for theirs, mine in zip(other.encoder.layers, ours.encoder, strict=True):
        attention(theirs.self_attn, mine.self_attention)
        rest(theirs, mine)
    for theirs, mine in zip(other.decoder.layers, ours.decoder, strict=True):
        attention(theirs.self_attn, mine.self_attention)
        attention(theirs.multihead_attn, mine.cross)
        rest(theirs, mine)
    if norm == "pre":
        other.encoder.norm.load_state_dict(ours.encoder_norm.state_dict())
        other.decoder.norm.load_state_dict(ours.decoder_norm.state_dict())
    return other


@pytest.mark.parametrize("norm", ["post", "pre"])
def test_the_encoder_decoder_is_torch_nn_transformer_on_the_same_weights(norm: str):
    """Logits of all letters that are none of the padding. Killed: the residual link left out of the cross
    attention; the norm before it in post-norm; the padding seen; memory taken before its norm in pre-norm."""
    ours = net_of(norm)
    other = taught(ours, norm)
    source, y, target = batch()
    future, none = ~causal(y.shape[1]), source == PAD
    decoded = other(
        ours.embed(source), ours.embed(y), tgt_mask=future,
        src_key_padding_mask=none, memory_key_padding_mask=none,
    )  # fmt: skip
    want = decoded @ ours.embedding.weight.T
    real = target != PAD
    assert torch.allclose(ours(source, y)[real], want[real], atol=1e-8)


def test_no_letter_hears_of_itself_or_a_later_one():
    """To the bit; without the mask it does. Killed: triu for tril in `causal`."""
    source, y, _ = batch(1)
    later = y.clone()
    later[0, 4:] = 7
    net = net_of()
    assert torch.equal(net(source, y)[0, :4], net(source, later)[0, :4])
    assert not torch.equal(net(source, y)[0, 4:], net(source, later)[0, 4:])
    open_ = net_of(masked=False)
    assert not torch.allclose(open_(source, y)[0, :4], open_(source, later)[0, :4])


def test_padding_changes_nothing():
    """Killed: the padding mask left out of the encoder, or of the cross attention."""
    net = net_of()
    source, y, _ = batch(1)
    longer = torch.cat([source, torch.full((1, 5), PAD)], 1)
    assert torch.allclose(net(source, y), net(longer, y), atol=1e-12)


def test_without_positions_attention_is_equivariant_and_with_them_it_is_not():
    """f(Px) = P f(x). Killed: positions added although `placed` is false."""
    x, order = torch.randint(3, TOKENS, (4, 8), generator=torch.Generator().manual_seed(1)), torch.randperm(8)
    bare, placed = net_of(placed=False), net_of()
    assert torch.allclose(bare.encode(x[:, order]), bare.encode(x)[:, order], atol=1e-10)
    assert not torch.allclose(placed.encode(x[:, order]), placed.encode(x)[:, order], atol=0.1)


def test_positions_are_the_sines_and_cosines_of_section_3_5():
    """Killed: cosines in the even places; 2i for 2i / d_model."""
    pe = positions(50, 6)
    for pos in (0, 1, 17):
        for i in range(3):
            angle = pos / 10_000 ** (2 * i / 6)
            assert float(pe[pos, 2 * i]) == pytest.approx(math.sin(angle), abs=1e-5)
            assert float(pe[pos, 2 * i + 1]) == pytest.approx(math.cos(angle), abs=1e-5)
    products = [float(pe[p] @ pe[p + 7]) for p in (0, 11, 30)]
    assert products == pytest.approx([products[0]] * 3, abs=1e-4), (
        "what a step apart means is the same anywhere"
    )


def test_the_learning_rate_of_eq_3_rises_in_a_line_and_falls_with_the_root():
    """Killed: max for min; warmup^-0.5."""
    rates = [warm_up(step, 512, 4000) for step in (1000, 2000, 4000, 16_000)]
    assert rates[1] == pytest.approx(2 * rates[0])
    assert rates[2] == pytest.approx(512**-0.5 * 4000**-0.5)
    assert rates[3] == pytest.approx(rates[2] / 2)
    assert warm_up(8, 16, 4, 3.0) == pytest.approx(3 * warm_up(8, 16, 4))


def test_label_smoothing_is_the_cross_entropy_to_the_softened_target():
    """Padding does not count. Killed: eps shared among the wrong letters only; padding counted."""
    rng = torch.Generator().manual_seed(0)
    logits, target = torch.randn(2, 3, 5, generator=rng), torch.tensor([[1, 2, 0], [4, 0, 0]])
    q = 0.7 * torch.eye(5)[target] + 0.3 / 5
    want = -(q * logits.log_softmax(-1)).sum(-1)[target != 0].mean()
    assert torch.allclose(smoothed(logits, target, 0.3, 0), want)


@pytest.mark.parametrize("task", TASKS)
def test_the_answer_is_what_the_task_says(task: str):
    """Killed: the answer reversed with its padding; an answer that is not shifted."""
    made = {"reverse": lambda w: w[::-1], "copy": list, "sort": sorted}[task]
    for source, y, target in zip(*words(40, 3, 8, task, torch.Generator().manual_seed(3)), strict=True):
        word = [t for t in source.tolist() if t > 2]
        answer = [*made(word), 2]
        assert source.tolist() == [*word, 2, *[PAD] * (8 - len(word))]
        assert target.tolist()[: len(answer)] == answer
        assert y.tolist()[: len(answer)] == [1, *answer[:-1]]
        assert set(target.tolist()[len(answer) :]) <= {PAD}


def test_short_words_for_testing_are_never_learned_from():
    """Of four letters at most there are so few that chance alone would draw half of them. Killed: words that
    are not kept aside."""
    learned, kept = transformer_lab.split(transformer_lab.SPEC(longest=4, steps=100))
    assert len(learned) == 100 * transformer_lab.BATCH
    assert not set(learned) & set(kept)
    plain = words(6400, 3, 4, "reverse", torch.Generator().manual_seed(0))[0]
    assert {row.numpy().tobytes() for row in plain} & set(kept)
