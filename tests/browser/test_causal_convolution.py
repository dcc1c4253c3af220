"""A journey through the page of causal convolutions: it is heard, an output is clicked, the race is run."""

import re

from conftest import opened, stage
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "causal-convolution")
    what_is_played_on_is_heard(page)
    a_click_lights_another_output(page)
    the_race_is_run(page)


def what_is_played_on_is_heard(page: Page) -> None:
    """Four rows, two of them with dilations doubled; one plays and stops. Killed: the
    strings' names exchanged; a prime that is not told."""
    heard = stage(page, "heard")
    heard.scroll_into_view_if_needed()
    expect(
        heard.get_by_text(re.compile(r"Dilations doubled, told: (ringing|muted) · repeats by"))
    ).to_have_count(2)
    expect(heard.get_by_text("first 0.06 s given")).to_have_count(4)
    heard.get_by_role("button", name=re.compile("^Play Dilations all 1")).click()
    expect(heard.get_by_role("button", name=re.compile("^Stop Dilations all 1"))).to_be_visible()
    heard.get_by_role("button", name=re.compile("^Stop")).click()


def a_click_lights_another_output(page: Page) -> None:
    """Killed: the place of the click read as a share of the picture."""
    tree = stage(page, "tree")
    tree.scroll_into_view_if_needed()
    expect(
        tree.get_by_text(
            re.compile("^Output 40, which guesses sample 41, hears of 16 samples, 25 to 40")
        ).first
    ).to_be_visible()
    ground = tree.locator("canvas").first
    box = ground.bounding_box()
    assert box
    ground.click(position={"x": 0.5 * box["width"], "y": 0.3 * box["height"]})
    page.mouse.move(0, 0)
    expect(
        tree.get_by_text(re.compile(r"^Output 2\d, which guesses sample 2\d, hears of 16 samples")).first
    ).to_be_visible()


def the_race_is_run(page: Page) -> None:
    """Killed: a race over all three ways that says one."""
    race = stage(page, "race")
    race.scroll_into_view_if_needed()
    race.get_by_text("Race", exact=True).click()
    expect(race.get_by_text(re.compile(r"256 samples guessed three times.*times as fast"))).to_be_visible()
