"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Positions",
    idea="A coin surprises most when it is fair.",
    labs=("attention.positions",),
    systems=("Positions",),
    papers=(),
    minutes=5,
    cover="attention.positions",
    hidden=True,  # until it is finished: reached by its address and tested, but in no list
)
