"""Page: scores, Langevin, and the two ways home (Song & Ermon, 2019; Song et al., 2021)."""

from app.page import anatomy
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from app.page.screen import Figure, Scene
from engine.diffusion import (
    encoding_lab,
    flow,
    flow_lab,
    langevin,
    langevin_lab,
    score_matching,
    score_matching_lab,
    sde,
)
from pages.score import figures, goals, stages

LOSS = Figure("loss", "of loss")

VP = {"flow.kind": "VP", "flow.steps": 100, "flow.shape": "ring", "flow.modes": 8}
VE, EIGHT = {**VP, "flow.kind": "VE"}, {**VP, "flow.steps": 8}
MANY, ONE, FEW = {"score_matching.scales": 8}, {"score_matching.scales": 1}, {"langevin.small": 0.2}
BEATS = (
    Beat("From the same noise one path wanders, one flows.", "flow", VP, note="Drop a noise twice."),
    Beat("Both reach the data: at the end the two clouds are alike.", "flow", VP, note="Switch layers."),
    Beat("With eight steps the SDE misses; the ODE still does not cross.", "flow", EIGHT),
    Beat("Variance exploding: another noise, the same way home.", "flow", VE, note="Same picture."),
    Beat("Plain Langevin cannot count: half and half.", "walks", FEW, note="Truth: 20 %."),
    Beat("A net learns the field from noise that it is asked to take out.", "train", MANY, note="Drag."),
    Beat("One small noise teaches nothing where there are no data.", "train", ONE, note="Error layer."),
    Beat("The ODE brings every point home, and knows how likely it is.", "trips", {"encoding.kind": "VP"}),
)
PRESETS = (
    Preset("one small noise", {"scales": 1}, "Far from the data the arrows are guesses."),
    Preset("a tiny net", {"hidden": 8}, "Coarse arrows: the modes blur into each other."),
    Preset("no time to learn", {"steps": 60}, "Large noise is learned first, small noise not yet."),
    Preset("a huge step", {"lr": 1.0}, "The loss stays high, and the walkers get lost.", True),
    Preset("modes finer than the noise", {"shape": "spiral", "modes": 24}, "A harder field.", True),
)

page = anatomy.open(
    "score",
    claim="The same noise, two ways home: one :orange[wanders], one :blue[flows].",
    says=(
        "Both follow the :green[score], and have one distribution at every moment. "
        "Only the :blue[flow] never crosses itself.",
    ),
    hero="exact · score of a Gaussian mixture",
    beats=BEATS,
)


@page.part
def ways_home() -> None:
    """The hero: particles on the plane, paths on the line."""
    shown = page.shown(flow_lab)
    with page.stage("flow"):
        stages.hero(shown)
        page.strip(flow_lab, ("shape", "modes", "spread", "kind", "steps"), ("ways_home", "end"))
    page.claims(shown)


@page.part
def walkers() -> None:
    """Langevin: no noise, plain, annealed."""
    shown = page.shown(langevin_lab)
    with page.stage("walks", "A blind hiker feels only the :green[slope]: Langevin cannot count modes"):
        page.predict(Bet("split", goals.ASKED, goals.SPLITS, goals.split(shown.trace), ""))
        stages.walks(shown)
        page.strip(langevin_lab, ("small", "largest", "scales", "steps", "eps"), ("walkers", "end"))
    page.claims(shown)


run = page.training(
    "train",
    score_matching_lab,
    lambda shown: Scene(*stages.training(shown), LOSS),
    title="The :orange[learned] score: take out noise, and you know which way is up",
    first=("shape", "modes", "spread", "scales", "steps"),
)


@page.part
def there_and_back() -> None:
    """Encoding by the ODE, and its likelihood."""
    shown = page.shown(encoding_lab)
    with page.stage("trips", "The :blue[ODE] gives every point a code, and knows how likely it is"):
        stages.trips(shown)
        page.strip(encoding_lab, ("shape", "modes", "spread", "kind", "steps"), ("there_and_back", "end"))
    page.claims(shown)


page.compare(run, PRESETS)


@page.part
def end() -> None:
    """The equations, challenges, prose, and what can be taken along."""
    home, walk = page.shown(flow_lab).trace, page.shown(langevin_lab).trace
    page.how(
        "How it works: three ways to follow a score",
        equation=r"dx = \big[f(x,t) - g(t)^2\, \nabla_x \log p_t(x)\big]\,dt + g(t)\,d\bar w",
        symbols=figures.symbols(home, walk),
        source=[sde.reverse, flow.slope, langevin.langevin, score_matching.losses],
        plain=figures.PLAIN,
    )
    page.challenges(
        goal(
            "Break the SDE, with no crossing of the ODE",
            "over 3 floors, 0 crossings",
            lambda: goals.broken(home),
        ),
        goal("Anneal to within one point of the truth", "at most 1% off", lambda: goals.fair_walk(walk)),
        goal(
            "Learn eight scales in 1,500 steps",
            "cosine 0.97 at eight scales or more, within 1,500 steps",
            lambda: goals.quick_study(run.trace),
        ),
    )
    page.close(run, LOSS)
