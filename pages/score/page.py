"""Page: scores, Langevin, and the two ways home (Song & Ermon, 2019; Song et al., 2021)."""

from app.page import anatomy
from app.page.beats import Beat
from app.page.challenges import Challenge
from app.page.compare import Preset
from app.page.screen import Figure
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


def ways(kind: str = "VP", steps: int = 100, shape: str = "ring", modes: int = 8) -> dict[str, int | str]:
    """Parameters of a beat on the two ways home."""
    return {"flow.kind": kind, "flow.steps": steps, "flow.shape": shape, "flow.modes": modes}


MANY, ONE = {"score_matching.scales": 8}, {"score_matching.scales": 1}
BEATS = (
    Beat("From the same noise one path wanders, one flows.", "flow", ways(), note="Drop a noise twice."),
    Beat("Both reach the data: at the end the two clouds are alike.", "flow", ways(), note="Switch layers."),
    Beat("With eight steps the SDE misses; the ODE still does not cross.", "flow", ways(steps=8)),
    Beat("Variance exploding: another noise, the same way home.", "flow", ways("VE"), note="Same picture."),
    Beat(
        "Plain Langevin cannot count: half and half.", "walks", {"langevin.small": 0.2}, note="Truth: 20 %."
    ),
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
PARTS = {"flow": ("ways_home", "end"), "walks": ("walkers", "end"), "trips": ("there_and_back", "end")}

page = anatomy.open(
    "score",
    claim="The same noise, two ways home: one :orange[wanders], one :blue[flows].",
    idea="Both follow the :green[score], and have one distribution at every moment. "
    "Only the :blue[flow] never crosses itself.",
    hero="exact · score of a Gaussian mixture",
    beats=BEATS,
)


@page.part
def ways_home() -> None:
    """The hero: particles on the plane, paths on the line."""
    trace, spec = page.shown(flow_lab).trace, page.spec(flow_lab)
    with page.stage("flow"):
        stages.hero(trace, spec)
        page.strip(flow_lab, ("shape", "modes", "spread", "kind", "steps"), PARTS["flow"])
    page.claims(page.shown(flow_lab))


@page.part
def walkers() -> None:
    """Langevin: no noise, plain, annealed."""
    trace, spec = page.shown(langevin_lab).trace, page.spec(langevin_lab)
    with page.stage("walks", "A blind hiker feels only the :green[slope]: Langevin cannot count modes"):
        page.predict("split", goals.ASKED, goals.SPLITS, goals.split(trace))
        stages.walks(trace, spec.key())
        page.strip(langevin_lab, ("small", "largest", "scales", "steps", "eps"), PARTS["walks"])
    page.claims(page.shown(langevin_lab))


with page.stage("train", "The :orange[learned] score: take out noise, and you know which way is up"):
    run = page.view(score_matching_lab)
    page.badge(*run.badge)
    page.film(run, stages.training(run.spec), LOSS, figures.training_sentence(run.trace))
    page.strip(score_matching_lab, ("shape", "modes", "spread", "scales", "steps"))
page.claims(run)


@page.part
def there_and_back() -> None:
    """Encoding by the ODE, and its likelihood."""
    trace, spec = page.shown(encoding_lab).trace, page.spec(encoding_lab)
    with page.stage("trips", "The :blue[ODE] gives every point a code, and knows how likely it is"):
        stages.trips(trace, spec)
        page.strip(encoding_lab, ("shape", "modes", "spread", "kind", "steps"), PARTS["trips"])
    page.claims(page.shown(encoding_lab))


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
        Challenge("Break the SDE, with no crossing of the ODE", lambda: goals.broken_sde(home)),
        Challenge("Anneal to within one point of the truth", lambda: goals.fair_walk(walk)),
        Challenge("Learn eight scales in 1,500 steps", lambda: goals.quick_study(run.trace)),
    )
    page.close(run, LOSS)
