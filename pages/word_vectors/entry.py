"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Word vectors",
    idea="Words become points: who stands near whom in the text decides who lies near whom in space.",
    labs=(
        "words.skip_gram", "words.glove", "words.text", "words.shifted_pmi", "words.tsne",
        "words.tied_embeddings",
    ),
    systems=(
        "word2vec", "skip-gram", "CBOW", "negative sampling", "GloVe", "tied embeddings", "t-SNE", "PMI",
        "word embeddings", "analogies",
    ),
    papers=(
        "mikolov2013efficient", "mikolov2013distributed", "mikolov2013regularities", "levy2014",
        "pennington2014", "press2017", "maaten2008", "venna2001",
    ),
    minutes=15,
    cover="words.skip_gram",
    after=("tokens",),
    starred=True,
)  # fmt: skip
