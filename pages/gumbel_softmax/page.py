"""Page: gradients through a throw. Gumbel-softmax (Jang, Gu & Poole, 2016; Maddison, Mnih & Teh, 2016) and
REINFORCE (Williams, 1992)."""

from app.figures.captions import minus
from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.core.params import Value
from engine.data.black_digits import independent
from engine.latent import categorical, categorical_lab, estimators, estimators_lab, gumbel, gumbel_lab
from pages.gumbel_softmax import figures as fig
from pages.gumbel_softmax import goals, stages


def at(dice: int = 4, **changes: Value) -> dict[str, Value]:
    """A beat: what is not as by default. dice: those of the gradients."""
    return {"turn.digit": 1, "estimators.dice": dice} | {f"categorical.{k}": v for k, v in changes.items()}


WARM, HOT = (gumbel.nearest(tau) for tau in (0.5, 3))
BEATS = (
    Beat("Eight dice learn to hold a digit.", "train", at(),
         note="Drag the timeline: chances grow sharp, and what comes out grows like what went in."),
    Beat("Turn one die, and the picture changes.", "turn", at(), 0,
         note="Play it: eight dice, each on all its faces. Which dice move the most ink?"),
    Beat("Heat moves throws to the middle; the same faces lead.", "simplex", at(), HOT,
         note="Drag to the left end, where it is cold: which bars change on the way, and which do not?"),
    Beat("Trained too hot, real throws fail.", "train", at(temperature=3.0),
         note="Look at the two lines: what training sees is far above what thrown dice are worth."),
    Beat("Cooled while it trains, it works.", "train", at(temperature=3.0, cool=True),
         note="The same start, ten times colder at the end: compare where the two lines end."),
    Beat("Heat trades deviation for bias.", "gradient", at(), WARM,
         note="Drag the timeline: the orange dot walks from far right up to the far left."),
    Beat("With one die, a reward is as good.", "gradient", at(dice=1), WARM,
         note="Compare the red dot with the step before: four dice disturb each other's reward."),
    Beat("Right on average, and late.", "train", at(estimator="REINFORCE"),
         note="Compare its bound with the first step's, and the digits that come out."),
)  # fmt: skip
PRESETS = (
    Preset(
        "straight-through", {"estimator": "straight-through"}, "Whole faces forward, a soft gradient back."
    ),
    Preset("too hot", {"temperature": 3.0}, "What does the decoder make of real throws?"),
    Preset("cooled", {"temperature": 3.0, "cool": True}, "Hot at the start, cold at the end."),
    Preset("REINFORCE, four dice", {"estimator": "REINFORCE", "dice": 4}, "Fewer dice share a reward."),
    Preset("a huge step", {"lr": 1.0}, "Nothing is learned.", True),
)

page = anatomy.open(
    "gumbel-softmax",
    claim="A throw of :violet[dice] has no gradient; :orange[soften] it, and a net learns through it.",
    says=(
        "A small digit in black and white goes in.",
        "Out comes a digit that is redrawn from the faces of eight dice alone.",
        "It learns to redraw the digits it sees; a throw passes no gradient, so in training it is softened.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)
usual = live.view(categorical_lab, categorical_lab.SPEC()).trace
other = live.view(categorical_lab, categorical_lab.SPEC(estimator="REINFORCE")).trace
here = f" ends at {minus(categorical_lab.end(usual))} nats" if usual.finished else " is drawn below"
run = page.training("train", categorical_lab, stages.scene, first=stages.FIRST)
page.pipeline(*fig.pipeline(run.trace, run.spec))
page.predict(
    Bet(
        stages.BET,
        f"With Gumbel-softmax at 0.5 the bound{here} (independent pixels: "
        f"{minus(independent())}). REINFORCE throws real dice, and its gradient is "
        "right on average. Take it instead: where does the bound end, after as many steps?",
        tuple(goals.BETS),
        goals.rewarded(other),
        "All eight dice share one reward, so each hears the luck of the other seven: the gradient is right "
        "on average, and drowned in noise in each batch.",
        categorical_lab,
        {"estimator": "REINFORCE"},
        covers=("claims-categorical",),
    )
)

with page.stage("turn", "Turn a :violet[die]: what does each face draw?"):
    stages.turn(run)


@page.part
def simplex() -> None:
    """Throws of three faces."""
    shown = page.shown(gumbel_lab)
    with page.stage("simplex", "The hotter, the nearer to the middle; the :violet[same face] leads"):
        stages.triangle(shown)
        page.strip(gumbel_lab, ("a", "b", "c"), ("simplex", "end"))
    page.claims(shown)


@page.part
def gradient() -> None:
    """Bias and deviation."""
    shown = page.shown(estimators_lab)
    with page.stage("gradient", "Three estimates of one gradient: which is off, and which scatters?"):
        stages.gradients(shown)
        page.strip(estimators_lab, ("dice", "seed"), ("gradient", "end"))
    page.claims(shown)


page.compare(run, PRESETS)


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("REINFORCE above −22 nats", "a bound of −22 nats, REINFORCE, 8 dice of 8 faces at most",
             lambda: goals.reaches(run.trace, run.spec, "REINFORCE", -22)),
        goal("Start hot, end well", "a bound of −20.5 nats, Gumbel-softmax from temperature 3 or more",
             lambda: goals.from_hot(run.trace, run.spec, 3, -20.5)),
        goal("A face that hardly ever comes", "largest in 1% of the throws at most",
             lambda: goals.rare(page.shown(gumbel_lab).trace, 1)),
    )  # fmt: skip
    page.how(
        "How it works: add noise, then throw or soften",
        equation=fig.EQUATION,
        symbols=fig.symbols(run.trace, run.spec),
        source=[
            gumbel.soften,
            gumbel.throw,
            gumbel.straight_through,
            estimators.reinforce,
            categorical.objective,
        ],
        plain=fig.PLAIN,
    )
    page.close(run, stages.BOUND)
