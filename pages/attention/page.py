"""Page: attention as alignment (Bahdanau et al., 2014; Luong et al., 2015)."""

from app.page import anatomy
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from app.page.screen import Figure
from engine.attention import bahdanau, bahdanau_lab, luong, luong_lab
from pages.attention import figures, goals, stages

EXACT = Figure("exact", "% exact")
ADDITIVE, MULTIPLICATIVE = "additive · Bahdanau", "multiplicative · Luong"
LOOKS = {"lab": ADDITIVE, "bahdanau.memory": "attention", "bahdanau.dates": 1, "bahdanau.steps": 360}
BEATS = (
    Beat("Before training, every row looks everywhere.", "look", LOOKS, 0, "Play it from here."),
    Beat("To write the month, it looks back at March.", "look", {**LOOKS, "text": "March 5, 1998"}),
    Beat("The order changes, so the blocks cross.", "look", {**LOOKS, "text": "the 12th of November 1987"}),
    Beat(
        "With one vector there is nobody to ask, and the same steps are not enough.",
        "look",
        {**LOOKS, "bahdanau.memory": "one vector", "text": "March 5, 1998"},
    ),
    Beat(
        "Once “Sep” is read, the month is known: one state stands for the word.",
        "look",
        {"lab": MULTIPLICATIVE, "luong.memory": "attention", "text": "30 September 2024"},
        note="It reads from the left only.",
    ),
    Beat("Move a row, and the output follows.", "ask", LOOKS, note="Force the year's third digit."),
    Beat("After as many steps, two dates are too much for one vector.", "grow", LOOKS),
)
HUGE = Preset("a huge step", {"lr": 0.3}, "The loss jumps; rows stay smeared or freeze anywhere.", True)
SHORT = Preset("no time to learn", {"steps": 60}, "Rows are still smeared: digits are guessed.")
VECTOR = Preset("one vector", {"memory": "one vector"}, "As many steps, far fewer dates right.")
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
        "Each :orange[output] character asks every :blue[input] character how much it matters. "
        "Training sharpens the answer.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)

which = page.choose({ADDITIVE: bahdanau_lab, MULTIPLICATIVE: luong_lab}, "Attention")
run = page.run(which)
page.spec(luong_lab)  # what a link says wrong of it is refused also while the other lab is shown
page.predict(
    Bet(
        "blur",
        "Which output character will have the blurriest row?",
        figures.PLACES,
        figures.blurriest(run.trace),
        "",
    )
)
with page.stage("look"):
    number, text = stages.example(page.extras)
    asks = figures.asks(run.trace)
    page.film(
        run,
        figures.alignment(number, text, asks),
        EXACT,
        figures.alignment_sentence(run.trace, number, text),
    )
    page.strip(which)
page.claims(run)

with page.stage("ask", "Move a row, and the :orange[output] follows"):
    stages.draw(run)

with page.stage("grow", "Two dates are too much for :violet[one vector], after as many steps"):
    stages.longer(page.view(bahdanau_lab))

page.compare(run, PRESETS[which.SPEC])
page.how(
    "How it works: a question for every character",
    equation=r"c_i = \sum_{j} \alpha_{ij} h_j, \qquad \alpha_{ij} = \frac{\exp e_{ij}}{\sum_k \exp e_{ik}}",
    symbols=figures.symbols(run.trace, text),
    source=[bahdanau.RNNsearch.align, luong.Attentional.score],
    plain=[
        r"\text{additive: } \; e_{ij} = v_a^{\top} \tanh(W_a s_{i-1} + U_a h_j)",
        r"\text{dot: } h_t^{\top} \bar h_s \qquad \text{general: } h_t^{\top} W_a \bar h_s",
        r"\text{concat: } v_a^{\top} \tanh(W_a [h_t; \bar h_s])",
    ],
)
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
page.close(run, EXACT)
