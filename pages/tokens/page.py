"""Page: text to tokens. BPE (Sennrich et al., 2016; bytes: Radford et al., 2019), unigram (Kudo, 2018)."""

from app.page import anatomy
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.live import View
from app.page.predict import Bet
from app.page.screen import Figure, Scene
from engine.words import bpe, bpe_lab, unigram, unigram_lab
from engine.words.example import SENTENCE
from pages.tokens import figures as fig
from pages.tokens import goals, stages
from pages.tokens import sentences as said

UP, DOWN = "Merge up: BPE", "Prune down: unigram"
HELD, BITS = Figure("train", "bytes/token"), Figure("bits", "bits/character")
HERE = {"lab": UP, "bpe.symbols": "bytes", "bpe.corpus": "prose", "bpe.steps": 768, "say": SENTENCE}
CODE = {**HERE, "bpe.corpus": "code", "say": "for i in range(10):\n    total += weights[i] * x_train[i]"}
BEATS = (
    Beat("Before any merge, every byte is a token.", "train", HERE, 0, "Then press Play."),
    Beat("The commonest pair fuses, again and again.", "train", HERE, note="Which chips never fuse? Why?"),
    Beat("Code learns other pairs: its indents fuse first.", "train", CODE),
    Beat("For the same sentence Hindi pays many times as much.", "languages", HERE, note="Who pays?"),
    Beat("One space more, and a word is another word.", "word", HERE, note="Try the class's own names."),
    Beat("The other way: begin with too many pieces, drop the least missed.", "train", {"lab": DOWN}),
    Beat("A word has many readings, and a model may see them all.", "lattice", HERE, note="Drag alpha."),
)
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
        "A :blue[token] is no word and no syllable. It is what stood together often in a text read before.",
    ),
    hero="learned, not listed",
    beats=BEATS,
)
base = page.view(bpe_lab)
question = "How many tokens will “ tokenization”, space included, be after 768 merges?"
bet = page.predict(Bet("tokenization", question, (1, 2, 4, 6), stages.answer(base), ""))


def scene(run: View) -> Scene:
    """Merges of the reader's sentence, or pruning of the example's pieces."""
    if run.lab is unigram_lab:
        return Scene(fig.pruning(run.trace), said.pruning(run.trace), BITS, time="EM step")
    cells, kind = stages.made(run, stages.sentence(page.extras)), run.spec.symbols
    words = said.merging(run.trace, kind)
    return Scene(fig.merging(cells, kind, bet), words, HELD, time="merge", plays=True)


run = page.training("train", {UP: bpe_lab, DOWN: unigram_lab}, scene, label="Way")
text = str(page.extras.get("say", SENTENCE))
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
page.how(
    "How it works: one pair, or all ways at once",
    equation=r"(a, b)^{*} = \arg\max_{(a, b)} \; \mathrm{count}(a, b), \qquad a\,b \;\to\; ab",
    symbols=said.symbols(base.trace, pieces.trace),
    source=[bpe.Learner.best, bpe.encode, unigram.posterior],
    plain=[
        r"P(\mathbf{x}) = \prod_i p(x_i), \qquad \mathbf{x}^{*} = \arg\max_{\mathbf{x} \in S} P(\mathbf{x})",
        r"P_\alpha(\mathbf{x}) = P(\mathbf{x})^{\alpha} \Big/ \textstyle\sum_{S} P(\mathbf{x}')^{\alpha}",
    ],
)
page.challenges(
    goal("A sentence that is dear", "at most 1.3 bytes a token, of 20 characters or more",
         lambda: goals.dear(text, stages.count(base, text), 1.3, 20)),
    goal("A short word that is torn", "4 tokens or more for a word of at most 6 small letters",
         lambda: goals.torn(word, stages.count(base, f" {word}"), 6, 4)),
    goal("One vocabulary, fair to prose and to code",
         "2.5 bytes a token or more of both, held out, in 768 merges or fewer",
         lambda: goals.fair(base.trace, 2.5, 768)),
)  # fmt: skip
page.close(run, BITS if run.lab is unigram_lab else HELD)
