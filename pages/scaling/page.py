"""Page: scaling laws (Kaplan et al., 2020; Hoffmann et al., 2022), one's own and the published ones."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from app.page.screen import Figure, Scene
from engine.core.params import Value
from engine.scaling import chinchilla, chinchilla_lab, kaplan, small_laws, small_laws_lab
from pages.scaling import figures as fig
from pages.scaling import goals, stages

EXCESS = Figure("excess", "nats above entropy, largest", "lower", unlike=("tail",))


def at(**changes: Value) -> dict[str, Value]:
    """A beat: the loss to come down to, and what is not as by default on the board."""
    return {"target": stages.HERE} | {f"chinchilla.{k}": v for k, v in changes.items()}


BUILT = dict(zip("ND", (one / 1e9 for one in chinchilla.MODELS["Gopher"]), strict=True))
BEATS = (
    Beat("What is lost falls as a straight line.", "laws", at(),
         note="Look at the middle picture: six sizes, both axes logarithmic, one dashed line."),
    Beat("Early on, size hardly counts.", "laws", at(), 12,
         note="Press play and watch the dots of the middle picture tilt from level to steep."),
    Beat("Large models read less, and spend more.", "price", at(),
         note="Move the loss down: which sizes drop out, and does the cheapest one grow?"),
    Beat("Gopher's compute: 32 billion parameters.", "board", at(**BUILT),
         note="Yours stands where Gopher was built: drag it along the line of this compute, to the ball."),
    Beat("Other constants: 72 billion.", "board", at(constants=chinchilla.REFIT, **BUILT),
         note="Same law, same points of data, another fit. Which would you have funded?"),
    Beat("With data enough the line is straight.", "bend", at(), 0,
         note="Drag to the right: tokens are taken away, and the ring moves to the left."),
    Beat("With few tokens it bends.", "bend", at(), 24,
         note="Read the ring: beyond it, a larger model is a waste."),
)  # fmt: skip
PRESETS = (
    Preset(
        "8,192 tokens", {"data": small_laws_lab.FEW}, "They are read again and again: look at the six dots."
    ),
    Preset("patterns alike", {"tail": 0.5}, "The source's patterns count more alike: does the line tilt?"),
    Preset("few patterns", {"tail": 2.0}, "Hardly more than the first pattern counts: is it still a line?"),
    Preset("half the steps", {"steps": 1200}, "Half the tokens: which size loses most by it?"),
    Preset("a huge step", {"lr": 0.5}, "The large ones suffer first.", True),
)

page = anatomy.open(
    "scaling",
    claim="Loss falls with :orange[size] along a :green[straight line].",
    says=(
        "The two tokens before go in, for six models from 292 to 8,352 parameters.",
        "Out come probabilities of the next token.",
        "All learn from one text, drawn from a source of known entropy: so the least loss is known.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)

run = page.training(
    "laws", small_laws_lab,
    lambda run: Scene(fig.hero(run.trace), fig.hero_said(run.trace, run.spec), EXCESS, height=222),
    first=("data", "tail", "steps", "lr", "seed"),
)  # fmt: skip
page.pipeline(*fig.pipeline(run.trace, run.spec))
few = live.view(small_laws_lab, small_laws_lab.SPEC(data=small_laws_lab.FEW))
page.predict(
    Bet(
        "few",
        "Above the entropy 8,352 parameters lose 3 times less than 1,072. With only 8,192 tokens, read again "
        "and again: how many times less, each at its best moment (a violet dot)?",
        goals.BETS,
        goals.helps(few.trace),
        "The tokens tell only so much about the source; who can learn them by heart learns nothing more from "
        "them.",
        small_laws_lab,
        {"data": small_laws_lab.FEW},
        covers=("claims-small_laws",),
    )
)

with page.stage("price", "The price of a loss: fewest :blue[tokens] is not least :orange[compute]"):
    stages.price(page, run)
board = page.shown(chinchilla_lab)
with page.stage("board", "Size, data and compute on one board"):
    stages.board(board)
    page.strip(chinchilla_lab, ("constants", "N", "D", "C"))
page.claims(board)
with page.stage("bend", "Kaplan's line, while data are taken away"):
    stages.bend()

page.compare(run, PRESETS)
page.challenges(
    goal("The largest within 0.09 nats of the entropy", "0.09 nats, in at most 5000 steps",
         lambda: goals.deep(run.trace, 0.09, 5000)),
    goal("A straight line with an exponent of 0.6", "0.6 or more, R² at least 0.95",
         lambda: goals.steep(run.trace, 0.6)),
    goal("On the board: 1.932 nats for Gopher's compute", "1.932 nats as printed, at most 5.76e23 FLOPs",
         lambda: goals.thrifty(board.trace, board.spec, 1.932)),
)  # fmt: skip
page.how(
    "How it works: a straight line in logarithms",
    equation=fig.EQUATION,
    symbols=fig.symbols(run.trace, run.spec, chinchilla.LAWS[board.spec.constants]),
    source=[small_laws.excess, small_laws.power_law, chinchilla.Law.optimum, kaplan.L_ND],
    plain=fig.PLAIN,
)
page.close(run, EXCESS)
