"""Page: InstructGPT's three steps, and a judge that is climbed too far (Ouyang et al., 2022)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from app.page.screen import Figure, Scene
from engine.language import gpt_lab, sft, sft_lab
from engine.reward import instructgpt, instructgpt_lab, ppo, ranking, ranking_lab
from engine.reward.climb_claims import CURED, STRONG, WEAK
from pages.instructgpt import assembly, goals, stages, vote
from pages.instructgpt import figures as fig

GAIN = Figure("gain", "people's points above SFT", "higher", unlike=("right", "polite", "cap", "rude"))
LOSS = Figure("loss", "nats a pair in training", "lower", unlike=("noise",))


def _at(way: dict) -> dict:
    return {"prompt": stages.PROMPTS[stages.FIRST], **{f"instructgpt.{k}": value for k, value in way.items()}}


BEATS = (
    Beat("Rankings make a judge; a few steps up it, people gain, too.", "climb", _at(WEAK), 10,
         "The green line, people's points, is at its top. Drag on, and read what “policy now” replies."),
    Beat("Climb on: the judge is delighted, people are not.", "climb", _at(WEAK),
         note="Read the last reply, then point beside it: what people give for it, part by part."),
    Beat("Let distance cost something, and the fall is gone.", "climb", _at(CURED),
         note="β and γ are set now, to values of ours. The orange line climbs less; the green one stays up."),
    Beat("A judge of 36,000 comparisons is climbed as long, without a fall.", "climb", _at(STRONG),
         note="Compare the green line with step 2: as many iterations, no penalty, a better judge."),
    Beat("Why? It was taught manners everywhere, each answer seldom.", "lessons", _at(WEAK),
         note="Compare the three percentages: right answers, polite words, one polite word too many."),
    Beat("Word by word: who pays, and who earns.", "ledger", _at(WEAK),
         note="Move the slider: with a higher β the red bars grow. The judge pays at the full stop."),
    Beat("Rank four replies once, and six comparisons are made.", "desk", _at(WEAK),
         note="Let a student click them from best to worst, and watch the cells fill."),
    Beat("Does anybody like it better? Vote blind.", "rates", _at(WEAK),
         note="Click the better reply a few times; then compare your dots with the people's."),
)  # fmt: skip
PRESETS = (
    Preset("a price on distance", {"beta": 0.3}, "Straying from SFT costs points: see where the climb ends."),
    Preset("both terms", CURED, "The paper's PPO-ptx: a price on distance, and pages of the web in between."),
    Preset("rank nine replies, 1000 prompts", {"K": 9, "prompts": 1000}, "A judge of 36,000 comparisons."),
    Preset("people who like four polite words", {"cap": 4}, "What people want is ours to set: change it."),
    Preset("a labeller by lot", {"noise": 3.0}, "The judge learns noise, and the policy climbs it.", True),
    Preset("a huge step", {"lr": 0.05}, "The policy is destroyed in a few iterations.", True),
)

page = anatomy.open(
    "instructgpt",
    claim="The :orange[judge] sees only progress. What :green[people] get is falling.",
    says=(
        "A prompt such as “SOUND duck ?” goes in.",
        "Out comes a reply of a few words, for which people would give points.",
        "It first copies replies that people wrote (SFT); then it is changed to please a judge, a net that "
        "learned from rankings what people like.",
    ),
    hero="trained from rankings",
    beats=BEATS,
)
run = page.view(instructgpt_lab)
page.pipeline(*fig.pipeline(run.trace, run.spec, stages.FIRST))
page.predict(
    Bet(
        "price", "Let straying cost points (β), reading go on (γ). Do people end above SFT?", goals.CHOICES,
        goals.ends(live.view(instructgpt_lab, instructgpt_lab.SPEC().but(**CURED)).trace),
        "Near its start the judge is right; the price keeps the policy there, and people keep their gain.",
        instructgpt_lab, CURED, covers=("claims-instructgpt", "won-people"),
    )
)  # fmt: skip

with page.stage("climb"):
    row = stages.prompt(page.extras, run)
    page.film(run, fig.hero(row, run.spec.gold), GAIN, fig.climbed(run.spec), height=300, plays=True)
    page.strip(instructgpt_lab, ("beta", "gamma", "K", "prompts"))
page.claims(run)

with page.stage("ledger", "Each word :red[pays] for its distance from SFT; the last one :orange[earns]"):
    stages.ledger(run, row)

rm = page.training(
    "judge", ranking_lab,
    lambda rm: Scene(fig.judged(rm.trace), fig.judged_said(rm.spec), LOSS, time="batch"),
    title="Replies are ranked once, and every pair of them is a lesson for the :orange[judge]",
    first=("K", "prompts", "batch", "noise"),
)  # fmt: skip
with page.stage("desk", "Rank them yourself, and see what that tells the :orange[judge]"):
    stages.desk(rm)

with page.stage("lessons", "What it was taught: :violet[manners] often, each :green[answer] seldom"):
    stages.lessons(rm, row)


@page.part
def rates() -> None:
    """Win rates, and the reader's blind vote."""
    with page.stage("rates", "Does anybody like it better than SFT? :green[People] say, and :blue[you]"):
        vote.rates(run)


with page.stage("room", "Your class as the :orange[judge]"):
    stages.room(page.slug, run.spec)

with page.stage("line", "From nothing: the web, demonstrations, rankings, PPO"):
    assembly.draw({
        "1 · reads the web": (gpt_lab, "level.gold"), "2 · is shown how": (sft_lab, "level.gold"),
        "3 · a judge, then PPO": (instructgpt_lab, "gain"),
    })  # fmt: skip
base, tuned = page.view(gpt_lab), page.view(sft_lab)
page.claims(base)
with page.stage("talk", "A talk: only the :green[assistant's words] are learned"):
    stages.talk(tuned)
page.claims(tuned)

page.compare(run, PRESETS)
page.challenges(
    goal("One point above SFT, within 2 nats of it", "+1 point, KL at most 2 nats",
         lambda: goals.thrifty(run.trace, run.spec)),
    goal("Half a point above SFT from 500 comparisons", "+0.5 points, at most 500 comparisons",
         lambda: goals.frugal(run.trace, run.spec, 500, 0.5)),
    goal("Fool the judge by 5 points", "the judge 5 points above people", lambda: goals.hacked(run.trace)),
)  # fmt: skip
page.how(
    "How it works: climb, but pay for the distance", fig.EQUATION, fig.symbols(run.trace, run.spec),
    [instructgpt.token_rewards, ranking.ranking_loss, ppo.clipped, ppo.gae, sft.spoken], fig.PLAIN,
)  # fmt: skip
page.close(run, GAIN)
