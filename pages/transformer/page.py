"""Page: the Transformer (Vaswani et al., 2017), and the head that appears (Olsson et al., 2022)."""

from app.page import ablation, anatomy
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from app.page.screen import Figure
from engine.attention import dot_product_lab, induction_lab, multi_head, transformer, transformer_lab
from engine.attention.letter_watch import EXAMPLE
from pages.transformer import figures as fig
from pages.transformer import goals, stages

LETTERS, TEXTS = "words, letter by letter", "texts that repeat"
LOSS = Figure("loss", "nats")
POSITIONS, NORM = ("positions", (True, False)), ("norm", ("post", "pre"))
TRAINED = {
    "lab": LETTERS,
    "transformer.task": "reverse",
    "transformer.masked": True,
    "kind": next(iter(fig.KINDS)),
}
HEAD = {"lab": LETTERS, "induction.layers": 2, "induction.masked": True}
BEATS = (
    Beat("Untrained, every head looks at everything alike.", "train", TRAINED, 0, "Then let it play."),
    Beat(
        "To write backwards, its heads learn to read backwards.", "train", TRAINED, note="Drag the timeline."
    ),
    Beat(
        "One query's journey: compare, divide, softmax, blend.", "journey", TRAINED, note="Drag the divisor."
    ),
    Beat("Switch a head off, and see who needed it.", "ask", TRAINED, note="Some heads nobody misses."),
    Beat("Two very different maps, one output.", "maps", TRAINED, note="Is attention explanation?"),
    Beat("A head appears, and the loss drops with it.", "appears", HEAD, note="Between steps 150 and 300."),
    Beat("Without the mask the loss falls through the floor.", "mask", HEAD, note="And it cannot write."),
)
HUGE = Preset("a huge step", {"factor": 30.0}, "The loss jumps, and nothing is learned.", True)
PRESETS = {
    transformer_lab.SPEC: (
        Preset("no positions", {"positions": False}, "Letters without places: it cannot know the order."),
        Preset("one head", {"heads": 1}, "One wide head. On this task it is enough."),
        Preset("norm before", {"norm": "pre"}, "Pre-norm: the stream itself is never normalised."),
        Preset("no warm-up", {"warmup": 1}, "The first steps are far too large: post-norm learns nothing."),
        Preset("sort", {"task": "sort"}, "Another task, the same net: no letter has a fixed place."),
        Preset("no causal mask", {"masked": False}, "The decoder reads its answer, and cannot write.", True),
        HUGE,
    ),
    induction_lab.SPEC: (
        Preset("one layer", {"layers": 1}, "No head to build on: no induction head."),
        Preset("one layer, smeared keys", {"layers": 1, "keys": "smeared"}, "A key knows the symbol before."),
        Preset("one period", {"periods": "fixed"}, "It can count steps instead of looking."),
        Preset("no causal mask", {"masked": False}, "The loss falls below what is possible.", True),
        Preset("a huge step", {"lr": 1.0}, "The loss jumps, or the run is stopped as diverged.", True),
    ),
}

page = anatomy.open(
    "transformer",
    claim="To write :orange[backwards], its heads learn to :blue[read backwards].",
    says=("Every letter asks all letters at once how much they matter. Training decides what to ask.",),
    hero="trained weights",
    beats=BEATS,
)

exact = page.shown(dot_product_lab)
question = "64 random keys of 64 numbers. Without the divisor, how much of its entropy does the softmax keep?"
page.predict(Bet("entropy", question, ("1 %", "15 %", "50 %", "90 %"), goals.kept_without(exact.trace), ""))

with page.stage("train"):
    which = page.choose({LETTERS: transformer_lab, TEXTS: induction_lab}, "Net")
    with page.beside():
        kind = stages.kind(page.extras) if which is transformer_lab else ""
    run = page.run(which)
    panels, sentence = fig.hero(run.trace, run.spec, EXAMPLE, kind)
    page.film(run, panels, LOSS, sentence)
    page.strip(which)
page.claims(run)

letters, repeated = page.view(transformer_lab), page.view(induction_lab)
with page.stage("ask", "Switch a :orange[head] off, and see who needed it"):
    word, attention = stages.asked(letters)
    stages.heads(letters, word, attention)
with page.stage("journey", "One query's journey: compare, :orange[divide], softmax, blend"):
    stages.journey(letters, word, exact)
    page.strip(dot_product_lab)
    stages.widths(exact)
page.claims(exact)
with page.stage("maps", "A map shows where it looked, :red[not what it needed]"):
    stages.maps(letters, word)
with page.stage("appears", "A :green[head] appears, and the loss drops with it"):
    stages.appears(repeated, TEXTS)
with page.stage("mask", "Without the mask the loss is perfect, and the net :red[worthless]"):
    stages.masks(repeated)

page.compare(run, PRESETS[which.SPEC])
page.section(
    "Ablation: positions and norm", ablation.draw, letters, POSITIONS, NORM, Figure("exact", "of words")
)
page.how(
    "How it works: ask, compare, blend",
    equation=r"\text{Attention}(Q, K, V) = \text{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right) V",
    symbols=fig.symbols(letters.trace, letters.spec.d_model, letters.spec.heads),
    source=[multi_head.weights_of, multi_head.MultiHead.forward, transformer.warm_up],
    plain=fig.EQUATIONS,
)
page.challenges(
    goal("All words right with one head", "one head, every one of 200 words", lambda: goals.one_head(run)),
    goal("An induction head in one layer", "one layer, a score of 0.75", lambda: goals.one_layer(repeated)),
    goal("Sort: 90 of 100 words without a mistake", "task sort, 90% of words", lambda: goals.sorts(letters)),
)
page.close(run, LOSS)
