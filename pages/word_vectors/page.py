"""Page: word vectors. Word2vec (Mikolov et al., 2013), GloVe (Pennington et al., 2014), tied embeddings."""

from app.page import anatomy
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from app.page.screen import Figure
from engine.words import (
    glove,
    glove_lab,
    shifted_pmi_lab,
    skip_gram,
    skip_gram_lab,
    text_lab,
    tied_embeddings_lab,
    tsne_lab,
)
from pages.word_vectors import figures, goals, stages

WORD2VEC, GLOVE, PROSE = "word2vec", "GloVe", "Python's own prose"
LOSS = Figure("loss", "nats")
PLAIN = {"lab": WORD2VEC, "skip_gram.model": "skip-gram", "skip_gram.corpus": "hard", "plane": "widest"}
BEATS = (
    Beat("One heap becomes a map: pairs turn parallel by themselves.", "train", PLAIN, note="Play from 0."),
    Beat(
        "Seen from he to she, and from man to king.", "train", PLAIN | {"plane": "two axes"}, note="A plane."
    ),
    Beat("King is to man as ? is to woman.", "ask", PLAIN, note="Look at the rank with all words in."),
    Beat("A score is a count, less log k.", "line", PLAIN, note="Ask first where k = 15 will lie."),
    Beat("GloVe never looks at a zero.", "corpora", PLAIN, note="The demonstration of two corpora."),
    Beat("The vectors lean as the corpus leans.", "bias", PLAIN | {"skip_gram.lean": 1.0}, note="Lean to 0."),
    Beat("One table may read and write.", "tied", PLAIN, note="Rare words are dark in the middle map."),
    Beat("Every flat map lies about some word.", "maps", {"lab": PROSE}, note="Tick: where the map lies."),
)
PRESETS = {
    skip_gram_lab.SPEC: (
        Preset("softened corpus", {"corpus": "softened"}, "Fifteen of 100 contexts by chance: still solved."),
        Preset("CBOW", {"model": "CBOW"}, "The mean of the neighbours predicts the word."),
        Preset(
            "a fair corpus", {"lean": 0.0}, "No profession leans in the text, so none does in the vectors."
        ),
        Preset("two dimensions", {"d": 2}, "The map is exact now, and the analogies are gone.", True),
        Preset(
            "noise without counts", {"exponent": 0.0}, "All words equally often: frequent ones score high."
        ),
        Preset("a huge step", {"lr": 1.0}, "Scores fly off their line.", True),
    ),
    glove_lab.SPEC: (
        Preset(
            "hard templates", {"corpus": "hard"}, "The fit is nearly perfect, the analogies are gone.", True
        ),
        Preset("no cap", {"cap": 10_000.0}, "Frequent pairs weigh more than all others."),
        Preset("all counts alike", {"alpha": 0.0}, "Pairs seen once weigh as much as the commonest."),
    ),
    text_lab.SPEC: (
        Preset("2,000 words", {"words": 2000}, "A larger cloud, and rarer words in it."),
        Preset("no thinning", {"t": 1.0}, "The and of take most of the pairs."),
        Preset(
            "two dimensions", {"d": 2}, "The map cannot lie, and cannot hold the neighbours either.", True
        ),
    ),
}
page = anatomy.open(
    "word-vectors",
    claim="Words settle in :violet[space] by the :blue[company] they keep.",
    says=("Nobody tells a :violet[vector] what its word means. It only learns who stands near whom.",),
    hero="trained vectors",
    beats=BEATS,
)
three, CHOICES = page.view(shifted_pmi_lab), ("0", "-1.6", "-2.7", "-15")
question = "Scores lie a constant below the counts. With 15 negatives, how many nats?"
bet = page.predict(Bet("line", question, CHOICES, goals.line_at(three.trace, 15, CHOICES), ""))

with page.stage("train"):
    which = page.choose({WORD2VEC: skip_gram_lab, GLOVE: glove_lab, PROSE: text_lab}, "Method")
    with page.beside():
        axes = stages.plane(page.extras, which is not text_lab)
    run = page.run(which)
    panels, sentence = stages.hero(run, axes)
    page.film(run, panels, LOSS, sentence, 350, plays=True)
    page.strip(which, stages.FIRST[which.SPEC])
page.claims(run)
base, counted = page.view(skip_gram_lab), page.view(glove_lab)
with page.stage("ask", "Differences carry meaning: :orange[b − a + c]"):
    stages.parallelogram(run)
with page.stage("line", "A :orange[score] is a count in disguise, :green[less log k]"):
    stages.lines(three, bet)
    page.strip(shifted_pmi_lab, ("exponent", "corpus", "d"))
page.claims(three)
with page.stage("corpora", "Two methods, two corpora: who hears of the :red[zeros]?"):
    stages.corpora()
with page.stage("bias", "Bias in the :orange[vectors] is :blue[counted] in the text"):
    stages.bias(base)
with page.stage("maps", "A flat map :red[lies]: see about whom"):
    stages.maps(page.view(tsne_lab), page.view(text_lab))
page.claims(page.view(tsne_lab))
tied = page.view(tied_embeddings_lab)
with page.stage("tied", "One table to read and write: :orange[tied] embeddings"):
    stages.tables(tied)
    page.strip(tied_embeddings_lab, ("words", "d", "steps", "seed"))
page.claims(tied)
with page.stage("own", "Your own text"):
    stages.own("word-vectors", page.spec(text_lab))

page.compare(run, PRESETS[which.SPEC])
page.how(
    "How it works: true neighbours against noise",
    equation=r"L = -\log \sigma(u_o \cdot v_c) - \sum_{n \sim P_n}^{k} \log \sigma(-u_n \cdot v_c)",
    symbols=figures.symbols(run.trace, run.spec),
    source=[skip_gram.noise, skip_gram.kept, skip_gram.against_noise, glove.GloVe.J],
    plain=figures.EQUATIONS,
)
page.challenges(
    goal(
        "90 % of the analogies in 8 dimensions", "90% with 8 dimensions or fewer", lambda: goals.small(base)
    ),
    goal("No profession leans", "all within 0.10", lambda: goals.no_lean(base)),
    goal("GloVe solves hard templates", "more than 50% on the hard corpus", lambda: goals.hard(counted)),
)
page.close(run, LOSS)
