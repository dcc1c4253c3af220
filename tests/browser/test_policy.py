"""A journey through the page on policy: its game and net are the engine's; a person plays; a bet."""

import json
import re

import numpy as np
from conftest import at_rest, opened, stage
from playwright.sync_api import Page, expect

from engine.core.trace import Arrays
from engine.reward import policy_gradient_lab as lab
from engine.reward.pong import Games
from tests.helpers import shipped

RULES = "/_stcore/bidi-components/glassbox.pong/parts/pong_rules.js"
PLAYED = """async ([script, games, moves, weights, seen]) => {
  const {step, frame, chance} = await import(script), told = [];
  for (const game of games) for (const up of moves) {
    const point = step(game, up);
    told.push([...["x", "y", "vx", "vy", "agent", "other"].map((name) => game[name]), point, ...frame(game)]);
    if (point) break;
  }
  return {told, p: seen.map((x) => chance(weights, x))};
}"""


def test_journey(page: Page, app: str) -> None:
    opened(page, app, "policy")
    rules_and_net_are_the_engine_s(page)
    the_net_on_the_page_is_the_moment_s(page)
    somebody_plays(page)
    a_bet_is_answered(page)


def sigmoid(net: Arrays, x: np.ndarray) -> np.ndarray:
    w, b, out, c = (net[name].astype(float) for name in ("w", "b", "out", "c"))
    return 1 / (1 + np.exp(-(np.maximum(x @ w.reshape(len(b), -1).T + b, 0) @ out + c)))


def rules_and_net_are_the_engine_s(page: Page) -> None:
    """To the last bit, and to 1e-5. Killed: the ball moved before the paddles; half a slope; no relu."""
    moves = (np.random.default_rng(0).random(200) < 0.5).tolist()
    served = Games.serve(12, np.random.default_rng(1))
    names = ("x", "y", "vx", "vy", "agent", "other")
    games = [{name: float(getattr(served, name)[k]) for name in names} for k in range(12)]
    wanted = []
    for one in games:
        game = Games(*(np.array([one[name]]) for name in names))
        for up in moves:
            point = float(game.step(np.array([up]))[0])
            wanted.append(
                [*(float(getattr(game, name)[0]) for name in names), point, *game.frames()[0].tolist()]
            )
            if point:
                break
    net = shipped(lab).trace().last("net")
    weights = {name: net[name].astype(float).ravel().tolist() for name in ("w", "b", "out")}
    seen = np.random.default_rng(2).normal(size=(20, 144))
    given = [RULES, games, moves, weights | {"c": float(net["c"][0])}, seen.tolist()]
    told = page.evaluate(PLAYED, given)
    assert told["told"] == wanted
    assert len(wanted) > 80
    assert np.abs(np.array(told["p"]) - sigmoid(net, seen)).max() < 1e-5


def the_net_on_the_page_is_the_moment_s(page: Page) -> None:
    """What it says of what it sees, at the end and at moment 3. Killed: the last net at any moment."""
    trace, play = shipped(lab).trace(), stage(page, "play")
    for moment in (len(trace.moments) - 1, 3):
        if moment == 3:
            time = play.locator(".film .time")
            time.focus()
            page.keyboard.press("Home")
            for _ in range(3):
                page.keyboard.press("ArrowRight")
            at_rest(page)
        said = f"after {trace.moments[moment]} batches"
        expect(play.locator(".pong .head")).to_contain_text(said)
        ticked(page)
        told = json.loads(play.locator(".pong").get_attribute("data-seen") or "")
        wanted = sigmoid(trace.at("net", moment), np.array([told["x"]]))[0]
        assert abs(told["p"] - wanted) < 1e-5


def ticked(page: Page) -> None:
    """Two frames later."""
    pong = stage(page, "play").locator(".pong")
    for _ in range(2):
        expect(pong).to_have_attribute(
            "data-seen", re.compile("x")
        )  # a court that has just come has seen none
        expect(pong).not_to_have_attribute("data-seen", pong.get_attribute("data-seen") or "")


def somebody_plays(page: Page) -> None:
    """By key and by button; the score begins anew. Killed: keys that scroll; a paddle that follows on."""
    pong = stage(page, "play").locator(".pong")
    canvas = pong.locator("canvas")
    expect(pong.locator(".score")).to_have_text(re.compile(r"^follower \d+ : \d+ agent$"))
    canvas.focus()
    expect(pong.locator(".readout")).to_contain_text("↑ and ↓ move the left paddle")
    scrolled = page.get_by_test_id("stMain").evaluate("main => main.scrollTop")
    page.keyboard.press("ArrowUp")
    expect(pong.locator(".score")).to_have_text(re.compile(r"^you \d+ : \d+ agent$"))
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == scrolled
    page.keyboard.press(" ")
    expect(pong.get_by_role("button", name="Go on")).to_be_visible()
    was = pong.get_attribute("data-seen")
    pong.get_by_role("button", name="Go on").click()
    expect(pong).not_to_have_attribute("data-seen", was or "")
    pong.get_by_role("button", name="Let it follow").click()
    expect(pong.locator(".score")).to_have_text(re.compile(r"^follower 0 : \d+ agent$"))


def a_bet_is_answered(page: Page) -> None:
    """Five uses are shown, and what was covered."""
    page.locator(".predict").get_by_role("button", name="20", exact=True).click()
    at_rest(page)
    expect(page.locator(".predict .said")).to_contain_text("Measured")
    expect(stage(page, "race").get_by_text(re.compile("PPO, five uses wins half after"))).to_be_visible()
