"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="The Transformer",
    idea="Heads that attend side by side learn to read a word backwards, and to look for what came next.",
    labs=("attention.dot_product", "attention.transformer", "attention.induction"),
    systems=("Transformer", "multi-head attention", "encoder", "decoder", "causal mask", "induction head"),
    papers=("vaswani2017", "olsson2022", "abnar2020", "jain2019"),
    minutes=15,
    cover="attention.transformer",
    after=("attention", "residual"),
    starred=True,
)
