"""What the page says of learning in context, checked on numbers and on nets that hold the exact answer."""

import copy
from itertools import product

import numpy as np
import pytest
import torch

from engine.language import in_context_lab
from engine.language.in_context import InContext, K, S, ceiling, digest, parsed, tokens

WATCH = in_context_lab.Watch(0, torch.device("cpu"))


class Exact(InContext):
    """Answers with the newest card that shows the animal, and with name 0 where none does."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = torch.zeros(*x.shape, S)
        for row, prompt in enumerate(x.tolist()):
            for t in range(1, len(prompt), 2):
                cards = [prompt[i + 1] - S for i in range(1, t, 2) if prompt[i] == prompt[t]]
                out[row, t, cards[-1] if cards else 0] = 1
        return out


def test_the_ceiling_is_what_the_best_guesser_gets_over_all_prompts() -> None:
    """By enumeration for two examples, by chance within five standard errors for more. Killed: the exponent
    k; names that are never guessed right."""
    prompts = list(product(range(S), repeat=3))
    best = sum(1 if x in cards else 1 / S for *cards, x in prompts) / len(prompts)
    assert ceiling(2) == pytest.approx(best)
    rng, n = np.random.default_rng(0), 40_000
    for k in (0, 5, K):
        names, x = rng.integers(S, size=(n, S)), rng.integers(S, size=(n, k + 1))
        seen = (x[:, :k] == x[:, k:]).any(1)
        right = np.where(seen, True, names[np.arange(n), x[:, k]] == rng.integers(S, size=n))
        assert abs(right.mean() - ceiling(k)) < 5 * (ceiling(k) * (1 - ceiling(k)) / n) ** 0.5


@pytest.mark.parametrize("smeared", [True, False])
def test_the_net_is_attention_as_torch_has_it_with_each_key_mixed_with_the_one_before(smeared: bool) -> None:
    """torch's MultiheadAttention projects the copied weights; it is given keys of its own. Killed: the mix
    the other way round; values smeared too; no residual link; looks at what comes later."""
    with torch.no_grad():
        net = InContext(16, smeared)
        if smeared:
            net.smear.a.fill_(-0.7)  # type: ignore
        theirs = torch.nn.MultiheadAttention(16, 1, batch_first=True)
        w, b = net.attention.project.weight.clone(), net.attention.project.bias.normal_().clone()
        theirs.in_proj_weight.copy_(w), theirs.in_proj_bias.copy_(b)
        theirs.in_proj_weight[16:32], theirs.in_proj_bias[16:32] = torch.eye(16), 0  # keys come ready
        theirs.out_proj.load_state_dict(net.attention.out.state_dict())
        x = tokens(torch.randint(S, (5, 7)), torch.randint(S, (5, 6)))
        z = net.embedding(x)
        u = net.first(z)
        key = u @ w[16:32].T + b[16:32]
        if smeared:
            own = 1 / (1 + np.exp(0.7))
            key[:, 1:] = own * key[:, 1:] + (1 - own) * key.clone()[:, :-1]
        hide = torch.ones(14, 14).triu(1).bool()
        read, look = theirs(u, key, u, attn_mask=hide)
        assert torch.allclose(net(x), net.out(net.second(z + read)), atol=1e-5)
        assert torch.allclose(net.looks(x), look, atol=1e-6)


def test_every_name_of_a_prompt_is_learned_after_the_cards_before_it() -> None:
    """Killed: the loss of animals; names shifted by a card; the last name left out."""
    net = InContext()
    x, y = torch.randint(S, (3, 5)), torch.randint(S, (3, 5))
    each = [
        torch.nn.functional.cross_entropy(net(tokens(x[:, : k + 1], y[:, :k]))[:, -1], y[:, k])
        for k in range(5)
    ]
    assert net.loss(x, y).item() == pytest.approx(torch.stack(each).mean().item(), abs=1e-5)


def test_what_is_measured_of_a_net_that_only_looks_cards_up() -> None:
    """Killed: the first card in the place of the matching one taken away; another name than the wrong one
    counted; the true name kept on the spoiled card; answers after one example too many; the query's own card
    counted as seen; the answer counted among the commonest."""
    seen = WATCH(Exact())
    touch = {name: float(one) for name, one in seen["touch"].items()}
    luck = float((WATCH.truth == 0).float().mean())
    assert (WATCH.wrong.gather(1, WATCH.place[:, None])[:, 0] != WATCH.truth).all()
    assert touch["without"] == pytest.approx(luck)
    assert {touch[name] for name in ("seen", "whole", "other", "spoiled", "shuffled")} == {1.0}
    assert seen["shots"]["ceiling"] == pytest.approx([ceiling(k) for k in range(K + 1)])
    assert np.abs(seen["shots"]["right"] - seen["shots"]["ceiling"]).max() < 0.05  # 1,000 prompts
    said = [np.bincount(row[:K], minlength=S).argmax() == row[K] for row in WATCH.y.tolist()]
    assert seen["shots"]["commonest"][K] == pytest.approx(np.mean(said))


def test_dictionaries_that_are_scored_are_learned_from_by_no_run() -> None:
    """A thousand are kept, and drawn again where one comes up. Killed: kept ones not looked for."""
    few = torch.arange(S).expand(3, S)
    rng = torch.Generator().manual_seed(0)
    out = in_context_lab.drawn(4, rng, in_context_lab.code(few))
    assert not (out[:, None] == few).all(2).any()
    assert len(in_context_lab.kept(0)) == in_context_lab.KEPT
    clash = in_context_lab.drawn(1, torch.Generator().manual_seed(5))
    fresh = in_context_lab.drawn(1, torch.Generator().manual_seed(5), in_context_lab.code(clash))
    assert not torch.equal(clash, fresh)


def test_a_prompt_is_answered_after_each_of_its_examples_and_no_weight_moves() -> None:
    """The fingerprint tells one changed weight. Killed: the query left out; the whole prompt each time; a
    fingerprint of the first weights alone."""
    net = InContext()
    found = in_context_lab.asked(net, {"text": "fox=dax, owl=wug, fox=?"})
    with torch.no_grad():
        alone = net(tokens(torch.tensor([[5, 5]]), torch.tensor([[0]])))[0, -1].softmax(-1)
    assert torch.from_numpy(found["p"][1]) == pytest.approx(alone, abs=1e-6)
    assert found["weight"].sum(1) == pytest.approx(np.ones(3), abs=1e-6)
    assert found["weight"][1, 1] == 0
    assert found["before"] == found["after"] == digest(net)
    other = copy.deepcopy(net)
    other.out.bias.data[-1] += 1e-6
    assert digest(other) != digest(net)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "animal must be one of ant"),
        ("fox=dax, owl=wug", "a question like fox=?"),
        ("fox dax, owl=?", "must look like fox=dax, got 'fox dax'"),
        ("fox=dog, owl=?", "the name must be one of dax"),
        ("fux=dax, owl=?", "the animal must be one of ant"),
        ("fox=dax," * 17 + "fox", "at most 16 examples, got 17"),
        ("x" * 100_000, "at most 400 characters, got 100,000"),
    ],
)
def test_a_prompt_is_refused_by_name(text: str, said: str) -> None:
    """And read as it is typed. Killed: each bound left out; spaces that are not trimmed."""
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        parsed(text)
    assert parsed(" Fox = DAX ,owl=wug, fox ") == ([(5, 0), (7, 6)], 5)
