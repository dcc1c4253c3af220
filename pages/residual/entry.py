"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Skip and modulate",
    idea="Thirty layers learn little, until each block adds its input; and a question can steer them.",
    labs=("plumbing.resnet", "plumbing.film"),
    systems=("ResNet", "plain net", "FiLM"),
    papers=("he2015", "perez2018"),
    minutes=13,
    cover="plumbing.resnet",
)
