"""Page: word vectors. Word2vec (Mikolov et al., 2013), GloVe (Pennington et al., 2014), tied embeddings."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
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
PLAIN = {"lab": WORD2VEC, "plane": "widest", "line.k": 5, "line.axis": "log p/Pₙ", "ratio.a": "king",
         "ratio.b": "queen", **stages.PUT}  # fmt: skip
BEATS = (
    Beat("One heap becomes a map: pairs turn parallel by themselves.", "train", PLAIN, moment=0,
         note="Press play. When do countries part from capitals?"),
    Beat("Across runs from he to she, up from man to king.", "train", PLAIN | {"plane": "two axes"},
         note="Find queen, then prince and nun: their places come from their company alone."),
    Beat("King is to man as queen is to woman.", "ask", PLAIN,
         note="Two arrows, nearly parallel. Change the last word, and see its rank."),
    Beat("A score is a count, less log k.", "line", PLAIN | {"line.k": 15},
         note="Go from k = 15 down to 5 and 1: the cloud rises with less log k."),
    Beat("GloVe never looks at a zero.", "corpora", PLAIN,
         note="Compare the two bars of GloVe at left. What do the zeros of the hard text tell?"),
    Beat("The vectors lean as the text leans.", "bias", PLAIN,
         note="From engineer to nurse. Then set “Lean” at the top to 0 and train."),
    Beat("Each of these flat maps lies about some word.", "maps", PLAIN | {"lab": PROSE},
         note="Another text: Python's manual. Tick “where the map lies”, then drag the neighbours heeded."),
    Beat("One table may read and write.", "tied", PLAIN,
         note="Rare words, at the foot, hardly learn in the middle map, the input of two tables."),
)  # fmt: skip
PRESETS = {
    skip_gram_lab.SPEC: (
        Preset("softened corpus", {"corpus": "softened"}, "15 of 100 neighbours are any word: still solved."),
        Preset("CBOW", {"model": "CBOW"}, "The mean of the neighbours predicts the word."),
        Preset(
            "a fair corpus", {"lean": 0.0}, "No profession leans in the text, so none does in the vectors."
        ),
        Preset("two dimensions", {"d": 2}, "The map is exact now, and the analogies are gone.", True),
        Preset(
            "noise without counts", {"exponent": 0.0}, "All words are drawn alike: frequent ones score high."
        ),
    ),
    glove_lab.SPEC: (
        Preset(
            "hard templates", {"corpus": "hard"}, "The fit is nearly perfect, the analogies are gone.", True
        ),
        Preset("no cap", {"cap": 10_000.0}, "Frequent pairs weigh most: some analogies are lost."),
    ),
    text_lab.SPEC: (
        Preset("2,000 words", {"words": 2000}, "A larger cloud, and rarer words in it."),
        Preset("no thinning", {"t": 1.0}, "Words like the and of take most of the pairs."),
        Preset(
            "two dimensions", {"d": 2}, "The map cannot lie, and cannot hold the neighbours either.", True
        ),
    ),
}
page = anatomy.open(
    "word-vectors",
    claim="Words settle in :violet[space] by the :blue[company] they keep.",
    says=(
        "A text goes in: sentences by a program that gives pairs such as king and queen like company.",
        "Out comes a vector for each word, drawn as a point.",
        "It learns to tell true neighbours from words drawn by chance; of pairs it is not told.",
    ),
    hero="trained vectors",
    beats=BEATS,
)
zeros = live.view(glove_lab, glove_lab.SPEC(corpus="hard"))
page.predict(
    Bet(
        "zeros",
        "GloVe learns only from pairs that occur: how many analogies does it solve?",
        ("0%", "28%", "65%", "100%"),
        goals.solved(zeros.trace),
        "Here “he” never stands near “queen”: nine of ten pairs never occur, and just that tells words "
        "apart. GloVe skips it.",
        glove_lab,
        {"corpus": "hard"},
        {"lab": GLOVE},
        covers=("claims-glove", "solved-corpora"),
    )
)

with page.stage("train"):
    which = page.choose({WORD2VEC: skip_gram_lab, GLOVE: glove_lab, PROSE: text_lab}, "Method")
    with page.beside():
        axes = stages.plane(page.extras, which is not text_lab)
    run = page.run(which)
    panels, said = stages.hero(run, axes)
    figure = stages.LOSS if which is text_lab else stages.SOLVED
    page.film(run, panels, figure, said, 250, plays=True)
    page.strip(which, stages.FIRST[which.SPEC])
page.pipeline(*stages.boxes(run))
page.claims(run)
base, counted, three = page.view(skip_gram_lab), page.view(glove_lab), page.view(shifted_pmi_lab)
with page.stage("ask", "Differences carry meaning: :orange[b − a + c]"):
    stages.parallelogram(run)
with page.stage("line", "A :orange[score] follows the count, :green[less log k]"):
    stages.lines(three)
    page.strip(shifted_pmi_lab, ("exponent", "corpus", "d"))
page.claims(three)
with page.stage("corpora", "Two methods, two corpora: who hears of the :red[zeros]?"):
    stages.corpora()
with page.stage("bias", "Bias in the :orange[vectors] is :green[counted] in the text"):
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
page.challenges(
    goal(
        "Solve 90% of the analogies with 8 dimensions",
        "90% with 8 dimensions or fewer",
        lambda: goals.small(base),
    ),
    goal("Vectors in which no profession leans", "all within 0.10", lambda: goals.no_lean(base)),
    goal(
        "GloVe solves half the analogies of the hard text",
        "more than 50% on the hard corpus",
        lambda: goals.hard(counted),
    ),
)
page.how(
    "How it works: true neighbours against noise",
    equation=r"L = -\log \sigma(u_o \cdot v_c) - \sum_{i=1}^{k} \log \sigma(-u_{n_i} \cdot v_c)",
    symbols=figures.symbols(base.trace, base.spec, counted.trace, counted.spec),
    source=[skip_gram.noise, skip_gram.kept, skip_gram.against_noise, glove.GloVe.J],
    plain=figures.EQUATIONS,
)
page.close(run, figure)
