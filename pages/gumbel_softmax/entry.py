"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Gradients through a throw",
    idea="A code of dice: a throw has no gradient, so it is softened, or its outcome is only rewarded.",
    labs=("latent.categorical", "latent.gumbel", "latent.estimators"),
    systems=("Gumbel-softmax", "Concrete distribution", "straight-through", "REINFORCE", "categorical VAE"),
    papers=("jang2016", "maddison2016", "williams1992"),
    minutes=10,
    cover="latent.categorical",
    after=("elbo",),
)
