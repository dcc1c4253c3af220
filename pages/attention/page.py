"""Page: attention as alignment (Bahdanau et al., 2014; Luong et al., 2015)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from app.page.screen import Figure
from engine.attention import bahdanau, bahdanau_lab, luong, luong_lab
from engine.data.dates import examples
from pages.attention import figures, goals, stages

EXACT = Figure("exact", "% new dates exact", "higher", ("dates",))
ADDITIVE, MULTIPLICATIVE = "additive · Bahdanau", "multiplicative · Luong"


def at(text: str = examples()[0].text, lab: str = ADDITIVE, memory: str = "attention") -> dict[str, str]:
    """A beat: the text in the picture, the lab, the memory; what is asked further down is as by default."""
    asked = {"ask.text": stages.START, "ask.wipe": "nothing"}
    return {"text": text, "lab": lab, "bahdanau.memory": memory, **asked}


BEATS = (
    Beat("Before training, every row looks everywhere.", "look", at(), 0,
         "Press Play: rows darken where they look, first for the year."),
    Beat("To write the month, it looks back at March.", "look", at(),
         note="Click the month's first digit: its line ends at “a”, which knows its neighbours."),
    Beat("The order changes, so the blocks cross.", "look", at("the 12th of November 1987"),
         note="Look at the matrix: the year is written first, and read last."),
    Beat("With one vector nobody is asked, and the day is lost.", "look", at(memory="one vector"),
         note="Compare the date that is written with the text."),
    Beat("It looks at one letter, where the month is known.", "look",
         at("30 September 2024", MULTIPLICATIVE),
         note="Click the month's 0. This net reads from the left: at “p” it has read enough."),
    Beat("Move a row, and the output follows.", "ask", at(),
         note="Click a digit of the output, then click other input characters to look there."),
    Beat("After as many steps, two dates are too much for one vector.", "grow", at(),
         note="Read the left chart from one date to two, for both lines."),
)  # fmt: skip
FIRST = {
    bahdanau_lab.SPEC: ("memory", "dates", "hidden", "lr", "steps", "seed"),
    luong_lab.SPEC: ("memory", "score", "window", "steps"),
}
HUGE = Preset("a huge step", {"lr": 0.3}, "The loss jumps; rows stay smeared or freeze anywhere.", True)
SHORT = Preset("no time to learn", {"steps": 60}, "Rows are still smeared: digits are guessed.")
VECTOR = Preset("one vector", {"memory": "one vector"}, "It may read the text once, and never look back.")
PRESETS = {
    bahdanau_lab.SPEC: (
        VECTOR,
        SHORT,
        Preset("eight units", {"hidden": 8}, "Little room to ask in: it learns later.", True),
        HUGE,
    ),
    luong_lab.SPEC: (
        Preset("dot scores", {"score": "dot"}, "No weights of its own: both sides must speak one language."),
        Preset("a window that guesses its place", {"window": "local-p"}, "Cheaper; what it misses is lost."),
        Preset(
            "a window that moves with the output",
            {"window": "local-m"},
            "It supposes that order is kept. Dates reorder.",
            True,
        ),
        SHORT,
        HUGE,
    ),
}

page = anatomy.open(
    "attention",
    claim="To write the :orange[month], it looks back at :blue[March].",
    says=(
        "A date goes in, as people write it.",
        "Out comes year-month-day, a character at a time; before each, every input character is weighed.",
        "It learns from right dates alone; where to look is nowhere told.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)

with page.stage("look"):
    which = page.choose({ADDITIVE: bahdanau_lab, MULTIPLICATIVE: luong_lab}, "Attention")
    run = page.run(which)
    number, text = stages.example(page.extras)
    panels = figures.alignment(number, text, figures.asks(run.trace))
    page.film(run, panels, EXACT, figures.alignment_sentence(run.trace, text.text), 215)
    page.strip(which, FIRST[which.SPEC])
page.claims(run)
page.pipeline(*figures.pipeline(run.trace, run.spec, number, text))
if which is bahdanau_lab:
    vector = live.view(bahdanau_lab, bahdanau_lab.SPEC(memory="one vector"))
    page.predict(
        Bet(
            "vector",
            "Let one vector carry the whole text. How many of 100 new dates come out right?",
            goals.BETS,
            goals.left(vector.trace),
            "All that is read must fit into the vector, and there is no second look: "
            "after as many steps the year is mostly right, and the day is mostly lost.",
            bahdanau_lab,
            {"memory": "one vector"},
            covers=("claims-bahdanau", "vector-"),
        )
    )

with page.stage("ask", "Move a row, and the :orange[output] follows"):
    stages.draw(run)

with page.stage("grow", "More to remember: attention beside :violet[one vector]"):
    stages.longer(page.view(bahdanau_lab))

page.compare(run, PRESETS[which.SPEC])
page.challenges(
    goal(
        "95% exact in at most 240 steps", "95% in 240 steps", lambda: goals.exact_within(run.trace, 95, 240)
    ),
    goal("Every field with 0.95 of its weight", "0.95 each", lambda: goals.fields_found(run.trace, 0.95)),
    goal(
        "One vector at 90%, in at most 1500 steps",
        "90% in 1500 steps",
        lambda: goals.one_vector(run.trace, 90, 1500),
    ),
)
page.how(
    "How it works: a question for every character",
    equation=figures.EQUATION,
    symbols=figures.symbols(run.trace, run.spec, text),
    source=[bahdanau.RNNsearch.align, luong.Attentional.score],
    plain=figures.PLAIN,
)
page.close(run, EXACT)
