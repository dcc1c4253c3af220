"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Residual blocks",
    idea="Thirty layers learn little, until each block's input is added to its output.",
    labs=("plumbing.resnet",),
    systems=("ResNet", "plain net"),
    papers=("he2015",),
    minutes=8,
    cover="plumbing.resnet",
)
