"""Page: steering the latents. Conditional VAE (Sohn, Lee & Yan, 2015), beta-VAE (Higgins et al., 2017) and
beta-TCVAE (Chen et al., 2018)."""

import streamlit as st

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.latent import conditional, conditional_lab, total_correlation, total_correlation_lab
from pages.steering_latents import figures as fig
from pages.steering_latents import goals, stages

FIXED = conditional.PRIORS[1]
BEATS = (
    Beat("Half a digit has many answers, and each is whole.", "train",
         note="Compare the orange digits with the blue one: it is grey where they disagree."),
    Beat("At first all answers are one grey.", "train", {}, 6,
         note="Drag the timeline: when do the twelve answers begin to differ?"),
    Beat("Paint a half: the net answers it.", "half",
         note="Turn single pixels. Which half leaves hardly anything open?"),
    Beat("With β = 1, it is one VAE, and its numbers hang together.", "ladder", {}, 0,
         note="Read the red bar: how far the numbers of z are from independent."),
    Beat("At β = 8 both are nearly independent; one tells more.", "ladder", {}, 3,
         note="Compare the green bars, then the rows on the right that still change something."),
    Beat("At β = 16 the β-VAE says nothing.", "ladder",
         note="Find the rows that still change: whose are they?"),
    Beat("Which number tells size, row or column?", "table", {}, 3,
         note="Drag the timeline. Look for a column of the tables with one dark cell alone."),
    Beat("A prior that does not see the half.", "train", {"conditional.prior": FIXED},
         note="Compare the answers with the first step's: which of them fit the half less well?"),
)  # fmt: skip
PRESETS = (
    Preset("a prior that does not look", {"prior": FIXED}, "z is drawn from N(0, I), whatever the half."),
    Preset("one number", {"d": 1}, "All answers stand in one line."),
    Preset("eight numbers", {"d": 8}, "More room than the answers need?"),
    Preset("wider nets", {"hidden": 256}, "More weights. Do kept halves gain by them?"),
    Preset("a huge step", {"lr": 1.0}, "Nothing is learned.", True),
)

page = anatomy.open(
    "steering-latents",
    claim="Half a digit has many :orange[answers]; a regression gives their :blue[grey mean].",
    says=(
        "The upper half of a digit goes in.",
        "Out come twelve lower halves, each picked by a draw of a few hidden numbers.",
        "It learns to make the real lower half likely, with hidden numbers that the upper half foretells.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)
usual = live.view(conditional_lab, conditional_lab.SPEC()).trace
other = live.view(conditional_lab, conditional_lab.SPEC(prior=FIXED)).trace
run = page.training("train", conditional_lab, stages.scene)
page.pipeline(*fig.pipeline(run.trace, run.spec))
page.predict(
    Bet(
        stages.BET,
        f"The prior network sees the half, and what the CVAE draws lies {goals.far(usual)} pixels from the "
        f"nearest learned half (the regression's draws: {goals.far(usual, 'far_regression')}). Draw z from "
        "N(0, I) instead, whatever the half: how far then?",
        tuple(goals.BETS),
        goals.blind_prior(other),
        "Each half leaves other answers open; where the prior cannot see it, some draws of z fall where no "
        "answer to this half was learned.",
        conditional_lab,
        {"prior": FIXED},
        covers=("claims-conditional",),
    )
)

with page.stage("half", "Paint a half: what would you go on with?"):
    stages.own_half(page.view(conditional_lab))

PRICE = "A heavier price: who keeps the :green[information]?"
climbed = page.training("ladder", total_correlation_lab, stages.climbing, title=PRICE)

with page.stage("table", "Which number of z tells which factor?"):
    stages.tables(climbed)

page.compare(run, PRESETS)


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("A half that leaves hardly anything open", "2 pixels between two answers, not all white",
             lambda: goals.settled(st.session_state.get("half.answered"), 2)),
        goal("−8.3 nats with one number in z", "−8.3 nats or more, the prior sees the half",
             lambda: goals.one_number(run.trace, run.spec, -8.3)),
        goal("Tell 4.3 nats with numbers nearly independent", "4.3 nats at 0.2 of total correlation or less",
             lambda: goals.both(climbed.trace, 4.3, 0.2)),
    )  # fmt: skip
    page.how(
        "How it works: guess from the half what only both halves tell",
        equation=fig.EQUATION,
        symbols=fig.symbols(run.trace, run.spec, climbed.spec),
        source=[
            conditional.CVAE.bound,
            conditional.CVAE.draw,
            total_correlation.objective,
            total_correlation.minibatch_weighted,
            total_correlation.parts,
            total_correlation.gaps,
        ],
        plain=fig.PLAIN,
    )
    page.close(run, stages.LIKELY)
