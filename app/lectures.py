"""Lectures: beats of any pages in an order of one's own, written so that they fit into a link.

`pixelcnn.1,vqvae.3.5` is the first beat of one page, then the third of another, for five minutes.
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.catalogue import SLUGS, entry
from app.style import ROOT

MINUTES = 4  # of a beat, where nothing is said
MOST = 60  # beats of a lecture
LONGEST = 90  # minutes of a beat


@dataclass(frozen=True)
class Stop:
    """A beat in a lecture; beats of a page are counted from 1."""

    slug: str
    beat: int
    minutes: int = MINUTES


@dataclass(frozen=True)
class Lecture:
    """A name, a sentence on what it is, and its stops as a text."""

    name: str
    says: str
    text: str


SHIPPED = (
    Lecture(
        "Autoregressive models",
        "One thing after the other: pixels, colours, words, and who may look at what.",
        "pixelcnn.1,pixelcnn.3,pixelcnn.5,pixelcnn.6,pixelcnn.8,pixelcnn-colour.1,pixelcnn-colour.4,"
        "encoder-decoder.1,encoder-decoder.2,encoder-decoder.7,attention.2,transformer.3,pretraining.5,"
        "decoding.2,decoding.5",
    ),
    Lecture(
        "From VQ-VAE to text-to-image, so far as it stands",
        "Pictures become codes, and a prior learns to write them; then pictures come out of noise.",
        "pixelcnn.1,pixelcnn.6,vqvae.1.6,vqvae.2.6,vqvae.3,vqvae.6.6,vqvae.7,vqvae.8.6,diffusion.1,diffusion.2,"
        "diffusion.6,score.1,score.2",
    ),
    Lecture(
        "From preferences to InstructGPT",
        "Which of two answers is better, and what a model makes of many such answers.",
        "preferences.1,preferences.2,preferences.3,preferences.6.5,preferences.7.6,pretraining.1,pretraining.4,"
        "instructgpt.1.6,instructgpt.2.5,instructgpt.3,instructgpt.5.5,instructgpt.6,instructgpt.8.5",
    ),
)


@lru_cache(maxsize=128)
def beats_of(slug: str) -> tuple[tuple[str, str], ...]:
    """(sentence, note) of each beat of a page, as its file says them: to import it would draw it."""
    file = ROOT / "pages" / entry(slug).folder / "page.py"
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    beats = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Beat"]
    beats.sort(key=lambda call: call.lineno)
    return tuple(
        (
            ast.literal_eval(call.args[0]),
            next((ast.literal_eval(k.value) for k in call.keywords if k.arg == "note"), ""),
        )
        for call in beats
    )


def read(text: str) -> tuple[tuple[Stop, ...], list[str]]:
    """The stops of a text, and for each part that is none a sentence by name, bound and value."""
    stops, refused = list[Stop](), list[str]()
    for part in filter(None, text[:4000].split(",")):
        match = re.fullmatch(r"([a-z0-9-]{1,40})\.(\d{1,2})(?:\.(\d{1,3}))?", part, re.ASCII)
        if match is None or match[1] not in SLUGS:
            refused.append(f"A stop must be a page and a beat, as in pixelcnn.1, got {part[:40]!r}.")
            continue
        count, minutes = len(beats_of(match[1])), int(match[3] or MINUTES)
        if not 1 <= int(match[2]) <= count:
            refused.append(f"The beat of {match[1]} must be between 1 and {count}, got {match[2]}.")
        elif not 1 <= minutes <= LONGEST:
            refused.append(
                f"The minutes of {match[1]}.{match[2]} must be between 1 and {LONGEST}, got {minutes}."
            )
        else:
            stops.append(Stop(match[1], int(match[2]), minutes))
    if len(stops) > MOST:
        refused.append(f"A lecture has {MOST} beats at most, got {len(stops)}.")
    return tuple(stops[:MOST]), refused


def written(stops: Sequence[Stop]) -> str:
    """The text of stops."""
    return ",".join(
        f"{one.slug}.{one.beat}" + (f".{one.minutes}" if one.minutes != MINUTES else "") for one in stops
    )
