"""Page: a watermark for large language models (Kirchenbauer et al., 2023)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.language import detection, detection_lab, watermark, watermark_lab
from pages.watermark import figures as fig
from pages.watermark import goals, stages

HERE = {"attack": detection.ATTACKS[0], stages.KEY: watermark.HASH_KEY}
BEATS = (
    Beat("Each word draws which words are green for the next.", "text", {**HERE, "watermark.length": 25},
         note="Point at a word: it is green or red after the word before it."),
    Beat("After 200 words chance is out of the question.", "text", HERE,
         note="Drag the timeline: from which word on does z stay over the line?"),
    Beat("A model that is sure of its words has little room for a mark.", "text",
         {**HERE, "watermark.temperature": 0.3}, note="Go one step back and compare z: now it is below 4."),
    Beat("Three words of ten replaced: z falls, and stays over the line.", "test", HERE, stages.START,
         note="Drag on. A pair counts only while both its words stand; the dashes: what is left on average."),
    Beat("With another key the same text looks like any other.", "test", {**HERE, stages.KEY: 77}, 0,
         note="Nothing of the text is changed. Point at words: other ones are green now."),
    Beat("A phrase said again and again is evidence only once.", "test",
         {**HERE, "attack": detection.ATTACKS[3]}, 14,
         note="Compare the two lines: the dashes count the same pair each time."),
    Beat("Where one word is nearly certain, green is left to chance.", "crowd", HERE,
         note="Left: the first bar hardly rises over the dots. Right: a larger δ costs more surprise."),
)  # fmt: skip
PRESETS = (
    Preset("temperature ½", {"temperature": 0.5}, "The model is surer of its words: look at the dots."),
    Preset("the 5-gram", {"source": "5-gram"}, "It looks back further, and is only a little surer."),
    Preset("half of all words green", {"gamma": 0.5}, "Green by chance is common: where are the dots now?"),
    Preset("temperature 0.2", {"temperature": 0.2}, "Nearly sure of each word: where is δ = 2 now?", True),
)

page = anatomy.open(
    "watermark",
    claim="A text that leans to :green[green] words betrays its writer.",
    says=(
        "A text goes in, cut into words and parts of words (word, for short), and a secret key.",
        "Out comes the next word, more often than by chance one of a green list, drawn anew after each word.",
        "Nothing is trained: whoever has the key counts green words; chance hardly ever gives so many.",
    ),
    hero="exact · a model that only counts",
    beats=BEATS,
)
texts = stages.seen(page)
page.pipeline(*fig.pipeline(texts.trace, texts.spec, live.model_of(texts)))
most = live.view(watermark_lab, watermark_lab.SPEC(gamma=0.9))
page.predict(
    Bet(
        "most",
        "A quarter of all words is green for the next, and z ends at 11.4. With nine in ten green: where?",
        tuple(goals.FOUND), goals.found(most.trace),
        "Nearly all are green by chance then. Even without a single red word z would end at 4.6.",
        watermark_lab, {"gamma": 0.9},
    )
)  # fmt: skip
with page.stage("text"):
    stages.hero(texts)
    page.strip(watermark_lab, ("delta", "gamma", "length", "temperature", "source"))
page.claims(texts)

with page.stage("test", "Attack the mark: how much must be changed until nobody finds it?"):
    outcome = stages.attack(texts, page.extras)
    stages.own(texts, int(page.extras[stages.KEY]))

title = "Many texts: where can a word be chosen for being :green[green], and at what price?"
many = page.training("crowd", detection_lab, stages.crowd, title=title)

page.compare(many, PRESETS)
page.challenges(
    goal("Hide the mark", "z below 4, 45% of the words replaced at most", lambda: goals.hidden(outcome, 45)),
    goal("A mark at hardly any price", "z over 4 at 1.2 times the perplexity, at most",
         lambda: goals.cheap(texts.trace, 1.2)),
)  # fmt: skip
page.how(
    "How it works: push, then count",
    equation=fig.EQUATION,
    symbols=fig.symbols(texts.trace, texts.spec),
    source=[watermark.greenlist, watermark.raised, watermark.fresh, watermark.z_score, detection.attacked],
    plain=fig.PLAIN,
)
page.close(many, stages.Z)
