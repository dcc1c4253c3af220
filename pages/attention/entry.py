"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Alignment",
    idea="A decoder that may look back learns where to look, and its rows of weights can be read.",
    labs=("attention.bahdanau", "attention.luong"),
    systems=(
        "Bahdanau attention", "additive attention", "Luong attention", "dot, general and concat scores",
        "local attention", "RNN encoder-decoder",
    ),
    papers=("bahdanau2014", "luong2015", "cho2014"),
    minutes=14,
    cover="attention.bahdanau",
    after=("encoder-decoder",),
    starred=True,
)  # fmt: skip
