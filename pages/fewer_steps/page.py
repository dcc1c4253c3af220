"""Page: fewer steps. DDIM (Song et al., 2020), consistency models (2023), their trajectories (Kim et al.)."""

from app.page import anatomy, computing
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.diffusion import (
    consistency,
    consistency_lab,
    ddim,
    ddim_lab,
    trajectory,
    trajectory_lab,
)
from engine.labs import lab_id
from pages.fewer_steps import goals, mechanism, stages

EIGHT = ddim_lab.SPEC(steps=8)
BEATS = (
    Beat("Fresh noise at each step: one start, many ends. None: one start, one end.", "lanes",
         note="Play it. Six orange paths begin at one place; then click a river to begin elsewhere."),
    Beat("Steps can be left out: the path is coarser.", "lanes", {"ddim.steps": 8},
         note="The green path has 80 steps. Compare where it ends with where the blue one does."),
    Beat("η lets fresh noise in.", "lanes", {"ddim.eta": 0.5},
         note="Move η from 0 to 1, and watch the blue paths begin to cross."),
    Beat("A net learns where each path ends: its guesses slide together.", "strings",
         note="Drag the timeline. Each colour of the middle picture becomes flat, from the data backwards."),
    Beat("Without f(x, ε) = x the guesses agree, on nothing.", "strings", {"consistency.boundary": False},
         note="The lines are flat here, too. Compare them with the dotted ends."),
    Beat("What a step costs, and what it buys.", "cost",
         note="Where do blue and pink go below violet's first dot? What did each pay for that?"),
    Beat("A jump from any noise to any less: one step beside eighty.", "jumps",
         note="Drag the timeline: the threads are how far one jump ends from where it should."),
    Beat("One ruler: from the score to a consistency model.", "ruler",
         note="Play it: from the score, where nothing is jumped, down to s. Then move the handles."),
)  # fmt: skip
PRESETS = (
    Preset("bare net", {"boundary": False}, "Nothing ties it to the data: do its guesses still agree?"),
    Preset("Euler's steps", {"solver": "Euler"}, "A teacher half as dear. How much worse is its student?"),
    Preset("a target that never lags", {"mu": 0.0}, "The net is its own goal at each step."),
    Preset("few levels", {"N": 6}, "Long steps of the teacher, and few of them."),
    Preset("a huge step", {"lr": 0.3}, "Do the guesses of a path still agree?", True),
)  # fmt: skip

page = anatomy.open(
    "fewer-steps",
    claim="The same noise: home in :blue[eighty] steps, or in :violet[one].",
    says=(
        "A point of pure noise goes in.",
        "Out comes a point of the data: by many small steps, by few large ones, or by one jump.",
        "The steps need no training beyond a denoiser, which is exact here; the jump is learned from them.",
    ),
    hero="exact · the violet lane: a recorded net",
    beats=BEATS,
)


@page.part
def lanes() -> None:
    """The hero: three lanes."""
    shown = page.shown(ddim_lab)
    with page.stage("lanes"):
        stages.hero(shown)
        page.strip(ddim_lab, ("steps", "eta", "x", "spread", "seed"), ("lanes", "price", "end"))
    page.claims(shown)


here = page.shown(ddim_lab)
page.pipeline(*mechanism.pipeline(here.spec))
page.predict(
    Bet(
        "kept",
        "DDIM adds no noise. Of 100 noises, how many end in 8 steps on the clump where 80 steps bring them?",
        tuple(goals.BETS),
        goals.kept(computing.exact_trace(lab_id(ddim_lab), EIGHT.key(), EIGHT)),
        "Eight straight pieces cut the corners of a bent path: a noise near the border of two clumps may "
        "come out on the other side. By chance 35 would agree.",
        ddim_lab,
        {"steps": 8},
        covers=("claims-ddim",),
    )
)

run = page.training(
    "strings",
    consistency_lab,
    stages.strings,
    title="A net learns where a path ends, and the guesses of all its points slide together",
    first=("boundary", "solver", "N", "mu", "steps", "seed"),
)


@page.part
def price() -> None:
    """What steps cost."""
    with page.stage("cost", "What a step costs: :violet[one] evaluation against many"):
        stages.cost(page.shown(ddim_lab), run)


jumped = page.training(
    "jumps",
    trajectory_lab,
    stages.jumps,
    title="On the plane: :orange[jumps] from any noise to any less",
    first=("score", "hidden", "lr", "steps", "seed"),
)
with page.stage("ruler", "One ruler, two handles: from the score to a consistency model"):
    stages.ruler(jumped)

page.compare(run, PRESETS)


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    way = page.shown(ddim_lab)
    page.challenges(
        goal("Few steps, and nearly every noise on its clump", "95% kept in 20 steps at most",
             lambda: goals.short(way.trace, way.spec, 20, 0.95)),
        goal("Make the middle lane forget with little fresh noise", "η 0.6 at most, within 10% of chance",
             lambda: goals.forgetful(way.trace, way.spec, 0.6, 0.1)),
        goal("One step nearer to where the ODE ends", "0.035 away on average at most",
             lambda: goals.close(run.trace, 0.035)),
    )  # fmt: skip
    page.how(
        "How it works: a guess, and less of the same noise",
        equation=mechanism.EQUATION,
        symbols=mechanism.symbols(way.spec),
        source=[ddim.step, consistency.losses, consistency.Consistency.forward, trajectory.losses],
        plain=mechanism.PLAIN,
    )
    page.close(run, stages.ONE)
