"""A lecture on the projector: its stops take the place of a page's beats, and the arrows cross pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from app.catalogue import entry
from app.lectures import Stop, beats_of, read, written
from app.navigation import page_of

PLACE = "lecture.place"  # in the session: the text of a lecture, and the place where it stands


@dataclass(frozen=True)
class Walk:
    """A lecture at one of its stops. `ask`: sets this page to a beat."""

    stops: tuple[Stop, ...]
    place: int
    ask: Callable[[int], None]

    def shown(self, beats: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
        """What is told of each stop; of this page's own with the stage that it is on."""
        here = self.stops[self.place].slug

        def told(stop: Stop) -> Mapping[str, str]:
            sentence, note = beats_of(stop.slug)[stop.beat - 1]
            other = {"sentence": f"{entry(stop.slug).title}: {sentence}", "note": note, "stage": ""}
            return beats[stop.beat - 1] if stop.slug == here else other

        return [told(stop) for stop in self.stops]

    def go(self, place: object) -> None:
        """To another stop, on this page or another. Anything else is no place, and nothing happens."""
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(self.stops):
            return
        text, stop = written(self.stops), self.stops[place]
        st.session_state[PLACE] = (text, place)
        if stop.slug == self.stops[self.place].slug:
            st.query_params["place"] = str(place)
            return self.ask(stop.beat - 1)
        query = {"present": "1", "beat": str(stop.beat - 1), "lecture": text, "place": str(place)}
        st.switch_page(page_of(entry(stop.slug)), query_params=query)


def walked(slug: str, ask: Callable[[int], None]) -> Walk | None:
    """The lecture that the address names, where it stands on this page; None where there is none."""
    stops, _ = read(st.query_params.get("lecture", ""))
    text, place = st.session_state.get(PLACE, ("", 0))
    if text != written(stops):
        told = st.query_params.get("place", "0")
        place = int(told) if told.isdecimal() and len(told) < 3 else 0
    return Walk(stops, place, ask) if place < len(stops) and stops[place].slug == slug else None
