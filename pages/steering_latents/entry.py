"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Steering the latents",
    idea="Half a digit has many answers; and what a heavier price on hidden numbers buys, and costs.",
    labs=("latent.conditional", "latent.total_correlation"),
    systems=("conditional VAE", "CVAE", "beta-VAE", "beta-TCVAE", "total correlation", "disentanglement",
             "mutual information gap", "MIG", "latent traversal", "structured output"),
    papers=("sohn2015", "higgins2017", "chen2018", "locatello2018"),
    minutes=12,
    cover="latent.conditional",
    after=("elbo",),
)  # fmt: skip
