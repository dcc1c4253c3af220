"""What a person does on the page of InstructGPT, done by a real browser against the real server.

The mutants that a test has killed are named in its docstring.
"""

import re
from collections.abc import Callable

from conftest import until
from playwright.sync_api import Page, expect

NewPage = Callable[..., Page]
PATIENCE = 60_000


def opened(page: Page, app: str, query: str = "") -> Page:
    """The page behind a link, drawn to its end."""
    page.goto(f"{app}/instructgpt{'?' if query else ''}{query}")
    expect(page.locator(".st-key-stage-climb canvas").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("link", name="Present this page")).to_be_attached(timeout=PATIENCE)
    return page


def test_a_small_run_is_trained_and_found_again_after_a_refresh(page: Page, app: str) -> None:
    """Killed: a run whose last step is not its total."""
    page.goto(f"{app}/instructgpt?instructgpt.steps=4&instructgpt.prompts=32&instructgpt.seed=7")
    expect(page.get_by_text("has not been trained here yet").first).to_be_visible(timeout=PATIENCE)
    stage = page.locator(".st-key-stage-climb")
    stage.get_by_role("button", name=re.compile("^Train( ·|$)")).click()
    bar = page.locator("[class*=st-key-runbar-instructgpt] code").first
    expect(bar).to_contain_text("step 16 of 16", timeout=2 * PATIENCE)
    page.reload()
    expect(bar).to_contain_text("step 16 of 16", timeout=PATIENCE)
    expect(stage.get_by_text("A judge of 192 comparisons")).to_be_visible()


def test_the_prompt_goes_into_the_link_and_a_bad_one_falls_back(page: Page, app: str) -> None:
    """Killed: the prompt left out of the link."""
    link = page.get_by_role("link", name="Present this page")
    opened(page, app, "prompt=HOME+mouse+%3F")
    expect(link).to_have_attribute("href", re.compile(r"prompt=HOME(\+|%20)mouse"))
    opened(page, app, "prompt=%3Cscript%3E")
    expect(link).to_have_attribute("href", re.compile(r"prompt=SOUND(\+|%20)duck"))


def test_a_ranking_by_keyboard_is_compared_with_the_judge(page: Page, app: str) -> None:
    """Killed: an order that never comes to Python."""
    opened(page, app)
    cards = page.locator(".st-key-stage-desk .desk .card")
    expect(cards).to_have_count(4, timeout=PATIENCE)
    for card in cards.all():
        card.focus()
        page.keyboard.press("Enter")
    expect(page.locator(".st-key-stage-desk")).to_contain_text("You and the judge agree on", timeout=PATIENCE)


def test_a_blind_vote_is_unmasked_and_enters_the_chart(page: Page, app: str) -> None:
    """Killed: a vote that is counted for the other side; the next pair not shown; names before the vote."""
    opened(page, app)
    stage = page.locator(".st-key-stage-rates")
    replies = stage.locator(".st-key-duel button")
    expect(replies).to_have_count(3, timeout=PATIENCE)
    expect(stage.locator(".gb-reply")).to_have_count(0)
    for count, which in ((1, 0), (2, 1)):
        liked = replies.nth(which).inner_text()
        replies.nth(which).press("Enter")
        expect(stage).to_contain_text(f"{count} judged. In the last pair you liked", timeout=PATIENCE)
        name = stage.locator("strong", has_text=re.compile("^(SFT|PPO.*|web model.*)$")).inner_text()
        line = stage.locator(".gb-reply").filter(has=page.locator(".who").get_by_text(name, exact=True))
        assert " ".join(line.locator(".gb-word").all_inner_texts()) == liked
    replies.nth(2).click()
    expect(stage).to_contain_text("3 judged. In the last pair you liked both alike", timeout=PATIENCE)
    expect(stage.locator(".legendtext", has_text="you")).to_be_visible(timeout=PATIENCE)


def test_the_reader_types_what_the_web_model_reads_first(page: Page, app: str) -> None:
    """Killed: a word that is none read all the same; a preset that does not come into the box."""
    opened(page, app)
    stage = page.locator(".st-key-stage-rates")
    box = stage.get_by_role("textbox")
    dot = stage.locator(".js-plotly-plot .trace").first.locator("path.point").nth(1)
    expect(dot).to_be_visible(timeout=PATIENCE)

    def place() -> float:
        found = dot.bounding_box()
        return found["x"] if found else 0.0

    polite = place()
    stage.get_by_role("button", name="rude").click()
    expect(box).to_have_value("SOUND cat ? stupid meow .", timeout=PATIENCE)
    until(lambda: 0 < place() < polite - 40, "a model that is liked less")
    box.fill("SOUND cat ? <b>miaow</b> .")
    box.press("Enter")
    refusal = stage.get_by_text("“<b>miaow</b>” is none of the 46 words of this world")
    expect(refusal).to_be_visible(timeout=PATIENCE)
    until(lambda: abs(place() - polite) < 2, "the example that is read instead")


def test_what_was_taught_follows_the_prompt(page: Page, app: str) -> None:
    """Killed: comparisons of the first prompt, whatever is chosen; all kinds in each column; the worse reply
    on top."""
    opened(page, app, "prompt=HOME+bee+%3F")
    stage = page.locator(".st-key-stage-lessons")
    expect(stage.locator(".gb-pair").first).to_be_visible(timeout=PATIENCE)
    expect(stage).to_contain_text("Of 900 comparisons")
    assert set(stage.locator(".gb-word.right").all_inner_texts()) == {"hive"}
    about = stage.locator(".stColumn").first.locator(".gb-pair")
    for pair in about.all():  # the first column is about the answer: the better reply has it
        assert pair.locator(".gb-reply").first.locator(".right").count() == 1


def test_a_talk_marks_the_assistants_words(page: Page, app: str) -> None:
    """Killed: the question marked as well; the second reply held to the first question."""
    opened(page, app)
    talk = page.locator(".st-key-stage-talk .gb-talk")
    expect(talk.locator(".gb-learned").first).to_be_visible(timeout=PATIENCE)
    turns = [row.locator("b").all_inner_texts() for row in talk.locator(".gb-masked").all()]
    assert turns == [["SOUND", "cat", "?"], ["SIZE", "?"]]
    assert "?" not in talk.locator(".gb-learned b").all_inner_texts()
    assert talk.locator(".gb-learned b.right").all_inner_texts() == ["meow", "medium"]
    assert talk.locator("small").first.inner_text() == "–"


def test_without_a_room_the_page_says_where_to_open_one(page: Page, app: str) -> None:
    opened(page, app)
    stage = page.locator(".st-key-stage-room")
    stage.get_by_role("link", name="Open a room").click()
    expect(page).to_have_url(re.compile("/preferences"))


def test_a_room_votes_on_replies_and_judges_a_policy(page: Page, app: str) -> None:
    """Killed: the room's run under the key of the shared one; the film of both under one key."""
    page.goto(f"{app}/preferences")
    stage = page.locator(".st-key-stage-room")
    stage.get_by_text("replies of a GPT").click(timeout=PATIENCE)
    stage.get_by_role("button", name="Open a room").click()
    link = stage.locator("code", has_text="/room/").first
    expect(link).to_contain_text("/room/", timeout=PATIENCE)
    code = link.inner_text().split("/room/")[1]
    train = stage.get_by_role("button", name="Train a reward model")
    expect(train).to_be_disabled()
    phone = page.context.request
    assert phone.get(f"{app}/room/{code}").ok  # which gives the phone its cookie
    for _ in range(24):  # whoever asks for a pair is told of the next one
        pair = phone.get(f"{app}/room/{code}/pair").json()["pair"]
        sent = {"pair": pair, "choice": min(pair)}
        assert phone.post(f"{app}/room/{code}/vote", data=sent).ok
    expect(train).to_be_enabled(timeout=PATIENCE)  # by itself, with no click
    train.click()
    stage.get_by_role("link", name="Let this judge train a policy").click(timeout=PATIENCE)
    judge = page.locator(".st-key-stage-room")
    expect(judge).to_contain_text("The room's taste, from 24 votes", timeout=PATIENCE)
    judge.get_by_role("button", name=re.compile("^Train( ·|$)")).click()
    expect(judge.locator("[class*=st-key-runbar] code")).to_contain_text(
        "step 72 of 72", timeout=2 * PATIENCE
    )
    expect(judge).to_contain_text("The room's judge gives", timeout=PATIENCE)


def test_everything_is_trained_from_nothing_by_one_button(page: Page, app: str) -> None:
    """Killed: the second step asked for before the first is done; the line that stops after the first."""
    opened(page, app)
    line = page.locator(".st-key-stage-line")
    button = line.get_by_role("button", name=re.compile("Train everything"))
    button.click()
    expect(button).to_be_disabled(timeout=PATIENCE)
    expect(line).to_contain_text("Training:", timeout=PATIENCE)
    expect(button).to_be_enabled(timeout=6 * PATIENCE)
    badge = page.locator(".st-key-stage-climb .gb-chip").first
    expect(badge).to_contain_text("trained here", timeout=PATIENCE)
