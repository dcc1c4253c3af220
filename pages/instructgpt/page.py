"""Page: InstructGPT's three steps, and a judge that is climbed too far (Ouyang et al., 2022)."""

from app.page import anatomy
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
    says=("InstructGPT’s steps: learn to reply, learn a judge from rankings, please the judge by PPO.",),
    hero="trained from rankings",
    beats=BEATS,
)
run = page.view(instructgpt_lab)
page.predict(Bet("kl", goals.QUESTION, goals.CHOICES, goals.outcome(run.trace), ""))

with page.stage("climb"):
    row = stages.prompt(page.extras, run)
    hero = fig.hero(row, run.trace, run.spec.cap)
    page.film(run, hero, GAIN, fig.sentence(run.trace, run.spec), height=330, plays=True)
    page.strip(instructgpt_lab, ("beta", "gamma", "K", "prompts"))
page.claims(run)

with page.stage("ledger", "Each word :red[pays] for its distance from SFT; the last one :orange[earns]"):
    stages.ledger(run, row)

rm = page.training(
    "judge",
    ranking_lab,
    lambda rm: Scene(fig.judged(rm.trace), fig.judged_sentence(rm.trace, rm.spec), LOSS, time="batch"),
    title="K replies, ranked once: every pair is a lesson for the :orange[judge]",
    first=("K", "prompts", "batch", "noise"),
)
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
    goal("One point above SFT, within 2 nats of it", "+1 point, KL at most 2 nats",
         lambda: goals.thrifty(run.trace, run.spec)),
    goal("Half a point above SFT from 500 comparisons", "+0.5 points, at most 500 comparisons",
         lambda: goals.frugal(run.trace, run.spec, 500, 0.5)),
    goal("Fool the judge by 5 points", "the judge 5 points above people", lambda: goals.hacked(run.trace)),
)  # fmt: skip
page.close(run, GAIN)
