"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Two grids of codes",
    idea="A coarse grid and a fine one share a picture; exchange one, and see what it kept.",
    labs=("codes.two_levels", "codes.two_priors"),
    systems=("VQ-VAE-2", "two-level codes", "conditional PixelCNN prior"),
    papers=("razavi2019vqvae2", "oord2017vqvae", "oord2016pixelrnn"),
    minutes=10,
    cover="codes.two_levels",
    after=("vqvae",),
)
