"""Page: denoising diffusion (Sohl-Dickstein et al., 2015; Ho et al., 2020; Song et al., 2020)."""

from app.page import anatomy
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.diffusion import ddim, ddpm, ddpm_digits_lab, ddpm_lab, nonequilibrium, nonequilibrium_lab
from engine.labs import Lab
from pages.diffusion import figures, goals, stages


def points(**changes: str | int) -> dict[str, str | int]:
    """Parameters of a beat on points."""
    seen = {"data": "eight Gaussians", "predicts": "eps", "schedule": "linear", "T": 100}
    return {"lab": POINTS, **{f"ddpm.{name}": value for name, value in {**seen, **changes}.items()}}


POINTS, DIGITS, CHAIN = "points", "digits", "the model of 2015"
BEATS = (
    Beat("Noise is undone one small guess at a time.", "train", points(), note="Play the diffusion's time."),
    Beat(
        "Little noise is hard to tell, much noise easy.",
        "train",
        points(),
        note="The green line: no net can do better.",
    ),
    Beat("Where a particle ends is open until late.", "train", points(), note="Drop the same noise twice."),
    Beat("Of pure noise the exact guess is the mean; this net's flies off.", "ask", points(), note="1/√ᾱ."),
    Beat("A net that says x₀ guesses the mean.", "ask", points(predicts="x0"), note="Nothing is divided."),
    Beat(
        "A digit comes out of noise: coarse first, details last.", "train", {"lab": DIGITS}, note="Small: x₀."
    ),
    Beat("One x_t has many futures; the nearer the data, the fewer.", "ask", {"lab": DIGITS}, note="Branch."),
    Beat("In 2015 each step paid its price in bits.", "train", {"lab": CHAIN}, note="Last steps cost most."),
)
FAST = Preset("a huge step", {"lr": 1.0}, "The loss jumps, or the run is stopped as diverged.", True)
PRESETS = {
    ddpm_lab.SPEC: (
        Preset(
            "say x₀", {"predicts": "x0"}, "Guesses from noise fall on the mean; samples are a little wider."
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
        "A net learns which :blue[noise] was added to :green[data]. Run backwards, it makes data of noise.",
    ),
    hero="density: exact",
    beats=BEATS,
)
with page.stage("train"):
    labs: dict[str, Lab] = {POINTS: ddpm_lab, DIGITS: ddpm_digits_lab, CHAIN: nonequilibrium_lab}
    which = page.choose(labs, "What is learned")
    run = page.run(which)
    scene = stages.hero(run)
    page.film(run, scene.panels, scene.figure, scene.sentence, scene.height)
    page.strip(which, scene.first)
if which is ddpm_lab:
    question = "Two twins part at level t, each with noise of its own. From which t on do most share a mode?"
    page.predict(Bet("choice", question, goals.LEVELS, goals.chosen_at(run.trace, run.spec), ""))
page.claims(run)

with page.stage("ask", "Ask the trained net: where will a :orange[particle] land, and must it be so?"):
    stages.draw(run)
with page.stage("paint", "Draw a :green[density] of your own"):
    stages.paint(run)

page.compare(run, PRESETS[which.SPEC])


@page.part
def end() -> None:
    """The equations, challenges, prose, and what can be taken along."""
    page.how(
        "How it works: add noise, guess it, take a little away",
        equation=figures.EQUATION,
        symbols=figures.symbols(run.trace, run.spec),
        source=[ddpm.DDPM.q_sample, ddpm.DDPM.losses, ddpm.DDPM.p_sample, ddim.step, nonequilibrium.term],
        plain=figures.PLAIN,
    )
    page.challenges(
        goal("Learn a drawing of your own", "your own drawing, MMD² below 3 times data against data",
             lambda: goals.own_drawing(run, 3)),
        goal("Eight modes, none missed, with T at most 20",
             "T at most 20, each mode more than 3% of samples, MMD² below 3 times the floor",
             lambda: goals.short_chain(run, 20, 0.03, 3)),
        goal("Digits: nine in ten taken for digits", "at least 90%", lambda: goals.good_digits(run, 0.9)),
    )  # fmt: skip
    page.close(run, scene.figure)
