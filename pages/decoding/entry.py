"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Choosing the next token",
    idea="The likeliest text is a dull one: whoever writes always the likeliest word goes in circles.",
    labs=("language.decoding", "language.degeneration"),
    systems=("greedy decoding", "beam search", "temperature", "top-k sampling", "nucleus sampling", "top-p"),
    papers=("holtzman2020degeneration", "fan2018story", "welleck2020unlikelihood"),
    minutes=12,
    cover="language.decoding",
    after=("pretraining",),
)
