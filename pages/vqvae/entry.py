"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="VQ-VAE",
    idea="A picture becomes a grid of codes; most codes die at once, and restarts bring them back.",
    labs=("codes.vqvae", "codes.prior", "codes.theatre", "codes.rate"),
    systems=("VQ-VAE", "vector quantisation", "codebook", "straight-through", "dead codes"),
    papers=("oord2017vqvae", "oord2016pixelrnn"),
    minutes=14,
    cover="codes.vqvae",
    after=("pixelcnn",),
    starred=True,
)
