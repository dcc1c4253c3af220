"""Sounds to see and to hear: waves over their log-mel spectra, played in the browser; a stretch is marked."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from app.components.messages import mounted, nothing
from app.figures.kinds import checked_concept
from engine.data.sound import PEAK, RATE, log_mel, mel_filters

_component = mounted("parts/sound.js", css="parts/sound.css")

RATES = (RATE, 96_000)  # what every browser plays
LONGEST_S = 30
LOUDER = 8  # a quiet sound is played at most this many times as loud as it is
BINS, DECIBELS = 48, (-40, 40)
PCM = 32_767  # a sample of 1 as a whole number of 16 bits


@dataclass(frozen=True, eq=False)
class Clip:
    """One sound: wave (samples,) in [-1, 1], drawn in the colour of `concept`; its first `prime` samples were
    given, and are drawn as what is given. Raises ValueError, with the title, for what no browser plays."""

    title: str
    wave: np.ndarray
    rate: int = RATE
    concept: str = "model"
    prime: int = 0

    def __post_init__(self) -> None:
        checked_concept(self.concept)
        if not RATES[0] <= self.rate <= RATES[1]:
            raise ValueError(f"{self.title}: rate must lie in [{RATES[0]}, {RATES[1]}], got {self.rate}")
        shape, most = np.shape(self.wave), LONGEST_S * self.rate
        if len(shape) != 1 or not 1 <= shape[0] <= most:
            raise ValueError(f"{self.title}: wave must be 1 to {most} samples in one axis, got shape {shape}")
        if not (peak := float(np.abs(self.wave).max())) <= 1:
            raise ValueError(f"{self.title}: wave must lie in [-1, 1], got a peak of {peak}")
        if not 0 <= self.prime <= shape[0]:
            raise ValueError(f"{self.title}: prime must lie in [0, {shape[0]}], got {self.prime}")


def player(
    clips: Sequence[Clip], key: str, select: bool = False, sentence: str = ""
) -> tuple[int, int, int] | None:
    """Show each clip as a row: title, play button, seconds, the wave, and beneath it its log-mel spectrum.

    All rows have one scale of time, of amplitude and of loudness, and are played louder than they are by one
    factor, with which the loudest peaks at PEAK. select: dragging, or shift and the arrows, marks a stretch
    of one row, which is then what its button plays; it is told on release. sentence: the caption. Returns the
    stretch as (clip, from, to) in samples, or None. Raises ValueError where there is no clip.
    """
    if not clips:
        raise ValueError("a player needs at least one clip")
    gain = min(LOUDER, PEAK / max(1e-9, *(float(np.abs(one.wave).max()) for one in clips)))
    before = range_in((st.session_state.get(key) or {}).get("range"), clips) if select else None
    data = {
        "clips": [_row(one) for one in clips], "gain": gain, "full": PEAK / gain, "select": select,
        "decibels": DECIBELS, "sentence": sentence, "now": before,
        "longest": max(len(one.wave) / one.rate for one in clips),
    }  # fmt: skip
    told = _component(key=key, data=data, on_range_change=nothing).get("range")
    return range_in(told, clips) if select else None


def range_in(told: Any, clips: Sequence[Clip]) -> tuple[int, int, int] | None:
    """The marked stretch in a message of the browser, or None if it is no stretch of one of these clips."""
    if not isinstance(told, list) or len(told) != 3:
        return None
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in told):
        return None
    clip, begin, end = told
    fits = 0 <= clip < len(clips) and 0 <= begin < end <= len(clips[clip].wave)
    return (clip, begin, end) if fits else None


def _row(clip: Clip) -> Mapping[str, Any]:
    pcm = np.round(np.asarray(clip.wave, np.float64) * PCM).astype("<i2").tobytes()
    mel, hop, hertz, said = _seen(pcm, clip.rate)
    given = f", the first {clip.prime / clip.rate:.2f} given" if clip.prime else ""
    return {
        "title": clip.title, "rate": clip.rate, "concept": clip.concept, "prime": int(clip.prime),
        "pcm": base64.b64encode(pcm).decode(), "mel": mel, "hop": hop, "hertz": hertz,
        "label": f"{clip.title}. {len(clip.wave) / clip.rate:.2f} seconds{given}. {said}",
    }  # fmt: skip


@lru_cache(32)
def _seen(pcm: bytes, rate: int) -> tuple[str, int, list[int], str]:
    """A sound's spectrum as bytes in base64, row by row from the top; how many samples a column has; the
    frequency of each row from the foot, in Hz; what is to be seen. Windows last 64 ms at any rate."""
    wave = np.frombuffer(pcm, "<i2") / PCM
    size = 2 * round(0.032 * rate)
    hop = min(size, max(8, len(wave) // 400))
    filters, (low, high) = mel_filters(BINS, size, rate), DECIBELS
    hertz = np.round(np.fft.rfftfreq(size, 1 / rate) @ filters / filters.sum(0)).astype(int).tolist()
    levels = np.clip(np.round((log_mel(wave, BINS, size, hop, rate) - low) / (high - low) * 255), 0, 255)
    said = "It is silent."
    if wave.any():
        strongest = np.abs(np.fft.rfft(wave)).argmax() * rate / len(wave)
        said = f"Loudest at {np.abs(wave).argmax() / rate:.2f} seconds, strongest at {strongest:.0f} Hz."
    return base64.b64encode(levels.T[::-1].astype(np.uint8).tobytes()).decode(), hop, hertz, said
