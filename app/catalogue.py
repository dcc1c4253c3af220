"""The pages, in teaching order. Navigation, home page, search and tests all read this one tuple."""

from dataclasses import dataclass

from app.figures.panels import Panel, images


@dataclass(frozen=True)
class Entry:
    """One page: where it stands, what it says, and what it is made of."""

    section: str
    slug: str  # the file in pages/ and the URL
    title: str  # short, for the navigation
    idea: str  # one sentence
    labs: tuple[str, ...]  # ids, as `autoregressive.pixelcnn`
    systems: tuple[str, ...]  # names a reader would search for
    papers: tuple[str, ...]  # keys into assets/references.bib
    minutes: int
    cover: tuple[str, Panel] = ("", {})  # a lab, and the panel that shows its first recorded run


CATALOGUE = (
    Entry(
        section="Predicting what comes next",
        slug="pixelcnn",
        title="PixelCNN",
        idea="Masked convolutions write a picture pixel by pixel, and never see one wedge of its past.",
        labs=("autoregressive.receptive_field", "autoregressive.pixelcnn", "autoregressive.gated_pixelcnn"),
        systems=("PixelCNN", "Gated PixelCNN", "conditional PixelCNN", "masked convolution", "blind spot"),
        papers=("oord2016pixelrnn", "oord2016gated"),
        minutes=12,
        cover=("autoregressive.pixelcnn", images("samples.x", (), columns=6)),
    ),
)


def entry(slug: str) -> Entry:
    """The page with this slug. Raises KeyError when there is none."""
    return {e.slug: e for e in CATALOGUE}[slug]


def neighbours(slug: str) -> tuple[Entry | None, Entry | None]:
    """The page before and the page after, in teaching order."""
    at = [e.slug for e in CATALOGUE].index(slug)
    before = CATALOGUE[at - 1] if at else None
    return before, CATALOGUE[at + 1] if at + 1 < len(CATALOGUE) else None


def found(query: str, authors: dict[str, str]) -> list[Entry]:
    """Pages that match every word of the query, in title, idea, section, system or author.

    authors: BibTeX key -> names and title of the paper, as one text.
    """
    words = query.lower().split()

    def text(e: Entry) -> str:
        papers = " ".join(authors.get(key, "") for key in e.papers)
        return " ".join([e.section, e.title, e.idea, *e.systems, papers]).lower()

    return [e for e in CATALOGUE if all(word in text(e) for word in words)]
