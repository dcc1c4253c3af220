"""The player of sounds in a real browser: what it plays, shows and marks. One load a scene."""

import re
from typing import Any

import numpy as np
import pytest
from conftest import NewPage, drag, narrow, runs, scene, spot, until
from playwright.sync_api import Locator, Page, expect

from engine.data import sound

GALLERY = "gallery_sound.py"
LEFT, RIGHT = 48, 10  # what sound_scene.js leaves on both sides of a picture
SECONDS = 12  # the longest of the scene to listen to
# Every sound that is begun: its rates, where it begins, for how long, how loud, whether it was stopped.
HEARD = """
window.heard = [];
const { start, stop } = AudioBufferSourceNode.prototype, { connect } = AudioNode.prototype;
AudioBufferSourceNode.prototype.start = function (...args) {
  const { buffer, context, next } = this, [, from, lasts] = args;
  const told = { rate: buffer.sampleRate, context: context.sampleRate, gain: next.gain.value };
  this.told = { ...told, from, lasts, stopped: false };
  window.samples = buffer.getChannelData(0);
  window.heard.push(this.told);
  return start.apply(this, args);
};
AudioBufferSourceNode.prototype.stop = function (...args) {
  this.told.stopped = true;
  return stop.apply(this, args);
};
AudioNode.prototype.connect = function (next, ...rest) {
  this.next = next;
  return connect.call(this, next, ...rest);
};
"""


def heard(page: Page) -> list[dict[str, Any]]:
    return page.evaluate("heard")


def samples(page: Page) -> np.ndarray:
    """Of the sound that was begun last."""
    return np.array(page.evaluate("[...samples]"))


def string() -> np.ndarray:
    """The scene's first sound; its second is this one backwards and a quarter as loud."""
    return sound.pluck(40, 96_000, np.random.default_rng(0), 0.9999)


def times(count: int, page: Page) -> None:
    """So many sounds have been begun."""
    until(lambda: len(heard(page)) == count, f"sound {count}")


def row(page: Page, title: str) -> Locator:
    return page.locator(".sound .row").filter(has_text=title)


def picture(page: Page, title: str) -> Locator:
    return row(page, title).get_by_role("slider")


def button(page: Page, word: str, title: str) -> Locator:
    return page.get_by_role("button", name=f"{word} {title}", exact=True)


def at(canvas: Locator, seconds: float, longest: float, y: float) -> dict[str, float]:
    """The place of a time in a picture."""
    box = canvas.bounding_box()
    assert box is not None
    return {"x": LEFT + seconds / longest * (box["width"] - LEFT - RIGHT), "y": y}


def column(canvas: Locator, x: float) -> np.ndarray:
    """(height, 4) colours of one column of a picture."""
    return np.array(
        canvas.evaluate(
            """(canvas, x) => {
                const at = Math.round(x * canvas.width / canvas.clientWidth);
                return [...canvas.getContext("2d").getImageData(at, 0, 1, canvas.height).data];
            }""",
            x,
        )
    ).reshape(-1, 4)


def test_sounds_are_heard_and_seen(page: Page, gallery: str) -> None:
    page.add_init_script(HEARD)
    scene(page, gallery, "listen")
    assert heard(page) == []  # nothing is played by itself
    what_is_played_is_the_wave(page)
    the_line_goes_with_the_sound(page)
    playing_one_stops_the_last(page)
    a_rerun_lets_what_is_unchanged_play_on(page)
    all_is_reached_by_keyboard(page)
    what_was_given_has_a_colour_of_its_own(page)
    the_wave_is_as_high_as_its_samples(page)
    numbers_stand_under_the_pointer(page)
    narrow(page)


def what_is_played_is_the_wave(page: Page) -> None:
    """Sample by sample to 1/32768, and at its own rate. Killed: one context, of the machine's
    rate."""
    button(page, "Play", "What the net goes on with").click()
    times(1, page)
    assert np.abs(samples(page) - string()[::-1] / 4).max() <= 1 / 32_768
    (one,) = heard(page)
    assert (one["rate"], one["context"]) == (8000, 8000)
    assert (one["from"], one["lasts"]) == (0, SECONDS)
    assert one["gain"] == pytest.approx(1)
    button(page, "Stop", "What the net goes on with").click()


def the_line_goes_with_the_sound(page: Page) -> None:
    """Killed: twice as fast; a row with a scale of time of its own."""
    title = "Vowels"
    button(page, "Play", title).click()
    expect(row(page, title).locator(".line")).to_be_visible()
    seen = page.evaluate(
        """(line) => new Promise((done) => {
            const seen = [], began = performance.now();
            const look = (now) => {
                seen.push([(now - began) / 1000, parseFloat(line.style.left)]);
                now - began < 400 ? requestAnimationFrame(look) : done(seen);
            };
            requestAnimationFrame(look);
        })""",
        row(page, title).locator(".line").element_handle(),
    )
    time, x = np.array(seen).T
    box = picture(page, title).bounding_box()
    assert box is not None
    slope = np.polyfit(time, x, 1)[0] / (box["width"] - LEFT - RIGHT)
    assert slope == pytest.approx(1 / SECONDS, rel=0.25)
    assert len(set(x.tolist())) > 8
    expect(row(page, title)).to_contain_text(re.compile(r"\d\.\d\d of 9\.00 s"))


def playing_one_stops_the_last(page: Page) -> None:
    """Killed: two at once, of which the first goes on."""
    button(page, "Play", "A string of 200 Hz").click()
    expect(button(page, "Play", "Vowels")).to_be_visible()
    expect(button(page, "Stop", "A string of 200 Hz")).to_be_visible()
    times(3, page)
    assert [one["stopped"] for one in heard(page)] == [True, True, False]
    expect(row(page, "Vowels").locator(".line")).to_be_hidden()


def a_rerun_lets_what_is_unchanged_play_on(page: Page) -> None:
    """And ends what is there no more. Killed: the old voice played after the new came."""
    page.get_by_role("button", name="another voice").click()
    runs(page, 2)
    assert not heard(page)[2]["stopped"]
    expect(button(page, "Stop", "A string of 200 Hz")).to_be_visible()
    button(page, "Play", "Vowels").click()
    times(4, page)
    voice = sound.speechlike(72_000, np.random.default_rng(1)).wave
    assert np.abs(samples(page) - voice).max() <= 1 / 32_768
    page.get_by_role("button", name="another voice").click()
    runs(page, 3)
    assert heard(page)[3]["stopped"]
    expect(button(page, "Play", "Vowels")).to_be_visible()


def all_is_reached_by_keyboard(page: Page) -> None:
    """Tab, space and arrows. Killed: space that scrolls; nothing played from the end."""
    canvas = picture(page, "A string of 200 Hz")
    button(page, "Play", "A string of 200 Hz").focus()
    page.keyboard.press("Tab")
    expect(canvas).to_be_focused()
    expect(page.locator(".sound .readout")).to_have_text("Space plays. The arrows move the start.")
    for key, said in (("ArrowRight", "0.12"), ("PageUp", "1.32"), ("ArrowUp", "1.44"), ("ArrowLeft", "1.32")):
        page.keyboard.press(key)
        expect(canvas).to_have_attribute("aria-valuenow", said)
    expect(canvas).to_have_attribute("aria-valuetext", "It starts at 1.32 s.")
    scrolled = page.get_by_test_id("stMain").evaluate("main => main.scrollTop")
    page.keyboard.press(" ")
    times(5, page)
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == scrolled
    assert heard(page)[4]["from"] == pytest.approx(1.32)
    assert heard(page)[4]["lasts"] == pytest.approx(SECONDS - 1.32)
    page.keyboard.press(" ")
    expect(button(page, "Play", "A string of 200 Hz")).to_be_visible()
    assert heard(page)[4]["stopped"]
    page.keyboard.press("End")
    expect(canvas).to_have_attribute("aria-valuenow", "12.00")
    page.keyboard.press(" ")
    times(6, page)
    assert (heard(page)[5]["from"], heard(page)[5]["lasts"]) == (0, SECONDS)
    page.keyboard.press(" ")
    drag(page, ".sound .row:first-child canvas", (0.2, 0.3), (0.5, 0.3))  # the start goes with the pointer
    expect(canvas).to_have_attribute("aria-valuetext", re.compile(r"^It starts at 5\.7\d s\.$"))
    runs(page, 3)  # where nothing can be marked, Python is told nothing


def what_was_given_has_a_colour_of_its_own(page: Page) -> None:
    """Killed: `prime` counted in pixels."""
    canvas = picture(page, "What the net goes on with")
    said = "What the net goes on with. 12.00 seconds, the first 3.00 given. Loudest at 12.00 seconds, "
    expect(canvas).to_have_attribute("aria-label", f"{said}strongest at 200 Hz.")
    expect(row(page, "What the net goes on with").locator(".w-past")).to_have_text("first 3.00 s given")
    colours = [column(canvas, at(canvas, t, SECONDS, 0)["x"])[28, :3].tolist() for t in (1, 2.9, 3.1, 11)]
    blue, orange = [43, 108, 176], [209, 122, 31]
    assert colours == [blue, blue, orange, orange]


def the_wave_is_as_high_as_its_samples(page: Page) -> None:
    """Within a pixel, at the scale of the loudest of all. Killed: upside down; each clip at a scale of its
    own."""
    canvas, wave = picture(page, "Vowels"), sound.speechlike(72_000, np.random.default_rng(2)).wave
    box = canvas.bounding_box()
    assert box is not None
    wide, skew = (box["width"] - LEFT - RIGHT) * 9 / SECONDS, 0.0
    for x in range(5, int(wide), 25):
        part = wave[int(x / wide * len(wave)) : int((x + 1) / wide * len(wave)) + 1]
        ink = np.flatnonzero(column(canvas, LEFT + x)[:56, 0] == 118)
        assert ink.min() == pytest.approx(28 - 56 * part.max(), abs=1.1)
        assert ink.max() == pytest.approx(28 - 56 * part.min(), abs=1.1)
        skew = max(skew, 56 * abs(part.max() + part.min()))
    quiet = column(picture(page, "What the net goes on with"), LEFT + 0.999 * wide * SECONDS / 9)[:56, 0]
    assert 8 < np.ptp(np.flatnonzero(quiet == 209)) < 15  # its peak is an eighth
    assert skew > 4  # a wave that can be told from itself upside down


def numbers_stand_under_the_pointer(page: Page) -> None:
    """And the spectrum is darkest where they are highest. Killed: the rows' frequencies counted from
    below."""
    canvas, readout = picture(page, "A string of 200 Hz"), page.locator(".sound .readout")
    canvas.hover(position=at(canvas, 0.02, SECONDS, 20))
    said = re.fullmatch(r"(\d\.\d+) s: (-?0\.\d+) of full scale", readout.inner_text())
    assert said
    assert float(said[2]) == pytest.approx(string()[round(float(said[1]) * 8000)], abs=1e-3)
    levels, shades = {}, column(canvas, at(canvas, 0.615, SECONDS, 0)["x"])[62:126, 0]
    box, x = canvas.bounding_box(), at(canvas, 0.615, SECONDS, 0)["x"]
    assert box is not None
    for y in range(64):
        page.mouse.move(box["x"] + x, box["y"] + 62.5 + y)
        said = re.fullmatch(r"0\.6\d+ s, (\d+) Hz: (-?\d+) dB", readout.inner_text())
        assert said
        levels[int(said[1])] = int(said[2])
    assert len(levels) == 48
    assert list(levels) == sorted(levels, reverse=True)
    wanted = sound.log_mel(string(), hop=240)[4920 // 240, ::-1]  # 400 columns
    assert np.abs(np.array([*levels.values()]) - wanted).max() < 1.5
    drawn = shades[((np.arange(48) + 0.5) * 64 / 48).astype(int)]
    assert np.corrcoef(wanted, drawn)[0, 1] < -0.97


def test_a_stretch_is_marked(new_page: NewPage, gallery: str) -> None:
    page = new_page(has_touch=True)
    page.add_init_script(HEARD)
    scene(page, gallery, "select")
    dragging_tells_once_on_release(page)
    what_is_marked_is_what_is_played(page)
    a_scroll_by_finger_lets_the_mark_stand(page)
    it_is_marked_by_keyboard(page)
    one_row_alone_is_marked(page)
    another_player_stops_this_one(page)


def place(canvas: Locator, seconds: float) -> tuple[float, float]:
    """Shares of the width and height of a picture, whose longest clip lasts half a second."""
    box = canvas.bounding_box()
    assert box is not None
    return at(canvas, seconds, 0.5, 0)["x"] / box["width"], 0.3


def marked(page: Page) -> list[int]:
    """What Python heard last."""
    said = page.get_by_text(re.compile("^heard")).inner_text()
    return [int(one) for one in re.findall(r"\d+", said)]


TUNE = ".sound .row:has-text('A tune') canvas"


def dragging_tells_once_on_release(page: Page) -> None:
    """To the sample; backwards, too. Killed: a report for each move; a click that marks."""
    canvas = picture(page, "A tune")
    page.mouse.move(*spot(page, TUNE, *place(canvas, 0.4)))
    page.mouse.down()
    for seconds in (0.1, 0.2):
        page.mouse.move(*spot(page, TUNE, *place(canvas, seconds)), steps=8)
    expect(canvas).to_have_attribute("aria-valuetext", "Marked from 0.20 to 0.40 s.")
    runs(page, 1)
    page.mouse.up()
    runs(page, 2)
    clip, begin, end = marked(page)
    assert clip == 0
    assert begin == pytest.approx(1600, abs=4)
    assert end == pytest.approx(3200, abs=4)
    expect(canvas).to_have_attribute("aria-valuetext", "Marked from 0.20 to 0.40 s.")
    x, y = spot(page, TUNE, *place(canvas, 0.3))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y)  # an unsteady hand
    page.mouse.up()
    runs(page, 3)
    assert marked(page) == []
    drag(page, TUNE, place(canvas, 0.25), place(canvas, 0.375))
    runs(page, 4)
    box = row(page, "A tune").locator(".marked").bounding_box()
    whole = canvas.bounding_box()
    assert box is not None
    assert whole is not None
    assert box["x"] - whole["x"] == pytest.approx(at(canvas, 0.25, 0.5, 0)["x"], abs=2)
    assert box["width"] == pytest.approx((whole["width"] - LEFT - RIGHT) / 4, abs=4)


def what_is_marked_is_what_is_played(page: Page) -> None:
    """To its end, with the loudest at a half. Killed: played to the clip's end; to its end without a
    mark's."""
    page.get_by_role("button", name="rerun").click()
    runs(page, 5)
    _, begin, end = marked(page)
    button(page, "Play", "A tune").click()
    times(1, page)
    assert heard(page)[0]["from"] == begin / 8000
    assert heard(page)[0]["lasts"] == pytest.approx((end - begin) / 8000)
    assert heard(page)[0]["gain"] == pytest.approx(0.5 / np.abs(samples(page)).max(), rel=1e-3)
    expect(button(page, "Play", "A tune")).to_have_text("▶ Play")
    expect(row(page, "A tune").locator(".line")).to_be_hidden()


def a_scroll_by_finger_lets_the_mark_stand(page: Page) -> None:
    """Killed: the mark let go where the finger lands."""
    kept, finger = marked(page), page.context.new_cdp_session(page)
    x, y = spot(page, TUNE, *place(picture(page, "A tune"), 0.1))
    for kind, *at in (
        ("touchStart", y),
        *(("touchMove", y - 12 * step) for step in range(1, 9)),
        ("touchEnd",),
    ):
        points = [{"x": x, "y": at[0]}] if at else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(picture(page, "A tune")).to_have_attribute(
        "aria-valuetext", re.compile("^Marked from 0.25 to 0.3")
    )
    page.mouse.wheel(0, -900)
    runs(page, 5)
    assert marked(page) == kept


def it_is_marked_by_keyboard(page: Page) -> None:
    """Told when the key is let go. Killed: not told; Shift ignored; Escape ignored."""
    picture(page, "A tune").focus()
    page.keyboard.press("Escape")
    runs(page, 6)
    assert marked(page) == []
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    runs(page, 6)
    for count, (key, end) in enumerate(
        (("ArrowRight", 440), ("ArrowRight", 480), ("Home", 0), ("End", 4000)), 7
    ):
        page.keyboard.press(f"Shift+{key}")
        runs(page, count)
        assert marked(page) == [0, min(400, end), max(400, end)]


def one_row_alone_is_marked(page: Page) -> None:
    """A mark in one row lets go of the other's; it goes with its clip, and Python hears that. Killed: two
    marks; a mark of a clip that is gone."""
    canvas = picture(page, "Silence")
    drag(page, ".sound .row:has-text('Silence') canvas", place(canvas, 0.05), place(canvas, 0.45))
    runs(page, 11)
    clip, begin, end = marked(page)
    assert (clip, end) == (1, 2000)  # it ends where the clip ends
    assert begin == pytest.approx(400, abs=4)
    expect(picture(page, "A tune")).to_have_attribute("aria-valuetext", "It starts at 0.05 s.")
    page.get_by_text("one alone").click()
    expect(picture(page, "Silence")).to_have_count(0)
    until(lambda: marked(page) == [], "no mark")


def another_player_stops_this_one(page: Page) -> None:
    """And has a rate and a loudness of its own."""
    count = len(heard(page))
    picture(page, "Another player").press(" ")
    times(count + 1, page)
    button(page, "Play", "A tune").click()
    times(count + 2, page)
    assert heard(page)[count]["context"] == 16_000
    assert heard(page)[count]["gain"] == pytest.approx(8)
    assert heard(page)[count]["stopped"]


NONE = "delete window.AudioContext"
WAITS = """
AudioContext.prototype.resume = () => new Promise(() => 0);
Object.defineProperty(AudioContext.prototype, "state", { get: () => "suspended" });
"""


@pytest.mark.parametrize("lacking", [NONE, WAITS], ids=["none", "waits"])
def test_a_browser_that_plays_nothing_says_so(new_page: NewPage, gallery: str, lacking: str) -> None:
    """In words, beside a button that can be pressed again. Killed: a button that says Stop for ever."""
    page = new_page(reduced_motion="reduce")
    page.add_init_script(lacking)
    scene(page, gallery, "listen")
    button(page, "Play", "Vowels").click()
    said = row(page, "Vowels").get_by_role("status")
    expect(said).to_have_text("This browser does not let the sound be heard. Press again.")
    expect(button(page, "Play", "Vowels")).to_be_visible()
    expect(row(page, "Vowels").locator(".line")).to_be_hidden()


def test_with_less_motion_the_line_steps(new_page: NewPage, gallery: str) -> None:
    """Killed: a line that glides all the same; one that stands still."""
    page = scene(new_page(reduced_motion="reduce", color_scheme="dark"), gallery, "listen")
    button(page, "Play", "A string of 200 Hz").click()
    places = page.evaluate(
        """(line) => new Promise((done) => {
            const seen = new Set(), began = performance.now();
            const look = (now) => {
                if (!line.hidden) seen.add(line.style.left);
                now - began < 900 ? requestAnimationFrame(look) : done(seen.size);
            };
            requestAnimationFrame(look);
        })""",
        row(page, "A string of 200 Hz").locator(".line").element_handle(),
    )
    assert 3 <= places <= 6
