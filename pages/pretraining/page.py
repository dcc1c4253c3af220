"""Page: two ways to pretrain. BERT (Devlin et al., 2019) and GPT-2 (Radford et al., 2019)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.language import base_lab, bert, bert_lab, fine_tuning_lab, gpt, microscope
from pages.pretraining import figures as fig
from pages.pretraining import goals, stages

MASKED = {"replaced": "always [MASK]"}
BEATS = (
    Beat("Untrained, any word might stand behind the mask.", "train", {}, 0,
         "The hidden word is owls. Press Play, and watch which bar of which net rises."),
    Beat("Only the net that looks right hears the owls hoot.", "train", {},
         note="What betrays the animal stands after it. Compare the two pictures of bars."),
    Beat("Hide any word: each side has its own evidence.", "hide", {},
         note="“owls” stands to the left of “hoot”, so both nets know. Hide “owls” instead, and compare."),
    Beat("A few labels go far on what was learned without any.", "few", {},
         note="Compare the curves at 16: the same net, the same labelled sentences, another start."),
    Beat("GPT-2 reads from the left, and says the next word at once.", "lens", {},
         note="Move the slider: each layer has another guess; only the last was trained to be right."),
)  # fmt: skip
PRESETS = {
    bert_lab.SPEC: (
        Preset("always [MASK]", MASKED, "It guesses masks as well. And words without a mask?"),
        Preset("no time to learn", {"steps": 100}, "It knows which kind of word fits, not yet which one."),
        Preset("a huge step", {"lr": 1.0}, "The loss jumps, and nothing is learned.", True),
    ),
}

page = anatomy.open(
    "pretraining",
    claim="To guess a :green[hidden word], look at :orange[both sides].",
    says=(
        "A sentence goes in, with some of its words hidden.",
        "Out comes, for each hidden word, a probability for every word there is.",
        "It learns to make the true ones likely; nobody has to label anything.",
    ),
    hero="trained weights",
    beats=BEATS,
)
run = page.training("train", bert_lab, stages.hero)
page.pipeline(*fig.pipeline(run.trace, run.spec))
other = live.shipped(bert_lab, bert_lab.SPEC().but(**MASKED))
page.predict(
    Bet(
        "open",
        "Let all chosen words become [MASK]: of 100 without a mask, how many does it name?",
        goals.OPEN,
        goals.told(other.trace),
        "See the violet line. Where no mask stands it was never asked, so it hardly learned to pass a word "
        "on. That is why of ten chosen words one stays as it is, and one is replaced by lot.",
        bert_lab,
        MASKED,
        covers=("claims-bert",),
    )
)
with page.stage("hide", "Hide any word: what do :orange[both sides] know, and what the :blue[left]?"):
    stages.hide(run)
few = page.training("few", fine_tuning_lab, stages.few, title="A few labels go far on :orange[pretraining]")
with page.stage("lens", "The other way: a small :blue[GPT-2], of another text, guesses each next word"):
    stages.microscope(page.view(base_lab))

page.compare(run, PRESETS[bert_lab.SPEC])
page.challenges(
    goal("Guess fast", "95% of hidden animals in 400 steps", lambda: goals.quick(run, 95, 400)),
    goal("Eight labels", "85% of new sentences with 8 labels", lambda: goals.thrifty(few, 0.85)),
)
page.how(
    "How it works: hide, guess, compare",
    equation=fig.EQUATION,
    symbols=fig.symbols(run.trace, run.spec),
    source=[bert.masked, bert.loss, bert.Layer.forward, gpt.Block.forward, microscope.lens],
    plain=fig.PLAIN,
)
page.close(run, stages.RIGHT)
