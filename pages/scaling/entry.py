"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Scaling laws",
    idea="How much is lost follows from size, data and compute along straight lines, until one runs short.",
    labs=("scaling.small_laws", "scaling.chinchilla"),
    systems=(
        "scaling laws", "sample efficiency", "compute allocation", "isoFLOP curves", "Chinchilla", "Gopher",
    ),
    papers=("kaplan2020", "hoffmann2022", "besiroglu2024", "bengio2003"),
    minutes=12,
    cover="scaling.small_laws",
    after=("transformer",),
)  # fmt: skip
