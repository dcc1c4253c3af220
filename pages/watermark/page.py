"""Page: a watermark for large language models (Kirchenbauer et al., 2023)."""

from app.page import anatomy
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from engine.language import detection, detection_lab, watermark, watermark_lab
from pages.watermark import figures as fig
from pages.watermark import goals, stages

USUAL = {"watermark.length": 200, "watermark.temperature": 1.0, "watermark.source": "trigram",
         "watermark.gamma": 0.25, "watermark.delta": 2.0}  # fmt: skip
SHORT, SURE = {**USUAL, "watermark.length": 25}, {**USUAL, "watermark.temperature": 0.3}
CROWD = {"detection.temperature": 1.0, "detection.source": "trigram", "detection.gamma": 0.25}
BEATS = (
    Beat("Each word draws which words are green for the next.", "text", SHORT, note="Point at a word."),
    Beat("After 200 words chance is out of the question.", "text", USUAL, note="The same luck, twice."),
    Beat("A model that is sure of its words has little room for a mark.", "text", SURE, note="At 0.3."),
    Beat(
        "Three words of ten replaced: z falls, and stays over the line.", "test", {"attack": "replace words"}
    ),
    Beat("A phrase said again and again is evidence only once.", "test", {"attack": "repeat a phrase"}),
    Beat("Where one word is nearly certain, green is left to chance.", "crowd", CROWD, note="Left picture."),
    Beat("Strength is bought with surprise.", "price", CROWD, note="Each dot one δ."),
)
PRESETS = (
    Preset("temperature ½", {"temperature": 0.5}, "The model is surer: fewer open places, a weaker mark."),
    Preset("the 5-gram", {"source": "5-gram"}, "It looks back further, and is only a little surer."),
    Preset("half of all words green", {"gamma": 0.5}, "Green by chance is common: z is lower."),
    Preset("temperature 0.2", {"temperature": 0.2}, "It runs in circles, and hardly bears a mark.", True),
)

page = anatomy.open(
    "watermark",
    claim="A text that leans to :green[green] words betrays its writer.",
    idea="Each word draws, by a secret key, which words are :green[green] for the next. The model is pushed "
    "to those; whoever has the key counts them. **z** says how far the count is above chance.",
    hero="exact · models that count",
    beats=BEATS,
)
texts = stages.seen(page)
question = "Somebody replaces three words of ten. How much of z is left?"
page.predict("left", question, tuple(goals.LEFT), goals.left(page.view(detection_lab).trace))
with page.stage("text"):
    stages.hero(texts)
    page.strip(watermark_lab, ("delta", "gamma", "length", "temperature", "source"))
page.claims(texts)

with page.stage("test", "Attack the mark, or test a :orange[text] of your own"):
    outcome = stages.attack(texts, page.extras)

title = "Where a word is certain, there is nothing to choose, and nothing to :green[mark]"
many = page.training("crowd", detection_lab, stages.crowd, title=title)
with page.stage("price", "Strength is bought with surprise, and :blue[sure] models have little to sell"):
    stages.price(many)

page.compare(many, PRESETS)
page.how(
    "How it works: push, then count",
    equation=r"z = \frac{|s|_G - \gamma T}{\sqrt{T \gamma (1 - \gamma)}}",
    symbols=fig.symbols(texts.trace, stages.marked_ids(texts), texts.spec),
    source=[watermark.greenlist, watermark.raised, watermark.fresh, watermark.z_score, detection.attacked],
    plain=fig.PLAIN,
)
page.challenges(
    goal("Hide the mark", "z below 4, 45% of the words replaced at most", lambda: goals.hidden(outcome, 45)),
    goal("Forge it: a text of your own that passes for marked", "z of 2.5 in 15 words or more",
         lambda: goals.forged(outcome, 15, 2.5)),
)  # fmt: skip
page.close(many, stages.Z)
