"""Page: rewards learned from comparisons (Christiano et al., 2017; Bradley & Terry, 1952)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from app.page.screen import Figure, Scene
from engine.reward import bradley_terry, bradley_terry_lab, human_preferences, human_preferences_lab
from pages.preferences import figures as fig
from pages.preferences import goals, room_reward, stages

RETURN = Figure("return", "of the best, truly", "higher", unlike=("garden",))
NOBODY, SOME, MANY = stages.BEGIN


def _at(begin: str, **changes: str) -> dict[str, str]:
    """Parameters of a beat: the labeller's answers before the reader's, and what else is changed."""
    return {"begin": begin, **{f"human_preferences.{name}": value for name, value in changes.items()}}


BEATS = (
    Beat("Nobody tells it what a flag is: the map is noise.", "teach", _at(NOBODY),
         note="Click the clip that you like better, and watch the map of beliefs change."),
    Beat("Each answer moves the cells of two clips.", "teach", _at(SOME),
         note="Teach it: click the walk that is better, or nearer to the flag. Which cells change?"),
    Beat("After 160 answers it knows where to go.", "teach", _at(MANY),
         note="Press “Reveal the true reward”, and compare the two maps."),
    Beat("About a random walker's clips, as many answers teach little.", "train",
         _at(SOME, clips="a random walker"),
         note="Look at the third map: it does not show the way to the flag."),
    Beat("Ask about where it walks.", "arms", _at(SOME),
         note="Compare violet with the others: whose clips are shown matters more than which pair."),
    Beat("Seen from the side, it pleases the camera.", "train", _at(SOME, camera="from the side"),
         note="Compare the two curves on the right: what the labeller sees, and what is truly earned."),
    Beat("A room votes, and a ladder comes of it.", "room", _at(SOME),
         note="Open a room, and let people scan the code with their phones."),
    Beat("Two opposed halves: the mean pleases neither.", "voters",
         _at(SOME) | {"bradley_terry.minority": 0.5, "bradley_terry.votes": 400},
         note="One half wants the opposite of the other; blue, the room's mean, suits neither."),
)  # fmt: skip
PRESETS = (
    Preset("a random walker's clips", {"clips": "a random walker"}, "It never asks about where it will go."),
    Preset("random pairs", {"queries": "random"}, "Sometimes slower; the paper found it no worse at times."),
    Preset("three answers in ten are slips", {"errors": 0.3}, "Slower; the map is paler."),
    Preset(
        "a camera from the side", {"camera": "from the side"}, "What differs in height cannot be told.", True
    ),
    Preset("an island", {"garden": "an island"}, "It stays ashore: who never lands never learns.", True),
)

page = anatomy.open(
    "preferences",
    claim="Nobody writes the reward down: it is :blue[guessed] from your choices.",
    says=(
        "Two short walks in a garden go in, and somebody's answer which of them is better.",
        "Out comes a map of what is wanted, and a policy, which takes the best way over that map.",
        "It learns by making the answers so far likely; nobody ever tells it a reward.",
    ),
    hero="fitted as you answer",
    beats=BEATS,
)
run = page.view(human_preferences_lab)
page.pipeline(*fig.pipeline(run.trace, run.spec))
sideways = live.view(human_preferences_lab, human_preferences_lab.SPEC(camera="from the side"))
page.predict(
    Bet(
        "side", "160 answers, seen only from the side: how far does the policy get?",
        goals.FAR, goals.far(sideways.trace),
        "As many answers from above bring it all the way. From the side all cells of a column look alike, so "
        "it learns the flag's column and not its row.",
        human_preferences_lab, {"camera": "from the side"}, also={"begin": MANY},
    )
)  # fmt: skip


@page.part
def teach() -> None:
    """The hero: two clips, four answers, the map of beliefs."""
    with page.stage("teach"):
        stages.teach(run, page.extras)


page.training(
    "train",
    human_preferences_lab,
    lambda shown: Scene(fig.hero(), fig.TAUGHT, RETURN, height=240, time="answer"),
    title="A labeller of ours answers 200 times: :blue[belief], :red[doubt] and :orange[walks]",
    first=("garden", "clips", "queries", "errors", "members", "camera"),
)
with page.stage("free", "Add a number to every cell: the :blue[map] moves, no answer does"):
    stages.constant(run)
with page.stage("arms", "Ask about where it walks; whether pairs are chosen matters less"):
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
            bradley_terry_lab,
            ("votes", "items", "voters", "minority", "lazy", "rule"),
            ("voters", "aims", "end"),
        )
    page.claims(shown)


page.compare(run, PRESETS)


@page.part
def aims() -> None:
    """Challenges; one is about the voters."""
    room = stages.voted(page).trace
    page.challenges(
        goal("Nine tenths of the best within 30 answers", "0.9 within 30 answers",
             lambda: goals.quick(run.trace, 30)),
        goal("The same, with three answers in ten slips", "0.9 in the end, slips at 0.3 or more",
             lambda: goals.despite(0.3, run.trace, run.spec)),
        goal("Rank 20 things with 150 votes, to 0.95", "0.95, 150 votes, 20 things",
             lambda: goals.ranked(room, 150, 0.95)),
    )  # fmt: skip


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
    """Prose, and what can be taken along."""
    page.close(run, RETURN)
