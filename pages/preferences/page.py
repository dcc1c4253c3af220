"""Page: rewards learned from comparisons (Christiano et al., 2017; Bradley & Terry, 1952)."""

from app.page import anatomy
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.screen import Figure, Scene
from engine.reward import bradley_terry, bradley_terry_lab, human_preferences, human_preferences_lab
from pages.preferences import figures as fig
from pages.preferences import goals, room_reward, stages

RETURN = Figure("return", "of the best")
OPEN = {
    "human_preferences.garden": "one flag",
    "human_preferences.camera": "from above",
    "human_preferences.clips": "its own",
}
SIDE = {**OPEN, "human_preferences.camera": "from the side"}
FAR = {**OPEN, "human_preferences.clips": "a random walker"}
NOBODY, SOME, MANY = stages.BEGIN
BEATS = (
    Beat("Nobody tells it what a flag is: the map is noise.", "teach", {**OPEN, "begin": NOBODY}),
    Beat("Each answer moves the cells of two clips.", "teach", {**OPEN, "begin": SOME}, note="Click."),
    Beat("After 160 answers it knows where to go.", "teach", {**OPEN, "begin": MANY}, note="Reveal."),
    Beat("About a random walker's clips, as many answers teach little.", "train", FAR, note="It stays home."),
    Beat("Ask about where it walks.", "arms", OPEN, note="Active or by lot: reported, not claimed."),
    Beat("Seen from the side, it pleases the camera.", "train", SIDE, note="Who is at fault?"),
    Beat("A room votes, and a ladder comes of it.", "room", OPEN, note="Open a room; let them scan."),
    Beat("Two opposed halves: the mean pleases neither.", "voters", {"bradley_terry.minority": 0.5}),
)
PRESETS = (
    Preset("a random walker's clips", {"clips": "a random walker"}, "It never asks about where it will go."),
    Preset("random pairs", {"queries": "random"}, "Sometimes slower; the paper found it no worse at times."),
    Preset("three answers in ten are slips", {"errors": 0.3}, "Slower; the map is paler."),
    Preset("a camera from the side", {"camera": "from the side"}, "It pleases the camera, not you.", True),
    Preset("an island", {"garden": "an island"}, "It stays ashore: who never lands never learns.", True),
)

page = anatomy.open(
    "preferences",
    claim="Nobody writes the reward down: :blue[it is guessed] from which clip you like better.",
    says=(
        "You compare two :orange[clips]. Predictors fit a reward to your answers, and a policy climbs it.",
    ),
    hero="fitted as you answer",
    beats=BEATS,
)
run = page.view(human_preferences_lab)


@page.part
def teach() -> None:
    """The hero: two clips, four answers, the map of beliefs."""
    with page.stage("teach"):
        stages.teach(run, page.extras)


page.training(
    "train",
    human_preferences_lab,
    lambda shown: Scene(fig.hero(), fig.sentence(shown.trace), RETURN),
    title="A labeller of ours answers 200 times: :blue[belief], :red[doubt] and :orange[walks]",
    first=("garden", "clips", "queries", "errors", "members", "camera"),
)
with page.stage("free", "Add a number to every cell: the :blue[map] moves, no answer does"):
    stages.constant(run)
with page.stage("arms", "Ask about where it :orange[walks]; whether pairs are chosen matters less"):
    stages.arms(run)
with page.stage("room", "A room votes: a :blue[ladder] with error bars, or two"):
    room_reward.draw()


@page.part
def voters() -> None:
    """A simulated room, for who has no class at hand."""
    with page.stage("voters", "No class at hand? Voters of ours, whose :green[truth] is known"):
        shown = stages.voted(page)
        stages.voters(shown)
        page.strip(
            bradley_terry_lab, ("votes", "items", "voters", "minority", "lazy", "rule"), ("voters", "end")
        )
    page.claims(shown)


page.compare(run, PRESETS)
page.how(
    "How it works: a reward is what makes the answers likely",
    equation=fig.EQUATION,
    symbols=fig.symbols(run.trace, run.spec),
    source=[
        human_preferences.preferred,
        human_preferences.losses,
        human_preferences.Ensemble.disagreement,
        bradley_terry.fit,
    ],
    plain=fig.PLAIN,
)


@page.part
def end() -> None:
    """Challenges, prose, and what can be taken along."""
    room = stages.voted(page).trace
    page.challenges(
        goal(
            "Nine tenths of the best within 30 answers",
            "0.9 within 30 answers",
            lambda: goals.quick(run.trace, 30),
        ),
        goal(
            "The same, with three answers in ten slips",
            "0.9 in the end, slips at 0.3 or more",
            lambda: goals.despite(0.3, run.trace, run.spec),
        ),
        goal(
            "Rank 20 things with 150 votes, to 0.95",
            "0.95, 150 votes, 20 things",
            lambda: goals.ranked(room, 150, 0.95),
        ),
    )
    page.close(run, RETURN)
