"""What a page says of itself: the card that stands in its folder as entry.py."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One page. Its section and slug are filled in by the catalogue, from where the page stands in it."""

    title: str  # short, for the navigation
    idea: str  # one sentence
    labs: tuple[str, ...]  # ids, as `autoregressive.pixelcnn`
    systems: tuple[str, ...]  # names a reader would search for
    papers: tuple[str, ...]  # keys into assets/references.bib
    minutes: int
    cover: str  # the lab whose first recorded run the card shows, drawn by `cover()` of the page's figures
    after: tuple[str, ...] = ()  # slugs of pages that it stands on: what the map of the home page draws
    starred: bool = False  # one of the pages that the project is named for: twice the budget
    hidden: bool = False  # unfinished: reached by its address and tested, but in no list
    section: str = ""
    slug: str = ""  # the URL; with underscores, the folder in pages/

    @property
    def folder(self) -> str:
        """The page's folder in pages/, and its package."""
        return self.slug.replace("-", "_")
