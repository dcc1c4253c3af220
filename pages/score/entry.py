"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Scores",
    idea="From the same noise an SDE wanders home and an ODE flows; both follow the score.",
    labs=("diffusion.flow", "diffusion.langevin", "diffusion.score_matching", "diffusion.encoding"),
    systems=(
        "score matching", "denoising score matching", "Langevin dynamics", "annealed Langevin", "NCSN",
        "score SDE", "VP and VE SDE", "probability-flow ODE", "likelihood",
    ),
    papers=("song2019ncsn", "song2021sde", "vincent2011"),
    minutes=14,
    cover="diffusion.flow",
    after=("diffusion",),
    starred=True,
)  # fmt: skip
