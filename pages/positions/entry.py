"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Where am I?",
    idea="Attention does not know where a letter stands: four ways to tell it, tried on longer texts.",
    labs=("attention.positions", "attention.rotary"),
    systems=(
        "positional encoding", "sinusoidal positions", "learned positions", "relative positions", "RoPE",
        "rotary position embedding", "position interpolation",
    ),
    papers=("vaswani2017", "shaw2018", "su2021", "chen2023"),
    minutes=12,
    cover="attention.positions",
    after=("transformer",),
)  # fmt: skip
