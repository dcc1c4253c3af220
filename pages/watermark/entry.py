"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Watermark",
    idea="A text that leans to words of a secret list reads like any other, and betrays its writer.",
    labs=("language.watermark", "language.detection"),
    systems=("watermark for large language models", "green and red list", "detection of generated text"),
    papers=("kirchenbauer2023watermark", "chen1998smoothing"),
    minutes=12,
    cover="language.watermark",
    after=("decoding",),
)
