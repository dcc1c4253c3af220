"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="LLaMA and its kin",
    idea="Four plugs lie between an older block and LLaMA's: pull one, and see what it was good for.",
    labs=("language.llama", "language.family_tree"),
    systems=("LLaMA", "RMSNorm", "SwiGLU", "pre-norm", "post-norm", "evolutionary tree of LLMs"),
    papers=("touvron2023", "zhang2019rms", "shazeer2020glu", "su2021", "xiong2020", "yang2023tree"),
    minutes=10,
    cover="language.llama",
    after=("positions", "pretraining", "scaling"),
)
