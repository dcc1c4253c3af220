"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Memorisation",
    idea="A model gives back what stood in its text: the oftener it stood there, the more surely.",
    labs=("language.memorisation", "language.extraction"),
    systems=("quantifying memorization", "extracting training data", "exposure", "membership inference"),
    papers=("carlini2022quantifying", "carlini2020extracting", "carlini2019secret", "radford2019"),
    minutes=12,
    cover="language.memorisation",
    after=("decoding",),
)
