"""Page: convolutional GANs (Radford, Metz & Chintala, 2015) and growing them (Karras et al., 2017)."""

import streamlit as st

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.adversarial import dcgan, dcgan_lab, progressive, progressive_lab
from pages.dcgan import figures as fig
from pages.dcgan import goals, stages

BROKEN = {"dcgan.rule": dcgan.NO_NORM}
BEATS = (
    Beat("Between two random numbers lies another picture.", "walk", {}, 112,
         note="Point at the plane, slowly: where does a red shape become a blue one?"),
    Beat("At first every z is the same grey.", "train", {}, 0,
         note="Play it: which comes first, a colour or an outline?"),
    Beat("Nine kinds of picture, and none was named.", "train", {},
         note="Read the bars: nobody told G that there are nine. Which kind does it draw least?"),
    Beat("Without batch norm the kinds are gone.", "train", BROKEN,
         note="Drag the timeline. How many kinds are there at a time?"),
    Beat("The same plane, without batch norm.", "walk", BROKEN, 112,
         note="Point at the corners: four z drawn by chance. What do they become?"),
    Beat("Red disc − green disc + green square.", "add", {}, 0,
         note="Drag through the throws. Is the sum of means better than that of single z?"),
    Beat("It grows from 4 pixels to 16.", "grow",
         note="Play it, and watch α: it rises twice, each time with new layers."),
    Beat("A new level comes in without a jump.", "fade", {}, 0,
         note="Drag α from 0 to 1. At 0 nothing has changed at all."),
)  # fmt: skip
PRESETS = (
    Preset("no batch norm", {"rule": dcgan.NO_NORM}, "Taken out of both nets. How many kinds are left?"),
    Preset("pooling", {"rule": dcgan.POOLING},
           "Pixels are repeated, or the largest of four is kept, in place of strides."),
    Preset("batch norm everywhere", {"rule": dcgan.NORM_EVERYWHERE},
           "At G's last layer and D's first, too, where the paper leaves it out."),
    Preset("hidden layers", {"rule": dcgan.HIDDEN}, "One fully connected layer in each net."),
    Preset("ReLU in D", {"rule": dcgan.RELU}, "D's units pass nothing below 0, in place of a fifth of it."),
    Preset("a huge step", {"lr": 0.05}, "Who wins, G or D?", True),
)  # fmt: skip

page = anatomy.open(
    "dcgan",
    claim="Random numbers become :orange[pictures]; neighbours look alike.",
    says=(
        "Random numbers z go in.",
        "Out comes a picture, drawn by convolutions.",
        "A second net tells it from real ones; both learn.",
    ),
    hero="trained net",
    beats=BEATS,
)


@page.part
def walk() -> None:
    """The hero: a plane of z."""
    with page.stage("walk"):
        stages.walk(page.view(dcgan_lab))


usual, broken = (live.view(dcgan_lab, dcgan_lab.SPEC(rule=one)).trace for one in (dcgan.ALL, dcgan.NO_NORM))
title = "Train it: shapes come out of :gray[grey], and none of them was named"
run = page.training("train", dcgan_lab, stages.scene, title=title)
page.pipeline(*fig.pipeline(run.trace, run.spec))
page.predict(
    Bet(
        "kinds",
        f"Shown nine kinds of picture, G draws {goals.drawn(usual)}, on average. Take batch norm out of both "
        "nets and train anew. How many kinds does it draw then?",
        tuple(goals.BETS),
        goals.left(broken),
        "Batch norm sets each map apart from its mean over the batch, so that different z stay different; "
        "without it G finds one picture that D takes, draws that for all z, and moves on when D "
        "has learned it.",
        dcgan_lab,
        {"rule": dcgan.NO_NORM},
        covers=("claims-dcgan", *(("stage-walk", "stage-train") if run.spec.rule == dcgan.NO_NORM else ())),
    )
)


@page.part
def add() -> None:
    """Kinds added and taken away."""
    with page.stage("add", "Add and take away: means of three :violet[z]"):
        stages.add(page.view(dcgan_lab))


grown = page.training("grow", progressive_lab, stages.growing_scene, title="Or grow it: 4 pixels, 8, 16")


@page.part
def fade() -> None:
    """Alpha by hand."""
    with page.stage("fade", "Fade a new level in by hand"):
        stages.fade(page.view(progressive_lab))


page.compare(run, PRESETS)


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("A sum that comes out right in half of its throws", "50%, a kind that is not in the sum",
             lambda: goals.sums(st.session_state.get(stages.TOLD), 50)),
        goal("Break a guideline, and be better off", "75% recognised, one guideline broken",
             lambda: goals.better(run.trace, run.spec, 75)),
        goal("Nine kinds with four numbers in z", "9 kinds, z of 4 numbers at most",
             lambda: goals.few(run.trace, run.spec, 4)),
    )  # fmt: skip
    page.how(
        "How it works: drawn by convolutions, told apart by convolutions",
        equation=fig.EQUATION,
        symbols=fig.symbols(run.trace, run.spec, grown.spec),
        source=[
            dcgan.Generator,
            dcgan.d_loss,
            dcgan.g_loss,
            dcgan.combined,
            progressive.Generator.forward,
            progressive.pixel_norm,
            progressive.minibatch_stddev,
        ],
        plain=fig.PLAIN,
    )
    page.close(run, stages.LEFT)
