"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Memorisation",
    idea="A coin surprises most when it is fair.",
    labs=("language.memorisation",),
    systems=("Memorisation",),
    papers=(),
    minutes=5,
    cover="language.memorisation",
    hidden=True,  # until it is finished: reached by its address and tested, but in no list
)
