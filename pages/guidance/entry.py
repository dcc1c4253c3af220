"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Guidance",
    idea="An arrow towards a class, drawn longer than it is: surer of the class, and less of it.",
    labs=("diffusion.guidance", "diffusion.guided_points", "diffusion.guided_digits"),
    systems=("classifier guidance", "ADM", "classifier-free guidance", "CFG", "guidance scale"),
    papers=("dhariwal2021", "ho2022guidance", "salimans2022progressive"),
    minutes=12,
    cover="diffusion.guidance",
    after=("score",),
)
