"""The player in Python: what it refuses, what it sends, and what it believes of what a browser says."""

import base64
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.components import sound as component
from app.components.sound import Clip
from engine.data import sound

TWO = (Clip("one", np.zeros(100)), Clip("two", np.full(50, 0.1)))


def shown(
    monkeypatch: pytest.MonkeyPatch, clips: Any, told: Any = None, **given: Any
) -> tuple[Any, dict[str, Any]]:
    """What the player returns, and the data of a browser that says `told`."""
    sent: dict[str, Any] = {}

    def browser(data: dict[str, Any], **_: Any) -> dict[str, Any]:
        sent.update(data)
        return {"range": told}

    monkeypatch.setattr(component, "_component", browser)
    return component.player(clips, "key", **given), sent


def decoded(text: str, dtype: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"wave": np.zeros(0)}, r"A: wave must be 1 to 240000 samples in one axis, got shape \(0,\)"),
        ({"wave": np.zeros((2, 9))}, r"got shape \(2, 9\)"),
        ({"wave": np.zeros(240_001)}, r"got shape \(240001,\)"),
        ({"wave": np.array([0, -1.5])}, r"A: wave must lie in \[-1, 1\], got a peak of 1.5"),
        ({"wave": np.array([0, np.nan])}, "got a peak of nan"),
        ({"rate": 4000}, r"A: rate must lie in \[8000, 96000\], got 4000"),
        ({"concept": "red"}, "concept must be one of past, .* got 'red'"),
        ({"prime": 10}, r"A: prime must lie in \[0, 9\], got 10"),
        ({"prime": -1}, "got -1"),
    ],
)
def test_what_cannot_be_played_is_refused_with_its_title(given: dict[str, Any], words: str) -> None:
    """Killed: each check left out, one by one."""
    with pytest.raises(ValueError, match=words):
        Clip(**{"title": "A", "wave": np.zeros(9)} | given)


def test_a_player_without_a_clip_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="at least one clip"):
        shown(monkeypatch, [])


def test_what_is_sent_is_the_wave_and_its_spectrum(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wave to 1/32768; the spectrum from the highest frequency down, in 255 shades from -40 to 40 dB.

    Killed: 8 bits; a spectrum with its lowest row at the top; time and frequency exchanged; decibels that are
    cut off at 0.
    """
    wave = sound.tone(1000, 4000)
    _, sent = shown(monkeypatch, [Clip("A", wave)])
    (row,) = sent["clips"]
    heard = decoded(row["pcm"], "<i2") / 32_767
    assert np.abs(heard - wave).max() < 1 / 32_768
    levels = decoded(row["mel"], "u1").reshape(48, -1)[::-1] / 255 * 80 - 40
    wanted = sound.log_mel(heard, hop=row["hop"])
    assert levels.shape == wanted.T.shape
    assert np.abs(levels - np.clip(wanted.T, -40, 40)).max() < 0.16  # half a shade
    assert row["hertz"][levels[:, 100].argmax()] == pytest.approx(1000, abs=40)
    assert row["hertz"] == sorted(row["hertz"])


@pytest.mark.parametrize("rate", [8000, 22_050, 96_000])
def test_every_rate_has_its_spectrum(monkeypatch: pytest.MonkeyPatch, rate: int) -> None:
    """Killed: windows of 512 samples at any rate."""
    wave = 0.3 * np.sin(2 * np.pi * 500 / rate * np.arange(rate // 2))
    _, sent = shown(monkeypatch, [Clip("A", wave, rate)])
    (row,) = sent["clips"]
    levels = decoded(row["mel"], "u1").reshape(48, -1)[::-1]
    assert row["hertz"][levels.mean(1).argmax()] == pytest.approx(500, rel=0.12)
    assert "0.50 seconds. Loudest at" in row["label"]
    assert "strongest at 500 Hz" in row["label"]


@pytest.mark.parametrize(("peak", "gain"), [(0.5, 1), (0.25, 2), (1, 0.5), (0.001, 8), (0, 8)])
def test_the_loudest_is_played_with_a_peak_of_a_half(
    monkeypatch: pytest.MonkeyPatch, peak: float, gain: float
) -> None:
    """All clips by one factor, which is never over 8. Killed: no cap; each clip by its own."""
    _, sent = shown(monkeypatch, [Clip("A", np.array([0, -peak])), Clip("B", np.array([peak / 9, 0]))])
    assert sent["gain"] == pytest.approx(gain)
    assert sent["gain"] * sent["full"] == pytest.approx(0.5)


def test_the_words_say_what_is_given_and_what_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    _, sent = shown(monkeypatch, [Clip("A", np.zeros(8000), prime=2000)])
    assert sent["clips"][0]["label"] == "A. 1.00 seconds, the first 0.25 given. It is silent."


def test_a_marked_stretch_is_told_if_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed: a stretch told without `select`; the first clip's length asked of the second."""
    assert shown(monkeypatch, TWO, [1, 10, 50], select=True)[0] == (1, 10, 50)
    assert shown(monkeypatch, TWO, [0, 0, 100], select=True)[0] == (0, 0, 100)
    assert shown(monkeypatch, TWO, [1, 10, 50])[0] is None
    for wrong in (
        [1, 10, 51],
        [2, 0, 1],
        [0, 5, 5],
        [0, -1, 5],
        [-1, 0, 5],
        [0, 0.0, 5],
        [True, 0, 5],
        [0, 1],
    ):
        assert component.range_in(wrong, TWO) is None


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5)
)
def test_whatever_a_browser_says_is_looked_at(told: Any) -> None:
    """Anyone can send any message. Killed: a message of another shape unpacked."""
    found = component.range_in(told, TWO)
    assert found is None or 0 <= found[1] < found[2] <= len(TWO[found[0]].wave)
