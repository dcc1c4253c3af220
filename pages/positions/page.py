"""Page: where a letter stands. Sinusoids (Vaswani et al., 2017), relative (Shaw et al., 2018), rotary (Su et
al., 2021), and places that are pressed together (Chen et al., 2023)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.attention import positions_lab, relative, rotary, rotary_lab
from engine.core.params import Value
from pages.positions import figures as fig
from pages.positions import goals, stages


def at(**changes: Value) -> dict[str, Value]:
    """A beat: what is not as by default."""
    return {"stripes.clip": 8, "press.times": stages.START} | {
        f"positions.{k}": v for k, v in changes.items()
    }


BEATS = (
    Beat("Relative places: three back is three back anywhere.", "train", at(),
         note="Look at the map: one dark stripe, three left of the diagonal, also below the dashed line."),
    Beat("Learned places end where learning ended.", "train", at(encoding="learned"),
         note="Drag the timeline: the stripe grows above the dashed line only. Read the curve at 32."),
    Beat("Sinusoids go on for ever; the net does not follow.", "train", at(encoding="sinusoidal"),
         note="Compare with the map before: here the stripe breaks into pieces that wander."),
    Beat("Relative: one vector a stripe.", "stripes", at(), 5,
         note="Then set k here to 3, drag to the left end: three back shares its vector with all farther."),
    Beat("Turned as they walk, q and k match as before.", "hands", at(), 20,
         note="Press Play: all hands turn, the orange line stays. Then change the distance."),
    Beat("Turned queries and keys reach beyond what was learned.", "train", at(encoding="rotary"),
         note="Read the curve: how far does it hold? Look for faint stripes at the lower left of the map."),
    Beat("With fast hands they reach farther.", "train", at(encoding="rotary", base=10.0),
         note="With base 10 the slowest hand goes round in 43 places, with 10000 in 13 537: compare curves."),
    Beat("Pressed into what was learned, three back becomes six.", "press", at(),
         note="Drag from the left end: the bar walks from 3 to 6 as the places are divided by 1 to 2."),
)  # fmt: skip
PRESETS = (
    Preset("no places", {"encoding": "none"}, "It knows which letters came, not where."),
    Preset("learned places", {"encoding": "learned"}, "Perfect as far as it learned, and no farther."),
    Preset("clipped at three", {"clip": 3}, "Three back shares its vector with all farther ones.", True),
    Preset("texts of 16", {"length": 16}, "Half the length learned: does the stripe still go on?"),
    Preset("a huge step", {"lr": 1.0}, "The loss jumps, and nothing is learned.", True),
)

page = anatomy.open(
    "positions",
    claim="Attention does not know :violet[where] a letter stands, unless it is told.",
    says=(
        "A text of letters, 16 kinds drawn by chance, goes in, with each letter's place.",
        "Out comes, at each place, the letter three places back, which the net has to look up.",
        "It learns on texts of 32 letters to make that one likely, and is tested on texts of up to 256.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)

run = page.training("train", positions_lab, stages.learning)
page.pipeline(*fig.pipeline(run.trace, run.spec))
turned = live.view(positions_lab, positions_lab.SPEC(encoding="rotary"))
page.predict(
    Bet(
        stages.BET,
        "Rotary places depend on the distance alone, too. How many percent are right at the end of texts of "
        "128?",
        goals.BETS,
        goals.at_four(turned.trace),
        "A match depends on the distance alone, but distances of 32 and more never came in learning: some "
        "happen to match well, and draw the heads away. Relative places have one vector for all of them.",
        positions_lab,
        {"encoding": "rotary"},
        covers=("claims-positions",),
    )
)

with page.stage("stripes", "Relative: a :violet[vector] for each offset, the same wherever it is"):
    stages.stripes(run)


@page.part
def hands() -> None:
    """Clocks."""
    shown = page.shown(rotary_lab)
    with page.stage("hands", "Hands of clocks: :gray[added] as sinusoids, or to :orange[turn] q and k"):
        stages.hands(shown)
        page.strip(rotary_lab, ("distance", "base", "d", "seed"), ("hands", "end"))
    page.claims(shown)


with page.stage("press", "Pressed together, the places fit; and the net reads :orange[another letter]"):
    stages.press(run)


page.compare(run, PRESETS)


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("Few vectors that still reach 256", "95% at 8 times the length, relative, clipped at 4 or less",
             lambda: goals.narrow(run.trace, run.spec, 4, 95)),
        goal("Turn far: rotary places at 8 times the length", "70% at 8 times the length, rotary",
             lambda: goals.far(run.trace, run.spec, 70)),
        goal("Equal vectors that turn against each other, far apart", "−0.05, mean of distances 65 to 128",
             lambda: goals.opposite(page.shown(rotary_lab).trace, -0.05)),
    )  # fmt: skip
    page.how(
        "How it works: look up the offset, or turn, or add",
        equation=fig.EQUATION,
        symbols=fig.symbols(run.trace, run.spec),
        source=[relative.scores, relative.read, rotary.turn, rotary.sinusoids],
        plain=fig.PLAIN,
    )
    page.close(run, stages.TWICE)
