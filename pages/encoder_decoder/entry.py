"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Encoder–decoder",
    idea="A whole text goes through one vector, and the longer it is, the less of it comes out.",
    labs=("attention.seq2seq", "attention.three_decoders"),
    systems=(
        "sequence to sequence", "LSTM", "reversed source", "GRU encoder-decoder", "RNN decoder",
        "CNN decoder", "Transformer decoder",
    ),
    papers=("sutskever2014", "cho2014", "gehring2017", "vaswani2017"),
    minutes=12,
    cover="attention.seq2seq",
    after=("word-vectors",),
)  # fmt: skip
