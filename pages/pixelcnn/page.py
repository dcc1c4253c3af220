"""Page: PixelCNN and its blind spot (van den Oord et al., 2016, twice)."""

from app.page import ablation, anatomy
from app.page.beats import Beat
from app.page.challenges import Challenge
from app.page.compare import Preset
from app.page.screen import Figure
from engine.autoregressive import gated_pixelcnn_lab, masks, pixelcnn, pixelcnn_lab, receptive_field_lab
from pages.pixelcnn import arithmetic, assignment, figures, goals, stages


def field(layers: int, kernel: int = 3, network: str = "plain") -> dict[str, int | str]:
    """Parameters of a beat on the receptive field."""
    seen = {"layers": layers, "kernel": kernel, "network": network, "first": "A", "mask": ""}
    return {f"receptive_field.{name}": value for name, value in seen.items()}


PARTS = ("past", "numbers", "end")  # what follows the receptive field's controls
GATES, STACKS = ("gates", (True, False)), ("stacks", ("two", "one"))
LOSS, TEST = Figure("loss", "bits/dim"), Figure("test", "bits/dim")
LEAK = {"lab": "masked stack", "pixelcnn.first": "B"}
HONEST = {"lab": "masked stack", "pixelcnn.first": "A"}
BEATS = (
    Beat("Mask A, then mask B: two layers see eleven pixels.", "past", field(2), note="As in the lecture."),
    Beat("A pixel sees its past layer by layer.", "past", field(4), note="Numbers count paths."),
    Beat("However deep the stack, one wedge stays blind.", "past", field(8), note="28 of 144 pixels."),
    Beat("A larger kernel makes the wedge flatter, not smaller.", "past", field(4, 5), note="Twice as many."),
    Beat("Two stacks see it all: the rows above, and the row itself.", "past", field(4, 3, "gated")),
    Beat("Samples grow out of noise.", "train", HONEST, note="Drag the timeline back to the start."),
    Beat(
        "With mask B first the loss falls, and the samples are worthless.", "train", LEAK, note="It cheats."
    ),
    Beat("A digit is written one pixel at a time.", "write", HONEST, note="Overrule a pixel."),
)
HUGE = Preset("a huge step", {"lr": 1.0}, "The loss jumps, or the run is stopped as diverged.", True)
PRESETS = {
    pixelcnn_lab.SPEC: (
        Preset("one layer", {"layers": 1}, "It sees near neighbours only: strokes break."),
        Preset("no time to learn", {"steps": 20}, "The loss stops near what each pixel knows by itself."),
        Preset(
            "mask B first", {"first": "B"}, "Each pixel sees its own answer: samples are worthless.", True
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
    idea="A :blue[pixel's past] reaches it layer by layer. To the upper right, one wedge of it never does.",
    hero="exact · float64 gradient",
    beats=BEATS,
)


@page.part
def past() -> None:
    """The hero: what one pixel sees."""
    seen, spec = page.shown(receptive_field_lab).trace, page.spec(receptive_field_lab)
    question = "With eight layers, how many past pixels in reach stay blind?"
    bet = page.predict("blind", question, (0, 6, 12, 28), measured=goals.blind_at(seen, layers=8))
    with page.stage("past"):
        assignment.past(receptive_field_lab, figures.past(seen, (spec.row, spec.col), bet))
        page.strip(receptive_field_lab, ("layers", "kernel", "first", "network"), PARTS)
    page.claims(page.shown(receptive_field_lab))


with page.stage("train", "Samples grow out of noise as the :orange[model] learns what neighbours say"):
    which = page.choose({"masked stack": pixelcnn_lab, "two gated stacks": gated_pixelcnn_lab}, "Network")
    run = page.run(which)
    page.film(
        run,
        figures.training("classes" in run.trace.names),
        LOSS,
        figures.training_sentence(run.trace),
    )
    page.strip(which)
page.claims(run)

with page.stage("write", "One pass asks for all pixels; writing a digit takes :orange[one pass a pixel]"):
    stages.draw(run)

page.compare(run, PRESETS[which.SPEC])
page.section("Ablation: gates and stacks", ablation.draw, page.view(gated_pixelcnn_lab), GATES, STACKS, TEST)


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
    page.section("Assignment: write the mask yourself", assignment.draw, receptive_field_lab)


@page.part
def end() -> None:
    """Challenges, prose, and what can be taken along."""
    seen, spec = page.shown(receptive_field_lab).trace, page.spec(receptive_field_lab)
    page.challenges(
        Challenge("A field of 50 pixels, nothing leaking", lambda: goals.wide_and_honest(seen)),
        Challenge("Test digits below 1.90 bits, nothing leaking", lambda: goals.test_below(run.trace, 1.9)),
        Challenge("Your own mask sees 30 and leaks none", lambda: goals.own_mask(seen, spec.mask, 30)),
    )
    page.close(run, LOSS)
