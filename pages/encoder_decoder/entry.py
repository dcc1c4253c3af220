"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Encoder decoder",
    idea="A coin surprises most when it is fair.",
    labs=("attention.encoder_decoder",),
    systems=("Encoder decoder",),
    papers=(),
    minutes=5,
    cover="attention.encoder_decoder",
    hidden=True,  # until it is finished: reached by its address and tested, but in no list
)
