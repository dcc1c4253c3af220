"""A journey through the page of InstructGPT: rank, vote blind, train it all, and let a room be the judge."""

import re

from conftest import at_rest, drawn, link, opened, stage, until
from playwright.sync_api import Page, expect


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "instructgpt", "prompt=%3Cscript%3E")
    the_prompt_goes_into_the_link(page)
    what_was_taught_follows_the_prompt(page)
    a_ranking_by_keyboard_is_compared_with_the_judge(page)
    the_bet_opens_what_would_have_answered_it(page)
    a_blind_vote_is_unmasked(page)
    the_reader_types_what_the_web_model_reads_first(page)
    a_talk_marks_the_assistants_words(page)
    opened(page, app, "instructgpt")  # as it was before the bet
    everything_is_trained_from_nothing(page)
    without_a_room_it_says_where_to_open_one(page)
    a_room_votes_on_replies(page, app)
    its_taste_judges_a_policy(page)


def the_prompt_goes_into_the_link(page: Page) -> None:
    """And a bad one falls back. Killed: the prompt left out of the link."""
    expect(link(page, "prompt=SOUND+duck")).to_be_visible()
    stage(page, "climb").get_by_role("combobox").first.click()
    page.keyboard.type("HOME bee")
    page.keyboard.press("Enter")
    at_rest(page)
    expect(link(page, "prompt=HOME+bee")).to_be_visible()


def what_was_taught_follows_the_prompt(page: Page) -> None:
    """Killed: comparisons of the first prompt, whatever is chosen; all kinds in each column; the worse reply
    on top."""
    lessons = stage(page, "lessons")
    expect(lessons.locator(".gb-pair").first).to_be_visible()
    expect(lessons).to_contain_text("Of 900 comparisons")
    assert set(lessons.locator(".gb-word.truth").all_inner_texts()) == {"hive"}
    about = lessons.locator(".stColumn").first.locator(".gb-pair")
    for pair in about.all():  # the first column is about the answer: the better reply has it
        assert pair.locator(".gb-words").first.locator(".truth").count() == 1


def a_ranking_by_keyboard_is_compared_with_the_judge(page: Page) -> None:
    """Killed: an order that never comes to Python."""
    cards = stage(page, "desk").locator(".desk .card")
    expect(cards).to_have_count(4)
    for card in cards.all():
        card.focus()
        page.keyboard.press("Enter")
    at_rest(page)
    expect(stage(page, "desk")).to_contain_text("You and the judge agree on")


def the_bet_opens_what_would_have_answered_it(page: Page) -> None:
    """Killed: win rates that answer the question before it is asked; covered for ever."""
    people = stage(page, "rates").get_by_test_id("stVegaLiteChart")
    expect(people).to_be_hidden()
    page.locator(".predict .show").click()
    expect(page.locator(".predict .said")).to_contain_text("Measured: yes, above")
    expect(people).to_be_visible()


def a_blind_vote_is_unmasked(page: Page) -> None:
    """And enters the chart. Killed: a vote that is counted for the other side; the next pair not shown; names
    before the vote."""
    rates = stage(page, "rates")
    replies = rates.locator(".st-key-duel button")
    expect(replies).to_have_count(3)
    expect(rates.locator(".gb-words")).to_have_count(0)
    for count, which in ((1, 0), (2, 1)):
        liked = replies.nth(which).inner_text()
        replies.nth(which).press("Enter")
        at_rest(page)
        expect(rates).to_contain_text(f"{count} judged. In the last pair you liked")
        name = rates.locator("strong", has_text=re.compile("^(SFT|PPO.*|web model.*)$")).inner_text()
        line = rates.locator(".gb-words").filter(has=page.locator(".who").get_by_text(name, exact=True))
        assert " ".join(line.locator(".gb-word").all_inner_texts()) == liked
    replies.nth(2).click()
    at_rest(page)
    expect(rates).to_contain_text("3 judged. In the last pair you liked both alike")
    expect(rates.locator("svg.marks .role-legend-label text", has_text="you")).to_be_visible()


def the_reader_types_what_the_web_model_reads_first(page: Page) -> None:
    """Killed: a word that is none read all the same; a preset that does not come into the box."""
    rates = stage(page, "rates")
    box = rates.get_by_role("textbox")
    dot = rates.locator("svg.marks .mark-symbol.role-mark path").nth(1)
    expect(dot).to_be_visible()

    def place() -> float:
        found = dot.bounding_box()
        return found["x"] if found else 0.0

    polite = place()
    rates.get_by_role("button", name="rude").click()
    at_rest(page)
    expect(box).to_have_value("SOUND cat ? stupid meow .")
    until(lambda: 0 < place() < polite - 40, "a model that is liked less")
    box.fill("SOUND cat ? <b>miaow</b> .")
    box.press("Enter")
    at_rest(page)
    refusal = rates.get_by_text("“<b>miaow</b>” is none of the 46 words of this world")
    expect(refusal).to_be_visible()
    until(lambda: abs(place() - polite) < 2, "the example that is read instead")


def a_talk_marks_the_assistants_words(page: Page) -> None:
    """Killed: the question marked as well; the second reply held to the first question."""
    talk = stage(page, "talk").locator(".gb-talk")
    expect(talk.locator(".gb-learned").first).to_be_visible()
    turns = [row.locator("b").all_inner_texts() for row in talk.locator(".gb-masked").all()]
    assert turns == [["SOUND", "cat", "?"], ["SIZE", "?"]]
    assert "?" not in talk.locator(".gb-learned b").all_inner_texts()
    assert talk.locator(".gb-learned b.right").all_inner_texts() == ["meow", "medium"]
    assert talk.locator("small").first.inner_text() == "–"


def everything_is_trained_from_nothing(page: Page) -> None:
    """By one button. Killed: the second step asked for before the first is done; the line that stops after
    the first."""
    line = stage(page, "line")
    button = line.get_by_role("button", name=re.compile("Train everything"))
    button.click()
    expect(button).to_be_disabled()
    expect(line).to_contain_text(re.compile(r"At step \d+ people get"))
    until(button.is_enabled, "the end of the line", 6 * 60)
    at_rest(page)
    badge = stage(page, "climb").locator(".gb-chip").first
    expect(badge).to_contain_text("trained here")


def without_a_room_it_says_where_to_open_one(page: Page) -> None:
    """Killed: a link that leads nowhere."""
    stage(page, "room").get_by_role("link", name="Open a room").click()
    drawn(page)
    expect(page).to_have_url(re.compile("/preferences"))


def a_room_votes_on_replies(page: Page, app: str) -> None:
    """And its votes train a reward model. Killed: a button that waits for a click to be enabled."""
    room = stage(page, "room")
    room.get_by_text("replies of a GPT").click()
    at_rest(page)
    room.get_by_role("button", name="Open a room").click()
    link = room.locator("code", has_text="/room/").first
    expect(link).to_contain_text("/room/")
    code = link.inner_text().split("/room/")[1]
    train = room.get_by_role("button", name="Train a reward model")
    expect(train).to_be_disabled()
    phone = page.context.request
    assert phone.get(f"{app}/room/{code}").ok  # which gives the phone its cookie
    for _ in range(24):  # whoever asks for a pair is told of the next one
        pair = phone.get(f"{app}/room/{code}/pair").json()["pair"]
        assert phone.post(f"{app}/room/{code}/vote", data={"pair": pair, "choice": min(pair)}).ok
    until(train.is_enabled, "enough votes")  # by itself, with no click
    train.click()
    at_rest(page)
    room.get_by_role("link", name="Let this judge train a policy").click()


def its_taste_judges_a_policy(page: Page) -> None:
    """Killed: the room's run under the key of the shared one; the film of both under one key."""
    drawn(page)
    room = stage(page, "room")
    expect(room).to_contain_text("The room's taste, from 24 votes")
    few_steps(page)
    room.get_by_role("button", name=re.compile("^Train( ·|$)")).click()
    said = room.locator("[class*=st-key-runbar] code")
    until(lambda: re.search(r"step (\d+) of \1(?!\d)", said.inner_text()) is not None, "a policy")
    at_rest(page)
    expect(room).to_contain_text("At the end the room's judge sees")


def few_steps(page: Page) -> None:
    """Set the training of the page to its fewest steps."""
    page.locator(".st-key-strip-instructgpt").get_by_text("more", exact=True).click()
    at_rest(page)
    page.get_by_role("slider", name="PPO iterations").press("Home")
    at_rest(page)
