"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Causal convolutions in time",
    idea="Sound is guessed sample by sample; dilation decides how far back a guess hears.",
    labs=("autoregressive.wavenet", "autoregressive.causal_convolution", "autoregressive.companding"),
    systems=("WaveNet", "causal convolution", "dilated convolution", "receptive field", "mu-law companding",
             "global conditioning", "Fast WaveNet", "cached generation"),
    papers=("oord2016wavenet", "paine2016"),
    minutes=12,
    cover="autoregressive.wavenet",
    after=("chain-rule",),
)  # fmt: skip
