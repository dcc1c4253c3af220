"""Page: other ways to see the past. PixelRNN (van den Oord et al., 2016), Image GPT (Chen et al., 2020)."""

from app.page import anatomy, computing
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.autoregressive import image_gpt, image_gpt_lab, pixelrnn, pixelrnn_lab, sight_lab
from engine.core.params import Value
from engine.labs import lab_id
from pages.pixel_order import figures as fig
from pages.pixel_order import goals, stages

RNN, GPT = "PixelRNN", "Image GPT"
DEEP = 6


def at(lab: str = RNN, **changes: Value) -> dict[str, Value]:
    """A beat: what is not as by default."""
    return {"lab": lab} | {name.replace("__", "."): value for name, value in changes.items()}


BEATS = (
    Beat("Four ways to hear of what came before.", "sight", at(), 0,
         note="Play it: who computes all at once, who row by row? Then click another pixel."),
    Beat("At the right edge the Diagonal BiLSTM misses nothing, the Row LSTM more than before.", "sight",
         at(sight__col=10),
         note="Compare its triangle with the one in the step before."),
    Beat("Not moved down, the Diagonal BiLSTM hears of later pixels.", "sight", at(sight__shifted=False),
         note="The large ringed dots: pixels that the guess must not know, and does. One is itself."),
    Beat("At as many weights, what a wider view buys is small here.", "train", at(),
         note="Choose masked convolution, then Diagonal BiLSTM: compare the bits at the end."),
    Beat("Nobody told it classes, and they can be read.", "train", at(GPT),
         note="Play it: the orange curve leaves the grey one. Which layer tells most?"),
    Beat("Half a digit is written on.", "complete", at(GPT),
         note="Give fewer rows. When do the eight begin to be other digits?"),
)  # fmt: skip
PRESETS = {
    pixelrnn_lab.SPEC: (
        Preset("masked convolution", {"kind": pixelrnn.KINDS[0]}, "A layer sees one pixel further each way."),
        Preset("diagonal", {"kind": pixelrnn.KINDS[2]}, "Nearly all of the past. Is a pixel cheaper?"),
        Preset("two layers", {"layers": 2}, "At as many weights: deeper and narrower."),
        Preset("a huge step", {"lr": 1.0}, "What becomes of the guesses?", True),
    ),
    image_gpt_lab.SPEC: (
        Preset("one layer", {"layers": 1}, "Can a class be read from it as well?"),
        Preset("six layers", {"layers": 6}, "Does the best layer lie deeper?"),
        Preset("a huge step", {"lr": 1.0}, "What becomes of the completions?", True),
    ),
}

page = anatomy.open(
    "pixel-order",
    claim="Convolution, recurrence, attention: each hears of another :blue[past].",
    says=(
        "An image goes in, read pixel by pixel from the top left.",
        "For each pixel come out probabilities of its grey levels, from as much of its past as the net hears "
        "of.",
        "It learns to find the pixels of real digits likely.",
    ),
    hero="exact, by gradient",
    beats=BEATS,
)


@page.part
def sight() -> None:
    """The hero: one pixel, four ways."""
    view, deep = page.shown(sight_lab), sight_lab.SPEC(layers=DEEP)
    page.predict(
        Bet(
            "deep",
            "Of the 82 pixels before the framed one, two layers of Diagonal BiLSTM leave one unheard. How "
            "many do six layers leave?",
            goals.BETS,
            goals.deep(computing.exact_trace(lab_id(sight_lab), deep.key(), deep)),
            "What comes from the right is moved down a row, or it would have seen the pixel itself; so the "
            "last pixel of the row above comes too late, in every layer. Framed in the last two columns, it "
            "misses none.",
            sight_lab,
            {"layers": DEEP},
            covers=("claims-sight",),
        )
    )
    with page.stage("sight"):
        stages.four(view)
        page.strip(sight_lab, ("row", "col", "layers", "shifted"))


title = "Trained on digits: the layers of a :orange[PixelRNN], and an :orange[Image GPT]"
run = page.training("train", {RNN: pixelrnn_lab, GPT: image_gpt_lab}, stages.scene, title=title, label="Net")
gpt = page.view(image_gpt_lab)
page.pipeline(
    *fig.pipeline(page.shown(sight_lab).trace, page.spec(sight_lab).layers, page.view(pixelrnn_lab).trace)
)
with page.stage("complete", "How would you go on? :orange[Image GPT] writes the rest"):
    stages.complete(gpt)

page.compare(run, PRESETS[run.lab.SPEC])


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    seen = page.shown(sight_lab)
    page.challenges(
        goal("A masked convolution that misses little", "3 missed at most, of a past of 20 pixels or more",
             lambda: goals.covered(seen.trace, seen.spec)),
        goal("A pixel for 1.9 bits", "1.9 bits or fewer, PixelRNN",
             lambda: goals.cheap(page.view(pixelrnn_lab).trace, 1.9)),
        goal("Completions that convince", "75% of halves completed to what they were",
             lambda: goals.like(gpt.trace, 0.75)),
    )  # fmt: skip
    page.how(
        "How it works: what is handed on, and to whom",
        equation=fig.EQUATION,
        symbols=fig.symbols(seen.spec, page.spec(pixelrnn_lab), gpt.spec),
        source=[pixelrnn.lstm, pixelrnn.RowLSTM.forward, pixelrnn.DiagonalBiLSTM.forward,
                image_gpt.ImageGPT.depths, image_gpt.ridge],
        plain=fig.PLAIN,
    )  # fmt: skip
    page.close(run, stages.COST if run.lab.SPEC is pixelrnn_lab.SPEC else stages.AGREES)
