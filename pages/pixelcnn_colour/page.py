"""Page: PixelCNN in colour and in eight bits (van den Oord et al., 2016)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import Challenge
from app.page.compare import Preset
from app.page.screen import Figure
from engine.autoregressive import colour_pixelcnn, colour_pixelcnn_lab, heads_lab, likelihood_lab
from engine.autoregressive import heads as heads_method
from pages.pixelcnn_colour import figures, likelihood, output_heads, stages
from pages.pixelcnn_colour import goals as grades

BITS = Figure("test", "bits/dim")
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
    idea="The :orange[model] draws red, then green knowing red, then blue knowing both.",
    hero="two recorded nets, same chance",
    beats=BEATS,
)
run = page.view(colour_pixelcnn_lab)
apart = live.view(colour_pixelcnn_lab, colour_pixelcnn_lab.RECORDED[1])
question = "Side by side, how many pixels get a colour that no picture has?"
page.predict("apart", question, grades.SHARES, grades.off_share(apart.trace))


@page.part
def write() -> None:
    """The hero: one picture, three steps a pixel, both ways."""
    with page.stage("write"):
        stages.writing(run)


with page.stage("train", "The :orange[model] learns which colours go together"):
    page.badge(*run.badge)
    page.film(
        run,
        figures.training(run.spec.levels, run.spec.colours != "in order"),
        BITS,
        figures.training_sentence(run.trace),
    )
    page.strip(colour_pixelcnn_lab, ("colours", "levels", "layers", "channels", "steps"))
page.claims(run)

with page.stage("bits", "A categorical may have :orange[two peaks]; a :red[Gaussian] has one"):
    eight = page.view(heads_lab)
    page.badge(*eight.badge)
    page.film(
        eight,
        output_heads.learning(),
        Figure("categorical", "bits/dim"),
        output_heads.sentence(eight.trace),
        330,
    )
    page.strip(heads_lab)
page.claims(eight)

with page.stage("likely", "An empty page is likelier than any :green[digit]"):
    found = page.view(likelihood_lab)
    page.badge(*found.badge)
    page.film(found, likelihood.panels(), Figure("loss", "bits/dim"), likelihood.sentence(found.trace))
    page.strip(likelihood_lab)
page.claims(found)

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
        Challenge("No colour that never occurs, at most 0.115 bits", lambda: grades.clean(run.trace, 0.115)),
        Challenge(
            "A categorical that beats the Gaussian", lambda: grades.categorical_first(eight.trace, 0.2)
        ),
    )
    page.close(run, BITS)
