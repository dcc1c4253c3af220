"""Page: text to tokens. BPE (Sennrich et al., 2016; bytes: Radford et al., 2019), unigram (Kudo, 2018)."""

from app.page import anatomy
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.live import View
from app.page.predict import Bet
from app.page.screen import Figure, Scene
from engine.words import bpe, bpe_lab, unigram, unigram_lab
from engine.words.example import SENTENCE, WORD
from pages.tokens import figures as fig
from pages.tokens import goals, stages
from pages.tokens import sentences as said

UP, DOWN = "Merge up: BPE", "Prune down: unigram"
HELD = Figure("train", "bytes/token (training text)", "higher", unlike=("corpus", "symbols"))
BITS = Figure("bits", "bits/character (training text)", "lower", unlike=("corpus",))
HERE = {"lab": UP, "say": SENTENCE, "word": WORD, "lattice.word": WORD, "language": "Hindi"}
CODE = {**HERE, "bpe.corpus": "code", "say": "for i in range(10):\n    total += weights[i] * x_train[i]"}
BEATS = (
    Beat("Before any merge, every byte is a token.", "train", HERE, 0, "Press play, and watch the first "
    "chips fuse."),
    Beat("The commonest pair fuses, again and again.", "train", HERE,
         note="Which chips never fuse? Why those?"),
    Beat("Code learns other pairs: its indents fuse first.", "train", CODE,
         note="Drag back to merge 1: four spaces are one token long before any name."),
    Beat("For the same sentence Hindi pays many times as much.", "languages", HERE,
         note="Who pays least after English? Drag back to 0: who paid most before any merge?"),
    Beat("One space more, and a word is another word.", "word", HERE,
         note="Type your own name, with a capital and without."),
    Beat("Another method, unigram: begin with too many, drop some.", "train", {**HERE, "lab": DOWN},
         note="It learns on its own, not after BPE. Drag: the arcs grow longer as rarer pieces go."),
    Beat("A word has many readings, and a model may see them all.", "lattice", HERE,
         note="Drag to α = 0, all readings alike, then to 2: ten different draws become one."),
)  # fmt: skip
PRESETS = {
    bpe_lab.SPEC: (
        Preset(
            "characters", {"symbols": "characters"}, "Its own words end in a sign; a new letter is unknown."
        ),
        Preset(
            "learned from code", {"corpus": "code"}, "Indents and names fuse; prose takes a quarter more."
        ),
        Preset("half of each", {"corpus": "both"}, "Both are served, neither as well as by its own."),
        Preset("3840 merges", {"steps": 3840}, "Longer tokens, and ever rarer ones: each merge saves less."),
        Preset("hardly any text", {"size": 10}, "It learns by heart; held-out prose gains little.", True),
    ),
    unigram_lab.SPEC: (
        Preset("200 pieces", {"V": 200}, "Little more than the alphabet: dear."),
        Preset("2000 pieces", {"V": 2000}, "Whole words stay: cheap."),
        Preset("one round of pruning", {"steps": 4}, "All is given up at once, after little counting.", True),
    ),
}

page = anatomy.open(
    "tokens",
    claim="The commonest :orange[pair] fuses, again and again, until a text is :blue[tokens].",
    says=(
        "A text goes in, as bytes.",
        "Out come tokens, pieces of it that a model reads as one number each: no words, no syllables.",
        "It learns by counting: the two neighbours that stand together most often become one new token.",
    ),
    hero="learned, not listed",
    beats=BEATS,
)
base, prose, code = page.view(bpe_lab), *map(stages.answer, ("prose", "code"))
bet = page.predict(
    Bet(
        "tokenization",
        f"“{fig.ASKED}” is {prose} tokens here, space included. Learn from code instead: how many?",
        (1, 3, 5, 8),
        code,
        "A tokenizer knows no meaning: short pairs are common in both texts, but “ization” is rarer in code.",
        bpe_lab,
        {"corpus": "code"},
        {"lab": UP, "say": SENTENCE},
    )
)


def scene(run: View) -> Scene:
    """Merges of the reader's sentence, or pruning of the example's pieces."""
    if run.lab is unigram_lab:
        return Scene(fig.pruning(run.trace), said.PRUNING, BITS, 240, time="EM step")
    cells, kind = stages.made(run, stages.sentence(page.extras)), run.spec.symbols
    there = bet if run.spec == bpe_lab.SPEC(corpus="code") else None
    return Scene(fig.merging(cells, kind, there), said.merging(kind), HELD, time="merge", plays=True)


run = page.training("train", {UP: bpe_lab, DOWN: unigram_lab}, scene, label="Way")
text = str(page.extras.get("say", SENTENCE))
page.pipeline(*stages.boxes(run, text))
pieces = page.view(unigram_lab)
with page.stage("word", "Find a word whose :blue[split] surprises"):
    word = stages.forms(base, pieces)


@page.part
def lattice() -> None:
    """All readings of a word, and alpha."""
    with page.stage("lattice", "One word, many :blue[readings]: the unigram model weighs them all"):
        stages.readings(pieces, base)


with page.stage("languages", "Equal content, unequal :blue[tokens]"):
    stages.languages(base)


@page.part
def own() -> None:
    """Merges of the reader's own text."""
    with page.stage("own", "Learn :orange[merges] from a text of your own"):
        stages.own(base)


page.section("A few tokens do most of the work", stages.ranks, base)
page.compare(run, PRESETS[run.lab.SPEC])
page.challenges(
    goal("A sentence that is dear", "at most 1.3 bytes a token, of 20 characters or more",
         lambda: goals.dear(text, stages.count(base, text), 1.3, 20)),
    goal("A short word that is torn", "4 tokens or more for a word of at most 6 small letters",
         lambda: goals.torn(word, stages.count(base, f" {word}"), 6, 4)),
    goal("One vocabulary, fair to prose and to code",
         "2.5 bytes a token or more of both, held out, in 768 merges or fewer",
         lambda: goals.fair(base.trace, 2.5, 768)),
)  # fmt: skip
page.how(
    "How it works: two methods, BPE and unigram",
    equation=r"(a, b)^{*} = \arg\max_{(a, b)} \; \mathrm{count}(a, b), \qquad a\,b \;\to\; ab",
    symbols=said.symbols(base.trace, pieces.trace),
    source=[bpe.Learner.best, bpe.encode, unigram.posterior],
    plain=[
        ("The unigram model: a cut is as likely as its pieces together; the likeliest comes out.",
         r"P(\mathbf{x}) = \prod_i p(x_i), \quad \mathbf{x}^{*} = \arg\max_{\mathbf{x} \in S} P(\mathbf{x})"),
        ("Or a cut is drawn, so that a model sees many of them; α says how boldly.",
         r"P_\alpha(\mathbf{x}) = P(\mathbf{x})^{\alpha} \Big/ \textstyle\sum_{S} P(\mathbf{x}')^{\alpha}"),
    ],
)  # fmt: skip
page.close(run, BITS if run.lab is unigram_lab else HELD)
