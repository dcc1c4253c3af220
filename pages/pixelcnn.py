"""Page: PixelCNN and its blind spot (van den Oord et al., 2016, twice)."""

from app import lab
from app.components import assignment, writing
from app.components.beats import Beat
from app.components.challenges import Challenge
from app.components.compare import Preset
from app.figures import autoregressive as fig
from app.figures import grades
from engine.autoregressive import gated_pixelcnn_lab, masks, pixelcnn_lab, receptive_field_lab
from engine.autoregressive import pixelcnn as method

BEATS = (
    Beat(
        "A pixel sees its past through a stack of masked convolutions.",
        "past",
        {"receptive_field.layers": 4, "receptive_field.network": "plain", "receptive_field.kernel": 3},
        note="Every blue cell is a pixel that the orange one depends on; the number counts the paths.",
    ),
    Beat(
        "However deep the stack, one wedge stays blind.",
        "past",
        {"receptive_field.layers": 8, "receptive_field.network": "plain", "receptive_field.kernel": 3},
        note="Ask for a bet first. L (L - 1) / 2 pixels: at eight layers 28.",
    ),
    Beat(
        "A larger kernel makes the wedge flatter, not smaller.",
        "past",
        {"receptive_field.layers": 4, "receptive_field.network": "plain", "receptive_field.kernel": 5},
        note="Kernel 5: twice as many blind pixels at the same depth.",
    ),
    Beat(
        "Two stacks, one for the rows above and one for the row itself, see it all.",
        "past",
        {"receptive_field.layers": 4, "receptive_field.network": "gated", "receptive_field.kernel": 3},
        note="The Gated PixelCNN. Blue: the vertical stack. Violet: the horizontal one.",
    ),
    Beat(
        "With mask B in the first layer the loss falls to nothing, and the samples are garbage.",
        "train",
        {"pixelcnn.first": "B", "lab": "masked stack"},
        note="The pixel is shown its own answer.",
    ),
    Beat(
        "A digit is written one pixel at a time.",
        "write",
        note="Overrule a pixel and watch the continuation differ.",
    ),
)
PRESETS = (
    Preset("one layer", {"layers": 1}, "It sees near neighbours only: strokes break, the loss stays high."),
    Preset("no time to learn", {"steps": 20}, "The loss stops near what each pixel knows by itself."),
    Preset(
        "mask B first",
        {"first": "B"},
        "Each pixel sees its own answer: the loss falls, the samples are garbage.",
        breaks=True,
    ),
    Preset("a huge step", {"lr": 0.5}, "The loss jumps, or the run is stopped as diverged.", breaks=True),
)

page = lab.open(
    "pixelcnn",
    claim="However deep the stack, masked convolutions keep a :red[blind spot].",
    idea="A :blue[pixel's past] reaches it layer by layer. To the upper right, one wedge of it never does.",
    hero="exact · float64 gradient",
    beats=BEATS,
)
seen, spec = page.exact(receptive_field_lab), page.spec(receptive_field_lab)
bet = page.predict(
    "blind",
    "With eight layers, how many past pixels in reach stay blind?",
    (0, 6, 12, 28),
    measured=grades.blind_at(seen, layers=8),
)
with page.stage("past"):
    page.field(receptive_field_lab, fig.past(seen, (spec.row, spec.col), bet))
    page.strip(receptive_field_lab, first=("layers", "kernel", "first", "network"))
page.claims(page.shown(receptive_field_lab))

with page.stage("train", "Samples grow out of noise as the :orange[model] learns what neighbours say"):
    which = page.choose({"masked stack": pixelcnn_lab, "two gated stacks": gated_pixelcnn_lab}, "Network")
    run = page.run(which)
    page.film(
        run,
        fig.training(),
        figure="loss",
        unit="bits/dim",
        sentence=fig.training_sentence(run.trace),
    )
    page.strip(
        which,
        first=("layers", "channels", "first", "lr", "steps", "seed")
        if which is pixelcnn_lab
        else ("layers", "gates", "stacks", "conditional", "steps", "seed"),
    )
page.claims(run)

with page.stage("write", "One pass asks for all pixels; writing a digit takes :orange[one pass a pixel]"):
    writing.draw(run)

page.compare(run, PRESETS)
page.how(
    "How it works: the past, and nothing but the past",
    equation=r"p(x) = \prod_{i=1}^{n^2} p(x_i \mid x_1, \dots, x_{i-1})",
    symbols=fig.symbols(run.trace, spec.layers, spec.kernel),
    source=[masks.mask, method.PixelCNN.forward],
    plain=[r"\text{blind}(L) = \tfrac{h L (L - 1)}{2}, \qquad k = 2h + 1"],
)
with page.quiet("assignment", "Assignment: write the mask yourself"):
    assignment.draw(receptive_field_lab, first=True)
page.challenges(
    (
        Challenge("A field of 50 pixels or more with nothing leaking", lambda: grades.wide_and_honest(seen)),
        Challenge("Test digits below 2.00 bits per pixel", lambda: grades.test_below(run.trace, 2.0)),
    )
)
page.close(run, figure="loss")
