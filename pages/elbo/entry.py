"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="The VAE and its bound",
    idea="Each picture becomes a cloud; what the cloud costs and what it misses add up to the evidence.",
    labs=("latent.vae", "latent.bound", "latent.cavi", "latent.gaussian_mixture", "latent.linear_vae"),
    systems=(
        "VAE", "variational auto-encoder", "auto-encoder", "ELBO", "evidence lower bound", "KL divergence",
        "IWAE", "importance-weighted bound", "variational inference", "mean field", "CAVI",
        "probabilistic PCA", "linear VAE", "reparameterisation",
    ),
    papers=("kingma2013", "burda2015", "blei2016", "lucas2019", "tipping1999"),
    minutes=15,
    cover="latent.vae",
    after=("pixelcnn",),
    starred=True,
)  # fmt: skip
