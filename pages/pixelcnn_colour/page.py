"""Page: PixelCNN in colour and in eight bits (van den Oord et al., 2016)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.live import View
from app.page.predict import Bet
from app.page.screen import Figure, Scene
from engine.autoregressive import colour_pixelcnn, colour_pixelcnn_lab, heads_lab, likelihood_lab
from engine.autoregressive import heads as heads_method
from pages.pixelcnn_colour import figures, goals, stages
from pages.pixelcnn_colour.stages import BITS

HERE = {"colour.seed": 4}
BESIDE = {**HERE, "colour_pixelcnn.colours": "side by side"}
BEATS = (
    Beat("A pixel is three draws: red, then green, then blue.", "write", HERE, 0,
         "Press play, and watch the bars: green waits for red, blue for both."),
    Beat("Once red and green are known, blue is nearly certain.", "train", HERE,
         note="Look at the three rows of bars in the middle: the last has one bar."),
    Beat("Side by side they make colours that never were.", "write", BESIDE,
         note="Count the dots in the right picture. Where do they gather?"),
    Beat("The order nearly halves the bits.", "train", HERE,
         note="To see both curves, pin this run under Compare, then try “side by side”."),
    Beat("Real pixels have two peaks; a Gaussian has one.", "bits", HERE,
         note="At left green is counted in photos; the Gaussian is flat over both peaks."),
    Beat("From 50 patches, 256 classes learn by heart.", "bits", {**HERE, "heads.patches": 50},
         note="Drag the timeline: the categorical's test bits fall, and then climb."),
    Beat("A net of digits finds an empty page likelier than digits.", "likely", HERE,
         note="Likely is not typical: look for an empty page among its samples."),
)  # fmt: skip
PRESETS = (
    Preset("side by side", {"colours": "side by side"}, "Twice the bits, and colours that no picture has."),
    Preset("256 levels", {"levels": 256}, "The paper's softmax: slower to learn, the same six colours."),
    Preset("one layer", {"layers": 1}, "It sees near neighbours only: shapes lose their edges."),
    Preset("a huge step", {"lr": 1.0}, "The loss jumps, or the run is stopped as diverged.", True),
)

page = anatomy.open(
    "pixelcnn-colour",
    claim="Drawn apart, red, green and blue make :red[colours that never were].",
    says=(
        "A small colour picture goes in, read pixel by pixel from the top left.",
        "For each pixel come out probabilities, and three draws: red, then green, then blue.",
        "It learns to find real pictures likely; green is drawn knowing red, blue knowing both.",
    ),
    hero="recorded nets, same chance",
    beats=BEATS,
)
run = page.view(colour_pixelcnn_lab)
page.pipeline(*stages.boxes(run))
apart = live.view(colour_pixelcnn_lab, colour_pixelcnn_lab.RECORDED[1])
page.predict(
    Bet(
        "apart",
        "All three at once: how many pixels get a colour no picture has?",
        list(goals.SHARES.values()),
        goals.off_share(apart.trace),
        "Each colour is right by itself, but at an edge red may follow one shape and blue another. Counted "
        "over many samples: this picture has a few more or less.",
        colour_pixelcnn_lab,
        {"colours": "side by side"},
        covers=("claims-colour_pixelcnn",),
    )
)


@page.part
def write() -> None:
    """The hero: one picture, three steps a pixel, both ways."""
    with page.stage("write"):
        stages.writing(run)


def colours(run: View) -> Scene:
    """Samples, the first pixel, the score."""
    panels = figures.training(run.spec.levels, run.spec.colours != "in order")
    return Scene(panels, figures.trained(), BITS)


def eight_bits(run: View) -> Scene:
    """Three nets on pixels of 256 levels."""
    told = Figure("categorical", "batch bits/dim, categorical", "lower", unlike=("patches",))
    return Scene(figures.three_nets(), figures.NETS_SAID, told, 245)


def likely(run: View) -> Scene:
    """What a net of digits asks for other pictures."""
    return Scene(figures.likely(), figures.LIKELY_SAID, Figure("loss", "batch bits/dim", "lower"), 240)


title = "The :orange[model] learns which colours go together"
first = ("colours", "levels", "layers", "channels", "steps")
page.training("train", colour_pixelcnn_lab, colours, title=title, first=first)
title = "A categorical may have :orange[two peaks]; a :red[Gaussian] has one"
eight = page.training("bits", heads_lab, eight_bits, title=title)
title = "An empty page is likelier than nearly any :green[digit]"
page.training("likely", likelihood_lab, likely, title=title)

with page.stage("own", "Now :green[your own pictures]"):
    stages.own_pictures(page.slug, run)

page.compare(run, PRESETS)
page.challenges(
    goal("No colour that never occurs, at most 0.1 bits",
         "0 such pixels, below 0.1 bits/dim, nothing leaks", lambda: goals.clean(run.trace, 0.1)),
    goal("A categorical that beats the Gaussian",
         "the categorical at least 0.2 bits/dim below the Gaussian",
         lambda: goals.categorical_first(eight.trace, 0.2)),
)  # fmt: skip
page.how(
    "How it works: the order of the colours",
    equation=r"\begin{aligned} p(x_i \mid x_{<i}) = {} & p(x_{i,R} \mid x_{<i}) \\ & p(x_{i,G} \mid x_{<i}, "
    r"x_{i,R}) \\ & p(x_{i,B} \mid x_{<i}, x_{i,R}, x_{i,G}) \end{aligned}",
    symbols=figures.symbols(run.trace, run.spec.levels),
    source=[colour_pixelcnn.colour_mask, heads_method.logistics],
    plain=[
        r"P(x) = \sum_m \pi_m \left[ \sigma\left(\tfrac{x + 1/2 - \mu_m}{s_m}\right)"
        r" - \sigma\left(\tfrac{x - 1/2 - \mu_m}{s_m}\right) \right]",
        r"-\log_2 (0.01\, p(x)) = 6.6 - \log_2 p(x)",
    ],
)


page.close(run, BITS)
