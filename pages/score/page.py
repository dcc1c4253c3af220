"""Page: scores, Langevin, and the two ways home (Song & Ermon, 2019; Song et al., 2021)."""

from app.page import anatomy, computing
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
from engine.labs import lab_id
from pages.score import goals, mechanism, stages

LOSS = Figure("loss", "training loss", "lower", ("shape", "modes", "spread", "scales"))
EIGHT = flow_lab.SPEC(steps=8)
BEATS = (
    Beat("From the same noise one path wanders, one flows.", "flow", moment=20,
         note="Press Play. Then click the left picture twice at one place: blue goes the same way again."),
    Beat("Both reach the data: at the end the two clouds are alike.", "flow",
         note="Switch SDE and ODE off and on under the picture, and compare the clouds."),
    Beat("With eight steps the SDE misses; on the line the ODE still does not cross.", "flow",
         {"flow.steps": 8}, note="Compare how many orange and blue points lie on the clumps."),
    Beat("Variance exploding: another noise, the same way home.", "flow", {"flow.kind": "VE"},
         note="Play it: noise comes in until data are lost in it, nothing shrinks; the end is the same."),
    Beat("Plain Langevin cannot count: half and half.", "walks",
         note="Walkers begin everywhere alike, so half end in each clump, though the small one weighs 20 %."),
    Beat("A net learns the field from noise that it is asked to take out.", "train",
         note="Drag the timeline, and watch the arrows turn to the clumps."),
    Beat("One small noise teaches less where data are rare.", "train", {"score_matching.scales": 1},
         note="Pink is the error, large far from the clumps. The last bar: 0.6, with eight noises 0.9."),
    Beat("The ODE brings every point home, and knows how likely it is.", "trips",
         note="Click a crowded place in the left plane, then an empty one, and compare the curves."),
)  # fmt: skip
PRESETS = (
    Preset("one small noise", {"scales": 1}, "Far from the data the arrows agree less with the exact ones."),
    Preset("a tiny net", {"hidden": 8}, "Coarse arrows: the modes blur into each other."),
    Preset("no time to learn", {"steps": 60}, "Large noise is learned first, small noise not yet."),
    Preset("a huge step", {"lr": 1.0}, "The loss stays high, and the walkers get lost.", True),
    Preset("modes finer than the noise", {"shape": "spiral", "modes": 24}, "A harder field.", True),
)

page = anatomy.open(
    "score",
    claim="The same noise, two ways home: one :orange[wanders], one :blue[flows].",
    says=(
        "Points of pure noise go in.",
        "Out come points like the data: each step follows the score, an arrow to where data are denser.",
        "Here the score is known exactly; a net learns it, further down, by taking out noise that was added.",
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


found = goals.landed(computing.exact_trace(lab_id(flow_lab), EIGHT.key(), EIGHT), EIGHT)
home = page.shown(flow_lab)
page.pipeline(*mechanism.pipeline(home.trace, home.spec.kind, home.spec.steps))
page.predict(
    Bet(
        "clouds",
        "8 steps, not 100: whose cloud ends with 80 % on the clumps?",
        goals.CLOUDS,
        goals.still(found),
        f"{found['ode']:.0%} of the ODE's points end within three widths of a clump, {found['sde']:.0%} of "
        f"the SDE's: "
        "its steps add noise, and few are too few to take it out again.",
        flow_lab,
        {"steps": 8},
        covers=("claims-flow",),
    )
)


@page.part
def walkers() -> None:
    """Langevin: no noise, plain, annealed."""
    shown = page.shown(langevin_lab)
    with page.stage("walks", "A hiker who feels only the :green[slope] cannot count the peaks: Langevin"):
        stages.walks(shown)
        page.strip(langevin_lab, ("small", "largest", "scales", "steps", "eps"), ("walkers", "end"))
    page.claims(shown)


run = page.training(
    "train",
    score_matching_lab,
    lambda shown: Scene(*stages.training(shown), LOSS, 186),
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
    """The challenges, the equations, prose, and what can be taken along."""
    way, walk = page.shown(flow_lab), page.shown(langevin_lab).trace
    page.challenges(
        goal(
            "Make the two clouds differ, while no paths of the ODE cross",
            "over 3 times the MMD of two exact draws, 0 crossings",
            lambda: goals.broken(way.trace),
        ),
        goal("Anneal to within one point of the truth", "at most 1% off", lambda: goals.fair_walk(walk)),
        goal(
            "Learn eight scales in 1,500 steps",
            "cosine 0.97 at eight scales or more, within 1,500 steps",
            lambda: goals.quick_study(run.trace),
        ),
    )
    page.how(
        "How it works: three ways to follow a score",
        equation=r"dx = \big[f(x,t) - g(t)^2\, \nabla_x \log p_t(x)\big]\,dt + g(t)\,d\bar w",
        symbols=mechanism.symbols(way.spec.kind, way.spec.steps, walk),
        source=[sde.reverse, flow.slope, langevin.langevin, score_matching.losses],
        plain=mechanism.PLAIN,
    )
    page.close(run, LOSS)
