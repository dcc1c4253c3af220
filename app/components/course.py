"""The map of the course: every page in its section, and lines from what it stands on."""

from collections.abc import Sequence

from app.components.messages import mounted, nothing
from app.entries import Entry

_component = mounted("parts/course.js", css="parts/course.css")


def edges(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """(slug of what a page stands on, slug of the page), where both are listed; none of what another of its
    lines says already."""
    listed = {e.slug: e for e in entries}

    def before(slug: str) -> set[str]:
        direct = {other for other in listed[slug].after if other in listed}
        return direct.union(*map(before, direct))

    found = []
    for entry in entries:
        direct = [slug for slug in entry.after if slug in listed]
        said = set().union(*map(before, direct))
        found += [(slug, entry.slug) for slug in direct if slug not in said]
    return found


def course(entries: Sequence[Entry], *, key: str) -> str | None:
    """Draw the map, on the home page. Returns the slug of the page that was chosen on it, else None."""
    sections = {entry.section: list[dict[str, object]]() for entry in entries}
    for e in entries:
        sections[e.section].append({"slug": e.slug, "title": e.title, "idea": e.idea, "minutes": e.minutes})
    data = {"sections": list(sections.items()), "edges": edges(entries)}
    chosen = _component(key=key, data=data, on_go_change=nothing).get("go")
    return chosen if chosen in {e.slug for e in entries} else None
