"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Fewer steps",
    idea="One path of the noise back to data: walked in eighty steps, in eight, or jumped in one.",
    labs=("diffusion.ddim", "diffusion.consistency", "diffusion.trajectory"),
    systems=("DDIM", "eta", "probability-flow ODE", "Heun", "consistency models", "consistency distillation",
             "consistency trajectory models", "CTM", "gamma-sampling"),
    papers=("song2020ddim", "song2023consistency", "kim2024ctm", "karras2022edm"),
    minutes=12,
    cover="diffusion.ddim",
    after=("score",),
)  # fmt: skip
