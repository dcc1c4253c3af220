"""The small GPT against transformers' GPT-2, what its loss counts, and what it reads."""

import torch
from transformers import GPT2Config, GPT2LMHeadModel

from engine.core.trace import seeded
from engine.data import instructions as world
from engine.language import answers, gpt
from engine.language.sft import spoken


def fresh(seed: int = 0) -> gpt.GPT:
    with seeded(seed):
        return answers.fresh()


def as_gpt2(net: gpt.GPT) -> GPT2LMHeadModel:
    """The same weights in transformers' model."""
    d = net.d_model
    shape = {"n_embd": d, "n_layer": len(net.blocks), "n_head": 4, "n_positions": world.PAGE}
    quiet = {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}
    config = GPT2Config(vocab_size=len(world.WORDS), activation_function="relu", **shape, **quiet)
    theirs = GPT2LMHeadModel(config).eval()
    t, state = theirs.transformer, dict(net.state_dict())
    with torch.no_grad():
        t.wte.weight.copy_(state["embedding.weight"])
        t.wpe.weight.copy_(state["place.weight"])
        t.ln_f.load_state_dict(net.norm.state_dict())
        for block, ours in zip(t.h, net.blocks, strict=True):
            block.ln_1.load_state_dict(ours.first.state_dict())
            block.ln_2.load_state_dict(ours.second.state_dict())
            parts = ((block.attn.c_attn, ours.attention.project), (block.attn.c_proj, ours.attention.out))
            first, second = (layer for layer in ours.ffn.modules() if isinstance(layer, torch.nn.Linear))
            for conv, linear in (*parts, (block.mlp.c_fc, first), (block.mlp.c_proj, second)):
                conv.weight.copy_(linear.weight.T)
                conv.bias.copy_(linear.bias)
    return theirs


def test_it_is_gpt_2_on_the_same_weights() -> None:
    """Killed: normalisation after the sub-layer; places left out; a logit layer of its own."""
    net = fresh()
    texts = world.web(8, torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.allclose(net(texts), as_gpt2(net)(texts).logits, atol=1e-5)


def test_a_later_word_changes_nothing_before_it() -> None:
    """Killed: attention without its mask."""
    net, texts = fresh(), world.web(1, torch.Generator().manual_seed(0))
    other = texts.clone()
    other[0, 6] = (other[0, 6] + 1) % len(world.WORDS)
    with torch.no_grad():
        a, b = net(texts)[0], net(other)[0]
    assert torch.equal(a[:6], b[:6])
    assert not torch.equal(a[6:], b[6:])


def test_only_the_assistants_words_of_a_talk_are_spoken() -> None:
    """Killed: the end of a reply left out; the second question taken for speech."""
    talk = "SOUND cat ? thanks meow . SIZE ? the cat is medium ."
    text = world.padded([[world.CODE[word] for word in talk.split()]], world.PAGE)
    marked = spoken(text, world.ASK, world.END, world.PAD)[0].tolist()
    assert marked == [False] * 3 + [True] * 3 + [False] * 2 + [True] * 5 + [False] * (world.PAGE - 13)


def test_words_that_do_not_count_give_no_gradient() -> None:
    """The gradient at the logits that would tell a question's words is 0. Killed: every word counted."""
    net = fresh()
    texts = world.demonstrations(6, torch.Generator().manual_seed(0))
    counted = spoken(texts, world.ASK, world.END, world.PAD)
    kept: list[torch.Tensor] = []

    def keep(module: torch.nn.Module, given: tuple, out: torch.Tensor) -> None:
        out.retain_grad()
        kept.append(out)

    net.norm.register_forward_hook(keep)
    gpt.loss(net, texts, counted).backward()
    last = kept[0].grad  # of what the last layer says, place by place
    assert last is not None
    assert (last[~counted[:, 1:]] == 0).all()
    assert last[counted[:, 1:]].abs().sum(-1).min() > 0


def test_a_reply_stops_at_its_end_and_never_says_padding() -> None:
    """Killed: words drawn after the end; padding drawn as a word."""
    texts = answers.judged(fresh(3), 4, torch.device("cpu"))[:, world.PROMPT :]
    assert texts.shape == (96, world.REPLY)
    for reply in texts.tolist():
        n = reply.index(world.END) + 1 if world.END in reply else len(reply)
        assert world.PAD not in reply[:n]
        assert set(reply[n:]) <= {world.PAD}
    assert any(world.END in reply[:-1] for reply in texts.tolist())


def test_pages_and_talks_fit_and_are_the_same_for_a_seed() -> None:
    """Killed: a page of three exchanges; texts drawn from the global generator."""
    for make in (world.web, world.demonstrations):
        torch.manual_seed(1)
        texts = make(300, torch.Generator().manual_seed(5))
        assert texts.shape == (300, world.PAGE)
        assert 0 <= int(texts.min()) <= int(texts.max()) < len(world.WORDS)
        assert (texts[:, 2] == world.ASK).all()
        torch.manual_seed(99)
        assert torch.equal(texts, make(300, torch.Generator().manual_seed(5)))
        assert not torch.equal(texts, make(300, torch.Generator().manual_seed(6)))
