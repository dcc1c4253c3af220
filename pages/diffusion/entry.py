"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Denoising",
    idea="A net learns which noise was added; run backwards, it makes data out of noise, guess by guess.",
    labs=("diffusion.ddpm", "diffusion.ddpm_digits", "diffusion.nonequilibrium"),
    systems=(
        "DDPM", "DDIM", "diffusion model", "nonequilibrium thermodynamics", "denoising", "noise schedule",
        "v-prediction",
    ),
    papers=(
        "ho2020ddpm", "sohldickstein2015", "song2020ddim", "nichol2021improved",
        "salimans2022progressive",
    ),
    minutes=15,
    cover="diffusion.ddpm_digits",
    starred=True,
)  # fmt: skip
