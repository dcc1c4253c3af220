"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Neighbours or code",
    idea="A decoder that sees a pixel's neighbours asks less of its code; how much less can be measured.",
    labs=("latent.collapse", "latent.bits_back"),
    systems=(
        "posterior collapse", "Variational Lossy Autoencoder", "PixelVAE", "VAE with a PixelCNN decoder",
        "free bits", "KL warm-up", "KL annealing", "bits-back coding",
    ),
    papers=("chen2016lossy", "bowman2015", "gulrajani2016", "kingma2016"),
    minutes=10,
    cover="latent.collapse",
    after=("elbo", "pixelcnn"),
)  # fmt: skip
