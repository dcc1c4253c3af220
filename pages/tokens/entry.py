"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Tokens",
    idea="The commonest pairs fuse until a text is tokens; which ones depends on what was read before.",
    labs=("words.bpe", "words.unigram"),
    systems=(
        "byte pair encoding", "BPE", "byte-level BPE", "GPT-2 tokenizer", "SentencePiece",
        "unigram language model", "subword regularisation", "vocabulary",
    ),
    papers=("sennrich2016", "radford2019", "kudo2018", "kudorichardson2018"),
    minutes=13,
    cover="words.bpe",
)  # fmt: skip
