"""Page: the Transformer (Vaswani et al., 2017), and the head that appears (Olsson et al., 2022)."""

import streamlit as st

from app.page import ablation, anatomy, live
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
LOSS = {
    transformer_lab.SPEC: Figure("loss", "training nats/letter", "lower", ("task", "smoothing")),
    induction_lab.SPEC: Figure("loss", "training nats/symbol", "lower", ("periods",)),
}
POSITIONS, NORM = ("positions", (True, False)), ("norm", ("post", "pre"))
EXACT = Figure("exact", "share of new words", "higher", ("task",))
KIND = next(iter(fig.KINDS))
SEEN = {"lab": LETTERS, "kind": KIND, "ask.kind": KIND, "ask.word": EXAMPLE, "journey.kind": KIND,
        "journey.source": stages.SOURCES[0]}  # fmt: skip
BEATS = (
    Beat("Untrained, every head looks at everything alike.", "train", SEEN, 0,
         "Press Play, and watch the grid."),
    Beat("To write backwards, its heads learn to read backwards.", "train", SEEN,
         note="Click a letter that is written: the arcs show where the head looked for it."),
    Beat("One query's journey: compare, divide, softmax, blend.", "journey", SEEN,
         note="Drag the divisor from 1 to 8, and watch one key take all or all alike."),
    Beat("Switch a head off, and see who needed it.", "ask", SEEN,
         note="Click the switch under L2 · h1: its arcs go. Then others, and read what is written."),
    Beat("Two very different maps, one output.", "maps", SEEN,
         note="Compare the last two maps: one head, overruled, and the word is the same."),
    Beat("A head appears, and the loss drops with it.", "appears", SEEN,
         note="Another net, of random letters that come twice. Drag the timeline between steps 150 and 300."),
    Beat("Without the mask the loss falls through the floor.", "mask", SEEN,
         note="Look where the map without the mask is dark: one step to the right, on the answer."),
)  # fmt: skip
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
    says=(
        "A word goes in.",
        "Out comes the word backwards, letter by letter; before each, the net looks back at all letters.",
        "It learns to make the right next letter likely; where to look is nowhere told.",
    ),
    hero="trained weights",
    beats=BEATS,
)

exact = page.shown(dot_product_lab)
with page.stage("train"):
    which = page.choose({LETTERS: transformer_lab, TEXTS: induction_lab}, "Net")
    with page.beside():
        kind = stages.kind(page.extras) if which is transformer_lab else ""
    run = page.run(which)
    panels, sentence = fig.hero(run.trace, run.spec, EXAMPLE, kind)
    page.film(run, panels, LOSS[which.SPEC], sentence, 225)
    page.strip(which)
page.claims(run)
letters, repeated = page.view(transformer_lab), page.view(induction_lab)
page.pipeline(*fig.pipeline(letters.trace, letters.spec, EXAMPLE))
if which is transformer_lab:
    recorded = live.view(transformer_lab, transformer_lab.SPEC())
    best, spared = stages.without_the_best(recorded)
    page.predict(
        Bet(
            "spared",
            "Switch off the best of its heads: how many of the 8 letters stay right?",
            (0, 3, 6, 8),
            spared,
            f"Off was {best}, framed in the picture, which itself stays as it is. The heads beside it look "
            "at the same places, and what heads bring is added up. Try others under “Switch a head off”.",
        )
    )
with page.stage("ask", "Switch a :orange[head] off, and see who needed it"):
    word, attention = stages.asked(letters)
    stages.heads(letters, word, attention)
with page.stage("journey", "One query's journey: compare, :orange[divide], softmax, blend"):
    stages.journey(letters, word, exact)
    with st.container(key="quiet-random"):
        st.caption(
            "The controls and the chart below are about random vectors of any width, not the net above."
        )
    page.strip(dot_product_lab)
    stages.widths(exact)
page.claims(exact)
with page.stage("maps", "A map shows where it looked, :red[not what it needed]"):
    stages.maps(letters, word)
with page.stage("appears", "A :green[head] appears, and the loss drops with it"):
    stages.appears(repeated, TEXTS)
with page.stage("mask", "Without the mask the loss is perfect, and the net :red[cannot write]"):
    stages.masks(repeated)

page.compare(run, PRESETS[which.SPEC])
page.section("Ablation: positions and norm", ablation.draw, letters, POSITIONS, NORM, EXACT)
page.challenges(
    goal("All words right with one head", "one head, every one of 200 words", lambda: goals.one_head(run)),
    goal("An induction head in one layer", "one layer, a score of 0.75", lambda: goals.one_layer(repeated)),
    goal("Sort: 90 of 100 words without a mistake", "task sort, 90% of words", lambda: goals.sorts(letters)),
)
page.how(
    "How it works: ask, compare, blend",
    equation=r"\text{Attention}(Q, K, V) = \text{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right) V",
    symbols=fig.symbols(letters.trace, letters.spec),
    source=[multi_head.weights_of, multi_head.MultiHead.forward, transformer.warm_up],
    plain=fig.EQUATIONS,
)
page.close(run, LOSS[which.SPEC])
