"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Two players",
    idea="One net fakes points, another tells fakes from data; each learns from the other, or they circle.",
    labs=("adversarial.gan", "adversarial.optimal"),
    systems=("GAN", "generative adversarial network", "generator", "discriminator", "minimax game",
             "mode collapse", "Jensen-Shannon divergence", "non-saturating loss", "label smoothing"),
    papers=("goodfellow2014gan", "goodfellow2016", "salimans2016"),
    minutes=14,
    cover="adversarial.gan",
    after=("adversarial-examples",),
)  # fmt: skip
