"""What a person does on the page of preferences, done by real browsers against the real server:
teach, reveal, open a room, vote in it from a phone.

The mutants that a test has killed are named in its docstring.
"""

import re
from collections.abc import Callable

from conftest import until
from playwright.sync_api import Locator, Page, expect

Serve = Callable[..., str]
NewPage = Callable[..., Page]
PATIENCE = 60_000


def opened(page: Page, app: str, query: str = "") -> Page:
    """The page behind a link, drawn to its end."""
    page.goto(f"{app}/preferences{'?' if query else ''}{query}")
    expect(page.locator(".st-key-stage-teach canvas").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("link", name="Present this page")).to_be_attached(timeout=PATIENCE)
    return page


def said(page: Page):
    """The sentence under the two clips."""
    return page.locator(".st-key-stage-teach .clips .caption")


def test_a_click_is_an_answer_and_another_pair_comes(page: Page, app: str) -> None:
    """Killed: an answer that is taken twice; a pass counted as an answer."""
    opened(page, app)
    expect(said(page)).to_contain_text("20 answers so far, all the labeller's")
    pair = page.locator(".clips .left canvas")
    page.get_by_role("button", name="Left is better").click()
    expect(said(page)).to_contain_text("21 answers so far, 1 of them yours", timeout=PATIENCE)
    before = pair.get_attribute("aria-label")
    page.get_by_role("button", name="Can't tell").click()
    until(lambda: pair.get_attribute("aria-label") != before, "another pair")
    expect(said(page)).to_contain_text("21 answers so far")
    page.get_by_role("button", name="Equal").press("Enter")
    expect(said(page)).to_contain_text("22 answers so far, 2 of them yours", timeout=PATIENCE)


def test_the_true_reward_is_hidden_until_it_is_asked_for(page: Page, app: str) -> None:
    """Killed: the truth drawn from the start; a reveal forgotten at the next answer."""
    opened(page, app)
    truth = page.locator(".clips .truth")
    expect(truth.locator(".title")).to_contain_text("hidden")
    page.get_by_role("button", name="Reveal the true reward").click()
    expect(truth.locator(".title")).to_have_text("What the labeller wants")
    page.get_by_role("button", name="Right is better").click()
    expect(said(page)).to_contain_text("1 of them yours", timeout=PATIENCE)
    expect(truth.locator(".title")).to_have_text("What the labeller wants")


def test_the_labeller_answers_and_one_may_start_over(page: Page, app: str) -> None:
    """Killed: ten answers counted as the reader's own."""
    opened(page, app, "beat=0")
    expect(said(page)).to_contain_text("Nobody has answered yet", timeout=PATIENCE)
    page.get_by_role("button", name="… ten times").click()
    expect(said(page)).to_contain_text("10 answers so far, all the labeller's", timeout=PATIENCE)
    page.get_by_role("button", name="Start over").click()
    expect(said(page)).to_contain_text("Nobody has answered yet", timeout=PATIENCE)


def test_twenty_answers_are_trained_to_their_end(page: Page, app: str) -> None:
    opened(page, app, "human_preferences.answers=20&human_preferences.seed=5")
    page.get_by_role("button", name=re.compile("^Train( ·|$)")).first.click(timeout=PATIENCE)
    bar = page.locator("[class*=st-key-runbar-human] code").first
    expect(bar).to_contain_text("step 20 of 20", timeout=2 * PATIENCE)


def test_a_constant_moves_the_map_and_no_chance_until_clips_are_unequal(page: Page, app: str) -> None:
    """Killed: the constant kept from the tables; the cut that is never made."""
    opened(page, app)
    stage = page.locator(".st-key-stage-free")
    cells = stage.locator("canvas").first
    expect(stage.get_by_text("No chance moved")).to_be_visible(timeout=PATIENCE)
    before = cells.evaluate("canvas => canvas.toDataURL()")
    slider = stage.get_by_role("slider")
    for _ in range(4):
        slider.press("ArrowRight")
    expect(stage.get_by_text("Each clip of 8 steps gains +32, both alike.")).to_be_visible(timeout=PATIENCE)
    until(lambda: cells.evaluate("canvas => canvas.toDataURL()") != before, "a map that moved")
    expect(stage.get_by_text("No chance moved")).to_be_visible()
    expect(stage.get_by_text("In 49 of 49 cells the best move is the same")).to_be_visible()
    stage.get_by_text("One clip shorter").click()
    expect(stage.get_by_text("A chance moved by")).to_be_visible(timeout=PATIENCE)


def _other_pictures(stage: Locator) -> None:
    """The wall's other two pictures, which stay over polls. Killed: a choice that a poll forgets."""
    stage.get_by_role("radio", name="who agrees").click()
    told = stage.get_by_text(re.compile("Row and column: a voter each|No two voters met on a pair yet:"))
    expect(told).to_be_visible(timeout=PATIENCE)  # six votes of two voters may well be about six pairs
    expect(stage.get_by_text("2 voters, ")).to_be_visible(timeout=PATIENCE)
    stage.get_by_role("radio", name="what beat what").click()
    expect(stage.get_by_text("A wedge is wide at the one that leads")).to_be_visible(timeout=PATIENCE)
    expect(stage.locator(".js-plotly-plot .js-fill").first).to_be_attached(timeout=PATIENCE)
    stage.page.wait_for_timeout(5000)  # two polls
    expect(stage.get_by_text("A wedge is wide at the one that leads")).to_be_visible()


def test_two_phones_vote_in_one_room_and_the_wall_shows_it(new_page: NewPage, app: str) -> None:
    """Killed: votes of one phone taken for both; a wall drawn but once; a room that cannot be closed."""
    wall = opened(new_page(), app)
    stage = wall.locator(".st-key-stage-room")
    stage.get_by_role("button", name="Open a room").click()
    link = stage.locator("code").first
    expect(link).to_contain_text("/room/", timeout=PATIENCE)
    expect(stage.get_by_alt_text(re.compile("QR code"))).to_be_visible()
    path = "/room/" + link.inner_text().split("/room/")[1]
    phones = [new_page(viewport={"width": 390, "height": 664}) for _ in range(2)]
    for phone in phones:
        phone.goto(f"{app}{path}")
        for n in range(3):
            expect(phone.locator("#first")).to_be_enabled(timeout=PATIENCE)
            phone.locator("#first").click()
            expect(phone.locator("#said")).to_contain_text(f"{n + 1} vote", timeout=PATIENCE)
        heights = phone.evaluate("[document.documentElement.scrollHeight, innerHeight]")
        assert heights[0] <= heights[1], "nothing scrolls"
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    expect(stage.get_by_text("6 votes of 2 voters")).to_be_visible(timeout=PATIENCE)
    # React may leave a hidden one behind where a vote came before Plotly's code did.
    expect(stage.locator(".js-plotly-plot").filter(visible=True)).to_have_count(1)
    _other_pictures(stage)
    stage.get_by_role("button", name="Delete the room").click()
    wall.get_by_role("button", name="Delete it").click()
    expect(stage.get_by_role("button", name="Open a room")).to_be_visible(timeout=PATIENCE)


def test_on_the_wall_a_chart_stays_in_its_box(page: Page, app: str) -> None:
    """The stage is enlarged, and Plotly would measure it so once more. Killed: the chart's box as wide as the
    stage."""
    page.goto(f"{app}/preferences?present=1&beat=7")
    stage = page.locator(".st-key-stage-voters")
    drawn = stage.locator(".js-plotly-plot svg.main-svg").first
    expect(drawn).to_be_visible(timeout=PATIENCE)
    room = stage.locator("[data-testid=stElementContainer]:has(.js-plotly-plot)")

    def fits() -> bool:
        inner, outer = drawn.bounding_box(), room.bounding_box()
        assert inner is not None
        assert outer is not None
        return abs(inner["width"] - outer["width"]) < 2 and abs(inner["height"] - outer["height"]) < 2

    until(fits, "a chart that fills its box and no more", 20)


def test_nothing_moves_for_who_asked_for_rest(new_page: NewPage, app: str) -> None:
    """Killed: clips that loop all the same."""
    page = opened(new_page(reduced_motion="reduce"), app)
    page.wait_for_timeout(1500)
    clip, picture = page.locator(".clips .left canvas"), "canvas => canvas.toDataURL()"
    before = clip.evaluate(picture)
    page.wait_for_timeout(700)
    assert clip.evaluate(picture) == before
