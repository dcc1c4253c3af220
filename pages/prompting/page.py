"""Page: prompting. Examples in context (Brown et al., 2020), chains of thought (Wei et al., 2022)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from app.page.verbs import ask
from engine.attention import induction
from engine.language import chain_of_thought, chain_of_thought_lab, in_context, in_context_lab
from engine.language.in_context_lab import EXAMPLE
from pages.prompting import figures as fig
from pages.prompting import goals, stages

CARDS, COIN = "few examples", "a chain of thought"
HERE = {"prompt": EXAMPLE, "lab": CARDS, "flips": list(stages.FLIPS), "edit": 0}
GONE, TWICE = EXAMPLE.replace("fox=dax, ", ""), EXAMPLE.replace("fox=?", "fox=fep, fox=?")
BEATS = (
    Beat("Before its card is read, the net can only guess.", "prompt", HERE, 1,
         note="Step on by one: the second card shows the fox, and the guess becomes an answer."),
    Beat("It looks at the card that shows the animal, and reads the name.", "prompt", HERE,
         note="Point at the green bar: nearly all attention is on one card. The fingerprint is the same."),
    Beat("A wrong name on that card becomes the answer.", "prompt", {**HERE, "prompt": stages.spoiled()},
         note="The net has no other source: whatever the card says is what it says."),
    Beat("Without that card it guesses again.", "prompt", {**HERE, "prompt": GONE},
         note="Seven cards are left, and none helps. Type fox=zup in front of them."),
    Beat("To look back is learned early in training.", "train", HERE, 8,
         note="Drag the timeline: the bar of the fox's card and the orange curve grow together."),
    Beat("Step by step it follows the coin; at once it does not.", "lanes", HERE,
         note="Let other people flip: the left dots stay on the dashes, the right ones hang between."),
    Beat("Turn one step over, and the answer turns with it.", "lanes", {**HERE, "edit": 4},
         note="The net goes on from what it reads, and not from what the people did."),
)  # fmt: skip
PRESETS = {
    in_context_lab.SPEC: (
        Preset("plain keys", {"keys": "plain"}, "No name is found by its animal: examples hardly help."),
        Preset("30 steps", {"steps": 30}, "It is right already; its attention is not yet on one card alone."),
        Preset("a huge step", {"lr": 1.0}, "The weights are thrown about, and nothing is learned.", True),
    ),
    chain_of_thought_lab.SPEC: (
        Preset("at once", {"way": "at once"}, "Right about a few people, a guess about many."),
        Preset("dots", {"way": "dots"}, "As many tokens as steps would take, and they say nothing."),
        Preset("a huge step", {"lr": 1.0}, "The weights are thrown about, and nothing is learned.", True),
    ),
}

page = anatomy.open(
    "prompting",
    claim="Examples in the :blue[prompt] teach a net, and no weight changes.",
    says=(
        "A prompt goes in: cards that give animals invented names, and an animal.",
        "Out comes a name for it, from a dictionary that the net has never seen.",
        "It was trained on other dictionaries; yours it learns by looking back while it reads.",
    ),
    hero="trained weights",
    beats=BEATS,
)
view = stages.net(page.view(in_context_lab))
with page.stage("prompt"):
    pairs, query, found = stages.prompt(view, page.extras)
page.pipeline(*fig.pipeline(found, pairs, query, view.spec))
recorded = live.shipped(in_context_lab)
page.predict(
    Bet(
        "second",
        "The card fox = dax stays, and a last card says fox = fep. What will it answer for fox?",
        ("dax", "fep", goals.UNSURE), goals.answered(ask(recorded, "asked", text=TWICE)),
        "It looks at both, and does not know which came last. The card that draws somewhat more of its "
        "attention wins nearly all.",
        in_context_lab, {"keys": "smeared"}, also={"prompt": TWICE},
    )
)  # fmt: skip
run = page.training(
    "train", {CARDS: in_context_lab, COIN: chain_of_thought_lab}, stages.scene, label="It learns",
    title="Train it: when does it begin to look back?",
)  # fmt: skip
with page.stage("lanes", "A chain of thought: :orange[steps] that it can read"):
    stages.lanes(page.view(chain_of_thought_lab), page.extras)
page.claims(page.view(chain_of_thought_lab if run.lab.SPEC is in_context_lab.SPEC else in_context_lab))

page.compare(run, PRESETS[run.lab.SPEC])
page.challenges(
    goal("Tear it between two names", "two names with 35% each", lambda: goals.torn(found, 0.35)),
    goal("Learn to look back in 20 steps", "20 steps at most, 85% right after 16 examples",
         lambda: goals.quick(page.view(in_context_lab), 20, 0.85)),
    goal("At once, and right about 6 people", "“at once”, 95% of new rows of 6",
         lambda: goals.at_once(page.view(chain_of_thought_lab), 6, 0.95)),
)  # fmt: skip
page.how(
    "How it works: find the animal, read the name",
    equation=fig.EQUATION,
    symbols=fig.symbols(found, pairs, query, live.model_of(view)),
    source=[in_context.tokens, in_context.InContext.vectors, induction.Smear, chain_of_thought.written],
    plain=fig.PLAIN,
)
page.close(run, stages.RIGHT[run.lab.SPEC])
