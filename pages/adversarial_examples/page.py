"""Page: adversarial examples and training against them (Goodfellow, Shlens & Szegedy, 2014)."""

import streamlit as st

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.adversarial import fgsm, fgsm_lab, logistic, logistic_lab
from pages.adversarial_examples import figures as fig
from pages.adversarial_examples import goals, stages

NOTHING, OWN, NOISE = fgsm_lab.AGAINST
TAUGHT = {"fgsm.net": "convolutions", "fgsm.against": OWN}
BEATS = (
    Beat("A fifth of the way to ink, each pixel the worse way: another digit.", "attack", {}, 20,
         note="Drag the timeline from 0: at which ε does the upper row stop being read as what it is?"),
    Beat("No hidden layer is needed for it.", "attack", {"fgsm.net": "linear"}, 20,
         note="A linear net. Look at the lower row, too, and throw other coins: noise of the same size."),
    Beat("To the right the border is near; upwards it is far.", "slice", {}, 0,
         note="Drag the dot. Then play: six random directions, one sign of the gradient."),
    Beat("With more pixels noise averages out; the worst signs do not.", "pixels", {},
         note="Drag from 4 pixels to 256 and watch the blue heap: its edges are the worst."),
    Beat("While it learns to read, it can be fooled all along.", "train", {},
         note="Find the violet line: these were made against another net, which this one never met."),
    Beat("Trained on noise of the same size.", "train", {"fgsm.against": NOISE},
         note="Compare the two thick lines of the middle picture with the step before: which moved?"),
    Beat("Trained against its own sign.", "train", TAUGHT,
         note="Compare one step (thick) with ten small ones (dotted), and with those made for another net."),
    Beat("Where the border is now.", "slice", TAUGHT, 0,
         note="Compare with step 3: the border to the right, and how far up and down it is."),
)  # fmt: skip
PRESETS = (
    Preset(
        "against its own sign", {"against": OWN}, "Half of the loss is on digits as they would fool it now."
    ),
    Preset("against noise", {"against": NOISE}, "Random signs of the same size. Is that as good a teacher?"),
    Preset("hidden layers", {"net": "hidden layers"}, "Two layers of 128 units in place of convolutions."),
    Preset("a smaller ε", {"against": OWN, "epsilon": 0.1}, "Half the size, in training and in scores."),
    Preset("no clean digits", {"against": OWN, "alpha": 0.0}, "All of the loss is on attacked digits."),
    Preset("a huge step", {"lr": 1.0}, "Does it still read?", True),
)

page = anatomy.open(
    "adversarial-examples",
    claim="Each pixel a little, the :red[worse way]: another digit. Not so by :blue[noise].",
    says=(
        "A digit goes in, and a net that reads digits.",
        "Out comes an adversarial example: each pixel moved by ε the way that makes the class less likely.",
        "The net's own gradient tells which way. To resist, a net is trained on digits moved so.",
    ),
    hero="trained net, attacked",
    beats=BEATS,
)


@page.part
def attack() -> None:
    """The hero: a digit under attack."""
    with page.stage("attack"):
        stages.attack(page.view(fgsm_lab))


@page.part
def slice_() -> None:
    """A plane through the same digit."""
    with page.stage("slice", "One direction leads :red[out of the digit], the others hardly do"):
        stages.cut(page.view(fgsm_lab))


line = page.shown(logistic_lab)
with page.stage("pixels", "More pixels: :blue[noise] averages out, the :red[worst signs] do not"):
    stages.more_pixels(line)
    page.strip(logistic_lab)
page.claims(line)

title = "Train it, and train it :red[against itself]: what is bought, what is paid?"
run = page.training("train", fgsm_lab, stages.scene, title=title,
                    first=("net", "against", "epsilon", "alpha", "steps", "seed"))  # fmt: skip
page.pipeline(*fig.pipeline(run.trace, run.spec))
plain, taught = (live.view(fgsm_lab, fgsm_lab.SPEC(against=one)).trace for one in (NOTHING, OWN))
page.predict(
    Bet(
        "taught",
        "Of kept digits moved by ε = 0.2 a pixel along the gradient's sign, the net of convolutions reads "
        f"{goals.attacked(plain)}. Train it anew, half of its loss on training digits that are moved so "
        "against it at each step. How many of the kept ones does it read then, attacked anew?",
        tuple(goals.BETS),
        goals.taught(taught),
        "It has learned to read what one step makes of a digit; but the worst signs change with the net, "
        "and some digits still have a neighbour within ε that is read as another.",
        fgsm_lab,
        {"net": "convolutions", "against": OWN},
        covers=("claims-fgsm", *(stages.TELL if run.spec.against == OWN else ())),
    )
)

page.compare(run, PRESETS)


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("A kept digit that a net trained against nothing reads at ε = 0.2", "the right class first",
             lambda: goals.stands(st.session_state.get(stages.TOLD))),
        goal("A net that reads 75% of attacked kept digits", "75% or more, ε at least 0.2",
             lambda: goals.firm(run.trace, run.spec, 75)),
        goal("A line of 64 pixels that keeps half of the digits", "50% with the worst signs, ε at least 0.2",
             lambda: goals.held(line.trace, line.spec, 50)),
    )  # fmt: skip
    page.how(
        "How it works: the gradient's sign, and many small terms",
        equation=fig.EQUATION,
        symbols=fig.symbols(run.trace, run.spec, line.trace),
        source=[fgsm.sign, fgsm.fgsm, fgsm.small_steps, fgsm.mixed, logistic.worst, logistic.deviation],
        plain=fig.PLAIN,
    )
    page.close(run, stages.LEFT)
