"""Sounds and their spectra: plucked strings, tones, tunes, a voice that says vowels; the mel scale.

Made here, from difference equations and sines: no licence is needed. What sounds when (period, note, vowel,
speaker) is known by construction. One channel, RATE samples a second, peaks at 0.5 at most.

Honest limits: 8,000 samples a second hold nothing over 4,000 Hz, as on an old telephone. No room, no noise,
no consonant; a vowel is three resonances, a speaker is a pitch and a size.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter

RATE = 8000  # samples a second
PEAK = 0.5
FLOOR = 1e-2  # what is quieter is drawn as quiet as this: -40 dB
LOWEST = 60.0  # Hz: where the mel scale of log_mel begins
FADE = 40  # samples, 5 ms: a sound that begins at once clicks

# fmt: off
HARMONICS = {"sine": (1,), "organ": (1, .6, 0, .4, 0, 0, 0, .2), "reed": (1, 0, 1 / 3, 0, 1 / 5, 0, 1 / 7)}
TIMBRES = ("pluck", *HARMONICS)
# Three resonances of men, in Hz, as Peterson and Barney (1952) measured them.
VOWELS = {"i": (270, 2290, 3010), "e": (530, 1840, 2480), "a": (730, 1090, 2440), "o": (570, 840, 2410),
          "u": (300, 870, 2240)}
WIDTHS = (60, 90, 150)  # Hz: how wide the three resonances are
SPEAKERS = ((105, 1.0), (135, 1.06), (190, 1.13), (225, 1.2))  # pitch in Hz; the resonances, in those of men
LASTS = (RATE // 10, RATE // 5)  # samples: the shortest and the longest vowel
# fmt: on


class Speech(NamedTuple):
    """What was said, which of VOWELS each sample belongs to, and which of SPEAKERS spoke."""

    wave: np.ndarray  # (samples,) float32
    vowels: np.ndarray  # (samples,) int8
    speaker: int


def pluck(period: float, samples: int, generator: np.random.Generator, decay: float = 0.996) -> np.ndarray:
    """A plucked string (Karplus and Strong, 1983): noise that goes round, each time a little duller.

    y[n] = x[n] + decay * (the mean of y[n - N] and y[n - N - 1]), both read between two samples, so that a
    period need not be whole. decay: what is left of a slow wave after one period. -> (samples,) float32.
    """
    _within("period", period, 2, samples)
    _within("decay", decay, 0, 1)
    whole = int(period - 0.5)
    between = period - 0.5 - whole
    x = np.zeros(samples)
    burst = generator.uniform(-1, 1, round(period))
    x[: len(burst)] = (burst - burst.mean())[:samples]  # a constant part would outlive the rest
    back = np.zeros(whole + 3)
    back[0] = 1
    back[whole:] -= decay * np.array([1 - between, 1, between]) / 2
    return _loud(_filtered([1.0], back, x))


def tone(f0: float, samples: int, timbre: str = "sine") -> np.ndarray:
    """A steady tone, faded in and out; harmonics over RATE / 2 are left out. -> (samples,) float32."""
    _within("samples", samples, 1)
    _within("f0", f0, 20, RATE / 2)
    if timbre not in HARMONICS:
        raise ValueError(f"timbre must be one of {', '.join(HARMONICS)}, got {timbre!r}")
    n = np.arange(samples)
    heard = [(k, a) for k, a in enumerate(HARMONICS[timbre], 1) if k * f0 <= RATE / 2]
    wave = np.sum([a * np.sin(2 * np.pi * k * f0 / RATE * n) for k, a in heard], 0)
    return (PEAK * _faded(wave) / sum(a for _, a in heard)).astype(np.float32)


def pitch(note: float) -> float:
    """The frequency in Hz of a note as MIDI counts them: 69 is the A of 440 Hz, 12 notes are an octave."""
    return 440 * 2 ** ((note - 69) / 12)


def tune(
    notes: Sequence[float | None], timbre: str, generator: np.random.Generator | None = None, beat: int = 2000
) -> np.ndarray:
    """Notes (MIDI numbers; None rests) one after another, `beat` samples each -> (notes * beat,) float32."""
    _within("beat", beat, 1)
    if timbre not in TIMBRES:
        raise ValueError(f"timbre must be one of {', '.join(TIMBRES)}, got {timbre!r}")
    played = [np.zeros(0, np.float32)]
    for note in notes:
        if note is None:
            played.append(np.zeros(beat, np.float32))
        elif timbre != "pluck":
            played.append(tone(pitch(note), beat, timbre))
        elif generator is not None:
            played.append(_faded(pluck(RATE / pitch(note), beat, generator)).astype(np.float32))
        else:
            raise ValueError("a pluck is made of noise: generator must be given, got None")
    return np.concatenate(played)


def speechlike(samples: int, generator: np.random.Generator, speaker: int | None = None) -> Speech:
    """A voice that says one vowel after another, LASTS long, none twice in a row; speaker None draws one.

    Pulses at the speaker's pitch, which wavers by 3 %, through three resonances in a row. From vowel to vowel
    the sound is faded over 10 ms.
    """
    _within("samples", samples, 1)
    who = int(generator.integers(len(SPEAKERS))) if speaker is None else speaker
    _within("speaker", who, 0, len(SPEAKERS) - 1)
    f0, size = SPEAKERS[who]
    vowels, end, last = np.zeros(samples, np.int8), 0, int(generator.integers(len(VOWELS)))
    while end < samples:
        begin, end = end, end + int(generator.integers(*LASTS, endpoint=True))
        last = (last + int(generator.integers(1, len(VOWELS)))) % len(VOWELS)
        vowels[begin:end] = last
    wavers, turn = generator.uniform(1.5, 3.5), generator.uniform(0, 2 * np.pi)
    wavering = 1 + 0.03 * np.sin(2 * np.pi * wavers / RATE * np.arange(samples) + turn)
    pulses = np.diff(np.floor(np.cumsum(f0 * wavering / RATE)), prepend=-1)
    source = _filtered([1, -1], np.convolve([1, -0.9], [1, -0.98]), pulses)  # duller by 6 dB an octave
    wave = np.zeros(samples)
    for v, formants in enumerate(VOWELS.values()):
        said = source
        for formant, width in zip(formants, WIDTHS, strict=True):
            radius = np.exp(-np.pi * width / RATE)
            back = np.array([1, -2 * radius * np.cos(2 * np.pi * size * formant / RATE), radius**2])
            said = _filtered([back.sum()], back, said)
        edges = np.pad((vowels == v).astype(float), (FADE, FADE - 1), "edge")
        share = np.convolve(edges, np.full(2 * FADE, 0.5 / FADE), "valid")
        wave += share * said / np.sqrt(np.mean(said**2))  # every vowel as loud as the next
    return Speech(_loud(_faded(wave)), vowels, who)


def stft(wave: np.ndarray, size: int = 512, hop: int = 128) -> np.ndarray:
    """Short-time Fourier transform: a Hann window every `hop` samples -> (..., frames, size / 2 + 1).

    Frame t is centred on samples t * hop to (t + 1) * hop; there are as many as it takes to cover the wave
    (..., samples). Before its beginning and after its end it is silent. Raises ValueError for NaN.
    """
    wave = np.asarray(wave)
    if wave.ndim == 0 or wave.shape[-1] == 0:
        raise ValueError(f"wave must have at least 1 sample, got shape {wave.shape}")
    if not np.isfinite(wave).all():
        raise ValueError("wave must be finite, got NaN or infinity")
    _within("size", size, 2)
    _within("hop", hop, 1, size)
    frames = -(-wave.shape[-1] // hop)
    before = (size - hop) // 2
    after = (frames - 1) * hop + size - before - wave.shape[-1]
    padded = np.pad(wave, [(0, 0)] * (wave.ndim - 1) + [(before, after)])
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    return np.fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, size, -1)[..., ::hop, :] * window)


@cache
def mel_filters(bins: int = 48, size: int = 512, rate: int = RATE, low: float = LOWEST) -> np.ndarray:
    """Triangles, each 1 at its top, even on the mel scale, 2595 log10(1 + f / 700), from `low` to rate / 2.

    -> (size / 2 + 1, bins), read-only. Raises ValueError where one would lie between two frequencies.
    """
    _within("bins", bins, 1)
    _within("low", low, 0, rate / 2)
    ends = 2595 * np.log10(1 + np.array([low, rate / 2]) / 700)
    edges = 700 * (10 ** (np.linspace(ends[0], ends[1], bins + 2) / 2595) - 1)
    f = np.fft.rfftfreq(size, 1 / rate)[:, None]
    rises = (f - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falls = (edges[2:] - f) / (edges[2:] - edges[1:-1])
    filters = np.maximum(0, np.minimum(rises, falls))
    if not filters.any(0).all():
        raise ValueError(f"bins must be so few that each hears one of {len(f)} frequencies, got {bins}")
    filters.setflags(write=False)  # one copy serves everyone
    return filters


def log_mel(
    wave: np.ndarray, bins: int = 48, size: int = 512, hop: int = 128, rate: int = RATE
) -> np.ndarray:
    """20 log10(mel of |stft| + FLOOR): decibels, -40 in silence -> (..., frames, bins) float32."""
    heard = np.abs(stft(wave, size, hop)) @ mel_filters(bins, size, rate)
    return (20 * np.log10(heard + FLOOR)).astype(np.float32)


def _filtered(forth: Sequence[float], back: np.ndarray, wave: np.ndarray) -> np.ndarray:
    return np.asarray(lfilter(forth, back, wave))  # what it is without a state


def _faded(wave: np.ndarray) -> np.ndarray:
    """With soft ends."""
    fade = min(FADE, len(wave) // 2)
    ramp = np.sin(np.pi / 2 * (np.arange(fade) + 0.5) / max(fade, 1)) ** 2
    return wave * np.concatenate([ramp, np.ones(len(wave) - 2 * fade), ramp[::-1]])


def _loud(wave: np.ndarray) -> np.ndarray:
    """The highest peak at PEAK."""
    return (PEAK * wave / np.abs(wave).max()).astype(np.float32)


def _within(name: str, value: float, low: float, high: float = np.inf) -> None:
    """Raises ValueError outside of [low, high], and for NaN."""
    if not low <= value <= high:
        raise ValueError(f"{name} must lie in [{low:g}, {high:g}], got {value}")
