"""Page: InstructGPT's three steps, and a judge that is climbed too far (Ouyang et al., 2022)."""

from app.page import anatomy
from app.page.beats import Beat
from app.page.challenges import Challenge
from app.page.compare import Preset
from app.page.screen import Figure
from engine.language import gpt_lab, sft, sft_lab
from engine.reward import instructgpt, instructgpt_lab, ppo, ranking, ranking_lab
from engine.reward.climb_claims import CURED, STRONG, WEAK
from pages.instructgpt import assembly, lessons, stages, vote
from pages.instructgpt import figures as fig
from pages.instructgpt import goals as grades

GAIN, LOSS = Figure("gain", "points above SFT"), Figure("loss", "nats a pair")


def _at(way: dict) -> dict:
    return {f"instructgpt.{name}": value for name, value in way.items()}


BEATS = (
    Beat("Rankings make a judge. A few steps up it, and people gain, too.", "climb", _at(WEAK), 10),
    Beat("Climb on: the judge is delighted, people are not.", "climb", _at(WEAK), note="Read the replies."),
    Beat("Let distance cost something, and the fall is gone.", "climb", _at(CURED), note="β and γ are ours."),
    Beat("A judge of 36,000 comparisons can be climbed as far.", "climb", _at(STRONG)),
    Beat("Why? What it was taught: manners everywhere, each answer seldom.", "lessons", _at(WEAK)),
    Beat("Word by word: who pays, and who earns.", "ledger", _at(WEAK), note="Move the slider."),
    Beat("Rank four replies: K passes, K(K-1)/2 comparisons.", "desk", _at(WEAK), note="Let a student rank."),
    Beat("Does anybody like it better? Vote blind.", "rates", _at(WEAK), note="Then look at the intervals."),
)
PRESETS = (
    Preset("a price on distance", {"beta": 0.3}, "The climb ends where the judge is still right."),
    Preset("both terms", CURED, "PPO-ptx: near SFT, and the web is not forgotten."),
    Preset("the pretraining term alone", {"gamma": 0.5}, "The web is kept; people still fall."),
    Preset("nine replies, 1000 prompts", {"K": 9, "prompts": 1000}, "A judge that can be climbed."),
    Preset("people who like four polite words", {"cap": 4}, "The gold is ours: change it."),
    Preset("a labeller by lot", {"noise": 3.0}, "The judge learns noise, and the policy climbs it.", True),
    Preset("a huge step", {"lr": 0.05}, "The policy is destroyed in a few iterations.", True),
)

page = anatomy.open(
    "instructgpt",
    claim="The :orange[judge] sees only progress. What :green[people] get is falling.",
    idea="InstructGPT’s steps: learn to reply, learn a judge from rankings, please the judge by PPO.",
    hero="trained from rankings",
    beats=BEATS,
)
run = page.view(instructgpt_lab)
page.predict("kl", grades.QUESTION, grades.CHOICES, grades.outcome(run.trace))

with page.stage("climb"):
    row = stages.prompt(page.extras, run)
    hero = fig.hero(row, run.trace, run.spec.cap)
    page.film(run, hero, GAIN, fig.sentence(run.trace, run.spec), height=330, plays=True)
    page.strip(instructgpt_lab, ("beta", "gamma", "K", "prompts"))
page.claims(run)

with page.stage("ledger", "Each word :red[pays] for its distance from SFT; the last one :orange[earns]"):
    stages.ledger(run, row)

rm = page.view(ranking_lab)
with page.stage("judge", "K replies, ranked once: every pair is a lesson for the :orange[judge]"):
    page.badge(*rm.badge)
    page.film(rm, fig.judged(rm.trace), LOSS, fig.judged_sentence(rm.trace, rm.spec), time="batch")
    page.strip(ranking_lab, ("K", "prompts", "batch", "noise"))
page.claims(rm)
with page.stage("desk", "Rank them yourself, and see what that tells the :orange[judge]"):
    stages.judge(rm)

with page.stage("lessons", "What it was taught: :violet[manners] often, each :green[answer] seldom"):
    lessons.draw(rm, row)


@page.part
def rates() -> None:
    """Win rates, and the reader's blind vote."""
    with page.stage("rates", "Does anybody like it better than SFT? :green[People] say, and :blue[you]"):
        vote.rates(run)


with page.stage("room", "Your class as the :orange[judge]"):
    stages.room(page.slug, run.spec)

with page.stage("line", "From nothing: the web, demonstrations, rankings, PPO"):
    assembly.draw(
        {
            "1 · reads the web": (gpt_lab, "level.gold"),
            "2 · is shown how": (sft_lab, "level.gold"),
            "3 · a judge, then PPO": (instructgpt_lab, "gain"),
        }
    )
base, tuned = page.view(gpt_lab), page.view(sft_lab)
page.claims(base)
with page.stage("talk", "A talk: only the :green[assistant's words] are learned"):
    stages.talk(tuned)
page.claims(tuned)

page.compare(run, PRESETS)
page.how(
    "How it works: climb, but pay for the distance",
    equation=fig.EQUATION,
    symbols=fig.symbols(run.trace, run.spec),
    source=[instructgpt.token_rewards, ranking.ranking_loss, ppo.clipped, ppo.gae, sft.spoken],
    plain=fig.PLAIN,
)
page.challenges(
    Challenge("One point above SFT, within 2 nats of it", lambda: grades.thrifty(run.trace, run.spec)),
    Challenge(
        "Half a point above SFT from 500 comparisons", lambda: grades.frugal(run.trace, run.spec, 500, 0.5)
    ),
    Challenge("Fool the judge by 5 points", lambda: grades.hacked(run.trace)),
)
page.close(run, GAIN)
