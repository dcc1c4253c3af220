"""Page: policy. REINFORCE on Pong from pixels, baselines, PPO (Karpathy, 2016; Schulman et al., 2017)."""

import streamlit as st

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.reward import bandit, bandit_lab, policy_gradient, policy_gradient_lab, ppo
from pages.policy import figures as fig
from pages.policy import goals, stages

BEATS = (
    Beat("Untrained, the agent throws a coin each frame.", "play", {}, 0,
         note="Take the left paddle and win a few points: it is easy now."),
    Beat("Nobody told it the rules: it won some points by luck, and did more of that.", "play", {}, 7,
         note="Drag the timeline: when do units show a ball and its track, when do you begin to lose?"),
    Beat("At the end it knows where to stand.", "play",
         note="Play it. Watch “without ball”: does it know the ball is still there?"),
    Beat("A point is credited to every move before it.", "credit", {},
         note="Move γ: how far back does the blame for a lost ball reach?"),
    Beat("What all arms earn drowns which arm earns more.", "arms", {},
         note="Play it. Then set the share to 0.5: what becomes of the orange cloud, and of the corners?"),
    Beat("Used five times, a batch teaches more.", "play", {"policy_gradient.epochs": 5},
         note="Compare the curve with the one before, and the pictures of the units."),
    Beat("Ahead by frames, and here by seconds, too.", "race", {"policy_gradient.epochs": 5},
         note="A frame costs PPO five uses, REINFORCE one. When would the right picture turn round?"),
    Beat("Clipping does not hold the ratios: it stops paying for them.", "aims", {},
         note="Play. Dots beyond the lines are there with clipping, too; which side earns less?"),
)  # fmt: skip
PRESETS = (
    Preset("no baseline", {"baseline": False}, "Returns are compared with their mean alone."),
    Preset("five uses of a batch", {"epochs": 5}, "PPO: how many batches until it wins half?"),
    Preset("a short memory", {"gamma": 0.7}, "The blame reaches back about ten frames: is that enough?"),
    Preset("four hidden units", {"hidden": 4}, "What do four units look for?"),
    Preset("a huge step", {"lr": 0.3}, "It is sure of itself after a few batches.", True),
)  # fmt: skip

page = anatomy.open(
    "policy",
    claim="An :orange[agent] that does more of what came before a won point.",
    says=(
        "What moved on the court between two frames goes in: 144 numbers.",
        "Out comes one chance: to go up. Down is the rest.",
        "It plays: what it did before a point that it won becomes likelier, before a lost one less likely.",
    ),
    hero="you play it in your browser",
    beats=BEATS,
)
once, five = (live.view(policy_gradient_lab, policy_gradient_lab.SPEC(epochs=n)) for n in (1, 5))
with page.stage("play"):
    run = page.view(policy_gradient_lab)
    left, right = st.columns(2, gap="medium")
    page.film(run, fig.hero(run.spec), stages.WON, fig.hero_said(run.spec), 165, place=right, time="batch")
    moment = page.moment
    with left:
        page.badge(*run.badge)
        stages.court(run, moment)
    page.strip(policy_gradient_lab, ("epochs", "clip", "lr", "baseline", "gamma", "seed"))
page.claims(run)
if run.trace.moments:
    page.pipeline(*fig.pipeline(run.trace, run.spec))
page.predict(
    Bet(
        "half",
        f"Each batch used once, half of the points are won after {goals.frames(once.trace)}. "
        "Used five times, same seed: after how many?",
        goals.BETS,
        goals.half(five.trace),
        "Each use moves the net a little further, as long as its chances have not moved far from those it "
        "played by; a frame is dear, a use is cheap. From seeds 0 to 7 it took 20 to 36 thousand.",
        policy_gradient_lab,
        {"epochs": 5},
        covers=("claims-policy_gradient", "stage-race"),
    )
)
with page.stage("credit", "One point, and :orange[praise] or :blue[blame] for every move before it"):
    stages.credit(run, moment)


@page.part
def arms() -> None:
    """Three arms: the estimate's cloud, and what a baseline does to it."""
    shown = page.shown(bandit_lab)
    with page.stage("arms", "Without a :orange[baseline] luck looks like skill"):
        stages.arms(shown)
        page.strip(bandit_lab, ("share", "level", "spread", "n", "lr", "seed"), ("arms", "end"))
    page.claims(shown)


with page.stage("race", ":blue[REINFORCE] and :orange[PPO], by frames and by seconds"):
    stages.race(run.spec)
with page.stage("aims", "PPO's aim: past 1 ± ε there is nothing more to earn"):
    stages.aims(run.spec)

page.compare(run, PRESETS)


@page.part
def end() -> None:
    """Challenges, the equations, prose, and what can be taken along."""
    three = page.shown(bandit_lab)
    page.challenges(
        goal(
            "An agent that wins 97% of the last ten batches",
            "97% or more",
            lambda: goals.strong(run.trace, 97),
        ),
        goal(
            "REINFORCE that wins half within 60 thousand frames",
            "60 thousand at most, each batch used once",
            lambda: goals.soon(run.trace, run.spec, 60),
        ),
        goal(
            "No baseline, and nearly all find the best arm",
            "5% at most on a worse one, arms that earn 5 or more",
            lambda: goals.trapped(three.trace, three.spec, 5),
        ),
    )
    page.how(
        "How it works: what went well becomes likelier",
        equation=fig.EQUATION,
        symbols=fig.symbols(run.trace, run.spec) if run.trace.moments else (),
        source=[
            policy_gradient.discounted,
            policy_gradient.log_pi,
            bandit.estimate,
            bandit.exact,
            ppo.gae,
            ppo.clipped,
            ppo.approx_kl,
        ],
        plain=fig.PLAIN,
    )
    page.close(run, stages.WON)
