"""Page: the variational auto-encoder and its bound (Kingma & Welling, 2013; Blei et al., 2016)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.latent import (
    bound,
    bound_lab,
    cavi,
    cavi_lab,
    gaussian_mixture,
    gaussian_mixture_lab,
    linear_vae,
    linear_vae_lab,
    vae,
    vae_lab,
)
from pages.elbo import figures as fig
from pages.elbo import goals, stages

MODE, COVER = bound_lab.SHAPE
BEATS = (
    Beat("Every digit becomes a cloud in one plane.", "train",
         note="Move over the plane and watch the lens: between two clouds the digits melt into each other."),
    Beat("Surprise and gap add up to what the bound says.", "bound", {"bound.a": 0.0}, 0,
         note="Drag the dot on the left: the red bar changes, the green one never does."),
    Beat("With two modes, KL(q‖p) picks one.", "bound", {"bound.lowers": MODE},
         note="Drag q to the left half and play again: where does it go now?"),
    Beat("KL(p‖q) covers both.", "bound", {"bound.lowers": COVER},
         note="Compare the red bar with the step before: this q leaves the larger gap."),
    Beat("One coordinate at a time, the bound climbs a staircase.", "cavi", {}, 0,
         note="Play, then set ρ to 0.95 and play again: which needs more half sweeps?"),
    Beat("Each start climbs, and not to one end.", "mixture", {}, 0,
         note="Play, then go through the starts: where do two rings share one group?"),
    Beat("Where the answer is known, the bound finds it.", "linear",
         note="Drag the timeline: the last directions come in late."),
    Beat("Without noise a digit is a point, and points are free.", "train", {"vae.noise": False},
         note="Find the dashed circle, and the places that draw no digit."),
)  # fmt: skip
PRESETS = (
    Preset("no noise", {"noise": False}, "A plain auto-encoder: points instead of clouds, and no price."),
    Preset("one number", {"D": 1}, "All digits on one line: which of them share a place?"),
    Preset("four numbers", {"D": 4}, "More room; the plane shows two of them. What does a digit cost now?"),
    Preset("more steps", {"steps": 3000}, "Learned digits get cheaper. Do kept ones?"),
    Preset("a huge step", {"lr": 0.1}, "The clouds lose their digits.", True),
)

page = anatomy.open(
    "elbo",
    claim="A picture becomes a :orange[cloud], and every place of the plane draws a :violet[picture].",
    says=(
        "A handwritten digit goes in, each pixel black or white.",
        "Out comes a cloud of places in a plane; and each place, decoded, is a picture.",
        "It learns to raise a bound on how likely the digits are: likely pixels, minus the price of clouds.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)
base = page.view(vae_lab)
page.pipeline(*fig.pipeline(base.trace, base.spec))
points = live.view(vae_lab, vae_lab.SPEC(noise=False))
page.predict(
    Bet(
        "scatter",
        "The centres of the clouds lie about 1 from 0 (root mean square), as draws of N(0, I) do. Take noise "
        "and KL away: how far from 0 does the encoder put the digits then?",
        tuple(f"{one:g}" for one in goals.BETS),
        goals.scatter(points.trace),
        "Only the KL pulls towards 0, and without noise the decoder reads points far apart best.",
        vae_lab,
        {"noise": False},
        covers=("claims-vae",),
    )
)
run = page.training("train", vae_lab, stages.scene, first=("noise", "D", "hidden", "steps", "seed"))

touched = page.shown(bound_lab)
with page.stage("bound", "Drag :orange[q]: surprise and :red[gap] always add up to minus the bound"):
    stages.drag(touched)
    page.strip(bound_lab)
page.claims(touched)
steps = page.shown(cavi_lab)
with page.stage("cavi", "An upright :orange[q] climbs towards a slanted :green[posterior]"):
    stages.ascend(steps)
    page.strip(cavi_lab)
page.claims(steps)
groups = page.shown(gaussian_mixture_lab)
with page.stage("mixture", "Twelve starts, a :orange[q] each: all climb, and end in different places"):
    stages.look(groups)
    page.strip(gaussian_mixture_lab, ("which", "K", "sweeps", "seed"))
page.claims(groups)
page.training(
    "linear", linear_vae_lab, stages.climbing, title="A :orange[VAE] of straight lines lands on :green[PCA]",
    first=("k", "lr", "steps", "seed"),
)  # fmt: skip

page.compare(run, PRESETS)
page.challenges(
    goal("A kept digit for 18.5 nats", "18.5 nats or less, with noise",
         lambda: goals.cheap(run.trace, run.spec, 18.5)),
    goal("Two modes in the prior, and no gap", "0.001 nats at most, halves at ±2 or farther",
         lambda: goals.closed(touched.trace, touched.spec, 0.001)),
    goal("A posterior of which q keeps half the variance", "48% to 52%", lambda: goals.half(steps.spec)),
)  # fmt: skip
page.how(
    "How it works: a bound in two parts, and what it leaves",
    equation=fig.EQUATION,
    symbols=fig.symbols(run.trace, run.spec),
    source=[
        vae.VAE.bound,
        vae.kl,
        vae.weighted,
        bound.World.bound,
        cavi.update,
        gaussian_mixture.assign,
        gaussian_mixture.place,
        linear_vae.LinearVAE.bound,
    ],
    plain=fig.PLAIN,
)
page.close(run, stages.KEPT)
