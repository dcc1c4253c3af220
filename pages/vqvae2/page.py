"""Page: two grids of codes. VQ-VAE-2 (Razavi, van den Oord & Vinyals, 2019)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.codes import kept_apart, two_levels, two_levels_lab, two_priors, two_priors_lab
from engine.core.params import Value
from pages.vqvae2 import figures as fig
from pages.vqvae2 import goals, stages
from pages.vqvae2.stages import ONE, TWO


def at(lab: str = ONE, sees: bool = True, **changes: Value) -> dict[str, Value]:
    """A beat: what is not as by default."""
    return {"lab": lab, "two_priors.sees": sees} | {f"two_levels.{k}": v for k, v in changes.items()}


BEATS = (
    Beat("Two grids of codes make one picture.", "train", at(),
         note="Drag the timeline. Row 1, column 2: the first picture's top, the second's bottom codes."),
    Beat("Put in the top codes: the silhouette changes hands.", "swap", at(), 0,
         note="Play it. Which picture's silhouette does each square show, which picture's stripes?"),
    Beat("Without bottom codes the stripes go.", "apart", at(),
         note="Compare “no bottom” with “no top”, bar by bar."),
    Beat("Let the bottom learn alone first, and look again.", "train", at(alone="bottom"),
         note="Compare rows and columns of the table with the first step's: which codes decide now?"),
    Beat("A bottom code costs less than its frequency says.", "train", at(TWO),
         note="Compare the orange line with the two broken ones at the end."),
    Beat("A bottom prior that does not hear the top pays more.", "train", at(TWO, False),
         note="As many weights, zeros in the top's place: compare what a bottom code costs at the end."),
    Beat("Top first, then bottom, then the picture.", "write", at(TWO), 0,
         note="Play it: after sixteen codes the shape stands; the other sixty-four draw on it."),
)  # fmt: skip
PRESETS = {
    two_levels_lab.SPEC: (
        Preset("bottom first", {"alone": "bottom"}, "The bottom is heard alone for 150 steps."),
        Preset("both at once", {"alone": "neither"}, "Both levels are heard from the first step."),
        Preset("two bottom codes", {"K_b": 2}, "One bit a cell: what is left of the stripes?"),
        Preset("many bottom codes", {"K_b": 64}, "Will the bottom leave the silhouette to the top?"),
        Preset("never heard", {"head": 1000}, "The bottom never joins: all hangs on sixteen codes.", True),
    ),
    two_priors_lab.SPEC: (
        Preset("top not heard", {"sees": False}, "Zeros in the top's place."),
        Preset("one layer", {"layers": 1}, "It reads its near neighbours alone."),
    ),
}

page = anatomy.open(
    "vqvae2",
    claim="A :violet[coarse] and a :orange[fine] grid of codes share a picture: which keeps what?",
    says=(
        "A small grey picture of a striped shape goes in.",
        "Out comes the same, redrawn from two grids of codes: 4 x 4 on top, 8 x 8 at the bottom.",
        "It learns to redraw with little error, here from the top alone at first; nothing asks either grid "
        "for the large or the small.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)
base = page.view(two_levels_lab)
page.pipeline(*fig.pipeline(base.trace, base.spec))
other = live.view(two_levels_lab, two_levels_lab.SPEC(alone="bottom"))
page.predict(
    Bet(
        stages.BET,
        fig.asked(live.view(two_levels_lab, two_levels_lab.SPEC()).trace),
        tuple(goals.BETS),
        goals.left(other.trace),
        "It is no more than two different pictures share: the silhouette went with the bottom codes. "
        "Nothing in the loss says which level keeps it; what the first one has learned to draw, the other "
        "need not.",
        two_levels_lab,
        {"alone": "bottom"},
        also={"lab": ONE},
        covers=("claims-two_levels",),
    )
)
run = page.training("train", {ONE: two_levels_lab, TWO: two_priors_lab}, stages.scene, label="Stage")

with page.stage("swap", "Put in the :violet[top codes] of another picture, one by one"):
    stages.swap(base)


@page.part
def apart() -> None:
    """What each level keeps."""
    with page.stage("apart", "What is left when a level is exchanged, or taken away?"):
        stages.apart(base)


@page.part
def write() -> None:
    """The two priors at work."""
    with page.stage("write", "The priors write :violet[top], then :orange[bottom], then it is drawn"):
        stages.write(page.view(two_priors_lab))


page.compare(run, PRESETS[run.lab.SPEC])


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("Many bottom codes, silhouette on top", "80% left, with other bottom codes of 16 or more",
             lambda: goals.divided(base.trace, base.spec, 16, 80)),
        goal("Lose less than 0.004", "mean square below 0.004 on kept pictures",
             lambda: goals.fine(base.trace, 0.004)),
        goal("A cheap bottom code", "0.45 nats a kept bottom code",
             lambda: goals.cheap(page.view(two_priors_lab).trace, 0.45)),
    )  # fmt: skip
    net = two_levels.TwoLevels
    page.how(
        "How it works: two grids, one upon the other",
        equation=fig.EQUATION,
        symbols=fig.symbols(base.trace, base.spec),
        source=[net.encode, net.decode, kept_apart.ways, two_priors.TwoPriors.write],
        plain=fig.PLAIN,
    )
    page.close(run, stages.NATS if run.lab is two_priors_lab else stages.LOST)
