"""Page: value. Value iteration, Sarsa, Q-learning, double Q-learning, DQN (Sutton & Barto, 2018)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.reward import (
    bellman,
    bellman_lab,
    double_q,
    double_q_lab,
    dqn,
    dqn_lab,
    temporal_difference,
    temporal_difference_lab,
)
from pages.value import figures as fig
from pages.value import goals, stages

BEATS = (
    Beat("At first a move is worth what it earns: nothing of what comes next is known.", "world", {}, 0,
         note="Most cells look alike: only moves off the cliff and into the goal stand out."),
    Beat("Sweep by sweep, worth runs back from the goal.", "world", {}, 6,
         note="Step on: each sweep carries the goal's worth one cell further."),
    Beat("γ says how far the goal shines.", "world", {"bellman.gamma": 0.8},
         note="Move γ between 0.5 and 1. Which cells change their colour, and which their arrows?"),
    Beat("Wind: one step in ten goes astray.", "world", {"bellman.wind": 0.1},
         note="Touch cells above the cliff and read their four lines: which hold a share of the fall?"),
    Beat("Nobody knows the world: two learners walk, the cliff between them.", "twins",
         note="Play. Both have the same random numbers; see where their ways part."),
    Beat("Without exploration the ways meet.", "twins", {"temporal_difference.epsilon": 0.0},
         note="Compare the two tables: which values were never learned?"),
    Beat("The largest of ten guesses is too large.", "bias", {}, 12,
         note="All ten moves are worth the same. The first bar is the guess that Q-learning believes."),
    Beat("A net in place of the table needs its memory.", "net", {"dqn.replay": False},
         note="It learned from its last 32 steps alone. Switch replay on: which is nearer to the truth?"),
)  # fmt: skip
PRESETS = (
    Preset("hardly any exploration", {"epsilon": 0.01}, "Is it still worth keeping away from the edge?"),
    Preset("expected Sarsa", {"rule": "expected Sarsa"}, "The mean over next moves: a calmer target."),
    Preset("large steps", {"alpha": 0.5}, "Sarsa keeps further away, and its table is restless."),
    Preset("no discount", {"gamma": 1.0}, "What is far away counts in full."),
    Preset("no way to the goal", {"grid": "....##/....##/S..#xG"},
           "Nobody ever arrives: each episode is cut after 400 steps.", True),
)  # fmt: skip

page = anatomy.open(
    "value",
    claim="A cell is :green[worth] what can still be earned from it.",
    says=(
        "A small world goes in: walls, a cliff, a goal, and what a step earns.",
        "Out comes what each move in each cell is worth, and so the best way.",
        "It learns a cell's worth from the cells next to it, by sweeps over a map or by walking.",
    ),
    hero="computed as you paint",
    beats=BEATS,
)
map_ = page.shown(bellman_lab)
page.pipeline(*fig.pipeline(map_.trace, map_.spec))
windy = live.view(bellman_lab, bellman_lab.SPEC(wind=0.2))
page.predict(
    Bet(
        "first",
        "A wind comes up: one step in five is blown to one of its two sides, and the cliff begins right of "
        "the start, S. Which first move is best now?",
        ("up", "right", "down", "left"),
        goals.first(windy.trace, windy.spec),
        "Going up is blown off the cliff one time in ten. Going left runs into the edge and costs 1 a step, "
        "until the wind carries it up.",
        bellman_lab,
        {"wind": 0.2},
        covers=("claims-bellman",),
    )
)


@page.part
def world() -> None:
    """The hero: paint a world, and see what each move is worth."""
    shown = page.shown(bellman_lab)
    with page.stage("world"):
        stages.hero(shown)
        page.strip(bellman_lab, ("gamma", "wind", "step", "fall", "prize"), ("world", "end"))
    page.claims(shown)


run = page.training(
    "twins", temporal_difference_lab, stages.twins,
    title="Nobody knows the world: :violet[Sarsa] and :blue[Q-learning], the cliff between them",
    first=("rule", "epsilon", "alpha", "gamma", "seed"),
)  # fmt: skip
trap = page.training(
    "bias", double_q_lab, stages.bias,
    title="The largest of noisy guesses is :blue[too large], until they settle",
    first=("K", "mu", "epsilon", "alpha", "episodes", "seed"),
)  # fmt: skip
page.training(
    "net", dqn_lab, stages.net, title="A :orange[net] for the table, with replay and a target net",
    first=("replay", "target", "lr", "steps", "seed"),
)  # fmt: skip
page.compare(run, PRESETS)


@page.part
def end() -> None:
    """Challenges, the equations, prose, and what can be taken along."""
    shown = page.shown(bellman_lab)
    page.challenges(
        goal("Build walls until the best way takes 25 moves", "25 moves or more, without wind",
             lambda: goals.detour(shown.trace, shown.spec, 25)),
        goal("A Sarsa that dares the edge, and still explores", "13 moves for both, ε at least 0.005",
             lambda: goals.bold(run.trace, run.spec)),
        goal("Q-learners that are not trapped", "never more than 70% of them go left",
             lambda: goals.trap(trap.trace, 70)),
    )  # fmt: skip
    page.how(
        "How it works: worth comes from next door",
        equation=fig.EQUATION,
        symbols=fig.symbols(shown.trace, shown.spec),
        source=[
            bellman.backup,
            bellman.value_iteration,
            temporal_difference.sarsa,
            temporal_difference.q_learning,
            temporal_difference.update,
            double_q.double,
            dqn.targets,
            dqn.loss,
        ],
        plain=fig.PLAIN,
    )
    page.close(run, stages.EARNED)
