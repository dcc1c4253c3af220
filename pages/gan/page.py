"""Page: two players. Generative adversarial nets (Goodfellow et al., 2014; Goodfellow, 2016)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.adversarial import gan, gan_lab, optimal, optimal_lab, spots
from engine.adversarial.gan_alone import AHEAD, D_ALONE, G_ALONE, UNTRAINED
from pages.gan import figures as fig
from pages.gan import goals, stages


def at(player: str = D_ALONE, start: str = UNTRAINED, **changes: int | str) -> dict[str, int | str]:
    """A beat: who moves in the second picture, from where; what of the training is not as usual."""
    return {"alone.player": player, "alone.start": start, **{f"gan.{k}": v for k, v in changes.items()}}


BEATS = (
    Beat("By turns: D tells fakes from data, G moves its fakes.", "train", at(),
         note="Drag the timeline from 0: the heap is torn apart, and falls into the spots."),
    Beat("On the way G runs after D, and D after G.", "train", at(), 10,
         note="Look at the strokes: all are pulled to where D sees data, not each to a spot of its own."),
    Beat("The best D follows G; where G is the data, it says ½.", "line", at(), 45,
         note="Drag the timeline to 0, then on: what becomes of the violet line, and of JSD?"),
    Beat("D alone: soon sure, and log(1 − D) leaves G hardly a slope.", "alone", at(), 12,
         note="Compare the two curves on the right, from step 0 on: they begin as one."),
    Beat("G alone: a D that stands still is fooled within two dozen steps.", "alone",
         at(G_ALONE, AHEAD), 24,
         note="Where do the fakes go: to the data, or to whatever D holds for data?"),
    Beat("Eight steps of G for one of D's: which spots are left?", "train", at(k_G=8), 24,
         note="Drag the timeline: the heap goes from place to place, and D is always late."),
    Beat("A D of 8 units cannot hold eight spots apart.", "train", at(hidden_D=8),
         note="Compare the shades with those of the first step: how many edges can D draw?"),
    Beat("The smallest game: both at once circle outwards.", "orbit", at(),
         note="Set η to 1, then to 2.2: what holds by turns, and up to where?"),
)  # fmt: skip
PRESETS = (
    Preset("eight steps of G", {"k_G": 8}, "G runs far ahead of D in each round.", True),
    Preset("a small D", {"hidden_D": 8}, "D cannot tell eight spots from their surroundings.", True),
    Preset("G ahead", {"faster": 8.0}, "G's steps are eight times as long as D's.", True),
    Preset(
        "small D, eight steps of it", {"hidden_D": 8, "k_D": 8}, "A cure? A small D that may look longer."
    ),
    Preset("the loss of eq. 1", {"loss": gan.SATURATING}, "G lowers log(1 − D). Does it matter here?"),
    Preset("grid", {"data": spots.GRID}, "Twenty-five spots: which are left out?"),
    Preset("your drawing", {"data": "drawn"}, "What is painted above, or the face that stands there."),
)

page = anatomy.open(
    "gan",
    claim="A :orange[faker] and a :violet[judge] learn from each other, by turns.",
    says=(
        "Random numbers go into a generator G, and points come out: fakes.",
        "A discriminator D sees fakes and data, and says of each how likely it is one of the data.",
        "D learns to tell them apart; G learns to be told “data”, from D's slope alone.",
    ),
    hero="both trained by turns",
    beats=BEATS,
)
run = page.training("train", gan_lab, stages.scene, first=("data", "loss", "k_D", "k_G", "hidden_D"))
page.pipeline(*fig.pipeline(run.trace, run.spec))
eight = live.view(gan_lab, gan_lab.SPEC(k_G=8)).trace
page.predict(
    Bet(
        "eager",
        "One step of D, one of G, and all eight spots of the ring are reached. Let G take eight steps for "
        "each of D's. How many spots are reached then?",
        tuple(goals.BETS),
        goals.eager(eight),
        "For eight steps D stands still, and against a D that stands still all fakes are best off at one "
        "place; when D has seen them there, they all move on.",
        gan_lab,
        {"k_G": 8},
        covers=("claims-gan",),
    )
)

with page.stage("alone", "Stop one player: what does the :orange[other] do?"):
    stages.alone(run)


on_line = page.shown(optimal_lab)
with page.stage("line", "On a line all is exact: drag :orange[G], and the best :violet[D] follows"):
    stages.line(on_line)
    page.strip(optimal_lab)
page.claims(on_line)


with page.stage("orbit", "Two numbers, one game: min over x, max over y of x y"):
    stages.orbits(on_line)
with page.stage("paint", "Draw :green[data] of your own"):
    stages.paint(run)

page.compare(run, PRESETS)


@page.part
def end() -> None:
    """Challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("A D of at most 16 units, and all eight spots", "7.5 or more, last fifth, on the ring",
             lambda: goals.cured(run.trace, run.spec)),
        goal("Nine fakes in ten on a spot of the ring", "90% or more, last fifth",
             lambda: goals.sharp(run.trace, run.spec)),
        goal("All 25 spots of the grid", "24.5 or more, last fifth", lambda: goals.grid(run.trace, run.spec)),
    )  # fmt: skip
    page.how(
        "How it works: one value, two who pull at it",
        equation=fig.EQUATION,
        symbols=fig.symbols(run.trace, run.spec, on_line.trace),
        source=[gan.V, gan.loss_G, gan.turn_D, gan.turn_G, optimal.best_D, optimal.JSD, optimal.orbit],
        plain=fig.PLAIN,
    )
    page.close(run, stages.QUALITY)
