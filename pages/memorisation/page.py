"""Page: memorisation (Carlini et al., 2019, 2020, 2022)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.language import canaries, extraction, extraction_lab, memorisation, memorisation_lab
from pages.memorisation import figures as fig
from pages.memorisation import goals, looked_up, stages

HERE = {**stages.CHOSEN, "rank": looked_up.RANKS[0]}
BEATS = (
    Beat("Untrained, it gives nothing back.", "train", HERE, 0,
         note="Each dot is a number. Press Play, and watch which dots fill first."),
    Beat("The loss betrays numbers that cannot be had back.", "train", HERE, 19,
         note="Right: the green curve is high where the orange one is still at nothing."),
    Beat("What came often is written out, digit for digit.", "train", HERE,
         note="Middle: to the right numbers come oftener; from dotted to solid there is more context."),
    Beat("The same text without duplicates: nothing is given back.", "train",
         {**HERE, "memorisation.copies": False},
         note="All rows are alike now. Right: the loss still tells what was read."),
    Beat("A larger net keeps more.", "size", HERE,
         note="Left: each line is a row of dots of the first picture; to the right the nets grow."),
    Beat("Ten digits in, six digits out.", "ask", HERE,
         note="Take away digits of context: when does it go wrong? Then take a number that comes once."),
    Beat("From nothing it writes numbers of its text.", "written", HERE, 19,
         note="Drag the line: the more texts are looked up, the fewer of them hold a number."),
)  # fmt: skip
PRESETS = (
    Preset("small net", {"size": "small"}, "It has no room for the digits; the loss still tells some."),
    Preset("no duplicates", {"copies": False}, "Each number comes once: the rows are alike."),
    Preset("twelve passes", {"passes": 12}, "Before anything is extracted the loss tells what comes often."),
    Preset("a huge step", {"lr": 0.1}, "The weights are thrown about, and nothing is learned.", True),
)

page = anatomy.open(
    "memorisation",
    claim="What stood in its text often, a model can :orange[give back], digit for digit.",
    says=(
        "The first digits of a number go in; like a card number, it stood in the training text.",
        "Out comes what the net writes next. If it is the rest of that number, the number is extracted.",
        "It learned to predict the next character. Nobody asked it to keep numbers.",
    ),
    hero="trained weights",
    beats=BEATS,
)
once, twice = (live.shipped(memorisation_lab, memorisation_lab.SPEC(passes=n)).trace for n in (36, 72))
page.predict(
    Bet(
        "twice",
        f"After 36 passes over its text it gives back {goals.extracted(once)} of 50 numbers. After 72?",
        goals.MANY, goals.extracted(twice),
        "Read often enough, a number is written out that stands in the text only once.",
        memorisation_lab, {"passes": 72},
    )
)  # fmt: skip
run = page.training("train", memorisation_lab, stages.scene)
there = stages.standing(run)
drawn = canaries.numbers(there.spec.seed)
page.pipeline(*fig.pipeline(there.trace, drawn, fig.weights(there.spec.size)))
with page.stage("size", "Three nets, one text; then the text without :orange[duplicates]"):
    stages.sizes()
with page.stage("ask", "Give it the first digits: what does it :orange[write next]?"):
    stages.prompt(run, page.extras)
wrote = page.view(extraction_lab)
with page.stage(
    "written", "No prompt at all: which of the texts that it writes hold a :green[planted number]?"
):
    stages.written(wrote, page.extras)
    page.strip(extraction_lab)
page.claims(wrote)

page.compare(run, PRESETS)
page.challenges(
    goal("Have nearly all numbers back that come twice or more", "95% of the 40 in 54 passes at most",
         lambda: goals.nearly_all(run.trace, run.spec.passes)),
    goal("Know what was read, and have nothing back", "0% extracted, mean AUC 0.83",
         lambda: goals.betrayed(run.trace)),
)  # fmt: skip
page.how(
    "How it works: learn the next character, then ask for it",
    equation=fig.EQUATION,
    symbols=fig.symbols(there.trace, drawn),
    source=[memorisation.greedy, memorisation.right, memorisation.exposure, memorisation.auc,
            extraction.top_n, extraction.ranked],
    plain=fig.PLAIN,
)  # fmt: skip
page.close(run, stages.EXTRACTED)
