"""Page: PixelCNN and its blind spot (van den Oord et al., 2016, twice)."""

from app.page import ablation, anatomy, computing
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.live import View
from app.page.predict import Bet
from app.page.screen import Figure, Scene
from engine.autoregressive import gated_pixelcnn_lab, masks, pixelcnn, pixelcnn_lab, receptive_field_lab
from engine.labs import Lab, lab_id
from pages.pixelcnn import arithmetic, assignment, figures, goals, stages

HONEST = {"lab": "masked stack", "act": stages.ACTS[0]}


def field(layers: int, kernel: int = 3, network: str = "plain") -> dict[str, int | str]:
    """Parameters of a beat on the receptive field."""
    seen = {"layers": layers, "kernel": kernel, "network": network}
    return {**HONEST, **{f"receptive_field.{name}": value for name, value in seen.items()}}


PARTS = ("past", "goals_", "numbers", "end")  # what follows the receptive field's controls
GATES, STACKS = ("gates", (True, False)), ("stacks", ("two", "one"))
TEST = Figure("test", "test bits/dim", "lower", unlike=("first",))
BEATS = (
    Beat("Mask A, then mask B: two layers see eleven pixels.", "past", field(2),
         note="Count the blue cells. One pixel of the past is blind already."),
    Beat("A pixel sees its past layer by layer.", "past", field(4),
         note="Point at a cell: its paths light up in the layers."),
    Beat("However deep the stack, one wedge stays blind.", "past", field(6),
         note="From four layers to six the field grows, and the wedge with it."),
    Beat("A larger kernel makes the wedge flatter; it stays.", "past", field(4, 5),
         note="Twice as many blind pixels as with kernels of three."),
    Beat("Two gated stacks see it all: the rows above, and the row itself.", "past", field(4, 3, "gated"),
         note="No wedge, at the same depth. A gate is a factor from 0 to 1, learned, on each output."),
    Beat("Samples grow out of noise.", "train", HONEST, moment=0,
         note="Press play: when do the first strokes hold together?"),
    Beat("With mask B first the bits fall, and the samples are no digits.", "train",
         {**HONEST, "pixelcnn.first": "B"},
         note="It copies the pixel to be guessed; when it writes, there is none yet."),
    Beat("A digit is written one pixel at a time.", "write", HONEST,
         note="Pick a pixel at right and overrule it: what comes after is written anew."),
)  # fmt: skip
NETS: dict[str, Lab] = {"masked stack": pixelcnn_lab, "two gated stacks": gated_pixelcnn_lab}
HUGE = Preset("a huge step", {"lr": 1.0}, "It ends worse than a histogram of each pixel.", True)
PRESETS = {
    pixelcnn_lab.SPEC: (
        Preset(
            "one layer", {"layers": 1}, "It sees near neighbours only: strokes break, and a pixel costs more."
        ),
        Preset("no time to learn", {"steps": 20}, "It ends worse than a histogram of each pixel."),
        Preset(
            "mask B first",
            {"first": "B"},
            "Each pixel sees its own answer: samples lie off all digits.",
            True,
        ),
        HUGE,
    ),
    gated_pixelcnn_lab.SPEC: (
        Preset("no gates", {"gates": False}, "A ReLU in the place of tanh times sigmoid."),
        Preset("one stack", {"stacks": "one"}, "The blind spot is back, at as many weights."),
        Preset("told the class", {"conditional": True}, "Samples can be asked for by name."),
        HUGE,
    ),
}

page = anatomy.open(
    "pixelcnn",
    claim="However deep the stack, masked convolutions keep a :red[blind spot].",
    says=(
        "A small picture goes in, read pixel by pixel from the top left.",
        "For each pixel come out probabilities of its grey levels, from the pixels before it alone: its "
        "past.",
        "It learns to find the pixels of real digits likely; to write one, it draws each in turn.",
    ),
    hero="exact · float64 gradient",
    beats=BEATS,
)


@page.part
def past() -> None:
    """The hero: what one pixel sees."""
    seen, deep = page.shown(receptive_field_lab), receptive_field_lab.SPEC(layers=stages.DEEP)
    bet = page.predict(
        Bet(
            "blind",
            "Four layers leave 6 pixels of the past blind. How many do eight?",
            (0, 6, 12, 28),
            goals.blind(computing.exact_trace(lab_id(receptive_field_lab), deep.key(), deep)),
            "Each layer may step one further right only by going one row up, so the wedge grows with the "
            "field.",
            receptive_field_lab,
            {"layers": stages.DEEP},
        )
    )
    with page.stage("past"):
        stages.past(seen, bet)
        page.strip(receptive_field_lab, ("layers", "kernel", "first", "network"), PARTS)
    page.claims(seen)


def scene(run: View) -> Scene:
    """Samples, the loss, where the net looks, and what surprises it."""
    panels = figures.training("classes" in run.trace.names)
    return Scene(panels, figures.trained(run.spec), TEST, 245)


title = "A net of such layers is :orange[trained]: its samples grow out of noise"
run = page.training("train", NETS, scene, title=title, label="Network")
page.pipeline(*figures.pipeline(run.trace, run.spec))

with page.stage("write", "One pass asks for all pixels; writing a digit takes :orange[one pass a pixel]"):
    stages.draw(run)

page.compare(run, PRESETS[run.lab.SPEC])
page.section("Ablation: gates and stacks", ablation.draw, page.view(gated_pixelcnn_lab), GATES, STACKS, TEST)


@page.part
def goals_() -> None:
    """Challenges: some of them are met by the picture above."""
    seen = page.shown(receptive_field_lab)
    page.challenges(
        goal("A field of 50 pixels, nothing leaking", "50 seen, 0 leak",
             lambda: goals.wide_and_honest(seen.trace, 50)),
        goal("Test digits below 1.90 bits, nothing leaking", "below 1.90 bits, nothing leaks",
             lambda: goals.test_below(run.trace, 1.9)),
        goal("Your own mask sees 30 and leaks none", "30 seen through your own mask, 0 leak",
             lambda: goals.own_mask(seen.trace, seen.spec.mask, 30)),
    )  # fmt: skip


@page.part
def numbers() -> None:
    """The equation, one product, one dimension, and the reader's own mask."""
    spec = page.spec(receptive_field_lab)
    page.how(
        "How it works: the past, and nothing but the past",
        equation=r"p(x) = \prod_{i=1}^{n^2} p(x_i \mid x_1, \dots, x_{i-1})",
        symbols=figures.symbols(run.trace, spec.layers, spec.kernel),
        source=[masks.mask, pixelcnn.PixelCNN.from_input],
        plain=[r"\text{blind}(L) = \tfrac{h L (L - 1)}{2}, \qquad k = 2h + 1"],
    )
    page.section("One product: in numbers", arithmetic.in_numbers, spec.kernel, spec.first, spec.seed)
    page.section("One dimension: shift, and never look right", arithmetic.bridge)
    page.section("Assignment: write the mask yourself", assignment.draw, page.shown(receptive_field_lab))


@page.part
def end() -> None:
    """Claims, prose, and what can be taken along."""
    page.close(run, TEST)
