"""Feature-wise linear modulation (arXiv:1709.07871): what it is, what a shift cannot do, what is measured."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.core.trace import Snapshot, Trace
from engine.plumbing import film_lab as lab
from engine.plumbing.film import WAYS, Block, FiLMed, film, places
from engine.plumbing.film_scenes import ANSWERS, QUESTIONS, scene, scenes
from tests.helpers import shipped


@pytest.fixture(scope="module")
def trained() -> FiLMed:
    """The net of the recorded run."""
    return lab.restore(lab.SPEC(), shipped(lab).weights()).eval()


def made(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def net_of(way: str = WAYS[0], relu: bool = True, channels: int = 6) -> FiLMed:
    """With large weights, so that questions and pictures have different answers before training."""
    torch.manual_seed(0)
    net = FiLMed(channels, way, relu, len(QUESTIONS), len(ANSWERS)).eval()
    for layer in (net.block.W, net.generator, net.out):
        nn.init.normal_(layer.weight)
    return net


def test_with_gamma_1_and_beta_0_nothing_changes() -> None:
    """Exact. Killed: the paper's delta gamma in place of gamma; beta taken away; both exchanged."""
    F = made(3, 4, 5, 5)
    assert torch.equal(film(F, torch.ones(3, 4), torch.zeros(3, 4)), F)
    assert torch.equal(film(F, torch.zeros(3, 4), torch.ones(3, 4)), torch.ones_like(F))


def test_behind_a_norm_without_weights_it_is_conditional_batch_normalisation() -> None:
    """torch's batch norm whose own weight and bias are those of the question, to 1e-6; one question a batch.
    Killed: gamma and beta exchanged; a norm with weights of its own; one number a place, not a map."""
    block, x, gamma, beta = Block(4, relu=False).train(), made(8, 4, 6, 6), made(4), made(4, seed=1)
    with torch.no_grad():
        F = block.F(x)
        wanted = nn.functional.batch_norm(block.W(x), None, None, gamma, beta, training=True)
    assert torch.allclose(film(F, gamma.expand(8, 4), beta.expand(8, 4)), wanted, atol=1e-6)


def test_a_1_x_1_convolution_of_maps_and_question_is_a_shift_of_each_map() -> None:
    """torch's convolution of [F; q, the same at every place] is its left half, and film with gamma = 1 of it,
    to 1e-6: beta is the right half's product with q. Killed: beta times the places; 1 + gamma for gamma."""
    F, q = made(5, 4, 6, 6), torch.eye(6)[:5]
    both = nn.Conv2d(4 + 6, 3, 1)
    whole = both(torch.cat([F, q[:, :, None, None].expand(-1, -1, 6, 6)], 1))
    A, B = both.weight[:, :4], both.weight[:, 4:, 0, 0]
    mine = film(nn.functional.conv2d(F, A, both.bias), torch.ones(5, 3), q @ B.T)
    assert torch.allclose(mine, whole, atol=1e-6)


def test_a_shift_with_nothing_behind_it_adds_the_same_for_every_picture() -> None:
    """To the scores of the answers; with the ReLU, or with gamma, it does not. Killed: a ReLU that is always
    there; one that never is; a way that is not obeyed."""
    x = torch.rand(7, 3, 12, 12, generator=torch.Generator().manual_seed(0))

    def spread(net: FiLMed) -> float:
        one, other = (net(x, torch.full((7,), q)) for q in (0, 4))
        return (other - one).var(0).sum().item()

    assert spread(net_of("shift alone", relu=False)) < 1e-10
    assert min(spread(net_of("shift alone")), spread(net_of(relu=False))) > 1e-4


def test_each_way_leaves_the_other_number_alone() -> None:
    """Eq. 3: gamma starts around 1. Killed: gamma around 0; scale alone shifts; shift alone scales."""
    for way, scaled, shifted in zip(WAYS, (True, False, True), (True, True, False), strict=True):
        net = net_of(way)
        gamma, beta = net.told()
        assert gamma.shape == beta.shape == (6, 6)
        assert (gamma != 1).any() == scaled
        assert (beta != 0).any() == shifted
        nn.init.zeros_(net.generator.weight)
        assert torch.equal(net.told()[0], torch.ones(6, 6))


def test_places_are_told_from_minus_1_to_1() -> None:
    """Section 2.2. Killed: rows and columns exchanged; 0 to 1."""
    down, right = places(torch.zeros(2, 3, 3, 5))[1]
    assert down[:, 0].tolist() == [-1, 0, 1]
    assert right[0].tolist() == [-1, -0.5, 0, 0.5, 1]


def test_a_picture_shows_what_its_answers_say() -> None:
    """Killed: left for right; the colour of the other object; an answer about a shape that is not there."""
    x, answers = scene((0, 2, 3, 1), (1, 0, 0, 0))  # a blue cross left, a red ring right
    assert [ANSWERS[a] if a >= 0 else None for a in answers] == ["blue", "red", None, "left", "right", None]
    assert x[5, 1:6].tolist() == [[60, 110, 240]] * 5  # the cross's arm: row 3 + 2, columns 1 to 5
    assert (x[:, 6:].any(2).sum(), x[:, :6].any(2).sum()) == (16, 9)


def test_pairs_are_kept_back_whole_and_no_picture_is_seen_twice() -> None:
    """The pairs asked about are the same pictures either way. Killed: pairs among what is learned; another
    draw; pictures for testing among those for learning."""
    plain, kept = scenes(False), scenes(True)
    assert np.array_equal(plain.pairs.x, kept.pairs.x)

    def paired(part: np.ndarray) -> np.ndarray:
        return (part[:, :3] == np.arange(3)).any(1)  # the cross is red, the ring yellow, or the block blue

    assert paired(kept.pairs.answers).all()
    assert not paired(kept.train.answers).any()
    assert paired(plain.train.answers).mean() > 0.4
    for spec in (lab.SPEC(), lab.SPEC(kept=True)):
        learned, scored = ({one.tobytes() for one in side} for side in lab.split(spec))
        assert not learned & scored
        assert (len(learned), len(scored)) == (3000, 400)


def test_a_mean_is_taken_over_questions_and_the_score_counts_answers(trained: FiLMed) -> None:
    """Killed: the mean over maps; a share for a percentage."""
    told = torch.tensor([[1.0, 3.0], [3.0, 5.0]])
    assert lab.levelled(told).tolist() == [[2, 4], [2, 4]]
    x, picture, question, answer = (one[:40] for one in lab.coded(scenes().test))
    with torch.no_grad():
        gamma, beta = (lab.levelled(one) for one in trained.told())  # so that some are wrong
        said = trained.read(*trained.seen(x[picture]), gamma[question], beta[question]).argmax(1)
        share = lab.percent(trained, trained.seen(x), [x, picture, question, answer], gamma, beta)
    assert 0 < share < 100
    assert share == pytest.approx(100 * (said == answer).float().mean().item())


def test_the_dial_goes_from_no_question_to_this_one_and_leaves_maps_alone(trained: FiLMed) -> None:
    """Killed: the dial turned round; maps off that keep their beta; numbered from 1; the mean of beta
    for that of gamma; right told without the changes; the first question's gammas for all."""
    asked = {"picture": 3, "question": 4}
    whole, found = lab.ask(trained, asked), lab.ask(trained, asked | {"off": [*range(2, 18)]})
    x = lab.coded(scenes().test)[0][3:4]
    gamma, beta = (one.detach().numpy() for one in trained.told())
    assert (found["gamma"][0] == 1).all()
    assert (found["beta"][0] == 0).all()
    assert (found["gamma"][:, 2:18] == 1).all()
    assert (found["beta"][:, 2:18] == 0).all()
    assert np.allclose(found["gamma"][-1, :2], gamma[4, :2])
    assert np.allclose(found["beta"][-1, 18:], beta[4, 18:])
    chance = trained(x, torch.tensor([4])).softmax(1).detach().numpy()[0]
    assert np.allclose(whole["p"][-1], chance, atol=1e-5)
    mean = lab.ask(trained, asked | {"mean": "gamma"})
    assert np.allclose(mean["gamma"][-1], gamma.mean(0), atol=1e-6)
    assert np.allclose(mean["beta"][-1], beta[4], atol=1e-6)
    told = shipped(lab).trace().last("score")
    assert whole["right"] == pytest.approx(told["right"], abs=0.5)  # shipped weights are in half precision
    assert mean["right"] == pytest.approx(told["mean_gamma"], abs=0.5)
    assert found["right"].item() < whole["right"].item() - 5


def test_what_cannot_be_asked_is_refused_by_name() -> None:
    """Killed: each bound left out."""
    good = {"picture": 0, "question": 0}
    for wrong, words in (
        ({"picture": 300}, r"picture .*\[0, 299\], got 300"),
        ({"question": 6}, r"question .*\[0, 5\], got 6"),
        ({"off": [6]}, r"off must lie in \[0, 5\], got 6"),
        ({"off": 3}, "off must list"),
        ({"mean": "delta"}, "mean must be one of gamma, beta or empty"),
    ):
        with pytest.raises(ValueError, match=words):
            lab.ask(net_of(), good | wrong)


def trace_of(**score: float) -> Trace:
    trace = Trace()
    for moment, scale in enumerate((0, 1)):
        trace.add(Snapshot(moment, moment, "score", {k: np.array([v * scale]) for k, v in score.items()}))
    return trace


def test_claims_want_room_and_read_the_newest_moment() -> None:
    """Killed: arms exchanged; gamma and beta exchanged; pictures without pairs; either half left out."""
    asks, mute, half = trace_of(right=99), trace_of(right=50), trace_of(right=70)
    assert lab.scales_to_ask({"both": asks, "shift": mute}).holds
    assert not lab.scales_to_ask({"both": asks, "shift": half}).holds
    assert not lab.scales_to_ask({"both": half, "shift": mute}).holds
    assert lab.relu_lends_a_gate({"with": asks, "without": mute}).holds
    assert not lab.relu_lends_a_gate({"with": half, "without": mute}).holds
    scaled = trace_of(right=99, mean_gamma=60, mean_beta=95)
    assert lab.scale_carries_more({"both": scaled}).holds
    assert not lab.scale_carries_more({"both": trace_of(right=99, mean_gamma=95, mean_beta=60)}).holds
    pairs = {"kept": trace_of(right=99, pairs=40), "learned": trace_of(right=50, pairs=99)}
    assert lab.pairs_are_learned(pairs).holds
    for name in pairs:
        assert not lab.pairs_are_learned(dict.fromkeys(pairs, pairs[name])).holds
