"""A poster: one panel of a recorded training that shows on a small card what a page is about."""

from app.components.film import Source
from app.components.messages import mounted
from app.figures.panels import Panel

_component = mounted("parts/poster.js")


def poster(panel: Panel, source: Source, *, key: str, sentence: str, height: int = 200) -> None:
    """Show it at its last moment; it is fetched when it comes near, and plays when it comes into sight and
    under pointer or focus.

    source: as a film's. sentence: alternative text. height: in pixels.
    """
    _component(key=key, data={"panel": panel, "source": source, "sentence": sentence, "height": height})
