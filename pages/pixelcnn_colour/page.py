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

ORDER = {"colour_pixelcnn.colours": "in order", "colour_pixelcnn.levels": 4}
BESIDE = {"colour_pixelcnn.colours": "side by side", "colour_pixelcnn.levels": 4}
BEATS = (
    Beat("A pixel is three draws: red, then green, then blue.", "write", ORDER, note="Play it slowly."),
    Beat("Once red and green are known, blue is nearly certain.", "train", ORDER, note="First pixel's bars."),
    Beat("Side by side they make colours that never were.", "train", BESIDE, note="Count the dots."),
    Beat("The order halves the bits.", "train", ORDER, note="Pin the other run, see both curves."),
    Beat("Real pixels have two peaks; a Gaussian has one.", "bits", {"heads.patches": 1680}),
    Beat("From 50 patches, 256 classes learn by heart.", "bits", {"heads.patches": 50}, note="It climbs."),
    Beat("A net of digits finds an empty page likeliest.", "likely", {}, note="Likely is not typical."),
)
PRESETS = (
    Preset("side by side", {"colours": "side by side"}, "Twice the bits, and colours that never occur."),
    Preset("256 levels", {"levels": 256}, "The paper's softmax: slower to learn, the same six colours."),
    Preset("one layer", {"layers": 1}, "It sees near neighbours only: shapes lose their edges."),
    Preset("a huge step", {"lr": 1.0}, "The loss jumps, or the run is stopped as diverged.", True),
)

page = anatomy.open(
    "pixelcnn-colour",
    claim="Drawn apart, red, green and blue make :red[colours that never were].",
    says=("The :orange[model] draws red, then green knowing red, then blue knowing both.",),
    hero="two recorded nets, same chance",
    beats=BEATS,
)
run = page.view(colour_pixelcnn_lab)
apart = live.view(colour_pixelcnn_lab, colour_pixelcnn_lab.RECORDED[1])
question = "Side by side, how many pixels get a colour that no picture has?"
page.predict(Bet("apart", question, list(goals.SHARES.values()), goals.off_share(apart.trace), ""))


@page.part
def write() -> None:
    """The hero: one picture, three steps a pixel, both ways."""
    with page.stage("write"):
        stages.writing(run)


def colours(run: View) -> Scene:
    """Samples, the first pixel, the score."""
    panels = figures.training(run.spec.levels, run.spec.colours != "in order")
    return Scene(panels, figures.training_sentence(run.trace), BITS)


def eight_bits(run: View) -> Scene:
    """Three nets on pixels of 256 levels."""
    words, told = figures.three_nets_sentence(run.trace), Figure("categorical", "bits/dim")
    return Scene(figures.three_nets(), words, told, 330)


def likely(run: View) -> Scene:
    """What a net of digits asks for other pictures."""
    return Scene(figures.likely(), figures.likely_sentence(run.trace), Figure("loss", "bits/dim"))


title = "The :orange[model] learns which colours go together"
first = ("colours", "levels", "layers", "channels", "steps")
page.training("train", colour_pixelcnn_lab, colours, title=title, first=first)
title = "A categorical may have :orange[two peaks]; a :red[Gaussian] has one"
eight = page.training("bits", heads_lab, eight_bits, title=title)
title = "An empty page is likelier than any :green[digit]"
page.training("likely", likelihood_lab, likely, title=title)

with page.stage("own", "Now :green[your own pictures]"):
    stages.own_pictures(page.slug, run)

page.compare(run, PRESETS)
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


@page.part
def end() -> None:
    """Challenges, prose, and what can be taken along."""
    page.challenges(
        goal("No colour that never occurs, at most 0.115 bits",
             "0 such pixels, below 0.115 bits/dim, nothing leaks", lambda: goals.clean(run.trace, 0.115)),
        goal("A categorical that beats the Gaussian",
             "the categorical at least 0.2 bits/dim below the Gaussian",
             lambda: goals.categorical_first(eight.trace, 0.2)),
    )  # fmt: skip
    page.close(run, BITS)
