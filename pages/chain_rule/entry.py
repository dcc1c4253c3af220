"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="The chain rule as a network",
    idea="Each pixel is guessed from those before it; the guesses multiply to one probability.",
    labs=("autoregressive.made", "autoregressive.nade"),
    systems=("autoregressive factorisation", "chain rule", "NADE", "MADE", "masked autoencoder",
             "order-agnostic training", "in-painting"),
    papers=("larochelle2011", "germain2015", "uria2016"),
    minutes=12,
    cover="autoregressive.made",
)  # fmt: skip
