"""Page: causal convolutions in time. WaveNet (van den Oord et al., 2016), cached (Le Paine et al., 2016)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.autoregressive import causal_convolution as causal
from engine.autoregressive import causal_convolution_lab as tree_lab
from engine.autoregressive import companding, companding_lab, wavenet, wavenet_lab
from pages.causal_convolution import figures as fig
from pages.causal_convolution import goals, stages

FLAT, BOTH = wavenet_lab.FLAT, tree_lab.PADDINGS[2]
BEATS = (
    Beat("Each sample is guessed from those before it.", "train",
         note="Follow the green line: where does the blue spread out? There the string was plucked."),
    Beat("Given a beginning, it plays on.", "heard", note="Listen to the rows one after another."),
    Beat("Each layer doubles what is heard, and skips nothing.", "tree", {}, 40,
         note="Click an output, or drag. How many samples with one layer more?"),
    Beat("Zeros on both sides let the future in.", "tree", {"causal_convolution.padding": BOTH}, 24,
         note="Red samples are yet to come. What would a net learn from them?"),
    Beat("All dilations 1: as many weights, less heard.", "train", {"wavenet.dilations": FLAT},
         note="Compare the blue band with the first step's, between two plucks."),
    Beat("A quiet wave needs small steps.", "stairs", {}, 7,
         note="Drag from quiet to loud. Where do even steps win?"),
    Beat("What was computed is kept.", "race", note="Switch the race on, and read the sentence."),
)  # fmt: skip
PRESETS = (
    Preset("a short period", {"period": 4}, "Both kinds of dilation hear of a whole period."),
    Preset("a long period", {"period": 110}, "Six layers hear of no whole period. Try seven, and eight."),
    Preset("untold", {"told": False}, "It must find out by itself whether the string rings."),
    Preset("a huge step", {"lr": 1.0}, "What becomes of the guesses?", True),
)  # fmt: skip

page = anatomy.open(
    "causal-convolution",
    claim="Guess each sample from the past: :orange[dilation] says how far back.",
    says=(
        "The sound of a plucked string goes in, sample by sample.",
        "Out comes how likely each next value is; one is drawn, and the string plays on.",
        "It learns to find the samples of real strings likely, all of them at once.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)
run = page.training(
    "train", wavenet_lab, stages.scene, first=("dilations", "period", "told", "layers", "steps", "seed")
)
page.pipeline(*fig.pipeline(run.trace, run.spec))
usual, flat = (live.view(wavenet_lab, wavenet_lab.SPEC(dilations=one)).trace for one in wavenet_lab.DILATIONS)
page.predict(
    Bet(
        "flat",
        "The string repeats after 48 samples. Dilations of 1 to 32 hear of 64, and a sample of kept strings "
        f"costs {goals.kept(usual)} nats; by the values' frequencies alone, 4.0. All six dilations 1?",
        tuple(goals.BETS), goals.flat(flat),
        "It hears of 7 samples: how the wave bends, and not what it was a period ago.",
        wavenet_lab, {"dilations": FLAT}, covers=("claims-wavenet",),
    )
)  # fmt: skip


with page.stage("heard", ":blue[Given] a beginning, it :orange[plays on]: listen"):
    stages.heard(run)
shown = page.shown(tree_lab)
with page.stage("tree", "Dilation skips nothing: every sample reaches :orange[the output]"):
    stages.tree(shown)
    page.strip(tree_lab)
page.claims(shown)
steps = page.shown(companding_lab)
with page.stage("stairs", "Few values, :orange[close together] where it is quiet"):
    stages.stairs(steps)
    page.strip(companding_lab)
page.claims(steps)


with page.stage("race", "Guess again what was known, or keep it in :orange[queues]"):
    stages.race(run)

page.compare(run, PRESETS)
page.challenges(
    goal("A kept sample for 2.0 nats, with a period of 60 or more", "2.0 nats at most",
         lambda: goals.cheap(run.trace, run.spec, 2.0)),
    goal("Four layers that hear of 40 samples, and nothing ahead", "40 samples or more, 4 layers at most",
         lambda: goals.wide(shown.trace, shown.spec, 40)),
)  # fmt: skip
page.how(
    "How it works: read backwards, gate, draw", fig.EQUATION, fig.symbols(run.trace, run.spec),
    [causal.causal_convolution, wavenet.Layer, wavenet.Player.__call__, companding.encode], fig.PLAIN,
)  # fmt: skip
page.close(run, stages.PAID)
