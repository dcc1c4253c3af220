"""Page: guidance, by a classifier and without one (Dhariwal & Nichol, 2021; Ho & Salimans, 2022)."""

from app.page import anatomy, computing
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.diffusion import (
    guidance,
    guidance_lab,
    guided_digits,
    guided_digits_lab,
    guided_points,
    guided_points_lab,
)
from engine.labs import lab_id
from pages.guidance import figures as fig
from pages.guidance import goals, stages

FOUR = guidance_lab.SPEC(w=4.0)
BEATS = (
    Beat("Two arrows add up: where points are, and where the class is.", "plane",
         note="Click places: far from the other classes the violet arrow is gone: nothing is left to gain."),
    Beat("At w = 1 the points are the class as it is.", "plane",
         note="Orange lies on green: half of the points stand in the crowd, half by themselves."),
    Beat("Pulled harder, they leave the crowd.", "plane", {"guidance.w": 4.0},
         note="Compare orange with green and with pink: it is neither. Drag the tip of the orange arrow."),
    Beat("A classifier learns to pull from noised points.", "pull",
         note="Drag the timeline: when do violet arrows come to lie on green ones?"),
    Beat("One that never saw noise pulls far too hard.", "pull", {"guided_points.noisy": False},
         note="The direction is nearly right, the length is not. Mind the middle scale: each line is ten "
              "times the one below."),
    Beat("Harder, and digits are surer and more alike; nearer only up to w = 3.", "digits",
         note="Read a column from above: the same noise. Then follow the path from 1 to 3, and on to 17."),
    Beat("To w = 100: pixels end as ink or paper.", "sweep", {}, 12,
         note="Play it, and stop where you would have stopped."),
)  # fmt: skip
PRESETS = (
    Preset("class often left out", {"drop": 0.5}, "Half of the batch has no class: which w is best then?"),
    Preset("class never left out", {"drop": 0.0}, "It never hears of no class: from where does it go on?"),
    Preset("no time to learn", {"steps": 300}, "Does guidance repair a poor net?"),
    Preset("few noise levels", {"T": 8}, "Eight steps from noise to digit."),
    Preset("a huge step", {"lr": 0.3}, "What is left to guide?", True),
)  # fmt: skip

page = anatomy.open(
    "guidance",
    claim="A longer arrow towards a class: surer :orange[points], and fewer kinds.",
    says=(
        "Points of pure noise and the name of a class go in.",
        "Out come points of that class: each step follows an arrow to where points are denser, plus w times "
        "an arrow to where the class is likelier.",
        "Here both are known exactly; nets learn them, further down.",
    ),
    hero="exact · mixture of Gaussians",
    beats=BEATS,
)


@page.part
def plane() -> None:
    """The hero: points, arrows, heights."""
    shown = page.shown(guidance_lab)
    with page.stage("plane"):
        stages.hero(shown)
        page.strip(guidance_lab, ("w", "spread", "steps", "seed"), ("plane", "end"))
    page.claims(shown)


here = page.shown(guidance_lab)
page.pipeline(*fig.pipeline(here.trace, here.spec.w))
page.predict(
    Bet(
        "crowd",
        "Half of the class stands in the crowd with the others, and at w = 1 half of the points do. "
        "At w = 4, how many?",
        tuple(goals.BETS),
        goals.left(computing.exact_trace(lab_id(guidance_lab), FOUR.key(), FOUR)),
        "While noise is large the pull decides which part of the class a point goes to, and it counts four "
        "times; later the other part is too far to come back to.",
        guidance_lab,
        {"w": 4.0},
        covers=("claims-guidance",),
    )
)

pulled = page.training(
    "pull",
    guided_points_lab,
    stages.pulls,
    title="A :violet[classifier] must have seen noise to pull as hard as it should",
    first=("noisy", "w", "T", "steps", "seed"),
)
run = page.training(
    "digits",
    guided_digits_lab,
    stages.digits,
    title="Without a classifier: one net, asked :orange[with] the class and without",
    first=("drop", "T", "hidden", "steps", "seed"),
)
with page.stage("sweep", "The same ten noises, from w = 0 to w = 100"):
    stages.sweep(run)

page.compare(run, PRESETS)


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    way = page.shown(guidance_lab)
    page.challenges(
        goal("Empty the crowd", "1.5% of the points at most", lambda: goals.empty(way.trace, 0.015)),
        goal("A classifier that never saw noise, and pulls less than 8 times too hard",
             "8 times at most, cosine 0.9 at least", lambda: goals.modest(pulled.trace, pulled.spec, 8)),
        goal("Digits at w = 3 nearer to learned ones", "1.9 at most",
             lambda: goals.close(run.trace, 1.9)),
    )  # fmt: skip
    page.how(
        "How it works: two arrows, and how much of the second",
        equation=fig.EQUATION,
        symbols=fig.symbols(way.trace, way.spec),
        source=[guidance.free, guidance.by_classifier, guided_points.Classifier.pull, guided_digits.guided],
        plain=fig.PLAIN,
    )
    page.close(run, stages.NEAR)
