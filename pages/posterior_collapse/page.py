"""Page: what a decoder that sees neighbours leaves to the code (Chen et al., 2016; Bowman et al., 2015)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.autoregressive.masks import mask
from engine.core.params import Value
from engine.latent import bits_back, bits_back_lab, collapse, collapse_lab
from pages.posterior_collapse import figures as fig
from pages.posterior_collapse import goals, stages


def at(r: Value = 0.1, **changes: Value) -> dict[str, Value]:
    """A beat: what is not as by default. r: blindness of the stripe's encoder."""
    return {"redraw.digit": 1, "bits_back.r": r} | {f"collapse.{k}": v for k, v in changes.items()}


ALL: dict[str, Value] = {"field": "all before"}
BEATS = (
    Beat("Without neighbours, all comes by the code.", "train", at(),
         note="Drag the timeline: the upper pipe widens, and one number of the code after another grows."),
    Beat("A code pays until the neighbours say the same.", "pays", at(), 0,
         note="Play it: where do the lines cross? Then set Blindness to 0 and look at the right end."),
    Beat("A perfect encoder comes out even.", "pays", at(r=0.0),
         note="Drag back from the right end: how many neighbours make the code needless?"),
    Beat("With every pixel before it in view, the code says less.", "train", at(**ALL),
         note="Count the numbers that are dark now, and look at the bound before you call it a failure."),
    Beat("The same code, redrawn: that digit, or another.", "redraw", at(**ALL), 0,
         note="Play it: each draw uses the same random numbers for all four decoders."),
    Beat("A smaller field leaves more to the code.", "train", at(field="3 x 3"),
         note="Four neighbours. Compare both pipes, and the bound, with two steps before."),
    Beat("Warm-up: the code is cheap first.", "train", at(**ALL, warm=0.5),
         note="Drag the timeline to the middle and watch the price of the code fall as it comes to count."),
    Beat("Free bits keep every number lit, at a price.", "train", at(**ALL, free=0.5),
         note="All eight numbers stay near half a nat. Now compare the bound with the step before."),
)  # fmt: skip
PRESETS = (
    Preset("smaller field", {"field": "3 x 3"}, "Remedy: four neighbours only. What comes back to the code?"),
    Preset("warm-up", {**ALL, "warm": 0.5}, "Remedy: the code costs little at first."),
    Preset("free bits", {**ALL, "free": 0.5}, "Remedy: half a nat of each number costs nothing."),
    Preset("all before", ALL, "The whole past in view: what is left for the code?"),
    Preset("no code", {**ALL, "code": False}, "The decoder alone: does the code pay at all?"),
    Preset("a huge step", {"lr": 0.3}, "Nothing is learned.", True),
)

page = anatomy.open(
    "posterior-collapse",
    claim="Two pipes feed each pixel: what its :blue[neighbours] tell, the :violet[code] need not.",
    says=(
        "A small digit in black and white goes in.",
        "Out comes the digit redrawn, pixel by pixel, from a code of eight numbers and the pixels before.",
        "It learns to make the digit likely and the code cheap.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)
usual = live.view(collapse_lab, collapse_lab.SPEC()).trace
other = live.view(collapse_lab, collapse_lab.SPEC(field="all before")).trace
here = f"costs {fig.now(usual, 'kl'):.1f} nats" if usual.finished else "has its price"
run = page.training("train", collapse_lab, stages.scene, first=stages.FIRST)
page.pipeline(*fig.pipeline(run.trace, run.spec))
page.predict(
    Bet(
        stages.BET,
        f"Without neighbours the code {here} a digit (KL). Show each pixel all before it: what then?",
        tuple(goals.BETS),
        goals.carried(other),
        "What the neighbours tell comes free; the code costs its KL, so it keeps what they cannot tell: "
        "less, and not nothing.",
        collapse_lab,
        {"field": "all before"},
        covers=("claims-collapse",),
    )
)

with page.stage("redraw", "One digit, four decoders: how much of :violet[it] is in the code?"):
    stages.redraw(run)


@page.part
def pays() -> None:
    """A stripe whose cost is exact."""
    shown = page.shown(bits_back_lab)
    with page.stage("pays", "When does a :violet[code] pay? A stripe in which all can be added up"):
        stages.pays(shown)
        page.strip(bits_back_lab, ("n", "epsilon", "r"), ("pays", "end"))
    page.claims(shown)


page.compare(run, PRESETS)


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("Everything in view, and a code that speaks", "3.5 nats at a bound of −17.8, all before in view",
             lambda: goals.both(run.trace, run.spec, 3.5, -17.8)),
        goal("A code of few words", "1.2 nats at most at a bound of −18.3, some neighbours in view",
             lambda: goals.silent(run.trace, run.spec, 1.2, -18.3)),
        goal("Pays without neighbours, comes out even with all", "0.005 nats at most at the right end",
             lambda: goals.even(page.shown(bits_back_lab).trace, 0.005)),
    )  # fmt: skip
    page.how(
        "How it works: a code, a field, and a bound that pays for one of them",
        equation=fig.EQUATION,
        symbols=fig.symbols(run.trace, run.spec),
        source=[
            collapse.LocalVAE.logits,
            mask,
            collapse.objective,
            collapse.warmth,
            bits_back.without,
            bits_back.with_code,
        ],
        plain=fig.PLAIN,
    )
    page.close(run, stages.BOUND)
