"""Page: denoising diffusion (Sohl-Dickstein et al., 2015; Ho et al., 2020; Song et al., 2020)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.diffusion import ddim, ddpm, ddpm_digits_lab, ddpm_lab, nonequilibrium, nonequilibrium_lab
from engine.labs import Lab
from pages.diffusion import goals, mechanism, stages

POINTS, DIGITS, CHAIN = "points", "digits", "the model of 2015"


def at(lab: str = POINTS, act: str = stages.SETTLED, **of_points: str) -> dict[str, str]:
    """A beat: what is learned, what is asked of points and of digits, what of points is not as usual."""
    asked = {"ask.diffusion.ddpm": act, "ask.diffusion.ddpm_digits": stages.FUTURES}
    return {"lab": lab, **asked, **{f"ddpm.{name}": value for name, value in of_points.items()}}


BEATS = (
    Beat("Noise is undone one small guess at a time.", "train", at(),
         note="Press “Play t” under the left picture, and watch t fall from 100 to 0."),
    Beat("Little noise is hard to tell, much noise easy.", "train", at(),
         note="Look at the bars. No net could get below the green dashes."),
    Beat("Where a particle ends is open until late.", "ask", at(),
         note="Find the level from which on half of the bar's particles end as before."),
    Beat("Of pure noise the exact guess is the mean; this net's flies off.", "ask", at(act=stages.START),
         note="Compare the open circles on both sides, then play it."),
    Beat("A net that says x₀ guesses the mean.", "ask", at(act=stages.START, predicts="x0"),
         note="Both sides are alike now: nothing is divided by almost nothing."),
    Beat("A digit comes out of noise: coarse first, details last.", "train", at(DIGITS),
         note="Read a row from left to right; the small pictures are the guesses of the digit."),
    Beat("One noised digit has many futures; the nearer the data, the fewer.", "ask", at(DIGITS),
         note="Move “Branch at t / T” towards 0, and count the kinds of digits."),
    Beat("In 2015 each step paid its price in bits.", "train", at(CHAIN),
         note="The bars nearest the data cost most; only the first lies below 0, for it is a density."),
)  # fmt: skip
FAST = Preset("a huge step", {"lr": 1.0}, "The loss jumps, or the run is stopped as diverged.", True)
PRESETS = {
    ddpm_lab.SPEC: (
        Preset(
            "say x₀", {"predicts": "x0"}, "Another thing to guess, the same data; samples are a little wider."
        ),
        Preset("say v", {"predicts": "v"}, "Neither end divides by almost nothing."),
        Preset("the cosine schedule", {"schedule": "cosine"}, "More steps at little noise."),
        Preset("checkerboard", {"data": "checkerboard"}, "Sharp edges are learned last."),
        Preset("three levels", {"T": 3}, "Too few guesses: modes blur, or are missed.", True),
        Preset("no time to learn", {"steps": 100}, "The cloud is roughly where it should be, no more.", True),
        FAST,
    ),
    ddpm_digits_lab.SPEC: (
        Preset("say v", {"predicts": "v"}, "Digits, but noisier: this net is small."),
        Preset(
            "say ε, and clip", {"predicts": "eps", "clip": True}, "As the authors do: clipping mends much."
        ),
        Preset(
            "say ε, unclipped", {"predicts": "eps", "clip": False}, "At T it divides by almost nothing.", True
        ),
        Preset("five levels", {"T": 5}, "Five guesses: blurs, and halves of digits.", True),
        FAST,
    ),
    nonequilibrium_lab.SPEC: (
        Preset("moons", {"data": "moons"}, "Another density, the same price list."),
        Preset("three large steps", {"T": 3}, "A step back is no Gaussian any more: more bits.", True),
        FAST,
    ),
}

page = anatomy.open(
    "diffusion",
    claim="Noise is undone one small :orange[guess] at a time.",
    says=(
        "A data point goes in, with noise added to it.",
        "Out comes a guess of that noise; taken away from pure noise, step by step, it leaves new data.",
        "It learns by making the squared error of its guess small.",
    ),
    hero="density: exact",
    beats=BEATS,
)
labs: dict[str, Lab] = {POINTS: ddpm_lab, DIGITS: ddpm_digits_lab, CHAIN: nonequilibrium_lab}
run = page.training("train", labs, stages.hero, label="What is learned")
page.pipeline(*mechanism.pipeline(run.trace, run.spec))
if run.lab is ddpm_lab:
    other = live.view(ddpm_lab, ddpm_lab.SPEC(predicts="x0"))
    page.predict(
        Bet(
            "first",
            "Given pure noise, where does a net that says x₀ put the data?",
            goals.PLACES,
            goals.first_guess(other.trace),
            "In pure noise every data point is equally possible, and their mean has the least squared error. "
            "Drag t back to 100: the open circles are its guesses.",
            ddpm_lab,
            {"predicts": "x0"},
            covers=("claims-ddpm",),
        )
    )

with page.stage("ask", "Ask the trained net: where will a :orange[particle] land, and must it be so?"):
    stages.draw(run)
with page.stage("paint", "Draw a :green[density] of your own"):
    stages.paint(run)

page.compare(run, PRESETS[run.lab.SPEC])


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("Learn a drawing of your own", "your own drawing, squared MMD below 3 times data against data",
             lambda: goals.own_drawing(run, 3)),
        goal("Eight modes, none missed, with T at most 20",
             "T at most 20, each mode more than 3% of samples, squared MMD below 3 times data against data",
             lambda: goals.short_chain(run, 20, 0.03, 3)),
        goal("Digits: nine in ten taken for digits", "at least 90%", lambda: goals.good_digits(run, 0.9)),
    )  # fmt: skip
    page.how(
        "How it works: add noise, guess it, take a little away",
        equation=mechanism.EQUATION,
        symbols=mechanism.symbols(run.trace, run.spec),
        source=[ddpm.DDPM.q_sample, ddpm.DDPM.losses, ddpm.DDPM.p_sample, ddim.step, nonequilibrium.term],
        plain=mechanism.PLAIN,
    )
    page.close(run, stages.figure(run))
