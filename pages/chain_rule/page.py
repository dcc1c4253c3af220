"""Page: the chain rule as a network. NADE (Larochelle & Murray, 2011) and MADE (Germain et al., 2015)."""

import streamlit as st

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.autoregressive import made, made_lab, nade, nade_lab, orders
from pages.chain_rule import figures as fig
from pages.chain_rule import goals, stages

LEAK = made_lab.MASKS[1]
MADE = {"lab": "MADE"}
BEATS = (
    Beat("Each pixel is guessed from those before it.", "now", MADE, 28,
         note="Drag the timeline pixel by pixel: read the guess, then what it costs."),
    Beat("Turn a known pixel: what moves?", "now", MADE, 40,
         note="Click a pixel of the digit. The map shows which guesses moved; those before it did not."),
    Beat("Another order, another net.", "now", {**MADE, "made.order": "random"}, 28,
         note="The frame jumps. Drag to the end: are these bits fewer than by rows, in the first step?"),
    Beat("All 64 guesses learn at once; a digit is drawn one pixel at a time.", "train", MADE, 0,
         note="Press play. When do strokes hold together?"),
    Beat("A connection is kept where the reader may know as much.", "net", MADE,
         note="Drag: each guess lights what leads to it. The first one hears of nothing."),
    Beat("NADE carries one sum from pixel to pixel.", "sum", MADE,
         note="A blank pixel adds nothing. An inked one adds its column of W."),
    Beat("What is known may lie anywhere: ask for the rest last.", "paint", MADE, 0,
         note="Cover other parts. Where is the net of rows as good?"),
    Beat("One sign differs, >= for >: first look at the price, then at what it draws.", "train",
         {**MADE, "made.mask": LEAK}, note="Play it. Both figures on the right are of the same net."),
)  # fmt: skip
PRESETS = {
    made_lab.SPEC: (
        Preset("column by column", {"order": "columns"}, "Another order. Does it cost another price?"),
        Preset("any order", {"order": "any"}, "One net for all orders. What does it pay for that?"),
        Preset("no time to learn", {"steps": 20}, "Strokes do not hold together yet."),
        Preset("the wrong sign", {"mask": LEAK}, "Outputs may see units of their own degree.", True),
        Preset("a huge step", {"lr": 1.0}, "What becomes of the guesses?", True),
    ),
    nade_lab.SPEC: (
        Preset("few units", {"hidden": 8}, "Eight numbers must hold all that was seen."),
        Preset("column by column", {"order": "columns"}, "Another order. Does it cost another price?"),
        Preset("a huge step", {"lr": 1.0}, "What becomes of the guesses?", True),
    ),
}

page = anatomy.open(
    "chain-rule",
    claim="Guess each pixel from those before it: 64 :orange[guesses] are one probability.",
    says=(
        "A digit of inked and blank pixels goes in, and an order of these pixels.",
        "For each pixel comes out the chance that it is inked, from the pixels before it alone.",
        "It learns to find real digits likely; to draw one, each pixel in turn is drawn with its chance.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)


@page.part
def now() -> None:
    """The hero: a digit under a cursor."""
    with page.stage("now"):
        stages.now(page.view(made_lab))


title = "64 guesses :orange[learn] at once; drawing takes one pass a pixel"
run = page.training("train", {"MADE": made_lab, "NADE": nade_lab}, stages.scene, title=title, label="Network")
net = page.view(made_lab)
page.pipeline(*fig.pipeline(net.trace, net.spec))
usual, other = (live.view(made_lab, made_lab.SPEC(mask=one)).trace for one in made_lab.MASKS)
page.predict(
    Bet(
        "leak",
        "A hidden unit of degree k may know the first k pixels. The guess of pixel d hears of degrees "
        f"below d alone; so a kept digit costs {goals.kept(usual)} bits on average. What does it cost if it "
        "hears of degree d, too (>= for >)?",
        tuple(goals.BETS),
        goals.leak(other),
        "With >= a pixel is shown to its own guess, which copies it. The chances of all pictures no longer "
        "sum to 1: these bits are no price. In a drawing the pixel is not there yet: look at the samples.",
        made_lab,
        {"mask": LEAK},
        also={"lab": "MADE"},
        covers=("claims-made",),
    )
)

with page.stage("net", "Which connections may stay, and what then reaches :orange[a guess]"):
    stages.connections(net)

with page.stage("sum", "NADE: one :blue[sum], column by column"):
    stages.accumulator(page.view(nade_lab))

with page.stage("paint", "Unknown pixels anywhere: an order chosen after training"):
    stages.paint(net)

page.compare(run, PRESETS[run.lab.SPEC])


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("A kept digit for 25.2 bits", "25.2 bits or fewer, nothing leaks",
             lambda: goals.cheap(run.trace, run.spec, 25.2)),
        goal("Ten touches that make a digit dearer than 64 coins", "64 bits, 10 pixels turned at most",
             lambda: goals.dear(st.session_state.get("now.cost"), 64, 10)),
        goal("Unknown pixels that the net of rows fills in as well", "at least 20 pixels, no more bits",
             lambda: goals.even(st.session_state.get("fill.told"), 20)),
    )  # fmt: skip
    page.how(
        "How it works: cut what would look ahead",
        equation=fig.EQUATION,
        symbols=fig.symbols(net.trace, net.spec, page.spec(nade_lab).hidden),
        source=[made.masks, made.MADE.forward, nade.NADE.forward, orders.draw],
        plain=fig.PLAIN,
    )
    page.close(run, stages.COST)
