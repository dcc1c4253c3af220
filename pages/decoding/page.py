"""Page: choosing the next token (Holtzman et al., 2020)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.language import decoding, decoding_lab, degeneration, degeneration_lab
from pages.decoding import figures as fig
from pages.decoding import goals, stages

GREEDY, SEARCH, DRAWN = decoding_lab.METHODS
BEATS = (
    Beat("People's words are likely and unlikely by turns.", "text", stages.KEYS,
         note="Point at a pale word of people's text: the model hardly expected it."),
    Beat("Always the likeliest word, and the text goes in circles.", "text",
         {**stages.KEYS, "decoding.method": GREEDY},
         note="Drag the timeline: from which word on does it repeat?"),
    Beat("A search for the likeliest text repeats, too, and grows sure of itself.", "text",
         {**stages.KEYS, "decoding.method": SEARCH, "decoding.passage": 3},
         note="Another prompt. Compare the two lines at their ends: the orange one is at 1 more and more."),
    Beat("Where the model is sure, 40 words are far too many; where it is not, too few.", "cut", stages.KEYS,
         fig.PLAIN_AT,
         note="Left one word has nearly all, right 40 have 62 %. Click elsewhere: no k suits both."),
    Beat("The nucleus, cut at p, follows the model, and grows with the temperature.", "cut",
         {**stages.KEYS, stages.HAND: "p"}, 15, note="Drag the timeline to and fro: it is the temperature."),
    Beat("A beam keeps a few texts, and gives up the rest.", "tree", stages.KEYS,
         note="Step through the words. Do the kept texts differ early, or only in their last words?"),
    Beat("Over many texts: greedy and beam repeat, drawn texts do not.", "score", stages.KEYS,
         note="Where do people stand? No way of choosing comes as far to the right."),
    Beat("The small GPT's beam grows surer as it goes on.", "score",
         {**stages.KEYS, "degeneration.source": "small GPT"},
         note="Middle: the green line falls, the blue one does not."),
)  # fmt: skip
GPT = {"source": "small GPT"}
PRESETS = (
    Preset("the small GPT", GPT, "It looks back further: it repeats less, and grows surer."),
    Preset("the 5-gram", {"source": "5-gram"}, "It knows its own texts by heart: see how small its loss is."),
)

page = anatomy.open(
    "decoding",
    claim="The likeliest text is a dull one: it goes in :orange[circles].",
    says=(
        "The start of a text goes in, cut into pieces: a word, or a part of a rare one; word, for short.",
        "Out comes the next word, and the next: always the likeliest, or one drawn by lot.",
        "Nothing is learned: how words are chosen makes a text dull or lively.",
    ),
    hero="a trained model writes",
    beats=BEATS,
)
run = page.training("text", decoding_lab, stages.hero, first=("method", "source", "temperature", "k", "p"))
seen = run if run.ready else live.shipped(decoding_lab)
page.pipeline(*fig.pipeline(seen.trace, seen.spec, live.model_of(seen)))
two = live.view(decoding_lab, decoding_lab.SPEC(k=2))
page.predict(
    Bet(
        "two",
        f"Drawn from the two likeliest words, how many of {goals.RUNS} runs of four recur?",
        tuple(goals.AGAIN), goals.again(two.trace),
        "The likeliest alone goes in circles, as step 2 of the tour shows. One other word now and then, and "
        "the text is out of them.",
        decoding_lab, {"k": 2},
    )
)  # fmt: skip
with page.stage("cut", "Cut off the tail: at a :violet[fixed number] of words, or at a :green[fixed share]?"):
    sizes = stages.cut(page.extras)
with page.stage("tree", "After the same prompt: beam search keeps a few texts and gives up the rest"):
    stages.tree(run)
title = "Many texts, seven ways to choose: who repeats, and who surprises?"
many = page.training("score", degeneration_lab, stages.score, title=title)
stages.board(many)
page.compare(many, PRESETS)
page.challenges(
    goal("Drawn by lot, and yet in circles", "sampling; 20% of the runs of four words said before",
         lambda: goals.loops(run.trace, run.spec.method, 0.2)),
    goal("Sure and unsure", "two contexts with nuclei of one word, and of 300 or more",
         lambda: goals.apart(sizes, 300) if sizes else None),
)  # fmt: skip
page.how(
    "How it works: cut, rescale, draw",
    equation=fig.EQUATION,
    symbols=fig.symbols(seen.trace, seen.spec),
    source=[decoding.top_k, decoding.nucleus, decoding.left, decoding.beam_search, degeneration.repeated],
    plain=fig.PLAIN,
)
page.close(many, stages.REPEATED)
