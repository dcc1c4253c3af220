"""BERT against transformers' on the same weights, what it hides, what its labs measure; a look into GPT-2."""

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertForMaskedLM

from engine.core.trace import seeded
from engine.data import animals
from engine.language import bert, bert_lab, fine_tuning, fine_tuning_lab, gpt, microscope

X = torch.from_numpy(animals.sentences(8, 0))


def fresh() -> bert.BERT:
    with seeded(0):
        net = bert.BERT(bert_lab.V, bert_lab.LENGTH)
        for p in net.parameters():  # away from the start, where all norms and many offsets are alike
            p.data += 0.1 * torch.randn_like(p)
    return net


def theirs(net: bert.BERT) -> BertForMaskedLM:
    """The same weights in transformers' model; its one segment is nought."""
    shape = {"hidden_size": 40, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 160}
    quiet = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    config = BertConfig(vocab_size=bert_lab.V, max_position_embeddings=bert_lab.LENGTH, **shape, **quiet)
    out = BertForMaskedLM(config).eval()
    into, head = out.bert.embeddings, out.cls.predictions
    with torch.no_grad():
        into.word_embeddings.weight.copy_(net.word.weight)
        into.position_embeddings.weight.copy_(net.place.weight)
        into.token_type_embeddings.weight.zero_()
        into.LayerNorm.load_state_dict(net.norm.state_dict())
        for layer, ours in zip(out.bert.encoder.layer, net.layers, strict=True):
            own = layer.attention.self
            weights, offsets = (
                one.chunk(3) for one in (ours.attention.project.weight, ours.attention.project.bias)
            )
            for part, weight, offset in zip((own.query, own.key, own.value), weights, offsets, strict=True):
                part.weight.copy_(weight)
                part.bias.copy_(offset)
            pairs = (
                (layer.attention.output.dense, ours.attention.out),
                (layer.attention.output.LayerNorm, ours.first),
                (layer.intermediate.dense, ours.up), (layer.output.dense, ours.down),
                (layer.output.LayerNorm, ours.second),
            )  # fmt: skip
            for part, one in pairs:
                part.load_state_dict(one.state_dict())
        head.transform.dense.load_state_dict(net.dense.state_dict())
        head.transform.LayerNorm.load_state_dict(net.after.state_dict())
        head.bias.copy_(net.bias)
        head.decoder.weight.copy_(net.word.weight)
        head.decoder.bias.copy_(net.bias)
    return out


def test_it_is_bert_on_the_same_weights() -> None:
    """To 1e-4 at every real word, padding hidden. Killed: normalisation before the sub-layer; ReLU for GELU;
    no layer before the words; padding that is read."""
    net, real = fresh(), bert_lab.FIXED[0] != X
    with torch.no_grad():
        ours, other = net(X, bert.seen(X, "both")), theirs(net)(X, attention_mask=real.long()).logits
    assert (ours - other)[real].abs().max() < 1e-4


def test_the_twin_hears_of_no_later_word_and_bert_of_all() -> None:
    """Killed: the twin with both sides; BERT with the left alone."""
    net, other = fresh(), X.clone()
    other[:, 4] = animals.NUMBER["barn"]
    with torch.no_grad():
        change = {
            side: net(X, bert.seen(X, side)) - net(other, bert.seen(other, side)) for side in bert_lab.SIDES
        }
    assert change["left"][:, :4].abs().max() == 0
    assert (change["both"][:, :4].abs().amax((0, 2)) > 1e-4).all()


def test_fifteen_of_a_hundred_words_are_chosen_and_replaced_eighty_ten_ten() -> None:
    """Each share within four standard errors; [CLS] and padding never; only chosen words count. Killed:
    chosen among all; the share by lot left as it was; masks among the words by lot; a loss of every word."""
    x, rng = torch.from_numpy(animals.sentences(4000, 1)), torch.Generator().manual_seed(0)
    read, chosen = bert.masked(x, bert_lab.FIXED, bert_lab.FIXED[1], bert_lab.V, (0.8, 0.1), rng)
    real = x > max(bert_lab.FIXED)
    assert not chosen[~real].any()
    assert torch.equal(read[~chosen], x[~chosen])
    n, all_of = int(chosen.sum()), int(real.sum())
    assert abs(n / all_of - 0.15) < 4 * (0.15 * 0.85 / all_of) ** 0.5
    masked, same = read == bert_lab.FIXED[1], read == x
    for share, hit in (
        (0.8, masked),
        (0.1 + 0.1 / 80, same),
    ):  # a word by lot is now and then the word itself
        assert abs(float(hit[chosen].float().mean()) - share) < 4 * (share * (1 - share) / n) ** 0.5
    assert (read[chosen & ~masked] > max(bert_lab.FIXED)).all()
    logits = torch.randn(*x.shape, bert_lab.V, generator=rng)
    other = torch.where(chosen[..., None], logits, 0.0)
    assert bert.loss(logits, x, chosen) == bert.loss(other, x, chosen)


def test_nets_are_measured_where_a_word_was_hidden_in_sentences_that_they_never_read() -> None:
    """A net that copies what it sees guesses nothing hidden, and tells all that is open. Killed: the
    word left in its place; verbs for animals; sentences that were learned."""

    class Copy(torch.nn.Module):
        def forward(self, x: torch.Tensor, see: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.one_hot(x, bert_lab.V).float()

    watch = bert_lab.Watch(0, torch.device("cpu"))
    nets = torch.nn.ModuleDict({side: Copy() for side in bert_lab.SIDES})
    score = watch(nets)["score"]
    assert score["animal"].tolist() == score["verb"].tolist() == [0, 0]
    assert score["kept"].tolist() == [1, 1]
    assert torch.equal(watch.kept, torch.from_numpy(bert_lab.split(bert_lab.SPEC())[1]))
    rows, at = watch.asked["animal"]
    assert {animals.WORDS[int(i)] for i in watch.kept[rows, at]} <= set(animals.BEINGS)


def test_labels_are_of_sentences_that_are_not_tested_and_the_place_is_hidden() -> None:
    """And both arms start alike but for what was pretrained. Killed: the place in sight;
    the arms' classifiers drawn apart; tame for wild."""
    learned, kept = fine_tuning_lab.split(fine_tuning_lab.SPEC())
    places = {animals.NUMBER[one] for kind in animals.PLACES for one in kind}
    assert not places & set(fine_tuning_lab.hidden(kept).unique().tolist())
    known = {name: value + 1 for name, value in fresh().state_dict().items()}
    new, old = fine_tuning_lab.begun(3, None), fine_tuning_lab.begun(3, known)
    assert torch.equal(new.W.weight, old.W.weight)
    assert torch.equal(old.net.word.weight, known["word.weight"])
    said = [animals.WORDS[i] for i in kept[0]]
    about = next(word for word in said if word in animals.BEINGS)
    assert animals.wild(kept[:1])[0] == (about.rstrip("s") in animals.WILD or about == "wolves")
    alike = fine_tuning.overlapping(
        torch.from_numpy(learned[:50]), torch.from_numpy(learned[20:25]), bert_lab.V
    )
    assert alike.tolist() == [20, 21, 22, 23, 24]


def test_the_lens_ends_in_what_the_net_says_and_begins_in_the_word_itself() -> None:
    """And written words are read T times or T (T + 1) / 2. Killed: no last norm; a layer left out; the prompt
    counted once."""
    with seeded(1):
        net = gpt.GPT(30, 12, 32, 4, 2)
        net.norm.weight.data += 0.3 * torch.randn(32)
    x = torch.randint(30, (1, 9), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        seen = microscope.lens(net, x)
        first = net.norm(net.embedding(x) + net.place.weight[:9]) @ net.embedding.weight.T
        assert torch.allclose(seen[-1], net(x), atol=1e-6)
    assert torch.allclose(seen[0], first, atol=1e-6)
    assert len(seen) == 3
    done = microscope.work(net, x)
    assert (done.kept, done.anew) == (9, 45)
    assert done.apart < 1e-5


@pytest.mark.parametrize(
    ("text", "said"),
    [("owls", "2 to 11 words, got 1"), ("the zebra barks", "got 'zebra'"), 
     ("the [MASK] barks", r"got '\[mask\]'"), ("the " * 90, "got 90")],
)  # fmt: skip
def test_a_sentence_that_the_nets_cannot_read_is_refused_by_word_or_bound(text: str, said: str) -> None:
    """Killed: no bound."""
    with pytest.raises(ValueError, match=said):
        bert_lab.read(text)
    assert np.array_equal(
        bert_lab.read("The dog barks."),
        [bert_lab.FIXED[2], *map(animals.NUMBER.get, ("the", "dog", "barks", "."))],
    )
